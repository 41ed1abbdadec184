//! Faults on order: what may go wrong, where and how often.

use serde::{Deserialize, Serialize};

/// A fault for an operation (`play`, `answer`…), an event (`PlayCompleted`, `IncomingCall`…), or a
/// request to one of the small services.
///
/// `nth`, `every` and `probability` exclude each other; without any of them the rule strikes each
/// time. Only occurrences that the action fits are counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The operation's or event's name, as the logs write it; `*` for all of them, `graph`, `token`
    /// or `keys` for all requests to Graph, Entra's token endpoint and the key sets.
    pub on: String,
    /// Strikes only the nth time, counted from 1 since the rule was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// Strikes every nth time: 3 is the third, the sixth and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// Strikes with this probability, 0 to 1; drawn from the emulator's seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Whether an operation is struck before its effect or after it. [`FaultAction`] says what holds
    /// when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Moment>,
    /// What happens.
    pub action: FaultAction,
}

/// On which side of an operation's effect a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// It has no effect, or has it only later.
    Before,
    /// It has its effect; the answer suffers.
    After,
}

/// What a fault does. "A request" is an operation of Call Automation or a request to Graph, Entra or
/// a key set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// An event is never posted.
    Drop,
    /// An event is posted twice at once, with the same id.
    Duplicate,
    /// An event is posted this often at once, with the same id.
    Copies {
        /// How often, 1 to 100.
        n: u32,
    },
    /// An event waits until the next one of its call has overtaken it, at most 2 s.
    Reorder,
    /// An event is posted this much later and others overtake it; or a request is executed this
    /// much later (before) or answered this much later (after). Before when nothing is said.
    Delay {
        /// Milliseconds.
        ms: u32,
    },
    /// A request is refused. It has no effect, unless the rule says after.
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
    /// A request takes effect, but its answer says it failed: `refuse` with after.
    FailAfter {
        /// The status of the answer.
        status: u16,
    },
    /// The connection is closed without an answer. Before the effect when nothing is said.
    Reset,
    /// A request takes effect, but its answer comes this much later: `delay` with after.
    Hang {
        /// Milliseconds.
        ms: u32,
    },
    /// The bytes of a request's answer drip out over this time.
    Slow {
        /// Milliseconds from the first byte to the last.
        ms: u32,
    },
    /// All signing keys change just before the event is signed or the request is executed.
    RotateKeys,
    /// The clock of the sender is off: times in an event and its token, or in the token that Entra
    /// gives, are this much later, or earlier when negative.
    Skew {
        /// Milliseconds.
        ms: i64,
    },
    /// A mid-call event comes with a well signed token that says something wrong.
    Forge {
        /// What is wrong.
        claim: WrongClaim,
    },
    /// A mid-call event is not quite what is documented, as one of a newer service may be.
    Alter {
        /// What is changed.
        with: Alteration,
    },
}

/// What a token says wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongClaim {
    /// Another issuer.
    Issuer,
    /// Meant for another resource.
    Audience,
    /// Over for an hour.
    Expiry,
}

/// How an event is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alteration {
    /// Members that nobody knows.
    ExtraMembers,
    /// Values that are in no enumeration, and an undocumented sub-code.
    UnknownValues,
    /// No `resultInformation`.
    NoResult,
}

/// What a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Struck {
    /// An event of this name.
    Event,
    /// An operation of Call Automation.
    Operation,
    /// A request to Graph.
    Graph,
    /// A request to Entra's token endpoint.
    Token,
    /// A request for a key set.
    Keys,
}

impl Struck {
    /// The name for all of them; `*` is for everything.
    fn family(self) -> Option<&'static str> {
        match self {
            Self::Event | Self::Operation => None,
            Self::Graph => Some("graph"),
            Self::Token => Some("token"),
            Self::Keys => Some("keys"),
        }
    }
}

impl FaultAction {
    /// Whether it makes sense for what is struck.
    pub(crate) fn fits(&self, struck: Struck) -> bool {
        let event = struck == Struck::Event;
        match self {
            Self::Drop
            | Self::Duplicate
            | Self::Copies { .. }
            | Self::Reorder
            | Self::Forge { .. }
            | Self::Alter { .. } => event,
            Self::Refuse { .. }
            | Self::FailAfter { .. }
            | Self::Reset
            | Self::Hang { .. }
            | Self::Slow { .. } => !event,
            Self::Delay { .. } | Self::RotateKeys => true,
            Self::Skew { .. } => event || struck == Struck::Token,
        }
    }
}

impl FaultRule {
    /// A rule that strikes each time.
    pub fn new(on: impl Into<String>, action: FaultAction) -> Self {
        let on = on.into();
        Self { on, nth: None, every: None, probability: None, when: None, action }
    }

    /// Strikes the nth time only, from 1.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Strikes with a probability of 0 to 1.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Strikes on this side of the effect.
    #[must_use]
    pub fn at(mut self, when: Moment) -> Self {
        self.when = Some(when);
        self
    }

    /// Whether it may be ordered.
    ///
    /// # Errors
    /// What to change about it.
    pub fn check(&self) -> Result<(), &'static str> {
        let chosen = [self.nth.is_some(), self.every.is_some(), self.probability.is_some()];
        if self.on.is_empty() {
            return Err("on must name an operation or event, or be *, graph, token or keys");
        }
        if chosen.iter().filter(|chosen| **chosen).count() > 1 {
            return Err("give one of nth, every and probability");
        }
        if self.nth == Some(0) || self.every == Some(0) {
            return Err("nth and every count from 1");
        }
        if self.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err("probability must be from 0 to 1");
        }
        if let FaultAction::Copies { n: 0 | 101.. } = self.action {
            return Err("n must be from 1 to 100");
        }
        Ok(())
    }

    /// Whether it is about this.
    pub(crate) fn is_about(&self, struck: Struck, name: &str) -> bool {
        let named = self.on == name || self.on == "*" || Some(self.on.as_str()) == struck.family();
        named && self.action.fits(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_written_as_json() {
        let text = r#"{"on":"play","nth":1,"action":{"refuse":{"status":429,"retry_after":5}}}"#;
        let rule: FaultRule = serde_json::from_str(text).expect("a rule");
        let refuse = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(5) };
        assert_eq!(rule, FaultRule::new("play", refuse).nth(1));
        let text = r#"{"on":"*","probability":0.5,"when":"after","action":"reset"}"#;
        let rule: FaultRule = serde_json::from_str(text).expect("a rule");
        let expected = FaultRule::new("*", FaultAction::Reset);
        assert_eq!(rule, expected.with_probability(0.5).at(Moment::After));
    }

    #[test]
    fn a_rule_that_makes_no_sense_says_why() {
        let drop = FaultRule::new("play", FaultAction::Drop);
        let cases = [
            (FaultRule::new("", FaultAction::Drop), "on must"),
            (drop.clone().nth(0), "count from 1"),
            (drop.clone().nth(1).with_probability(0.5), "one of"),
            (drop.clone().with_probability(1.5), "0 to 1"),
            (drop.clone().with_probability(f64::NAN), "0 to 1"),
            (FaultRule::new("play", FaultAction::Copies { n: 0 }), "1 to 100"),
        ];
        for (rule, problem) in cases {
            assert!(rule.check().expect_err("refused").contains(problem), "{rule:?}");
        }
        assert_eq!(drop.check(), Ok(()));
    }

    #[test]
    fn a_rule_is_about_what_its_action_fits() {
        let reset = FaultRule::new("*", FaultAction::Reset);
        let keys = FaultRule::new("keys", FaultAction::RotateKeys);
        assert!(keys.is_about(Struck::Keys, "callbackKeys"));
        assert!(!keys.is_about(Struck::Operation, "play"));
        assert!(reset.is_about(Struck::Operation, "play") && reset.is_about(Struck::Graph, "x"));
        assert!(!reset.is_about(Struck::Event, "PlayCompleted"));
    }
}
