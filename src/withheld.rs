//! Sensitive digits, in memory: from the event that brought them to the request that sends them. Written nowhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::{
    Millis,
    call::{CallId, Number},
};
use webhooks::Digits;

/// They are forgotten after this, in ms: a caller who typed them has long heard what came of it.
const KEPT_FOR: Millis = 10 * 60_000;
/// More than this many at once are not kept: the oldest go. With 50 new calls a second each of which types two numbers,
/// this is more than there can be in ten minutes.
const MOST: usize = 60_000;

/// What callers typed that nobody may read. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct WithheldDigits {
    by_question: Arc<Mutex<BTreeMap<(CallId, Number), Held>>>,
}

struct Held {
    digits: Digits,
    since: Millis,
}

impl WithheldDigits {
    /// Keeps what answered a question, until it is too old.
    pub fn keep(&self, call: &CallId, question: Number, digits: Digits, now: Millis) {
        let mut held = self.lock();
        held.retain(|_, held| now.saturating_sub(held.since) < KEPT_FOR);
        if held.len() >= MOST
            && let Some(oldest) =
                held.iter().min_by_key(|(_, held)| held.since).map(|(key, _)| key.clone())
        {
            held.remove(&oldest);
        }
        held.insert((call.clone(), question), Held { digits, since: now });
    }

    /// What answered a question; none where it is too old, or another process took it in.
    pub fn get(&self, call: &CallId, question: Number, now: Millis) -> Option<Digits> {
        let held = self.lock();
        let found = held.get(&(call.clone(), question))?;
        (now.saturating_sub(found.since) < KEPT_FOR).then(|| found.digits.clone())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(CallId, Number), Held>> {
        self.by_question.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for WithheldDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WithheldDigits({})", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_there_for_ten_minutes_and_for_their_call_alone() {
        let (kept, call) = (WithheldDigits::default(), CallId("a".to_owned()));
        kept.keep(&call, 1, Digits::new("4111"), 0);
        let there = |call: &str, question, now| {
            kept.get(&CallId(call.to_owned()), question, now).map(|digits| digits.expose().len())
        };
        assert_eq!(there("a", 1, 0), Some(4));
        assert_eq!(there("a", 1, KEPT_FOR - 1), Some(4));
        assert_eq!(there("a", 1, KEPT_FOR), None);
        assert_eq!((there("a", 2, 0), there("b", 1, 0)), (None, None));
        assert_eq!(format!("{kept:?}"), "WithheldDigits(1)");
        kept.keep(&call, 2, Digits::new("1"), KEPT_FOR);
        assert_eq!(format!("{kept:?}"), "WithheldDigits(1)", "what is too old is not kept");
    }
}
