//! The one place of this crate that reads time and waits.

mod forms;
mod pace;
mod stepping;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub(crate) use forms::{
    blob_hour, callback_time, entra_time, frame_time, graph_time, grid_time, parse_http_date,
};
pub(crate) use pace::Pace;
use stepping::Stepping;
pub(crate) use stepping::Work;

/// Milliseconds since 1970, UTC.
pub(crate) type Millis = i64;

/// 1 January 2026, 00:00 UTC: when virtual time begins.
pub(crate) const BEGINNING: Millis = 1_767_225_600_000;

tokio::task_local! {
    /// How far the clock is off for the running task: a fault.
    static SKEW: Millis;
}

/// The world's time. Real: wall time at the start plus the monotonic time since, so that a changed
/// system clock cannot move a call's timers. Or stepped: it stands still until it is moved.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    anchor: Millis,
    started: Instant,
    stepping: Option<Stepping>,
}

impl Clock {
    /// Starts the clock in real time.
    #[expect(clippy::disallowed_methods, reason = "the door through which time comes in")]
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let anchor = whole_millis(since_epoch);
        Self { anchor, started: Instant::now(), stepping: None }
    }

    /// A clock at [`BEGINNING`], or at the time of a world of before, that is moved by [`Self::set`].
    pub(crate) fn stepped(before: Millis) -> Self {
        Self { stepping: Some(Stepping::at(BEGINNING.max(before))), ..Self::start() }
    }

    /// Now, in the world.
    pub(crate) fn now(&self) -> Millis {
        self.stepping.as_ref().map_or_else(|| self.wall(), Stepping::now)
    }

    /// Now, outside: for signatures and tokens, whose other side has a real clock.
    pub(crate) fn wall(&self) -> Millis {
        let skew = SKEW.try_with(|skew| *skew).unwrap_or(0);
        self.anchor + whole_millis(self.started.elapsed()) + skew
    }

    /// Does something with a clock that is off by so many milliseconds.
    pub(crate) async fn skewed<T>(skew: Millis, work: impl Future<Output = T>) -> T {
        SKEW.scope(skew, work).await
    }

    /// Waits for `pause` milliseconds of the world; not at all when it is negative.
    pub(crate) async fn pause(&self, pause: Millis) {
        match &self.stepping {
            _ if pause <= 0 => {}
            Some(stepping) => stepping.sleep(pause).await,
            None => self.rest(pause).await,
        }
    }

    /// Waits for `pause` real milliseconds; not at all when it is negative.
    #[expect(clippy::disallowed_methods, reason = "the door through which waiting goes")]
    pub(crate) async fn rest(&self, pause: Millis) {
        let pause = u64::try_from(pause).unwrap_or(0);
        if pause > 0 {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Waits until the world's clock shows `at`.
    pub(crate) async fn until(&self, at: Millis) {
        self.pause(at - self.now()).await;
    }

    /// Whether time is moved by hand.
    pub(crate) fn is_stepped(&self) -> bool {
        self.stepping.is_some()
    }

    /// Moves stepped time, never back, and wakes whoever waited for it.
    pub(crate) fn set(&self, to: Millis) {
        if let Some(stepping) = &self.stepping {
            stepping.set(to);
        }
    }

    /// When the next one who waits for stepped time is due.
    pub(crate) fn next_sleeper(&self) -> Option<Millis> {
        self.stepping.as_ref().and_then(Stepping::next_due)
    }
}

/// A duration in whole milliseconds.
pub(crate) fn whole_millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
