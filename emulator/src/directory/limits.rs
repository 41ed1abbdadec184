//! Throttling: so much per window, for each application. Pure.

use std::collections::{BTreeMap, VecDeque};

use crate::clock::Millis;

/// What was used lately, by application.
#[derive(Default)]
pub(crate) struct Limiter {
    used: BTreeMap<String, VecDeque<(Millis, u32)>>,
}

impl Limiter {
    /// Notes a request of this cost; false when it is over the limit. A refused one counts too, as
    /// Graph says of early retries.
    pub(crate) fn admit(
        &mut self,
        who: &str,
        now: Millis,
        window: Millis,
        cost: u32,
        limit: u32,
    ) -> bool {
        let used = self.used.entry(who.to_owned()).or_default();
        while used.front().is_some_and(|(at, _)| *at + window <= now) {
            used.pop_front();
        }
        // Beyond twice the limit nothing more is learned by counting.
        let sum: u32 = used.iter().map(|(_, cost)| *cost).sum();
        if sum < limit.saturating_mul(2) {
            used.push_back((now, cost));
        }
        sum.saturating_add(cost) <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_slides() {
        let mut limiter = Limiter::default();
        let mut ask = |who, now| limiter.admit(who, now, 30_000, 1, 2);
        assert!(ask("a", 0) && ask("a", 10_000));
        assert!(!ask("a", 20_000), "the third within 30 s");
        assert!(ask("b", 20_000), "another application");
        assert!(!ask("a", 30_000), "the refused one counts");
        assert!(ask("a", 60_000));
    }
}
