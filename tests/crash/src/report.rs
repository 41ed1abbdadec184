//! What a run says of itself.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use crate::{
    check::Violation,
    evidence::Evidence,
    measure::{Measured, Times, accepted, measure},
};

/// A judged run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    /// `postgres`, three replicas; `sqlite`, one process.
    pub(crate) ledger: &'static str,
    pub(crate) seed: u64,
    pub(crate) seconds: i64,
    /// What struck, by kind.
    pub(crate) faults: BTreeMap<String, usize>,
    pub(crate) calls: usize,
    pub(crate) outcomes: BTreeMap<String, usize>,
    /// Events acknowledged, each counted once.
    pub(crate) acknowledged: usize,
    /// Attempts to deliver one that failed.
    pub(crate) attempts_failed: usize,
    pub(crate) commands: BTreeMap<String, usize>,
    pub(crate) measured: Measured,
    /// Percent of the time in which something waited for a processor.
    pub(crate) pressure: Option<i64>,
    pub(crate) violations: Vec<Violation>,
}

impl Report {
    /// Sums a run up.
    pub(crate) fn new(
        shared: bool,
        seed: u64,
        evidence: &Evidence,
        violations: Vec<Violation>,
    ) -> Self {
        let taken = |status: Option<u16>| status.is_some_and(|status| status / 100 == 2);
        let (good, bad): (Vec<_>, Vec<_>) = evidence
            .deliveries
            .iter()
            .filter(|one| one.kind != "handshake")
            .partition(|one| taken(one.status));
        let ids = good.iter().map(|one| (one.body["source"].as_str(), one.body["id"].as_str()));
        let acknowledged: std::collections::BTreeSet<_> = ids.collect();
        let of_call =
            |one: &crate::evidence::Kept| one.outcome.clone().unwrap_or("none".to_owned());
        let (first, last) = (evidence.sightings.first(), evidence.sightings.last());
        let span = last.map_or(0, |one| one.at) - first.map_or(0, |one| one.at);
        Self {
            ledger: if shared { "postgres" } else { "sqlite" },
            seed,
            seconds: span / 1_000,
            faults: count(evidence.faults.iter().map(|one| one.kind.clone())),
            calls: evidence.dialled.len(),
            outcomes: count(evidence.kept.iter().map(of_call)),
            acknowledged: acknowledged.len(),
            attempts_failed: bad.len(),
            commands: accepted(evidence).into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            measured: measure(evidence, !shared),
            pressure: evidence.pressure,
            violations,
        }
    }

    /// How many processes were killed.
    pub(crate) fn kills(&self) -> usize {
        self.faults.iter().filter(|(kind, _)| kind.starts_with("kill")).map(|(_, n)| n).sum()
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let m = &self.measured;
        let mut text = format!("\n{} (seed {}, {} s)\n", self.ledger, self.seed, self.seconds);
        let mut line = |what: &str, value: String| {
            let _ = writeln!(text, "  {what:<44} {value}");
        };
        line("kills", self.kills().to_string());
        line("faults by kind", list(&self.faults));
        line("calls placed", self.calls.to_string());
        line("outcomes", list(&self.outcomes));
        line("events acknowledged", self.acknowledged.to_string());
        line("attempts to deliver that failed", self.attempts_failed.to_string());
        line("commands accepted", list(&self.commands));
        line("start after a kill to ready", times(m.ready));
        line("start after a kill to first command", times(m.first_command));
        line("kill to arrival of what it had held up", times(m.takeover));
        line("order to arrival, all commands", times(m.order_to_arrival));
        line("silences of callers", times(m.silence));
        line("agents alone", times(m.alone));
        let clear = m.clear.map_or("never".to_owned(), |ms| format!("{ms} ms"));
        line("last fault to empty backlog", clear);
        let pressure = self.pressure.map_or("not known".to_owned(), |share| format!("{share} %"));
        line("time in which something waited for a CPU", pressure);
        line("violations", self.violations.len().to_string());
        for found in self.violations.iter().take(20) {
            let call = found.call.as_deref().unwrap_or("-");
            let _ = writeln!(text, "    {} {call} at {}: {}", found.rule, found.at, found.text);
        }
        text
    }
}

fn times(times: Times) -> String {
    let Times { count, p50, p99, max } = times;
    if count == 0 {
        return "none".to_owned();
    }
    format!("p50 {p50} ms, p99 {p99} ms, max {max} ms ({count})")
}

fn count(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn list(counts: &BTreeMap<String, usize>) -> String {
    let parts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    parts.join(", ")
}
