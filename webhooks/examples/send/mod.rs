//! The other side of the examples: plays ACS and sends callbacks to the webhook.

use std::net::SocketAddr;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use webhooks::CallEventKind;
use webhooks::testing::{TestIssuer, Wrong, call_event};
use webhooks::token::KeySet;

/// The immutable id of our ACS resource.
pub(crate) const RESOURCE: &str = "11111111-2222-3333-4444-555555555555";

pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Signs and sends callbacks.
pub(crate) struct Sender {
    issuer: TestIssuer,
    now: Timestamp,
}

impl Sender {
    pub(crate) fn new(now: Timestamp) -> Outcome<Self> {
        Ok(Self { issuer: TestIssuer::generate("key-1")?, now })
    }

    /// The keys to check this sender's tokens with.
    pub(crate) fn keys(&self) -> Outcome<KeySet> {
        Ok(KeySet::from_jwks(&self.issuer.jwks())?)
    }

    /// Sends a good callback and a forged one; anything but 200 and 401 is an error.
    pub(crate) async fn send_good_and_forged(&self, to: SocketAddr) -> Outcome<()> {
        let token = self.issuer.callback_token(RESOURCE, self.now);
        for (authorization, expected) in [
            (token.authorization()?, "200"),
            (token.wrong(Wrong::Signature).authorization()?, "401"),
        ] {
            let status = post(to, &authorization).await?;
            if status != expected {
                return Err(format!("the webhook answered {status}, not {expected}").into());
            }
        }
        Ok(())
    }
}

/// Posts a `CallConnected` and returns the status.
async fn post(to: SocketAddr, authorization: &str) -> Outcome<String> {
    let body = call_event(CallEventKind::CallConnected).to_body();
    let head = format!(
        "POST /callbacks HTTP/1.1\r\nhost: {to}\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).ok_or("the webhook did not answer in HTTP")?;
    Ok(status.to_owned())
}
