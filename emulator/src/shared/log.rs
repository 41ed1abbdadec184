//! What was asked and what was delivered, without secrets.

use std::collections::VecDeque;

use serde::Serialize;

/// Entries kept.
const KEPT: usize = 10_000;

/// A numbered log that forgets its oldest entries.
pub(crate) struct Log<T> {
    entries: VecDeque<(u64, T)>,
    count: u64,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), count: 0 }
    }
}

impl<T: Clone> Log<T> {
    /// Adds an entry made with its number, the first being 1.
    pub(crate) fn add(&mut self, entry: impl FnOnce(u64) -> T) {
        self.count += 1;
        self.entries.push_back((self.count, entry(self.count)));
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }

    /// Entries with a number above `since`.
    pub(crate) fn since(&self, since: u64) -> Vec<T> {
        let newer = self.entries.iter().filter(|(number, _)| *number > since);
        newer.map(|(_, entry)| entry.clone()).collect()
    }

    /// The entry of this number, if it is still known.
    pub(crate) fn one(&self, n: u64) -> Option<T> {
        let first = self.entries.front().map(|(number, _)| *number)?;
        let index = usize::try_from(n.checked_sub(first)?).ok()?;
        self.entries.get(index).map(|(_, entry)| entry.clone())
    }

    /// How many entries there ever were.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }
}

/// A request to a stand-in service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestEntry {
    /// Its number, from 1.
    pub n: u64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// HTTP method.
    pub method: String,
    /// `answer`, `play`, `getPresencesByUserId`, `token` and so on.
    pub operation: String,
    /// The call connection or recording it was about.
    pub subject: Option<String>,
    /// The answer's status.
    pub status: u16,
    /// The sub-code of a refusal.
    pub sub_code: Option<u32>,
    /// Whether the answer was given before, to the same Repeatability-Request-ID.
    pub repeated: bool,
    /// Members of the body that the swagger does not have.
    pub unknown_members: Vec<String>,
    /// What was passed over because the emulator is lenient.
    pub forgiven: Vec<String>,
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveryEntry {
    /// Its number, from 1.
    pub n: u64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// `callback`, `event_grid`, `handshake` or `replay`.
    pub kind: &'static str,
    /// The event, without `Microsoft.Communication.`.
    pub event: String,
    /// The call connection of a callback, or the id of an Event Grid event.
    pub subject: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The answer's status; absent when there was none.
    pub status: Option<u16>,
    /// Whether the event is given up after this attempt.
    pub lost: bool,
    /// Why there was no answer, or which fault struck.
    pub problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn entries_are_numbered_and_read_from_a_number() {
        let mut log = Log::default();
        for _ in 0..3 {
            log.add(|number| number);
        }
        assert_eq!(log.since(1), [2, 3]);
        assert_eq!(log.count(), 3);
        assert_eq!([0, 1, 3, 4].map(|n| log.one(n)), [None, Some(1), Some(3), None]);
    }
}
