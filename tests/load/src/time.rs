//! The one place that reads real time and waits: it is what is measured.

use std::time::{Duration, Instant};

use crate::trouble::Trouble;

/// Between two looks at a condition.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Now.
#[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Waits so long.
#[expect(clippy::disallowed_methods, reason = "a load paces itself")]
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

/// Blocks the thread until then: finer than the milliseconds of an event loop.
#[expect(clippy::disallowed_methods, reason = "a load paces itself")]
pub(crate) fn block_until(then: Instant) {
    let left = then.saturating_duration_since(now());
    if !left.is_zero() {
        std::thread::sleep(left);
    }
}

/// Waits until the condition holds, at most `longest`.
pub(crate) async fn until(
    what: &str,
    longest: Duration,
    mut holds: impl FnMut() -> bool,
) -> Result<Duration, Trouble> {
    let began = now();
    while !holds() {
        if began.elapsed() > longest {
            return Err(Trouble::Late { what: what.to_owned(), seconds: longest.as_secs() });
        }
        pause(LOOK_AGAIN).await;
    }
    Ok(began.elapsed())
}

/// Whole microseconds, at most `u32::MAX` (71 minutes).
pub(crate) fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
