//! How long Graph asks to be left alone.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

/// Longer is not believed: presence would be blind for that long.
const LONGEST: Duration = Duration::from_mins(5);
/// Where nothing is said.
const DEFAULT: Duration = Duration::from_secs(10);

/// Reads `Retry-After`: seconds, or a date (RFC 9110 section 10.2.3).
pub(super) fn read(header: Option<&str>, now: Timestamp) -> Duration {
    let Some(text) = header.map(str::trim) else { return DEFAULT };
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => until(text, now),
    };
    wait.map_or(DEFAULT, |wait| wait.min(LONGEST))
}

fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = rfc2822::parse(date).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_dates_and_nonsense() {
        let now: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        for (header, seconds) in [
            (None, 10),
            (Some("0"), 0),
            (Some(" 7 "), 7),
            (Some("86400"), 300),
            (Some("soon"), 10),
            (Some("-3"), 10),
            (Some("Sat, 21 Nov 2026 06:00:20 GMT"), 20),
            (Some("Sat, 21 Nov 2026 05:00:00 GMT"), 0),
        ] {
            assert_eq!(read(header, now), Duration::from_secs(seconds), "{header:?}");
        }
    }
}
