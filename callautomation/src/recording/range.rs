//! Parts of a file.

/// A part of a file, counted in bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub first: u64,
    /// The last byte, itself included; `None` is the end of the file.
    pub last: Option<u64>,
}

impl ByteRange {
    /// Everything from this byte on.
    pub fn from(first: u64) -> Self {
        Self { first, last: None }
    }

    /// The `Range` header; `None` for the whole file.
    pub(super) fn header(self) -> Option<String> {
        match (self.first, self.last) {
            (0, None) => None,
            (first, None) => Some(format!("bytes={first}-")),
            (first, Some(last)) => Some(format!("bytes={first}-{last}")),
        }
    }

    /// What is left after this many bytes.
    pub(super) fn after(self, received: u64) -> Self {
        Self { first: self.first.saturating_add(received), last: self.last }
    }

    /// Whether there is anything in it.
    pub(super) fn is_empty(self) -> bool {
        self.last.is_some_and(|last| last < self.first)
    }
}

/// A `Content-Range` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    /// First and last byte, `None` where nothing could be sent.
    pub(super) bytes: Option<(u64, u64)>,
    /// Length of the whole file.
    pub(super) total: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes 0-9/100`, `bytes 0-9/*` and `bytes */100`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        if range == "*" {
            return Some(Self { bytes: None, total });
        }
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some(Self { bytes: Some((first, last)), total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_written_and_read() {
        assert_eq!(ByteRange::from(0).header(), None);
        assert_eq!(ByteRange::from(7).header().unwrap(), "bytes=7-");
        let part = ByteRange { first: 0, last: Some(9) };
        assert_eq!(part.header().unwrap(), "bytes=0-9");
        assert_eq!(part.after(4), ByteRange { first: 4, last: Some(9) });
        assert!(part.after(10).is_empty() && !part.after(9).is_empty());
        let range = |bytes, total| Some(ContentRange { bytes, total });
        for (text, expected) in [
            ("bytes 0-9/100", range(Some((0, 9)), Some(100))),
            ("bytes 5-5/*", range(Some((5, 5)), None)),
            ("bytes */100", range(None, Some(100))),
            ("bytes 9-0/100", None),
            ("bytes 0-9", None),
            ("items 0-9/100", None),
            ("bytes a-b/c", None),
            ("", None),
        ] {
            assert_eq!(ContentRange::parse(text), expected, "{text}");
        }
    }
}
