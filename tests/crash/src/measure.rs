//! How fast the service came back.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    check::{Book, lonely, silences},
    clock::Millis,
    evidence::{Asked, Evidence, Fault},
};

/// A command that leaves this much later than it was ordered was held up, ms.
const HELD_UP: Millis = 400;

/// Some times, ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Times {
    pub(crate) count: usize,
    pub(crate) p50: Millis,
    pub(crate) p99: Millis,
    pub(crate) max: Millis,
}

impl Times {
    fn of(mut times: Vec<Millis>) -> Self {
        times.sort_unstable();
        let at = |hundredths: usize| {
            let index = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
            times.get(index).copied().unwrap_or(0)
        };
        Self { count: times.len(), p50: at(50), p99: at(99), max: at(100) }
    }
}

/// What was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Measured {
    /// From the start of a killed replica to its word that it is ready.
    pub(crate) ready: Times,
    /// From the start of a killed replica to the next command that arrived; of one process alone.
    pub(crate) first_command: Times,
    /// From a kill to the arrival of a command that was ordered before it and had been held up by it, with the
    /// database alive.
    pub(crate) takeover: Times,
    /// From the end of the last fault to an empty backlog.
    pub(crate) clear: Option<Millis>,
    /// Silences of callers, explained ones too.
    pub(crate) silence: Times,
    /// Agents alone.
    pub(crate) alone: Times,
    /// From the acceptance of an event to its order's arrival, of all commands.
    pub(crate) order_to_arrival: Times,
}

/// Measures a run.
pub(crate) fn measure(evidence: &Evidence, alone: bool) -> Measured {
    let kills: Vec<&Fault> =
        evidence.faults.iter().filter(|one| one.kind == "kill replica").collect();
    let started = kills.iter().filter_map(|one| Some((one.restarted?, one.until)));
    let ready = started.clone().map(|(from, until)| until - from).collect();
    let first = if alone {
        started
            .filter_map(|(from, _)| {
                let next =
                    evidence.requests.iter().map(|one| one.at).filter(|at| *at >= from).min()?;
                Some(next - from)
            })
            .collect()
    } else {
        Vec::new()
    };
    let travels = travels(evidence);
    let takeover = travels.iter().filter_map(|(ordered, arrived)| {
        let late = arrived - ordered > HELD_UP;
        // While the database is down nobody can take anything over.
        let down = evidence
            .faults
            .iter()
            .any(|one| one.kind == "kill database" && one.from < *arrived && one.until > *ordered);
        let kill = kills.iter().filter(|one| !down && *ordered <= one.from && one.from < *arrived);
        // The last kill that it met: one taken over by a replica that was killed too waited for both.
        kill.filter(|_| late).map(|one| arrived - one.from).min()
    });
    Measured {
        ready: Times::of(ready),
        first_command: Times::of(first),
        takeover: Times::of(takeover.collect()),
        clear: clear(evidence),
        silence: Times::of(silences(evidence).iter().map(crate::check::Span::length).collect()),
        alone: Times::of(lonely(evidence).iter().map(crate::check::Span::length).collect()),
        order_to_arrival: Times::of(
            travels.iter().map(|(ordered, arrived)| arrived - ordered).collect(),
        ),
    }
}

fn clear(evidence: &Evidence) -> Option<Millis> {
    let first = evidence.backlog.first()?;
    evidence.backlog.iter().find(|one| one.is_clear()).map(|one| one.at - first.at)
}

/// When commands were ordered, by the journal, and when they first arrived, by the emulator's log.
fn travels(evidence: &Evidence) -> Vec<(Millis, Millis)> {
    let book = Book::new(evidence);
    let mut arrived: BTreeMap<(String, u32), Millis> = BTreeMap::new();
    for asked in &evidence.requests {
        let number = asked.body["operationContext"].as_str().and_then(|text| text.parse().ok());
        if let (Some(call), Some(number)) = (book.of_request(asked), number) {
            let first = arrived.entry((call, number)).or_insert(asked.at);
            *first = asked.at.min(*first);
        }
    }
    let mut travels = Vec::new();
    for kept in &evidence.kept {
        for row in &kept.rows {
            for (number, _) in &row.commands {
                if let Some(at) = arrived.get(&(kept.id.clone(), *number)) {
                    travels.push((row.at, *at));
                }
            }
        }
    }
    travels
}

/// How many requests of each operation were accepted.
pub(crate) fn accepted(evidence: &Evidence) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    let fresh = |one: &&Asked| one.status / 100 == 2 && !one.repeated;
    for asked in evidence.requests.iter().filter(fresh) {
        *counts.entry(asked.operation.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let times = Times::of((1..=100).rev().collect());
        assert_eq!(times, Times { count: 100, p50: 51, p99: 100, max: 100 });
        assert_eq!(Times::of(Vec::new()), Times::default());
    }
}
