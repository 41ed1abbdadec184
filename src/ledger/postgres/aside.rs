//! What this replica cannot read or decide upon: calls and commands that it passes over. Kept in memory:
//! another replica may well be able to, because it has a newer key ring or is of a newer release.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use engine::{Millis, call::CallId};

use crate::clock::Clock;

/// A call whose flow only another replica can read is looked at again after this, in ms: by then the other
/// may be gone.
const FOREIGN: Millis = 5_000;

/// Calls and commands that this replica leaves to others.
pub(super) struct Aside {
    clock: Clock,
    /// Until when.
    calls: Mutex<HashMap<CallId, Millis>>,
    commands: Mutex<HashSet<(CallId, i64)>>,
}

impl Aside {
    /// Nothing yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, calls: Mutex::default(), commands: Mutex::default() }
    }

    /// A call that cannot be read, until the next start or until it is decided upon after all.
    pub(super) fn add(&self, call: CallId) {
        locked(&self.calls).insert(call, Millis::MAX);
    }

    /// A call of a flow that cannot be read, for a while.
    pub(super) fn add_foreign(&self, call: CallId) {
        locked(&self.calls).insert(call, self.clock.now().saturating_add(FOREIGN));
    }

    /// It can be read.
    pub(super) fn is_back(&self, call: &CallId) {
        let mut calls = locked(&self.calls);
        if !calls.is_empty() {
            calls.remove(call);
        }
    }

    /// The calls that are passed over now.
    pub(super) fn calls(&self) -> Vec<String> {
        let mut calls = locked(&self.calls);
        let now = self.clock.now();
        calls.retain(|_, until| *until > now);
        calls.keys().map(ToString::to_string).collect()
    }

    /// A command that cannot be opened.
    pub(super) fn add_command(&self, call: &CallId, number: i64) {
        locked(&self.commands).insert((call.clone(), number));
    }

    /// The commands that are passed over: ids of calls, and numbers.
    pub(super) fn commands(&self) -> (Vec<String>, Vec<i64>) {
        let commands = locked(&self.commands);
        commands.iter().map(|(call, number)| (call.to_string(), *number)).unzip()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
