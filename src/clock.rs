//! The only place that reads time or waits for it.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use engine::Millis;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The wall clock is looked at so often.
const LOOK: Duration = Duration::from_mins(1);
/// Between two looks time is corrected by no more than this, in ms: 500 parts in a million, as `adjtime` does.
const MOST: Millis = 30;
/// A difference like this is no drift of a quartz but a step of the wall clock, in ms. It moves no deadline.
const STEP: Millis = 30_000;

/// What all clocks of this process were corrected by since they started, in ms: there is one wall.
static CORRECTION: AtomicI64 = AtomicI64::new(0);

/// The clock of the running service. Cheap to copy; durations come from the monotonic clock, so a
/// step of the wall clock moves no deadline. The anchor is taken once, at start; slow drift between the two
/// clocks is followed (see [`Clock::follow_wall`]).
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    anchor_wall: Millis,
    anchor: Instant,
    /// Not of the simulator's clocks.
    corrected: bool,
}

impl Clock {
    /// Takes the anchor: wall time now, and the monotonic instant it belongs to.
    #[expect(clippy::disallowed_methods, reason = "this is the door for time")]
    pub fn start() -> Self {
        let wall = jiff::Timestamp::now().as_millisecond();
        let known = CORRECTION.load(Ordering::Relaxed);
        Self { corrected: true, ..Self::anchored(wall.saturating_sub(known)) }
    }

    /// A clock that shows `wall` (ms since 1970) now and goes on with tokio's time: under a paused
    /// runtime that is virtual time, which is how the simulator runs the service.
    pub fn anchored(wall: Millis) -> Self {
        Self { anchor_wall: wall, anchor: Instant::now(), corrected: false }
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
        let correction = if self.corrected { CORRECTION.load(Ordering::Relaxed) } else { 0 };
        self.anchor_wall.saturating_add(elapsed).saturating_add(correction)
    }

    /// Lets all clocks of the process follow slow drift of the wall clock, until stopped. One task of a
    /// process runs this. A step of the wall clock is told and not followed.
    #[expect(clippy::disallowed_methods, reason = "this is the door for time")]
    pub async fn follow_wall(self, stopping: CancellationToken) {
        let mut told = false;
        while stopping.run_until_cancelled(self.sleep(LOOK)).await.is_some() {
            let ahead = jiff::Timestamp::now().as_millisecond().saturating_sub(self.now());
            CORRECTION.fetch_add(correction(ahead), Ordering::Relaxed);
            let stepped = ahead.abs() >= STEP;
            if stepped && !told {
                tracing::error!(
                    ahead_ms = ahead,
                    "clock: the wall clock was set; deadlines go on as before. If it is right now, restart this process"
                );
            }
            told = stepped;
        }
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

/// By how much to correct, if the wall clock is `ahead` of us by so many ms.
fn correction(ahead: Millis) -> Millis {
    if ahead.abs() >= STEP { 0 } else { ahead.clamp(-MOST, MOST) }
}

/// Milliseconds since 1970 as a timestamp; out of range values become the epoch.
pub fn timestamp(at: Millis) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_followed_in_small_pieces_and_a_step_is_not() {
        let table = [
            (0, 0),
            (7, 7),
            (-7, -7),
            (31, 30),
            (-5_000, -30),
            (29_999, 30),
            (30_000, 0),
            (-3_600_000, 0),
        ];
        for (ahead, by) in table {
            assert_eq!(correction(ahead), by, "{ahead}");
        }
        // A quartz that loses 100 parts in a million, for a day of looks: never a second behind.
        let (mut behind, mut worst) = (0, 0);
        for _ in 0..24 * 60 {
            behind += 6;
            behind -= correction(behind);
            worst = worst.max(behind);
        }
        assert!(worst < 30, "{worst} ms");
    }

    #[test]
    fn clocks_of_a_process_agree_whenever_they_were_started_and_the_simulators_are_its_own() {
        let wall = |clock: &Clock| clock.now();
        let (early, simulated) = (Clock::start(), Clock::anchored(5_000));
        CORRECTION.fetch_add(2, Ordering::Relaxed);
        let late = Clock::start();
        assert!((wall(&early) - wall(&late)).abs() <= 100, "one had 2 ms more to make up");
        assert!((5_000..15_000).contains(&wall(&simulated)));
        CORRECTION.fetch_add(300, Ordering::Relaxed);
        let apart = (wall(&early) - wall(&late)).abs();
        CORRECTION.fetch_sub(302, Ordering::Relaxed);
        assert!(apart <= 100, "corrected together: {apart} ms apart");
        assert!((5_000..15_000).contains(&wall(&simulated)), "not corrected");
    }
}
