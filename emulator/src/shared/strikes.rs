//! The rules in force, how often each was asked and how often it struck.

use serde::Serialize;

use super::faults::{FaultAction, FaultRule, Moment, Struck};
use crate::ids::Ids;

/// Resolution of probabilities: one in a million.
const PARTS: i64 = 1_000_000;

/// A rule in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FaultView {
    /// Its number, to withdraw it.
    pub id: u64,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// How often something it is about has happened.
    pub counted: u32,
    /// How often it struck.
    pub struck: u32,
}

/// A fault that strikes now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) action: FaultAction,
    /// What the rule says about the side of the effect.
    pub(crate) when: Option<Moment>,
}

/// All rules, in the order they were made.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<FaultView>,
    last: u64,
    /// Chance of its own, so that rules do not change the ids of the world.
    chance: Ids,
}

impl Faults {
    /// No rules; probabilities are drawn from the seed.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let chance = Ids::new(seed.map(|seed| seed ^ u64::MAX));
        Self { rules: Vec::new(), last: 0, chance }
    }

    /// Puts a rule in force and gives its number.
    pub(crate) fn add(&mut self, rule: FaultRule) -> u64 {
        self.last += 1;
        self.rules.push(FaultView { id: self.last, rule, counted: 0, struck: 0 });
        self.last
    }

    /// Withdraws one rule; false when there is none of this number.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|one| one.id != id);
        self.rules.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn list(&self) -> Vec<FaultView> {
        self.rules.clone()
    }

    /// The fault that strikes this occurrence, if any: of the oldest rule that says so. Every rule
    /// that is about it counts it.
    pub(crate) fn strike(&mut self, struck: Struck, name: &str) -> Option<Strike> {
        let mut first = None;
        for one in self.rules.iter_mut().filter(|one| one.rule.is_about(struck, name)) {
            one.counted += 1;
            if strikes(one, &mut self.chance) && first.is_none() {
                one.struck += 1;
                first = Some(Strike { action: one.rule.action.clone(), when: one.rule.when });
            }
        }
        first
    }
}

fn strikes(one: &FaultView, chance: &mut Ids) -> bool {
    let FaultRule { nth, every, probability, .. } = &one.rule;
    if let Some(nth) = nth {
        return *nth == one.counted;
    }
    if let Some(every) = every {
        return one.counted.checked_rem(*every) == Some(0);
    }
    probability.is_none_or(|probability| {
        let drawn = u32::try_from(chance.between(0, PARTS - 1)).unwrap_or(0);
        f64::from(drawn) < probability * 1_000_000.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &mut Faults, times: usize) -> String {
        let strike = |faults: &mut Faults| faults.strike(Struck::Event, "PlayCompleted").is_some();
        (0..times).map(|_| if strike(faults) { 'x' } else { '.' }).collect()
    }

    fn with(rule: FaultRule) -> Faults {
        let mut faults = Faults::new(Some(5));
        faults.add(rule);
        faults
    }

    #[test]
    fn a_rule_strikes_as_often_as_it_says() {
        let rule = || FaultRule::new("PlayCompleted", FaultAction::Drop);
        assert_eq!(struck(&mut with(rule()), 3), "xxx");
        assert_eq!(struck(&mut with(rule().nth(2)), 4), ".x..");
        let every = FaultRule { every: Some(2), ..rule() };
        assert_eq!(struck(&mut with(every), 5), ".x.x.");
        assert_eq!(struck(&mut with(rule().with_probability(0.0)), 50), ".".repeat(50));
        assert_eq!(struck(&mut with(rule().with_probability(1.0)), 50), "x".repeat(50));
    }

    #[test]
    fn chance_is_the_same_with_the_same_seed() {
        let rule = FaultRule::new("*", FaultAction::Drop).with_probability(0.3);
        let (one, two) = (struck(&mut with(rule.clone()), 200), struck(&mut with(rule), 200));
        assert_eq!(one, two);
        let hits = one.matches('x').count();
        assert!((30..90).contains(&hits), "{hits}");
    }

    #[test]
    fn rules_are_listed_with_counts_and_withdrawn() {
        let mut faults = with(FaultRule::new("PlayCompleted", FaultAction::Drop).nth(2));
        assert_eq!(struck(&mut faults, 3), ".x.");
        let listed = faults.list();
        assert_eq!((listed[0].id, listed[0].counted, listed[0].struck), (1, 3, 1));
        assert!(faults.remove(1) && !faults.remove(1));
        assert_eq!(faults.list(), []);
    }
}
