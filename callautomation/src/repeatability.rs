//! The pair of headers that lets the service execute a request once, however often it arrives.

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde::{Deserialize, Serialize};

/// Id and first-sent time of one execution of a repeatable operation.
///
/// A retry sends the same pair with the same bytes. Sent as `Repeatability-Request-ID` (a UUID,
/// version 4) and `Repeatability-First-Sent` (an HTTP date, whole seconds). Source: swagger
/// 2026-03-12, parameters of the operations marked repeatable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Repeatability {
    id: String,
    first_sent: Timestamp,
}

impl Repeatability {
    /// Takes an id that already has the form of a UUID, version 4; `None` when it has not.
    pub fn new(id: &str, first_sent: Timestamp) -> Option<Self> {
        is_uuid_v4(id).then(|| Self { id: id.to_ascii_lowercase(), first_sent })
    }

    /// Makes the id from 16 random bytes, of which 6 bits give way to version and variant.
    pub fn from_random(mut random: [u8; 16], first_sent: Timestamp) -> Self {
        random[6] = (random[6] & 0x0f) | 0x40;
        random[8] = (random[8] & 0x3f) | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(random));
        let id = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        Self { id, first_sent }
    }

    /// The id, lower case with hyphens.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the request was sent for the first time.
    pub fn first_sent(&self) -> Timestamp {
        self.first_sent
    }

    /// `first_sent` as the header wants it, such as `Thu, 25 Jun 2026 10:00:00 GMT`; `None` for a
    /// year before 0.
    pub(crate) fn first_sent_http(&self) -> Option<String> {
        http_date(self.first_sent)
    }
}

/// An HTTP date (IMF-fixdate, whole seconds, GMT); `None` for a year before 0.
pub(crate) fn http_date(time: Timestamp) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()
}

fn is_uuid_v4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        14 => *byte == b'4',
        19 => matches!(byte.to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'),
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_a_uuid_version_4() {
        let made = Repeatability::from_random([0xff; 16], Timestamp::UNIX_EPOCH);
        assert_eq!(made.id(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert!(Repeatability::new(made.id(), Timestamp::UNIX_EPOCH).is_some());
        let made = Repeatability::from_random([0; 16], Timestamp::UNIX_EPOCH);
        assert_eq!(made.id(), "00000000-0000-4000-8000-000000000000");
        for wrong in [
            "",
            "ffffffff-ffff-1fff-bfff-ffffffffffff",
            "ffffffff-ffff-4fff-7fff-ffffffffffff",
            "ffffffffffff4fffbfffffffffffffffffff",
            "ffffffff-ffff-4fff-bfff-fffffffffffg",
        ] {
            assert_eq!(Repeatability::new(wrong, Timestamp::UNIX_EPOCH), None, "{wrong}");
        }
    }

    #[test]
    fn first_sent_is_an_http_date() {
        let at: Timestamp = "2026-06-25T10:00:00.987Z".parse().unwrap();
        let made = Repeatability::from_random([7; 16], at);
        assert_eq!(made.first_sent_http().unwrap(), "Thu, 25 Jun 2026 10:00:00 GMT");
    }
}
