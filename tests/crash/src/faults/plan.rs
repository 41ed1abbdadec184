//! The schedule, drawn before the run. Storms of faults take turns with calm, in which nothing excuses the
//! service.

use crate::{clock::Millis, random::Random};

/// Faults in a storm.
const STORM: usize = 12;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// kill -9 of a replica, which starts again after `down` ms.
    KillReplica { down: Millis },
    /// kill -9 of the whole database server, which starts again after `down` ms.
    KillDatabase { down: Millis },
    /// SIGSTOP of a replica, SIGCONT after so many ms.
    Stop { lasts: Millis },
    /// All connections of a link are reset.
    Reset,
    /// Bytes of a link are late by `late` ms.
    Latency { late: Millis, lasts: Millis },
    /// Bytes of a link are taken and go nowhere.
    HalfOpen { lasts: Millis },
    /// Closing of a link's connections is seen late.
    SlowClose { late: Millis, lasts: Millis },
}

impl Kind {
    /// Whether something is killed.
    pub(crate) fn is_kill(self) -> bool {
        matches!(self, Self::KillReplica { .. } | Self::KillDatabase { .. })
    }

    /// In words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::KillReplica { .. } => "kill replica",
            Self::KillDatabase { .. } => "kill database",
            Self::Stop { .. } => "stop",
            Self::Reset => "reset",
            Self::Latency { .. } => "latency",
            Self::HalfOpen { .. } => "half open",
            Self::SlowClose { .. } => "slow close",
        }
    }
}

/// Which link of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the world to it.
    Inward,
    /// From it to the world.
    Outward,
    /// From it to the database.
    Database,
}

/// A fault and its place in the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planned {
    /// After the fault before it, ms.
    pub(crate) after: Millis,
    pub(crate) kind: Kind,
    /// Which replica, or whose link.
    pub(crate) replica: usize,
    pub(crate) way: Way,
}

/// Draws faults until so many kills are among them.
pub(crate) fn plan(
    random: &mut Random,
    kills: usize,
    replicas: usize,
    database: bool,
) -> Vec<Planned> {
    let mut planned = Vec::new();
    let mut killed = 0;
    while killed < kills {
        let calm = planned.len() % STORM == 0;
        let after = if calm { random.between(14_000, 19_000) } else { random.between(150, 1_700) };
        let kind = kind(random, database);
        killed += usize::from(kind.is_kill());
        let way = match random.between(0, if database { 3 } else { 2 }) {
            0 => Way::Inward,
            1 => Way::Outward,
            _ => Way::Database,
        };
        planned.push(Planned { after, kind, replica: random.below(replicas), way });
    }
    planned
}

fn kind(random: &mut Random, database: bool) -> Kind {
    let lasts = random.between(1_000, 4_000);
    match random.between(0, 100) {
        0..14 if database => Kind::KillDatabase { down: random.between(0, 2_000) },
        0..68 => Kind::KillReplica { down: random.between(0, 2_000) },
        68..80 => Kind::Stop { lasts: random.between(1_000, 6_000) },
        80..87 => Kind::Reset,
        87..92 => Kind::Latency { late: random.between(20, 400), lasts },
        92..96 => Kind::HalfOpen { lasts },
        _ => Kind::SlowClose { late: random.between(200, 2_000), lasts },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_its_kills_and_a_seed_one_plan() {
        let draw = |seed| plan(&mut Random::new(seed, "faults"), 40, 3, true);
        let planned = draw(5);
        assert_eq!(planned.iter().filter(|one| one.kind.is_kill()).count(), 40);
        assert_eq!(planned, draw(5));
        assert_ne!(planned, draw(6));
        let single = plan(&mut Random::new(5, "faults"), 40, 1, false);
        assert!(single.iter().all(|one| one.replica == 0 && one.way != Way::Database));
        assert!(!single.iter().any(|one| matches!(one.kind, Kind::KillDatabase { .. })));
    }
}
