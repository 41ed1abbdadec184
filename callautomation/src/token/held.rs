//! What is known of one token: whether to serve it, renew it, wait or give up. Pure.

use std::{sync::Arc, time::Duration};

use azure_core::credentials::AccessToken;

/// Milliseconds since 1970, or between two moments.
pub(super) type Millis = i64;

/// A token is not served in its last seconds: it would expire on the way.
const MARGIN: Millis = 5_000;
/// Not sooner than this after the last token: managed identities give the same one for hours.
const SHORTEST_REST: Millis = 60_000;
/// Between two tries that fail: doubled from the first to the last.
const FIRST_PAUSE: Millis = 1_000;
const LAST_PAUSE: Millis = 30_000;

/// A token for one scope, and how getting the next one goes.
#[derive(Debug, Default)]
pub(super) struct Held {
    token: Option<AccessToken>,
    /// Half of the token's life.
    renew_at: Millis,
    /// A try runs until then at the latest.
    running_until: Option<Millis>,
    failures: u32,
    /// No try before this.
    not_before: Millis,
    last_failure: Option<Arc<azure_core::Error>>,
}

/// What to do for somebody who wants the token.
#[derive(Debug)]
pub(super) enum Answer {
    /// Here it is.
    Serve(AccessToken),
    /// A try runs.
    Wait,
    /// There is none, and it is too early to try again.
    Fail(Arc<azure_core::Error>),
}

impl Held {
    /// The answer, and whether to start a try, which then counts as running for at most `attempt`.
    pub(super) fn ask(&mut self, now: Millis, attempt: Duration) -> (Answer, bool) {
        let running = self.running_until.is_some_and(|until| now < until);
        let usable = self.usable(now);
        let wanted = usable.is_none() || now >= self.renew_at;
        let start = wanted && !running && now >= self.not_before;
        if start {
            let attempt = Millis::try_from(attempt.as_millis()).unwrap_or(Millis::MAX);
            self.running_until = Some(now.saturating_add(attempt));
        }
        let answer = match (usable, self.last_failure.clone()) {
            (Some(token), _) => Answer::Serve(token),
            (None, Some(failure)) if !start && !running => Answer::Fail(failure),
            (None, _) => Answer::Wait,
        };
        (answer, start)
    }

    fn usable(&self, now: Millis) -> Option<AccessToken> {
        self.token.clone().filter(|token| expires_at(token) > now.saturating_add(MARGIN))
    }

    /// A try gave a token; false if it is of no use, which counts as a failure.
    pub(super) fn succeeded(&mut self, token: &AccessToken, now: Millis) -> bool {
        let life = expires_at(token).saturating_sub(now);
        if life <= MARGIN {
            return false;
        }
        self.renew_at = now.saturating_add((life / 2).max(SHORTEST_REST));
        self.token = Some(token.clone());
        self.running_until = None;
        self.failures = 0;
        self.not_before = now;
        self.last_failure = None;
        true
    }

    /// A try failed; returns how long to pause.
    pub(super) fn failed(&mut self, error: Arc<azure_core::Error>, now: Millis) -> Millis {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(5)).min(LAST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        self.running_until = None;
        self.not_before = now.saturating_add(pause);
        self.last_failure = Some(error);
        pause
    }
}

fn expires_at(token: &AccessToken) -> Millis {
    token.expires_on.unix_timestamp().saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use azure_core::{error::ErrorKind, time::OffsetDateTime};

    use super::*;

    const TRY: Duration = Duration::from_secs(10);
    const HOUR: Millis = 3_600_000;

    fn token(name: &'static str, expires_at: Millis) -> AccessToken {
        let expires_on = OffsetDateTime::from_unix_timestamp(expires_at / 1_000).unwrap();
        AccessToken::new(name, expires_on)
    }

    fn failure() -> Arc<azure_core::Error> {
        Arc::new(azure_core::Error::with_message(ErrorKind::Credential, "refused"))
    }

    fn asked(held: &mut Held, now: Millis) -> (String, bool) {
        let (answer, start) = held.ask(now, TRY);
        let name = match answer {
            Answer::Serve(token) => token.token.secret().to_owned(),
            Answer::Wait => "wait".to_owned(),
            Answer::Fail(_) => "fail".to_owned(),
        };
        (name, start)
    }

    #[test]
    fn a_token_is_renewed_at_half_its_life_and_served_meanwhile() {
        let mut held = Held::default();
        assert_eq!(asked(&mut held, 0), ("wait".into(), true));
        assert_eq!(asked(&mut held, 1), ("wait".into(), false), "one try at a time");
        assert!(held.succeeded(&token("one", HOUR), 0));
        assert_eq!(asked(&mut held, HOUR / 2 - 1), ("one".into(), false));
        assert_eq!(asked(&mut held, HOUR / 2), ("one".into(), true));
        assert_eq!(asked(&mut held, HOUR / 2 + 1), ("one".into(), false));
        assert!(held.succeeded(&token("two", 2 * HOUR), HOUR / 2 + 2));
        assert_eq!(asked(&mut held, HOUR), ("two".into(), false));
    }

    #[test]
    fn a_valid_token_outlives_failing_renewals() {
        let mut held = Held::default();
        held.ask(0, TRY);
        held.succeeded(&token("one", HOUR), 0);
        assert_eq!(asked(&mut held, HOUR / 2), ("one".into(), true));
        assert_eq!(held.failed(failure(), HOUR / 2), FIRST_PAUSE);
        assert_eq!(asked(&mut held, HOUR / 2 + 500), ("one".into(), false), "paused");
        assert_eq!(asked(&mut held, HOUR / 2 + 1_000), ("one".into(), true));
        held.failed(failure(), HOUR - 6_000);
        assert_eq!(asked(&mut held, HOUR - 5_001), ("one".into(), false));
        assert_eq!(asked(&mut held, HOUR - 5_000), ("fail".into(), false), "about to expire");
        assert_eq!(asked(&mut held, HOUR - 4_000), ("wait".into(), true));
    }

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let mut held = Held::default();
        let pauses: Vec<Millis> = (0..8).map(|_| held.failed(failure(), 0)).collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn a_try_that_never_reports_counts_as_over() {
        let mut held = Held::default();
        assert_eq!(asked(&mut held, 0), ("wait".into(), true));
        assert_eq!(asked(&mut held, 9_999), ("wait".into(), false));
        assert_eq!(asked(&mut held, 10_000), ("wait".into(), true));
    }

    #[test]
    fn a_token_that_is_over_at_once_is_of_no_use() {
        let mut held = Held::default();
        assert!(!held.succeeded(&token("old", 5_000), 0));
        assert_eq!(asked(&mut held, 0), ("wait".into(), true));
    }

    #[test]
    fn the_same_token_again_is_not_asked_for_all_the_time() {
        let mut held = Held::default();
        held.succeeded(&token("same", 70_000), 0);
        assert_eq!(asked(&mut held, 50_000), ("same".into(), false));
    }
}
