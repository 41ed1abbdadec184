//! The one table: what a try's outcome means. Pure; nothing else in the service retries.

use callautomation::Class;
use engine::{
    Millis,
    call::{Refusal, Settlement, SettlementFacts},
};

use super::turns::Health;

/// How one try ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Try {
    /// Accepted.
    Done(SettlementFacts),
    /// The service answered with an error.
    Answered {
        /// HTTP status.
        status: u16,
        /// Call Automation sub-code, where told.
        sub_code: Option<i64>,
        /// How long the service asks to wait, in ms.
        retry_after: Option<Millis>,
    },
    /// It surely did not arrive: no connection, no token.
    NotSent {
        /// Why, without personal data.
        cause: String,
    },
    /// It may have arrived: time-out, reset, a stale connection.
    Uncertain {
        /// Why, without personal data.
        cause: String,
    },
    /// It could not be written at all.
    Unrenderable {
        /// What is wrong, without personal data.
        why: String,
    },
}

impl Try {
    /// A stable name for logs.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Answered { .. } => "refused",
            Self::NotSent { .. } => "not sent",
            Self::Uncertain { .. } => "uncertain",
            Self::Unrenderable { .. } => "not written",
        }
    }
}

impl Try {
    /// What the try tells of the dependency, whatever it means for the command.
    pub(super) fn health(&self) -> Health {
        match self {
            Self::Answered { status: 429, retry_after, .. } => {
                Health::Slower(retry_after.unwrap_or(UNTOLD_PAUSE))
            }
            Self::Answered { status: 503, retry_after: Some(pause), .. } => Health::Slower(*pause),
            Self::Answered { status: 408 | 500..=599, .. }
            | Self::NotSent { .. }
            | Self::Uncertain { .. } => Health::Broken,
            Self::Done(_) | Self::Answered { .. } => Health::Answered,
            Self::Unrenderable { .. } => Health::Untold,
        }
    }
}

/// What to do about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    Settle(Settlement),
    /// Again, if a repetition may be made; else settled otherwise.
    Retry {
        after: Millis,
        otherwise: Settlement,
    },
}

/// A 429 that does not say how long.
const UNTOLD_PAUSE: Millis = 1_000;
/// First pause between two tries; doubles each time.
const FIRST_PAUSE: Millis = 200;
/// Longest pause that is not asked for by the service.
const LONGEST_PAUSE: Millis = 5_000;
/// A repeatability id is good for 5 minutes at least (RELIABILITY.md finding 3); stop well before.
pub(super) const REPEATABLE_FOR: Millis = 4 * 60 * 1_000;

/// A command's situation.
pub(super) struct Situation {
    pub(super) class: Class,
    pub(super) attempts: u32,
    pub(super) first_sent: Millis,
    pub(super) expires: Millis,
    pub(super) now: Millis,
    /// Spreads retries of many calls: 0 to 999, from the call's hash.
    pub(super) spread: Millis,
}

/// Judges one try.
pub(super) fn judge(outcome: Try, situation: &Situation) -> Verdict {
    match outcome {
        Try::Done(facts) => Verdict::Settle(Settlement::Done(facts)),
        Try::Unrenderable { why } => {
            tracing::error!(why, "a command could not be written");
            Verdict::Settle(Settlement::Refused(Refusal { status: 0, sub_code: None }))
        }
        Try::NotSent { cause } => again(situation, None, Settlement::Unknown { cause }),
        Try::Uncertain { cause } => match situation.class {
            Class::Repeatable | Class::Idempotent => {
                again(situation, None, Settlement::Unknown { cause })
            }
            Class::Neither => Verdict::Settle(Settlement::Unknown { cause }),
        },
        Try::Answered { status, sub_code, retry_after } => {
            answered(situation, &Refusal { status, sub_code }, retry_after)
        }
    }
}

fn answered(situation: &Situation, refusal: &Refusal, retry_after: Option<Millis>) -> Verdict {
    let refused = Settlement::Refused(refusal.clone());
    match (refusal.status, situation.class) {
        // Not executed: safe to send again whatever it is.
        (429, _) => again(situation, retry_after, refused),
        (408 | 500..=599, Class::Repeatable | Class::Idempotent) => {
            again(situation, retry_after, refused)
        }
        (408 | 500..=599, Class::Neither) => Verdict::Settle(Settlement::Unknown {
            cause: format!("the service answered {}", refusal.status),
        }),
        _ => Verdict::Settle(refused),
    }
}

fn again(situation: &Situation, asked: Option<Millis>, otherwise: Settlement) -> Verdict {
    let doubling = FIRST_PAUSE.saturating_mul(1 << situation.attempts.min(10));
    let pause = asked.unwrap_or_else(|| doubling.min(LONGEST_PAUSE));
    let after = pause.saturating_add(pause.saturating_mul(situation.spread) / 4_000);
    let at = situation.now.saturating_add(after);
    let too_late =
        at > situation.expires || at > situation.first_sent.saturating_add(REPEATABLE_FOR);
    if too_late { Verdict::Settle(otherwise) } else { Verdict::Retry { after, otherwise } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(class: Class) -> Situation {
        Situation { class, attempts: 0, first_sent: 0, expires: 60_000, now: 1_000, spread: 0 }
    }

    fn answer(status: u16, sub_code: Option<i64>) -> Try {
        Try::Answered { status, sub_code, retry_after: None }
    }

    #[test]
    fn what_is_tried_again_depends_on_the_class() {
        let retried = |outcome: Try, class| {
            matches!(judge(outcome, &situation(class)), Verdict::Retry { .. })
        };
        let uncertain = || Try::Uncertain { cause: "reset".to_owned() };
        let table = [
            (answer(500, None), [true, true, false]),
            (answer(503, None), [true, true, false]),
            (answer(429, None), [true, true, true]),
            (answer(400, Some(8523)), [false, false, false]),
            (answer(404, Some(8522)), [false, false, false]),
            (answer(412, Some(8583)), [false, false, false]),
            (uncertain(), [true, true, false]),
            (Try::NotSent { cause: "refused".to_owned() }, [true, true, true]),
        ];
        for (outcome, expected) in table {
            let found = [Class::Repeatable, Class::Idempotent, Class::Neither]
                .map(|class| retried(outcome.clone(), class));
            assert_eq!(found, expected, "{outcome:?}");
        }
    }

    #[test]
    fn what_a_try_tells_of_the_dependency() {
        let asked = |status, retry_after| Try::Answered { status, sub_code: None, retry_after };
        let cause = String::new;
        let table = [
            (Try::Done(SettlementFacts::default()), Health::Answered),
            (asked(404, None), Health::Answered),
            (asked(412, None), Health::Answered),
            (asked(429, Some(7_000)), Health::Slower(7_000)),
            (asked(429, None), Health::Slower(1_000)),
            (asked(503, Some(2_000)), Health::Slower(2_000)),
            (asked(503, None), Health::Broken),
            (asked(500, None), Health::Broken),
            (asked(408, None), Health::Broken),
            (Try::NotSent { cause: cause() }, Health::Broken),
            (Try::Uncertain { cause: cause() }, Health::Broken),
            (Try::Unrenderable { why: cause() }, Health::Untold),
        ];
        for (outcome, health) in table {
            assert_eq!(outcome.health(), health, "{outcome:?}");
        }
    }

    #[test]
    fn an_unknown_fate_is_an_input_not_an_error() {
        for outcome in [answer(500, None), Try::Uncertain { cause: "time-out".to_owned() }] {
            let verdict = judge(outcome, &situation(Class::Neither));
            assert!(matches!(verdict, Verdict::Settle(Settlement::Unknown { .. })), "{verdict:?}");
        }
    }

    #[test]
    fn what_is_said_to_be_gone_is_not_taken_for_done() {
        for class in [Class::Idempotent, Class::Repeatable] {
            let verdict = judge(answer(404, Some(8522)), &situation(class));
            let refused = matches!(verdict, Verdict::Settle(Settlement::Refused(_)));
            assert!(refused, "it may be wrong: music that was to stop would play on");
        }
    }

    #[test]
    fn pauses_grow_and_respect_the_service_and_the_expiry() {
        let mut now = situation(Class::Repeatable);
        let pause = |situation: &Situation, retry_after| match judge(
            Try::Answered { status: 503, sub_code: None, retry_after },
            situation,
        ) {
            Verdict::Retry { after, .. } => Some(after),
            Verdict::Settle(_) => None,
        };
        assert_eq!(pause(&now, None), Some(200));
        now.attempts = 3;
        assert_eq!(pause(&now, None), Some(1_600));
        assert_eq!(pause(&now, Some(5_000)), Some(5_000));
        assert_eq!(pause(&now, Some(120_000)), None);
        now.expires = 1_500;
        assert_eq!(pause(&now, None), None);
    }
}
