//! Sensitive digits, in memory: from the event that brought them to the request that sends them. Written nowhere.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::{
    Millis,
    call::{CallId, Number},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;
use webhooks::Digits;

use crate::clock::Clock;

/// They are forgotten after this, in ms: a caller who typed them has long heard what came of it.
const KEPT_FOR: Millis = 10 * 60_000;
/// What is too old is looked for so often, in ms.
const LOOK: Millis = 60_000;
/// More than this many at once are not kept: the oldest go. With 50 new calls a second each of which types two numbers,
/// this is more than there can be in ten minutes.
const MOST: usize = 60_000;

/// What callers typed that nobody may read. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct WithheldDigits {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    by_question: BTreeMap<(CallId, Number), Kept>,
    /// The oldest first. One that was forgotten with its call is still named here until its time.
    by_age: VecDeque<(Millis, (CallId, Number))>,
}

struct Kept {
    digits: Digits,
    since: Millis,
}

impl WithheldDigits {
    /// Keeps what answered a question, until it is too old or its call is over.
    pub fn keep(&self, call: &CallId, question: Number, digits: Digits, now: Millis) {
        let mut held = self.lock();
        if held.by_age.len() >= MOST {
            held.forget_oldest();
        }
        let of = (call.clone(), question);
        held.by_age.push_back((now, of.clone()));
        held.by_question.insert(of, Kept { digits, since: now });
    }

    /// What answered a question; none where it is too old, or another process took it in.
    pub fn get(&self, call: &CallId, question: Number, now: Millis) -> Option<Digits> {
        let held = self.lock();
        let found = held.by_question.get(&(call.clone(), question))?;
        (now.saturating_sub(found.since) < KEPT_FOR).then(|| found.digits.clone())
    }

    /// Forgets what is too old, each minute, and what belongs to calls that have ended, until stopped. One task of a
    /// process runs this.
    pub async fn forget(
        self,
        clock: Clock,
        mut ended: Receiver<CallId>,
        stopping: CancellationToken,
    ) {
        let mut look_at = clock.now();
        loop {
            tokio::select! {
                // The same order on every run.
                biased;
                () = stopping.cancelled() => return,
                call = ended.recv() => match call {
                    Ok(call) => self.forget_call(&call),
                    // Forgotten by their age.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                () = clock.sleep_until(look_at) => {
                    self.forget_old(clock.now());
                    look_at = clock.now().saturating_add(LOOK);
                }
            }
        }
    }

    fn forget_old(&self, now: Millis) {
        let mut held = self.lock();
        let old = |since: Millis| now.saturating_sub(since) >= KEPT_FOR;
        while held.by_age.front().is_some_and(|(since, _)| old(*since)) {
            held.forget_oldest();
        }
    }

    fn forget_call(&self, call: &CallId) {
        let mut held = self.lock();
        let questions = (call.clone(), 0)..=(call.clone(), Number::MAX);
        let of: Vec<_> = held.by_question.range(questions).map(|(of, _)| of.clone()).collect();
        for one in of {
            held.by_question.remove(&one);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn forget_oldest(&mut self) {
        let Some((since, of)) = self.by_age.pop_front() else { return };
        // It may have been answered anew.
        if self.by_question.get(&of).is_some_and(|kept| kept.since == since) {
            self.by_question.remove(&of);
        }
    }
}

impl std::fmt::Debug for WithheldDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WithheldDigits({})", self.lock().by_question.len())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{sync::broadcast, task::yield_now};

    use super::*;

    fn named(call: &str) -> CallId {
        CallId(call.to_owned())
    }

    #[test]
    fn they_are_there_for_ten_minutes_and_for_their_call_alone() {
        let (kept, call) = (WithheldDigits::default(), named("a"));
        kept.keep(&call, 1, Digits::new("4111"), 0);
        let there = |call: &str, question, now| {
            kept.get(&named(call), question, now).map(|digits| digits.expose().len())
        };
        assert_eq!(there("a", 1, 0), Some(4));
        assert_eq!(there("a", 1, KEPT_FOR - 1), Some(4));
        assert_eq!(there("a", 1, KEPT_FOR), None);
        assert_eq!((there("a", 2, 0), there("b", 1, 0)), (None, None));
        assert_eq!(format!("{kept:?}"), "WithheldDigits(1)");
    }

    #[test]
    fn no_more_than_so_many_are_kept_and_the_oldest_go() {
        let kept = WithheldDigits::default();
        let most = Number::try_from(MOST).unwrap();
        for question in 1..=most + 1 {
            kept.keep(&named("a"), question, Digits::new("1"), Millis::from(question));
        }
        assert_eq!(format!("{kept:?}"), "WithheldDigits(60000)");
        let there = |question| kept.get(&named("a"), question, 0).is_some();
        assert_eq!((there(1), there(2), there(most + 1)), (false, true, true));
    }

    /// Nothing that comes in forgets them: time does, and the end of their call.
    #[tokio::test]
    async fn they_are_forgotten_by_time_and_with_their_call() {
        let kept = WithheldDigits::default();
        for (call, question, since) in [("old", 1, 0), ("a", 1, 5), ("a", 7, 5), ("b", 1, 5)] {
            kept.keep(&named(call), question, Digits::new("4111"), since);
        }
        let (ends, ended) = broadcast::channel(8);
        let stopping = CancellationToken::new();
        // A minute lies between this look and the next, so that the time of the others does not come.
        let forgetting = kept.clone().forget(Clock::anchored(KEPT_FOR), ended, stopping.clone());
        let watching = async {
            let left = async |count| {
                while kept.lock().by_question.len() != count {
                    yield_now().await;
                }
            };
            left(3).await;
            ends.send(named("a")).unwrap();
            left(1).await;
            assert!(kept.get(&named("b"), 1, 5).is_some(), "that of the other call");
            stopping.cancel();
        };
        let both = async { tokio::join!(forgetting, watching) };
        tokio::time::timeout(Duration::from_mins(1), both).await.unwrap();
        // Answered anew: younger than what it took the place of.
        kept.keep(&named("b"), 1, Digits::new("4112"), 5 + KEPT_FOR / 2);
        kept.forget_old(5 + KEPT_FOR);
        assert_eq!(format!("{kept:?}"), "WithheldDigits(1)");
        kept.forget_old(5 + KEPT_FOR / 2 + KEPT_FOR);
        assert_eq!(format!("{kept:?}"), "WithheldDigits(0)");
    }
}
