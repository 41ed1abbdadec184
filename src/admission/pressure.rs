//! How long the ledger takes. Measured where it hurts: from handing an arrival over to its commit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use engine::{Millis, call::CallId};

use crate::clock::Clock;

/// The smallest delay of the last one or two spans counts, in ms: a hiccup is not a backlog.
const SPAN: Millis = 500;
/// A failure is believed for so long, in ms; then the next arrival finds out.
const DOWN_FOR: Millis = 1_000;
/// Arrivals of one call on their way at once (RELIABILITY.md F52).
const MOST_OF_ONE_CALL: u32 = 200;

/// What is known of the ledger's speed.
#[derive(Debug)]
pub(super) struct Pressure {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    under_way: BTreeMap<u64, Millis>,
    of_call: HashMap<CallId, u32>,
    /// The smallest delay of the running span and of the one before.
    least: [Option<Millis>; 2],
    span_began: Millis,
    failed_at: Option<Millis>,
}

/// How the ledger does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speed {
    /// Arrivals wait for so long, in ms.
    Delay(Millis),
    /// The last arrival failed, just now.
    Down,
}

/// An arrival on its way. Dropped without a word it counts as neither kept nor failed.
#[derive(Debug)]
pub(super) struct UnderWay<'a> {
    pressure: &'a Pressure,
    id: u64,
    call: CallId,
}

impl Pressure {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// An arrival is handed over. None if too many of its call are on their way already.
    pub(super) fn begin(&self, call: &CallId) -> Option<UnderWay<'_>> {
        let now = self.clock.now();
        let mut state = self.state();
        let of_call = state.of_call.entry(call.clone()).or_default();
        if *of_call >= MOST_OF_ONE_CALL {
            return None;
        }
        *of_call += 1;
        let id = state.next;
        state.next += 1;
        state.under_way.insert(id, now);
        Some(UnderWay { pressure: self, id, call: call.clone() })
    }

    /// How the ledger does now.
    pub(super) fn speed(&self) -> Speed {
        let now = self.clock.now();
        let mut state = self.state();
        if state.failed_at.is_some_and(|at| now.saturating_sub(at) < DOWN_FOR) {
            return Speed::Down;
        }
        state.turn(now);
        let standing = state.least.iter().flatten().min().copied().unwrap_or(0);
        let oldest = state.under_way.values().next().map_or(0, |at| now.saturating_sub(*at));
        Speed::Delay(standing.max(oldest))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&mut self, now: Millis) {
        let age = now.saturating_sub(self.span_began);
        if age >= SPAN {
            self.least = [None, self.least[0].filter(|_| age < 2 * SPAN)];
            self.span_began = now;
        }
    }
}

impl UnderWay<'_> {
    /// It was kept.
    pub(super) fn kept(self) {
        let now = self.pressure.clock.now();
        let mut state = self.pressure.state();
        state.failed_at = None;
        state.turn(now);
        let began = state.under_way.get(&self.id).copied().unwrap_or(now);
        let delay = now.saturating_sub(began);
        let least = state.least[0].map_or(delay, |least| least.min(delay));
        state.least[0] = Some(least);
    }

    /// The ledger could not keep it.
    pub(super) fn failed(self) {
        let now = self.pressure.clock.now();
        self.pressure.state().failed_at = Some(now);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.pressure.state();
        state.under_way.remove(&self.id);
        if let Some(count) = state.of_call.get_mut(&self.call) {
            *count -= 1;
            if *count == 0 {
                state.of_call.remove(&self.call);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(n: u32) -> CallId {
        CallId(n.to_string())
    }

    /// Lets what is on its way look older by so many ms.
    fn age(pressure: &Pressure, by: Millis) {
        for at in pressure.state().under_way.values_mut() {
            *at -= by;
        }
    }

    fn delay(pressure: &Pressure) -> Millis {
        match pressure.speed() {
            Speed::Delay(delay) => delay,
            Speed::Down => Millis::MAX,
        }
    }

    #[test]
    fn what_is_stuck_counts_at_once_and_a_hiccup_does_not() {
        let pressure = Pressure::new(Clock::start());
        assert!(delay(&pressure) < 100);
        let stuck = pressure.begin(&call(1)).unwrap();
        age(&pressure, 700);
        assert!(delay(&pressure) >= 700, "the oldest on its way");
        stuck.kept();
        assert!(delay(&pressure) >= 700, "and nothing quicker since");
        pressure.begin(&call(1)).unwrap().kept();
        assert!(delay(&pressure) < 100, "a quick one: no backlog");
    }

    #[test]
    fn a_failure_is_believed_until_something_is_kept() {
        let pressure = Pressure::new(Clock::start());
        pressure.begin(&call(1)).unwrap().failed();
        assert_eq!(pressure.speed(), Speed::Down);
        pressure.begin(&call(1)).unwrap().kept();
        assert!(delay(&pressure) < 100);
        pressure.begin(&call(1)).unwrap().failed();
        pressure.state().failed_at = Some(pressure.clock.now() - DOWN_FOR);
        assert!(delay(&pressure) < 100, "then the next one finds out");
    }

    #[test]
    fn one_hot_call_is_bounded_and_the_others_are_not() {
        let pressure = Pressure::new(Clock::start());
        let hot: Vec<_> = (0..200).map(|_| pressure.begin(&call(1)).unwrap()).collect();
        assert!(pressure.begin(&call(1)).is_none());
        assert!(pressure.begin(&call(2)).is_some());
        drop(hot);
        assert!(pressure.begin(&call(1)).is_some());
        assert!(pressure.state().of_call.is_empty(), "nothing is kept of who is gone");
    }
}
