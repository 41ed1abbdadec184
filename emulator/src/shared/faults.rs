//! Faults on order.

use serde::{Deserialize, Serialize};

/// A fault for an operation (`play`, `answer`…) or an event (`PlayCompleted`, `IncomingCall`…).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The operation's or event's name, as the logs write it.
    pub on: String,
    /// Strikes only the nth time, counted from 1 since the rule was made; each time when absent.
    #[serde(default)]
    pub nth: Option<u32>,
    /// What happens.
    pub action: FaultAction,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// An event is never posted.
    Drop,
    /// An event is posted twice, with the same id.
    Duplicate,
    /// An event is posted, or an operation done, this much later.
    Delay {
        /// Milliseconds, real time.
        ms: u32,
    },
    /// An operation is refused and has no effect.
    Refuse {
        /// The status of the answer.
        status: u16,
        /// The code in its body; 9999 when absent.
        #[serde(default)]
        sub_code: Option<u32>,
        /// `Retry-After`, seconds.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// An operation takes effect, but its answer says it failed.
    FailAfter {
        /// The status of the answer.
        status: u16,
    },
    /// An operation takes effect, but its answer comes this much later.
    Hang {
        /// Milliseconds, real time.
        ms: u32,
    },
}

/// The rules in force and how often each was asked.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(FaultRule, u32)>,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault that strikes this occurrence, if any; every matching rule counts it.
    pub(crate) fn strike(&mut self, name: &str) -> Option<FaultAction> {
        let mut struck = None;
        for (rule, count) in self.rules.iter_mut().filter(|(rule, _)| rule.on == name) {
            *count += 1;
            if rule.nth.is_none_or(|nth| nth == *count) && struck.is_none() {
                struck = Some(rule.action.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_the_nth_time_or_each_time() {
        let rule = |on: &str, nth| FaultRule { on: on.to_owned(), nth, action: FaultAction::Drop };
        let mut faults = Faults::default();
        faults.add(rule("play", Some(2)));
        faults.add(rule("answer", None));
        let struck: Vec<bool> = (0..3).map(|_| faults.strike("play").is_some()).collect();
        assert_eq!(struck, [false, true, false]);
        assert!(faults.strike("answer").is_some() && faults.strike("answer").is_some());
        faults.clear();
        assert_eq!(faults.strike("answer"), None);
    }

    #[test]
    fn rules_are_written_as_json() {
        let text = r#"{"on":"play","nth":1,"action":{"refuse":{"status":429,"retry_after":5}}}"#;
        let rule: FaultRule = serde_json::from_str(text).expect("a rule");
        let refuse = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(5) };
        assert_eq!(rule.action, refuse);
    }
}
