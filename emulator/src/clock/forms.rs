//! Times as the wires write them.

use jiff::Timestamp;

use super::Millis;

/// `2025-06-17T17:22:43.3790000+00:00`, the form of mid-call events (recorded live traffic).
pub(crate) fn callback_time(at: Millis) -> String {
    format!("{}+00:00", seven_decimals(at))
}

/// `2025-06-17T17:22:43.3790000Z`, the form of Event Grid events.
pub(crate) fn grid_time(at: Millis) -> String {
    format!("{}Z", seven_decimals(at))
}

/// `2025-06-17T17:22:43.379Z`, the form of the frames of media streaming.
pub(crate) fn frame_time(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `2025-06-17 17:22:43Z`, the form of Entra's errors.
pub(crate) fn entra_time(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// `2025-02-13T10:17:05`, the form of Graph's errors.
pub(crate) fn graph_time(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2025/06/17/17`, the folder of a dead letter's blob.
pub(crate) fn blob_hour(at: Millis) -> String {
    timestamp(at).strftime("%Y/%m/%d/%H").to_string()
}

/// Reads `Fri, 20 Nov 2026 20:32:09 GMT` (IMF-fixdate).
pub(crate) fn parse_http_date(text: &str) -> Option<Millis> {
    let trimmed = text.trim().strip_suffix("GMT")?.trim_end();
    let date = jiff::civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S", trimmed).ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

fn seven_decimals(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%dT%H:%M:%S.%3f0000").to_string()
}

fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_forms_of_the_wire() {
        let at = 1_750_180_963_379;
        assert_eq!(callback_time(at), "2025-06-17T17:22:43.3790000+00:00");
        assert_eq!(grid_time(at), "2025-06-17T17:22:43.3790000Z");
        assert_eq!(frame_time(at), "2025-06-17T17:22:43.379Z");
        assert_eq!(entra_time(at), "2025-06-17 17:22:43Z");
    }

    #[test]
    fn http_dates_are_read() {
        let at = parse_http_date("Tue, 17 Jun 2025 17:22:43 GMT");
        assert_eq!(at, Some(1_750_180_963_000));
        assert_eq!(parse_http_date("2025-06-17T17:22:43Z"), None);
    }
}
