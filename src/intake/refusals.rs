//! Refused deliveries in the log: at most one line a second for each reason, or anybody could fill a disk.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use engine::Millis;

/// A reason is told at most this often, in ms.
const EVERY: Millis = 1_000;

/// Counts refusals and tells of them now and then.
#[derive(Debug, Default)]
pub struct Refusals {
    by_reason: Mutex<BTreeMap<(&'static str, &'static str), Told>>,
}

#[derive(Debug, Default)]
struct Told {
    at: Option<Millis>,
    unsaid: u64,
}

impl Refusals {
    /// Tells that a delivery was not believed, or counts it for the next line.
    pub fn tell(&self, what: &'static str, reason: &'static str, now: Millis) {
        if let Some(unsaid) = self.due(what, reason, now) {
            tracing::warn!(what, reason, unsaid, "delivery not believed");
        }
    }

    /// How many went unsaid since the last line, if a line is due.
    fn due(&self, what: &'static str, reason: &'static str, now: Millis) -> Option<u64> {
        let mut by_reason = self.by_reason.lock().unwrap_or_else(PoisonError::into_inner);
        let told = by_reason.entry((what, reason)).or_default();
        if told.at.is_some_and(|at| now.saturating_sub(at) < EVERY) {
            told.unsaid += 1;
            return None;
        }
        told.at = Some(now);
        Some(std::mem::take(&mut told.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_for_each_reason_and_none_is_uncounted() {
        let refusals = Refusals::default();
        assert_eq!(refusals.due("grid", "expired", 0), Some(0));
        assert_eq!(refusals.due("grid", "missing", 1), Some(0));
        for now in 1..1_000 {
            assert_eq!(refusals.due("grid", "expired", now), None);
        }
        assert_eq!(refusals.due("grid", "expired", 1_000), Some(999));
    }
}
