//! Repeatability-Request-ID: the same id is executed once (contract section 2).

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use sha2::{Digest, Sha256};

use crate::clock::Millis;
use crate::wire::Refusal;
use crate::world::Reply;

/// How long answers are kept. Microsoft documents 5 minutes for other ACS services.
const WINDOW: Millis = 5 * 60 * 1_000;

#[derive(Serialize, Deserialize)]
struct Kept {
    /// Hash of target and body.
    request: [u8; 32],
    /// Absent while the first request is being executed.
    result: Option<Result<Reply, Refusal>>,
}

/// Answers by request id.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Repeats {
    kept: BTreeMap<String, Kept>,
    /// When each id came, oldest first.
    ages: VecDeque<(Millis, String)>,
}

/// What a request id means.
pub(crate) enum Repeated {
    /// Not seen: execute.
    New,
    /// Seen with the same request: answer this again.
    Same(Result<Reply, Refusal>),
    /// Seen with the same request, which is still being executed.
    Running,
    /// Seen with another request.
    Different,
}

impl Repeats {
    /// Looks an id up, and notes a new one as being executed. Forgets those out of the window.
    pub(crate) fn look(&mut self, now: Millis, id: &str, target: &str, body: &[u8]) -> Repeated {
        self.forget(now);
        let request = hash(target, body);
        let Some(kept) = self.kept.get(id) else {
            self.kept.insert(id.to_owned(), Kept { request, result: None });
            self.ages.push_back((now, id.to_owned()));
            return Repeated::New;
        };
        match &kept.result {
            _ if kept.request != request => Repeated::Different,
            Some(result) => Repeated::Same(result.clone()),
            None => Repeated::Running,
        }
    }

    fn forget(&mut self, now: Millis) {
        while self.ages.front().is_some_and(|(at, _)| now - at >= WINDOW) {
            if let Some((_, id)) = self.ages.pop_front() {
                self.kept.remove(&id);
            }
        }
    }

    /// Keeps the answer of an id that was looked up.
    pub(crate) fn keep(&mut self, id: &str, result: Result<Reply, Refusal>) {
        if let Some(kept) = self.kept.get_mut(id) {
            kept.result = Some(result);
        }
    }

    /// Whether a first-sent time is within the window.
    pub(crate) fn is_fresh(now: Millis, first_sent: Millis) -> bool {
        (now - first_sent).abs() < WINDOW
    }
}

fn hash(target: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(target);
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_then_the_same_then_forgotten() {
        let mut repeats = Repeats::default();
        assert!(matches!(repeats.look(0, "a", "/t", b"x"), Repeated::New));
        assert!(matches!(repeats.look(0, "a", "/t", b"x"), Repeated::Running));
        repeats.keep("a", Ok(Reply::empty(204)));
        assert!(matches!(repeats.look(1, "a", "/t", b"x"), Repeated::Same(Ok(_))));
        assert!(matches!(repeats.look(1, "a", "/t", b"y"), Repeated::Different));
        assert!(matches!(repeats.look(WINDOW, "a", "/t", b"x"), Repeated::New));
    }
}
