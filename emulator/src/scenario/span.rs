//! Durations as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A duration, written `500ms`, `10s` or `2m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let problem = || format!("'{text}' is not a duration; write 500ms, 10s or 2m");
        let unit_at = text.find(|character: char| !character.is_ascii_digit());
        let (number, unit) = text.split_at(unit_at.ok_or_else(problem)?);
        let number: u64 = number.parse().map_err(|_| problem())?;
        let millis = match unit.trim() {
            "ms" => Some(number),
            "s" => number.checked_mul(1_000),
            "m" => number.checked_mul(60_000),
            _ => None,
        };
        millis.map(|millis| Self(Duration::from_millis(millis))).ok_or_else(problem)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1_000) {
            return write!(formatter, "{} s", millis / 1_000);
        }
        write!(formatter, "{millis} ms")
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn durations_are_read_and_shown() {
        let cases = [("500ms", "500 ms"), ("10s", "10 s"), ("2m", "120 s"), ("1500ms", "1500 ms")];
        for (text, shown) in cases {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()), Ok(shown.to_owned()));
        }
        for text in ["", "10", "s", "1h", "-1s", "1.5s"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
