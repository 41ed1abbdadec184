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
    GivenUp,
}

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
        Some(400 | 401 | 403 | 413) => return Next::GivenUp,
        Some(408) => 2 * MINUTE,
        Some(503) => 30 * SECOND,
        Some(_) | None => 10 * SECOND,
    };
    if number >= policy.max_attempts {
        return Next::GivenUp;
    }
    let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(index).copied().unwrap_or(12 * HOUR).max(least);
    let pause = crate::clock::Pace::new(policy.speed).map_or(pause, |pace| pace.scale(pause));
    if age + pause > policy.time_to_live_ms {
        return Next::GivenUp;
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
            (1, Some(400), Next::GivenUp),
            (1, Some(401), Next::GivenUp),
            (1, Some(403), Next::GivenUp),
            (1, Some(413), Next::GivenUp),
            (30, Some(500), Next::GivenUp),
        ];
        for (number, status, expected) in cases {
            assert_eq!(next(&patient, number, 0, status), expected, "{number} {status:?}");
        }
    }

    #[test]
    fn the_recommended_policy_gives_up_after_two_attempts_or_a_minute() {
        let policy = EventGridPolicy::default();
        assert_eq!(next(&policy, 1, 0, Some(500)), Next::After(10 * SECOND));
        assert_eq!(next(&policy, 2, 10 * SECOND, Some(500)), Next::GivenUp);
        assert_eq!(next(&policy, 1, 55 * SECOND, Some(500)), Next::GivenUp);
    }
}
