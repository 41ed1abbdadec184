//! When Event Grid tries again (delivery-and-retry.md, 2026): pure.

use crate::clock::Millis;
use crate::options::EventGridPolicy;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

/// Pauses after the first, second… failure; then every 12 hours.
const PAUSES: [Millis; 9] = [
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
];

/// What follows a delivery attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Delivered,
    /// Again after this pause, if the event still lives then.
    After(Millis),
    /// Not retried, or out of attempts or time.
    GivenUp(Reason),
}

/// Why an event is given up, as a dead letter tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// A fault rule of the emulator dropped it.
    Dropped,
    /// The status is one that is not retried.
    Undeliverable(u16),
    /// Out of attempts.
    Attempts,
    /// The next attempt would come after the time to live.
    TimeToLive,
}

impl Reason {
    /// `deadLetterReason`. The one of 400 is seen in live dead letters, those of 401, 403 and 413
    /// are formed like it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Dropped => "Dropped",
            Self::Undeliverable(400) => "UndeliverableDueToHttpBadRequest",
            Self::Undeliverable(401) => "UndeliverableDueToHttpUnauthorized",
            Self::Undeliverable(403) => "UndeliverableDueToHttpForbidden",
            Self::Undeliverable(_) => "UndeliverableDueToHttpRequestEntityTooLarge",
            Self::Attempts => "MaxDeliveryAttemptsExceeded",
            Self::TimeToLive => "TimeToLiveExceeded",
        }
    }
}

/// How an attempt failed: `lastDeliveryOutcome` of the dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Status(u16),
    TimedOut,
    NoName,
    Broken,
}

impl Outcome {
    /// The word of the documentation.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Status(400) => "BadRequest",
            Self::Status(401) => "Unauthorized",
            Self::Status(403) => "Forbidden",
            Self::Status(404) => "NotFound",
            Self::Status(408) | Self::TimedOut => "TimedOut",
            Self::Status(413) => "PayloadTooLarge",
            Self::Status(429 | 503) => "Busy",
            Self::Status(_) => "GenericError",
            Self::NoName => "ResolutionError",
            Self::Broken => "SocketError",
        }
    }

    /// The status, if there was an answer.
    pub(super) fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::TimedOut | Self::NoName | Self::Broken => None,
        }
    }

    /// How long new events are held back after it, when the subscription is on probation.
    pub(super) fn probation(self) -> Option<Millis> {
        match self {
            Self::Status(200..=204) => None,
            Self::Status(401 | 403 | 404) | Self::NoName => Some(5 * MINUTE),
            Self::Broken => Some(30 * SECOND),
            Self::Status(_) | Self::TimedOut => Some(10 * SECOND),
        }
    }
}

/// A documented pause in the pace of the policy.
pub(super) fn paced(policy: &EventGridPolicy, pause: Millis) -> Millis {
    crate::clock::Pace::new(policy.speed).map_or(pause, |pace| pace.scale(pause))
}

/// Between the last attempt and the blob.
pub(super) const DEAD_LETTER_DELAY: Millis = 5 * MINUTE;

/// Decides after attempt `number` (from 1), `age` milliseconds after the event was published.
/// `status` is absent after a timeout or a broken connection.
pub(super) fn next(
    policy: &EventGridPolicy,
    number: u32,
    age: Millis,
    status: Option<u16>,
) -> Next {
    let least = match status {
        Some(200..=204) => return Next::Delivered,
        Some(status @ (400 | 401 | 403 | 413)) => {
            return Next::GivenUp(Reason::Undeliverable(status));
        }
        Some(408) => 2 * MINUTE,
        Some(503) => 30 * SECOND,
        Some(_) | None => 10 * SECOND,
    };
    if number >= policy.max_attempts {
        return Next::GivenUp(Reason::Attempts);
    }
    let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(index).copied().unwrap_or(12 * HOUR).max(least);
    let pause = paced(policy, pause);
    if age + pause > policy.time_to_live_ms {
        return Next::GivenUp(Reason::TimeToLive);
    }
    Next::After(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_documentation() {
        let patient = EventGridPolicy { max_attempts: 30, time_to_live_ms: 24 * HOUR, speed: 1.0 };
        let cases = [
            (1, Some(200), Next::Delivered),
            (1, Some(204), Next::Delivered),
            (1, Some(205), Next::After(10 * SECOND)),
            (1, Some(500), Next::After(10 * SECOND)),
            (2, Some(500), Next::After(30 * SECOND)),
            (1, Some(503), Next::After(30 * SECOND)),
            (1, Some(408), Next::After(2 * MINUTE)),
            (1, Some(404), Next::After(10 * SECOND)),
            (1, None, Next::After(10 * SECOND)),
            (9, None, Next::After(6 * HOUR)),
            (12, None, Next::After(12 * HOUR)),
            (1, Some(400), Next::GivenUp(Reason::Undeliverable(400))),
            (1, Some(401), Next::GivenUp(Reason::Undeliverable(401))),
            (1, Some(403), Next::GivenUp(Reason::Undeliverable(403))),
            (1, Some(413), Next::GivenUp(Reason::Undeliverable(413))),
            (30, Some(500), Next::GivenUp(Reason::Attempts)),
        ];
        for (number, status, expected) in cases {
            assert_eq!(next(&patient, number, 0, status), expected, "{number} {status:?}");
        }
    }

    #[test]
    fn the_recommended_policy_gives_up_after_two_attempts_or_a_minute() {
        let policy = EventGridPolicy::default();
        assert_eq!(next(&policy, 1, 0, Some(500)), Next::After(10 * SECOND));
        assert_eq!(next(&policy, 2, 10 * SECOND, Some(500)), Next::GivenUp(Reason::Attempts));
        assert_eq!(next(&policy, 1, 55 * SECOND, Some(500)), Next::GivenUp(Reason::TimeToLive));
    }

    #[test]
    fn probation_follows_the_table() {
        let cases = [
            (Outcome::Status(200), None),
            (Outcome::Status(503), Some(10 * SECOND)),
            (Outcome::TimedOut, Some(10 * SECOND)),
            (Outcome::Broken, Some(30 * SECOND)),
            (Outcome::NoName, Some(5 * MINUTE)),
            (Outcome::Status(401), Some(5 * MINUTE)),
            (Outcome::Status(404), Some(5 * MINUTE)),
        ];
        for (outcome, pause) in cases {
            assert_eq!(outcome.probation(), pause, "{outcome:?}");
        }
    }
}
