//! When what goes wrong goes wrong, and how much it explains.

use std::collections::{BTreeMap, BTreeSet};

use emulator::{
    Stepped,
    control::{FaultAction, FaultRule},
};
use engine::Millis;

use crate::plan::{
    Crash, CrashPoint, EndpointTrouble, Fault, GraphTrouble, LedgerTrouble, Plan, wire_name,
};

use super::State;

/// After trouble things may take this much longer, in ms.
const REACH: Millis = 45_000;

/// Something that struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Struck {
    /// When, ms since 1970.
    pub at: Millis,
    /// It explains what happens until then.
    pub until: Millis,
    /// How long the service was away because of it.
    pub away: Millis,
}

/// What is still to go wrong.
pub(super) struct Troubles {
    began: Millis,
    crashes: Vec<Crash>,
    restarts: Vec<(Millis, Millis)>,
    ledger: BTreeMap<u32, LedgerTrouble>,
    ledger_down: Vec<(Millis, Millis)>,
    graph: Vec<(Millis, Millis, GraphTrouble)>,
    endpoint: BTreeMap<u32, EndpointTrouble>,
    wire: Vec<FaultRule>,
    wire_struck: Vec<u32>,
    transactions: u32,
    requests: u32,
    fetches: u32,
    strikes: Vec<Struck>,
    counts: BTreeMap<String, u32>,
    /// Troubles of some duration that have struck: they count once.
    told: BTreeSet<(Millis, &'static str)>,
}

impl Troubles {
    pub(super) fn new(plan: &Plan, stepped: &mut Stepped) -> Self {
        let mut troubles = Self {
            began: stepped.now(),
            crashes: Vec::new(),
            restarts: Vec::new(),
            ledger: BTreeMap::new(),
            ledger_down: Vec::new(),
            graph: Vec::new(),
            endpoint: BTreeMap::new(),
            wire: Vec::new(),
            wire_struck: Vec::new(),
            transactions: 0,
            requests: 0,
            fetches: 0,
            strikes: Vec::new(),
            counts: BTreeMap::new(),
            told: BTreeSet::new(),
        };
        for fault in &plan.faults {
            troubles.add(fault, stepped);
        }
        troubles
    }

    fn add(&mut self, fault: &Fault, stepped: &mut Stepped) {
        let began = self.began;
        match fault.clone() {
            Fault::Wire(rule) => {
                stepped.add_fault(rule.clone());
                self.wire.push(rule);
                self.wire_struck.push(0);
            }
            Fault::Ledger(nth, how) => _ = self.ledger.insert(nth, how),
            Fault::LedgerDown(from, long) => {
                self.ledger_down.push((began + from, began + from + long));
            }
            Fault::Graph(from, long, how) => {
                self.graph.push((began + from, began + from + long, how));
            }
            Fault::Endpoint(nth, how) => _ = self.endpoint.insert(nth, how),
            Fault::Crash(crash) => self.crashes.push(crash),
            Fault::Restart(at, away) => self.restarts.push((began + at, away)),
        }
    }

    pub(super) fn counts(&self) -> &BTreeMap<String, u32> {
        &self.counts
    }

    /// Something struck: it explains what comes for a while.
    pub(super) fn strike(&mut self, now: Millis, away: Millis, name: &str) {
        self.strikes.push(Struck { at: now, until: now + away + REACH, away });
        match self.counts.get_mut(name) {
            Some(count) => *count += 1,
            None => _ = self.counts.insert(name.to_owned(), 1),
        }
    }

    /// The trouble that may explain something between two times: its longest absence.
    pub(super) fn explains(&self, from: Millis, to: Millis) -> Option<Millis> {
        let touching = self.strikes.iter().filter(|one| one.at <= to && one.until >= from);
        touching.map(|one| one.away).max()
    }

    pub(super) fn crash_at(&mut self, here: CrashPoint) -> Option<Crash> {
        let index = self.crashes.iter().position(|crash| crash.at == here)?;
        Some(self.crashes.remove(index))
    }
}

impl State {
    /// Counts a transaction: its number, its trouble, and what it takes by itself, in ms.
    pub fn transaction(&mut self) -> (u32, Option<LedgerTrouble>, Millis) {
        self.troubles.transactions += 1;
        let number = self.troubles.transactions;
        let mut trouble = self.troubles.ledger.remove(&number);
        let now = self.now();
        if self.ledger_is_down() {
            trouble = Some(LedgerTrouble::Refuses);
        } else if let Some(how) = trouble {
            let away = if let LedgerTrouble::Slow(ms) = how { ms } else { 0 };
            self.note(format_args!("ledger {how:?}"));
            self.excuse_absence(now, away);
            self.troubles.strike(now, away, &Fault::Ledger(0, how).name());
        }
        let latency = self.latency(0, 4);
        (number, trouble, latency)
    }

    /// Whether nothing can be kept or read.
    pub fn ledger_is_down(&mut self) -> bool {
        let now = self.now();
        let down = self.troubles.ledger_down.iter().find(|(from, to)| (*from..*to).contains(&now));
        let Some((from, to)) = down.copied() else { return false };
        if self.troubles.told.insert((from, "ledger")) {
            self.excuse_absence(now, to - now);
            self.troubles.strike(now, to - now, "ledger down");
        }
        true
    }

    /// What Graph suffers from.
    pub fn graph_trouble(&mut self) -> Option<GraphTrouble> {
        let now = self.now();
        let found = self.troubles.graph.iter().find(|(from, to, _)| (*from..*to).contains(&now));
        let (from, to, how) = found.copied()?;
        if self.troubles.told.insert((from, "graph")) {
            self.troubles.strike(now, to - now, &Fault::Graph(from, to, how).name());
        }
        Some(how)
    }

    /// A request to the company's endpoint: its trouble, and what it takes by itself, in ms.
    pub fn endpoint(&mut self) -> (Option<EndpointTrouble>, Millis) {
        self.troubles.fetches += 1;
        let number = self.troubles.fetches;
        let trouble = self.troubles.endpoint.remove(&number);
        if let Some(how) = trouble {
            let now = self.now();
            self.excuse_endpoint(now, 3_000);
            self.troubles.strike(now, 3_000, &Fault::Endpoint(number, how).name());
        }
        (trouble, self.latency(10, 600))
    }

    /// A request to Call Automation: its number, and the ms there and back.
    pub fn request_number(&mut self) -> (u32, Millis, Millis) {
        self.troubles.requests += 1;
        (self.troubles.requests, self.latency(3, 60), self.latency(3, 60))
    }

    /// Looks whether the emulator's rules have struck since it was last asked.
    pub(super) fn count_wire_faults(&mut self) {
        if self.troubles.wire.is_empty() {
            return;
        }
        let now = self.now();
        for (index, view) in self.stepped.faults().into_iter().enumerate() {
            let Some(known) = self.troubles.wire_struck.get_mut(index) else { continue };
            let new = view.struck.saturating_sub(std::mem::replace(known, view.struck));
            let Some(rule) = self.troubles.wire.get(index).filter(|_| new > 0).cloned() else {
                continue;
            };
            let away = delay_of(&rule.action);
            let name = wire_name(&rule.action);
            let text = format!("fault {name} on {}", rule.on);
            // One that strikes a request is seen there.
            if is_event_late(&rule) {
                self.excuse_delay(now, away);
            }
            for _ in 0..new {
                self.troubles.strike(now, away, name);
                self.log.add(now - self.began, format_args!("{text}"));
            }
        }
    }

    /// The next time at which something goes wrong by the clock: a crash or a stop. A process that is away
    /// has nothing to lose: its troubles wait until it is back.
    pub fn next_trouble(&self) -> Option<Millis> {
        if !self.serving {
            return None;
        }
        let crashes = self.troubles.crashes.iter().filter_map(|crash| match crash.at {
            CrashPoint::Time(at) => Some(self.began + at),
            CrashPoint::BeforeCommit(_)
            | CrashPoint::AfterCommit(_)
            | CrashPoint::BeforeEffect(_)
            | CrashPoint::AfterEffect(_) => None,
        });
        crashes.chain(self.troubles.restarts.iter().map(|(at, _)| *at)).min()
    }

    /// Dies if the time of a crash has come.
    pub fn crash_by_time(&mut self) {
        let now = self.now();
        let due = self.troubles.crashes.iter().find_map(|crash| match crash.at {
            CrashPoint::Time(at) if self.began + at <= now => Some(crash.at),
            CrashPoint::Time(_)
            | CrashPoint::BeforeCommit(_)
            | CrashPoint::AfterCommit(_)
            | CrashPoint::BeforeEffect(_)
            | CrashPoint::AfterEffect(_) => None,
        });
        if let Some(point) = due {
            self.crash_at(point);
        }
    }

    /// The stop whose time has come: how long the service is away.
    pub fn stop_by_time(&mut self) -> Option<Millis> {
        let now = self.now();
        let index = self.troubles.restarts.iter().position(|(at, _)| *at <= now)?;
        let (_, away) = self.troubles.restarts.remove(index);
        self.note(format_args!("SIGTERM"));
        self.excuse_absence(now, away);
        self.troubles.strike(now, away, "restart by SIGTERM");
        Some(away)
    }

    /// The trouble that may explain something between two times: its longest absence.
    pub fn explains(&self, from: Millis, to: Millis) -> Option<Millis> {
        self.troubles.explains(from, to)
    }
}

fn is_event_late(rule: &FaultRule) -> bool {
    rule.when.is_none() && matches!(rule.action, FaultAction::Delay { .. } | FaultAction::Reorder)
}

/// How much later something is because of a rule.
fn delay_of(action: &FaultAction) -> Millis {
    match action {
        FaultAction::Delay { ms } | FaultAction::Hang { ms } | FaultAction::Slow { ms } => {
            Millis::from(*ms)
        }
        FaultAction::Reorder => 2_000,
        FaultAction::Refuse { retry_after, .. } => {
            Millis::from(retry_after.unwrap_or_default()) * 1_000
        }
        FaultAction::Drop
        | FaultAction::Duplicate
        | FaultAction::Copies { .. }
        | FaultAction::FailAfter { .. }
        | FaultAction::Reset
        | FaultAction::RotateKeys
        | FaultAction::Skew { .. }
        | FaultAction::Forge { .. }
        | FaultAction::Alter { .. } => 0,
    }
}
