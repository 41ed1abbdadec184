//! The one place of this crate that reads time and waits.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since 1970, UTC.
pub(crate) type Millis = i64;

/// Wall time at the start plus the monotonic time since, so that a changed system clock cannot
/// move a call's timers.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    anchor: Millis,
    started: Instant,
}

impl Clock {
    /// Starts the clock.
    #[expect(clippy::disallowed_methods, reason = "the door through which time comes in")]
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { anchor: whole_millis(since_epoch), started: Instant::now() }
    }

    /// Now.
    pub(crate) fn now(&self) -> Millis {
        self.anchor + whole_millis(self.started.elapsed())
    }

    /// Waits for `pause` milliseconds; not at all when it is negative.
    #[expect(clippy::disallowed_methods, reason = "the door through which waiting goes")]
    pub(crate) async fn pause(&self, pause: Millis) {
        let pause = u64::try_from(pause).unwrap_or(0);
        if pause == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// Waits until the clock shows `at`.
    pub(crate) async fn until(&self, at: Millis) {
        self.pause(at - self.now()).await;
    }
}

/// A duration in whole milliseconds.
pub(crate) fn whole_millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

/// How fast people speak, phones ring and scripted pauses pass. 1 is real time, 10 ten times as
/// fast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace(f64);

impl Default for Pace {
    /// Real time.
    fn default() -> Self {
        Self(1.0)
    }
}

impl Pace {
    /// Real time.
    pub(crate) const REAL: Self = Self(1.0);

    /// `None` unless the speed is a positive, finite number.
    pub(crate) fn new(speed: f64) -> Option<Self> {
        (speed.is_finite() && speed > 0.0).then_some(Self(speed))
    }

    /// A real duration in the emulator's time; at least 1 ms unless it was nothing.
    pub(crate) fn scale(self, real: Millis) -> Millis {
        let Ok(real) = u64::try_from(real) else {
            return 0;
        };
        if real == 0 {
            return 0;
        }
        whole_millis(Duration::from_millis(real).div_f64(self.0)).max(1)
    }
}

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

    #[test]
    fn a_pace_divides_and_keeps_a_millisecond() {
        let pace = Pace::new(10.0).expect("a speed");
        assert_eq!(pace.scale(30_000), 3_000);
        assert_eq!(pace.scale(3), 1);
        assert_eq!(pace.scale(0), 0);
        assert!(Pace::new(0.0).is_none());
        assert!(Pace::new(f64::NAN).is_none());
    }
}
