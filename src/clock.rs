//! The only place that reads time or waits for it.

use std::time::Duration;

use engine::Millis;
use tokio::time::Instant;

/// The clock of the running service. Cheap to copy; durations come from the monotonic clock, so a
/// step of the wall clock moves no deadline (the anchor is taken once, at start).
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    anchor_wall: Millis,
    anchor: Instant,
}

impl Clock {
    /// Takes the anchor: wall time now, and the monotonic instant it belongs to.
    #[expect(clippy::disallowed_methods, reason = "this is the door for time")]
    pub fn start() -> Self {
        Self::anchored(jiff::Timestamp::now().as_millisecond())
    }

    /// A clock that shows `wall` (ms since 1970) now and goes on with tokio's time: under a paused
    /// runtime that is virtual time, which is how the simulator runs the service.
    pub fn anchored(wall: Millis) -> Self {
        Self { anchor_wall: wall, anchor: Instant::now() }
    }

    /// The same clock, so many ms later (earlier, if negative): replicas of a shared ledger go by the
    /// clock of its database.
    #[must_use]
    pub fn put_forward(self, offset: Millis) -> Self {
        Self { anchor_wall: self.anchor_wall.saturating_add(offset), ..self }
    }

    /// Now, ms since 1970.
    pub fn now(&self) -> Millis {
        let elapsed = Millis::try_from(self.anchor.elapsed().as_millis()).unwrap_or(Millis::MAX);
        self.anchor_wall.saturating_add(elapsed)
    }

    /// Now, as a timestamp.
    pub fn timestamp(&self) -> jiff::Timestamp {
        timestamp(self.now())
    }

    /// Waits.
    #[expect(clippy::disallowed_methods, reason = "this is the door for waiting")]
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until a time; not at all if it has passed.
    pub async fn sleep_until(&self, at: Millis) {
        let left = at.saturating_sub(self.now()).max(0);
        self.sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
    }
}

/// Milliseconds since 1970 as a timestamp; out of range values become the epoch.
pub fn timestamp(at: Millis) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
