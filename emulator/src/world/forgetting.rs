//! Ended calls are kept for a while and then forgotten, so that a world that runs for long does not
//! grow.

use super::{CallId, World};
use crate::clock::Millis;

/// An ended call is kept at least this long, so that its recording can be stored.
const AT_LEAST: Millis = 10_000;

impl World {
    /// The id of the next call; none is given twice.
    pub(super) fn next_call(&mut self) -> CallId {
        let newest = self.calls.last_key_value().map_or(0, |(id, _)| id.0);
        self.last_call = self.last_call.max(newest).saturating_add(1);
        CallId(self.last_call)
    }

    /// A call has ended: the oldest ended ones go when there are too many.
    pub(super) fn forget_after(&mut self, ended: CallId) {
        self.ended.push_back((self.now, ended));
        while self.ended.len() > self.settings.ended_calls_kept
            && self.ended.front().is_some_and(|(at, _)| self.now - at >= AT_LEAST)
        {
            if let Some((_, call)) = self.ended.pop_front() {
                self.calls.remove(&call);
                self.meetings.retain(|_, known| *known != call);
            }
        }
    }
}
