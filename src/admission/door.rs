//! What the ledger's speed means for a new call. Pure.

use engine::Millis;

use super::pressure::Speed;

/// A new call that would wait longer goes elsewhere, in ms.
const SLOW: Millis = 500;
/// Beyond this even that is refused: everything is late by now, in ms.
const STUCK: Millis = 2_000;
/// A line rings 30 s (contract 5.2): older news are of no use to the caller, in ms.
const RINGS_FOR: Millis = 25_000;
/// Event Grid tries again after 10 s at the earliest. A call that has rung for so long will not hear of
/// another try, in ms.
const LAST_TRY: Millis = 15_000;

/// Which way a new call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// To the ledger.
    In,
    /// To the fallback number; if there is none, to the ledger.
    Elsewhere,
    /// Refused as busy.
    Busy,
    /// Nothing is done for it.
    Nowhere,
}

/// The way of a call whose line has rung for `age` ms.
pub(super) fn door(speed: Speed, age: Millis) -> Door {
    let delay = match speed {
        // The ledger keeps it as expired.
        Speed::Delay(delay) if delay <= SLOW => return Door::In,
        Speed::Delay(delay) => Some(delay),
        Speed::Down => None,
    };
    if age > RINGS_FOR {
        Door::Nowhere
    } else if delay.is_some_and(|delay| delay > STUCK) {
        Door::Busy
    } else {
        Door::Elsewhere
    }
}

/// Whether a caller who cannot be served now may hear of another try of Event Grid.
pub(super) fn tried_again(age: Millis) -> bool {
    age < LAST_TRY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_a_new_call() {
        let table = [
            (Speed::Delay(0), 0, Door::In),
            (Speed::Delay(500), 0, Door::In),
            (Speed::Delay(500), 60_000, Door::In),
            (Speed::Delay(501), 0, Door::Elsewhere),
            (Speed::Delay(2_000), 25_000, Door::Elsewhere),
            (Speed::Delay(2_001), 0, Door::Busy),
            (Speed::Delay(501), 25_001, Door::Nowhere),
            (Speed::Delay(9_000), 25_001, Door::Nowhere),
            (Speed::Down, 0, Door::Elsewhere),
            (Speed::Down, 25_001, Door::Nowhere),
        ];
        for (speed, age, way) in table {
            assert_eq!(door(speed, age), way, "{speed:?} {age}");
        }
    }
}
