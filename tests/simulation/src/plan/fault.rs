//! What may go wrong (RELIABILITY.md, section "Faults").

use emulator::control::{FaultAction, FaultRule};
use engine::Millis;

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// On the wire to and from Call Automation: the emulator's own rules.
    Wire(FaultRule),
    /// The nth transaction of the ledger.
    Ledger(u32, LedgerTrouble),
    /// Every transaction of the ledger for a while: from, for so long (ms).
    LedgerDown(Millis, Millis),
    /// Graph, from, for so long (ms).
    Graph(Millis, Millis, GraphTrouble),
    /// The nth request to the company's endpoint.
    Endpoint(u32, EndpointTrouble),
    /// The service dies and is started again.
    Crash(Crash),
    /// The service is stopped as by SIGTERM and started again: when, away for so long (ms).
    Restart(Millis, Millis),
}

/// What the ledger does with a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerTrouble {
    /// It is rolled back at the commit.
    CommitFails,
    /// It takes so many ms.
    Slow(Millis),
    /// Nothing is tried: no connection, no space.
    Refuses,
}

/// What Graph does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphTrouble {
    /// No connection.
    Down,
    /// 429.
    Throttles,
    /// Each answer takes so many ms.
    Slow(Millis),
}

/// What the company's endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointTrouble {
    /// 500.
    Fails,
    /// No answer before the flow's limit.
    Hangs,
    /// 200 with something else.
    Garbage,
}

/// A crash.
#[derive(Debug, Clone, PartialEq)]
pub struct Crash {
    /// When.
    pub at: CrashPoint,
    /// Away for so many ms.
    pub down: Millis,
    /// How far the new process's clock is off, in ms.
    pub skew: Millis,
}

/// A moment of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// So many ms from the beginning.
    Time(Millis),
    /// Before the commit of the nth transaction: it is lost.
    BeforeCommit(u32),
    /// After it, before anybody heard of it.
    AfterCommit(u32),
    /// Before the nth request to Call Automation has its effect.
    BeforeEffect(u32),
    /// After it, before the answer.
    AfterEffect(u32),
}

impl Fault {
    /// Its line in the table of faults.
    pub fn name(&self) -> String {
        match self {
            Self::Wire(rule) => wire_name(&rule.action).to_owned(),
            Self::Ledger(_, LedgerTrouble::CommitFails) => "commit fails".to_owned(),
            Self::Ledger(_, LedgerTrouble::Slow(_)) => "commit slow".to_owned(),
            Self::Ledger(_, LedgerTrouble::Refuses) => "ledger refuses once".to_owned(),
            Self::LedgerDown(..) => "ledger down".to_owned(),
            Self::Graph(_, _, GraphTrouble::Down) => "Graph down".to_owned(),
            Self::Graph(_, _, GraphTrouble::Throttles) => "Graph throttles".to_owned(),
            Self::Graph(_, _, GraphTrouble::Slow(_)) => "Graph slow".to_owned(),
            Self::Endpoint(_, EndpointTrouble::Fails) => "endpoint fails".to_owned(),
            Self::Endpoint(_, EndpointTrouble::Hangs) => "endpoint hangs".to_owned(),
            Self::Endpoint(_, EndpointTrouble::Garbage) => "endpoint talks nonsense".to_owned(),
            Self::Crash(crash) => match crash.at {
                CrashPoint::Time(_) => "crash at any time".to_owned(),
                CrashPoint::BeforeCommit(_) => "crash before a commit".to_owned(),
                CrashPoint::AfterCommit(_) => "crash after a commit".to_owned(),
                CrashPoint::BeforeEffect(_) => "crash before a request's effect".to_owned(),
                CrashPoint::AfterEffect(_) => "crash after a request's effect".to_owned(),
            },
            Self::Restart(..) => "restart by SIGTERM".to_owned(),
        }
    }
}

/// The line of a rule on the wire in the table of faults.
pub fn wire_name(action: &FaultAction) -> &'static str {
    match action {
        FaultAction::Drop => "event lost",
        FaultAction::Duplicate | FaultAction::Copies { .. } => "event duplicated",
        FaultAction::Reorder => "event overtaken",
        FaultAction::Delay { .. } => "delayed",
        FaultAction::Refuse { .. } => "request refused",
        FaultAction::FailAfter { .. } => "error after the effect",
        FaultAction::Reset => "connection reset",
        FaultAction::Hang { .. } => "request hangs",
        FaultAction::Slow { .. } => "answer drips",
        FaultAction::RotateKeys
        | FaultAction::Skew { .. }
        | FaultAction::Forge { .. }
        | FaultAction::Alter { .. } => "other",
    }
}
