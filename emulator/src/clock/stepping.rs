//! Time that is moved by hand, and who waits for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};

use super::Millis;

/// How much work is going on: deliveries that are neither done nor asleep. Stepped time only moves
/// on when there is none.
#[derive(Debug, Clone)]
pub(crate) struct Work(watch::Sender<usize>);

tokio::task_local! {
    /// The work that the running task is part of.
    static PART_OF: Work;
}

impl Work {
    pub(crate) fn none() -> Self {
        Self(watch::Sender::new(0))
    }

    /// One more piece of work.
    pub(crate) fn begin(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// One piece less.
    pub(crate) fn end(&self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }

    /// A piece of work from now to its end, its waits for stepped time left out.
    pub(crate) fn of<F: Future<Output = ()> + Send>(
        &self,
        work: F,
    ) -> impl Future<Output = ()> + Send + use<F> {
        let begun = Piece::begin(self);
        let part = self.clone();
        async move {
            let _begun = begun;
            PART_OF.scope(part, work).await;
        }
    }

    /// Waits until nothing is going on.
    pub(crate) async fn idle(&self) {
        // The sender is held by this, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// Ends with its owner, also when that is cancelled.
struct Piece(Work);

impl Piece {
    fn begin(work: &Work) -> Self {
        work.begin();
        Self(work.clone())
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The clock's hands and who waits for them.
#[derive(Debug, Clone)]
pub(super) struct Stepping(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    now: Millis,
    sleepers: BTreeMap<(Millis, u64), Sleeper>,
    last: u64,
}

#[derive(Debug)]
struct Sleeper {
    wake: oneshot::Sender<()>,
    /// The work that goes on when it wakes.
    part_of: Option<Work>,
}

impl Stepping {
    pub(super) fn at(now: Millis) -> Self {
        Self(Arc::new(Mutex::new(Hands { now, sleepers: BTreeMap::new(), last: 0 })))
    }

    pub(super) fn now(&self) -> Millis {
        self.hands().now
    }

    pub(super) fn next_due(&self) -> Option<Millis> {
        self.hands().sleepers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Waits; work that waits is none.
    pub(super) async fn sleep(&self, pause: Millis) {
        let part_of = PART_OF.try_with(Work::clone).ok();
        let (wake, woken) = oneshot::channel();
        {
            let mut hands = self.hands();
            hands.last += 1;
            let key = (hands.now + pause, hands.last);
            hands.sleepers.insert(key, Sleeper { wake, part_of: part_of.clone() });
        }
        if let Some(work) = part_of {
            work.end();
        }
        // Fails only while the emulator stops.
        let _ = woken.await;
    }

    pub(super) fn set(&self, to: Millis) {
        let mut hands = self.hands();
        hands.now = hands.now.max(to);
        let now = hands.now;
        while let Some(entry) = hands.sleepers.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let Sleeper { wake, part_of } = entry.remove();
            // Counted before it runs, so that nobody believes there was nothing to do.
            if let Some(work) = &part_of {
                work.begin();
            }
            if wake.send(()).is_err()
                && let Some(work) = &part_of
            {
                work.end();
            }
        }
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn sleepers_wake_in_their_time_and_are_no_work_until_then() {
        let stepping = Stepping::at(100);
        let work = Work::none();
        let sleeping = stepping.clone();
        let mut task = Box::pin(work.of(async move { sleeping.sleep(50).await }));
        assert!(work.idle().now_or_never().is_none(), "begun is work");
        assert!(task.as_mut().now_or_never().is_none());
        assert!(work.idle().now_or_never().is_some(), "asleep is none");
        assert_eq!(stepping.next_due(), Some(150));
        stepping.set(149);
        assert!(task.as_mut().now_or_never().is_none());
        stepping.set(150);
        assert!(work.idle().now_or_never().is_none(), "awake is work again");
        assert!(task.as_mut().now_or_never().is_some());
        assert!(work.idle().now_or_never().is_some());
        assert_eq!((stepping.now(), stepping.next_due()), (150, None));
    }

    #[tokio::test]
    async fn time_never_goes_back() {
        let stepping = Stepping::at(100);
        stepping.set(50);
        assert_eq!(stepping.now(), 100);
    }
}
