//! The only door for time: what it is, and waiting.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

/// Gives the current time. Used for `x-ms-date` and for a `Retry-After` written as a date.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of the machine.
pub(crate) fn system() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the door; callers may pass another")]
    Arc::new(Timestamp::now)
}

/// Waits between two attempts.
#[expect(clippy::disallowed_methods, reason = "this is the door; policies choose the time")]
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
