//! When to send again. Off unless a policy is given.

use std::time::Duration;

use crate::{Class, Client, Error, Repeatability, Request, Response, clock};

/// What became of an attempt, as far as a repetition is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was sent: no connection, no token.
    NotSent,
    /// Sent, and no answer came. A pooled connection that had gone stale looks like this.
    Uncertain,
    /// Answered with this status, which is not success.
    Refused(u16),
    /// Carried out, but the answer could not be read.
    Unreadable,
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send the same bytes with the same [`Repeatability`] again.
    Retry {
        /// After this time.
        after: Duration,
    },
    /// Report the error.
    GiveUp,
}

/// How often and how patiently to send again. The default sends once.
///
/// Pauses double from the first to the longest and have no jitter of their own; what the service
/// asks for in `Retry-After` comes first, and a wait longer than the longest pause is left to the
/// caller.
///
/// ```
/// use callautomation::{Operation, Outcome, RetryPolicy, Verdict};
///
/// let policy = RetryPolicy::times(3);
/// // Nobody knows whether the prompt plays: a second one might be heard.
/// let verdict = policy.judge(Operation::Play.class(), Outcome::Uncertain, 1, None);
/// assert_eq!(verdict, Verdict::GiveUp);
/// // The service executes an invitation once, however often it is sent.
/// let verdict = policy.judge(Operation::AddParticipant.class(), Outcome::Uncertain, 1, None);
/// assert!(matches!(verdict, Verdict::Retry { .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included; 1 is off.
    pub attempts: u32,
    /// Pause after the first attempt.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::off()
    }
}

impl RetryPolicy {
    /// Sends once.
    pub const fn off() -> Self {
        Self::times(1)
    }

    /// Sends at most this often, with pauses from 200 ms to 5 s.
    pub const fn times(attempts: u32) -> Self {
        let (first_pause, longest_pause) = (Duration::from_millis(200), Duration::from_secs(5));
        Self { attempts, first_pause, longest_pause }
    }

    /// What to do after attempt number `attempt`, counted from 1. Pure.
    ///
    /// Whatever its class, an operation that surely was not carried out is sent again: nothing
    /// sent, or 429. Where it may have been (408, 5xx, no answer), only operations are that the
    /// service executes once or that change nothing the second time. `class` must be the class of
    /// what is sent: a repeatable operation without its headers is [`Class::Neither`].
    pub fn judge(
        &self,
        class: Class,
        outcome: Outcome,
        attempt: u32,
        retry_after: Option<Duration>,
    ) -> Verdict {
        let safe = match class {
            Class::Repeatable | Class::Idempotent => true,
            Class::Neither => false,
        };
        let worth = match outcome {
            Outcome::NotSent | Outcome::Refused(429) => true,
            // The service does not have what was asked for, and will not have it later.
            Outcome::Refused(501 | 505) => false,
            Outcome::Uncertain | Outcome::Unreadable | Outcome::Refused(408 | 500..=599) => safe,
            Outcome::Refused(_) => false,
        };
        let pause = retry_after.unwrap_or_else(|| self.pause(attempt));
        if worth && attempt < self.attempts && pause <= self.longest_pause {
            Verdict::Retry { after: pause }
        } else {
            Verdict::GiveUp
        }
    }

    fn pause(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause)
    }
}

impl Error {
    /// What this means for a repetition; `None` where the request or the client itself is wrong.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Service(refusal) => Some(Outcome::Refused(refusal.status)),
            Self::Uncertain { .. } => Some(Outcome::Uncertain),
            Self::NotSent { .. } | Self::Credential { .. } => Some(Outcome::NotSent),
            Self::Body { .. } => Some(Outcome::Unreadable),
            Self::Invalid(_) | Self::Configuration(_) => None,
        }
    }
}

impl Client {
    /// As [`Client::send`], and again as `policy` says. A repeatable operation without
    /// `repeatability` is treated as [`Class::Neither`].
    pub async fn send_with_retry(
        &self,
        request: &Request,
        repeatability: Option<&Repeatability>,
        policy: &RetryPolicy,
    ) -> Result<Response, Error> {
        let class = request.operation().class();
        let unmarked = class == Class::Repeatable && repeatability.is_none();
        let class = if unmarked { Class::Neither } else { class };
        let mut attempt = 1;
        loop {
            let error = match self.send(request, repeatability).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let verdict = error.outcome().map_or(Verdict::GiveUp, |outcome| {
                policy.judge(class, outcome, attempt, error.retry_after())
            });
            match verdict {
                Verdict::Retry { after } => clock::pause(after).await,
                Verdict::GiveUp => return Err(error),
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLASSES: [Class; 3] = [Class::Repeatable, Class::Idempotent, Class::Neither];

    fn retries(class: Class, outcome: Outcome) -> bool {
        RetryPolicy::times(3).judge(class, outcome, 1, None) != Verdict::GiveUp
    }

    #[test]
    fn what_surely_did_not_happen_is_sent_again_and_what_may_have_only_where_it_is_safe() {
        for (outcome, expected) in [
            (Outcome::NotSent, [true, true, true]),
            (Outcome::Refused(429), [true, true, true]),
            (Outcome::Uncertain, [true, true, false]),
            (Outcome::Unreadable, [true, true, false]),
            (Outcome::Refused(408), [true, true, false]),
            (Outcome::Refused(500), [true, true, false]),
            (Outcome::Refused(503), [true, true, false]),
            (Outcome::Refused(501), [false, false, false]),
            (Outcome::Refused(400), [false, false, false]),
            (Outcome::Refused(401), [false, false, false]),
            (Outcome::Refused(404), [false, false, false]),
            (Outcome::Refused(412), [false, false, false]),
            (Outcome::Refused(302), [false, false, false]),
        ] {
            assert_eq!(CLASSES.map(|class| retries(class, outcome)), expected, "{outcome:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_the_service_comes_first() {
        let policy = RetryPolicy::times(100);
        let after = |attempt, asked: Option<u64>| {
            let asked = asked.map(Duration::from_millis);
            match policy.judge(Class::Idempotent, Outcome::NotSent, attempt, asked) {
                Verdict::Retry { after } => Some(after.as_millis()),
                Verdict::GiveUp => None,
            }
        };
        let pauses = [1, 2, 3, 4, 5, 6, 50].map(|attempt| after(attempt, None).unwrap());
        assert_eq!(pauses, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(after(1, Some(3_000)), Some(3_000));
        assert_eq!(after(1, Some(0)), Some(0));
        assert_eq!(after(1, Some(5_001)), None, "longer than the caller wants to wait");
        assert_eq!(after(99, None), Some(5_000));
        assert_eq!(after(100, None), None);
    }

    fn outcomes() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::NotSent),
            Just(Outcome::Uncertain),
            Just(Outcome::Unreadable),
            (300_u16..600).prop_map(Outcome::Refused),
        ]
    }

    proptest! {
        #[test]
        fn off_never_sends_again(outcome in outcomes(), attempt in 1_u32.., class in 0_usize..3) {
            let verdict = RetryPolicy::default().judge(CLASSES[class], outcome, attempt, None);
            prop_assert_eq!(verdict, Verdict::GiveUp);
        }

        #[test]
        fn a_policy_ends_and_keeps_to_its_pauses(
            outcome in outcomes(),
            attempts in 0_u32..9,
            attempt in 1_u32..,
            asked in proptest::option::of(0_u64..20_000),
        ) {
            let policy = RetryPolicy::times(attempts);
            let asked = asked.map(Duration::from_millis);
            for class in CLASSES {
                if let Verdict::Retry { after } = policy.judge(class, outcome, attempt, asked) {
                    prop_assert!(attempt < attempts);
                    prop_assert!(after <= policy.longest_pause);
                }
            }
        }
    }
}
