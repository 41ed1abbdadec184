//! One HTTP/1.1 message: its first line and its body. Enough for peers that we know: no chunks.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Longer messages are a mistake.
const LONGEST: usize = 4 * 1024 * 1024;

/// What was read of a connection and not yet used.
#[derive(Default)]
pub(super) struct Inflow {
    bytes: Vec<u8>,
}

/// One message.
#[derive(Debug)]
pub(super) struct Message {
    /// The first line.
    pub(super) first: String,
    /// The body.
    pub(super) body: Vec<u8>,
    /// The sender closes the connection.
    pub(super) closes: bool,
}

impl Inflow {
    /// The next message; None at the end of the connection.
    pub(super) async fn next(
        &mut self,
        io: &mut (impl AsyncRead + Unpin),
    ) -> io::Result<Option<Message>> {
        loop {
            if let Some((message, used)) = parse(&self.bytes)? {
                self.bytes.drain(..used);
                return Ok(Some(message));
            }
            if self.bytes.len() > LONGEST {
                return Err(io::Error::other("a message is too long"));
            }
            self.bytes.reserve(4_096);
            if io.read_buf(&mut self.bytes).await? == 0 {
                return Ok(None);
            }
        }
    }
}

/// The first message in these bytes and its length, if it is whole.
fn parse(bytes: &[u8]) -> io::Result<Option<(Message, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = bytes.get(..end).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(io::Error::other)?;
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let (mut length, mut closes) = (0_usize, false);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().map_err(io::Error::other)?;
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(io::Error::other("chunks are not read here"));
        }
    }
    let from = end + 4;
    let body = bytes.get(from..from + length).map(<[u8]>::to_vec);
    Ok(body.map(|body| (Message { first, body, closes }, from + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_where_they_end() {
        let bytes = b"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\n\r\n";
        let (first, used) = parse(bytes).unwrap().unwrap();
        assert_eq!((first.first.as_str(), first.body.as_slice()), ("POST /a HTTP/1.1", &b"hi"[..]));
        let (second, rest) = parse(&bytes[used..]).unwrap().unwrap();
        assert_eq!((second.first.as_str(), used + rest), ("HTTP/1.1 200 OK", bytes.len()));
        assert!(parse(&bytes[..used - 1]).unwrap().is_none(), "not whole yet");
    }
}
