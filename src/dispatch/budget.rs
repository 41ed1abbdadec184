//! How many tries may be repetitions: a tenth of all commands, and a few a second in any case. Pure.

use engine::Millis;

/// A command that is tried for the first time earns this much of a repetition, in thousandths.
const EARNED: i64 = 100;
/// Earned without any command, in thousandths a ms: 5 repetitions a second. The floor: where little goes
/// on, a single call must not starve.
const FLOOR: i64 = 5;
/// Saved at most, in thousandths.
const MOST: i64 = 100_000;
const ONE: i64 = 1_000;

/// Repetitions that may still be made. A repetition that is not covered yet is put off until it is.
#[derive(Debug)]
pub(super) struct Budget {
    /// In thousandths of a repetition; below zero if some were promised ahead.
    left: i64,
    at: Millis,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: 10 * ONE, at: 0 }
    }
}

impl Budget {
    /// A command is tried for the first time.
    pub(super) fn first_try(&mut self, now: Millis) {
        self.earn(now);
        self.left = self.left.saturating_add(EARNED).min(MOST);
    }

    /// Takes one repetition: how long it must wait to be covered, in ms. None if that is longer than
    /// `longest`; then nothing is taken.
    pub(super) fn repeat(&mut self, longest: Millis, now: Millis) -> Option<Millis> {
        self.earn(now);
        let missing = ONE.saturating_sub(self.left).max(0);
        let wait = missing.saturating_add(FLOOR - 1) / FLOOR;
        if wait > longest {
            return None;
        }
        self.left = self.left.saturating_sub(ONE);
        Some(wait)
    }

    fn earn(&mut self, now: Millis) {
        let since = now.saturating_sub(self.at).clamp(0, MOST);
        self.at = self.at.max(now);
        self.left = self.left.saturating_add(since.saturating_mul(FLOOR)).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_commands_and_the_floor() {
        let mut budget = Budget::default();
        budget.earn(1);
        budget.left = 0;
        // 1,000 commands in 10 s, all of which fail and want to be repeated at once.
        let mut repeated = 0;
        for n in 0..1_000 {
            let now = 1 + n * 10;
            budget.first_try(now);
            repeated += i64::from(budget.repeat(0, now).is_some());
        }
        // 100 for the commands, 50 for the 10 s.
        assert!((148..=150).contains(&repeated), "{repeated}");
    }

    #[test]
    fn what_is_not_covered_is_put_off_in_turn_and_refused_beyond_the_longest() {
        let mut budget = Budget { left: ONE, at: 0 };
        let waits: Vec<_> = (0..4).map(|_| budget.repeat(500, 0)).collect();
        assert_eq!(waits, [Some(0), Some(200), Some(400), None]);
        assert_eq!(budget.repeat(500, 200), Some(400), "200 ms later the next one fits again");
    }

    #[test]
    fn a_clock_that_goes_back_earns_nothing() {
        let mut budget = Budget { left: 0, at: 1_000 };
        assert_eq!(budget.repeat(0, 0), None);
        assert_eq!(budget.repeat(0, 1_000), None);
    }
}
