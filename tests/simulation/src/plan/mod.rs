//! What happens in a run, apart from what the service does: callers, agents, faults. A plan is made of a
//! seed, and is plain data, so that it can be made smaller while it still fails.

mod fault;
mod make;

use engine::Millis;

pub use fault::{
    Crash, CrashPoint, EndpointTrouble, Fault, GraphTrouble, LedgerTrouble, wire_name,
};
pub use make::{CALLS, plan_of};

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its seed: also draws delays of the wire.
    pub seed: u64,
    /// Index of the flow in [`crate::flows::FLOWS`].
    pub flow: usize,
    /// Who calls.
    pub calls: Vec<CallPlan>,
    /// Who answers, in the order of the roster.
    pub agents: Vec<AgentPlan>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

/// A caller.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPlan {
    /// When the caller dials, in ms from the beginning.
    pub at: Millis,
    /// What the caller does each time the line listens; nothing more after the last.
    pub moves: Vec<Move>,
    /// When the caller hangs up for no reason of ours.
    pub leaves: Option<Leave>,
}

/// What a caller does when asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// So many ms after the line began to listen.
    pub after: Millis,
    /// What.
    pub what: Said,
}

/// Keys or words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Presses these keys at once.
    Keys(&'static str),
    /// Presses these keys with a pause of so many ms between them.
    SlowKeys(&'static str, Millis),
    /// Says this.
    Words(&'static str),
    /// Keeps silent.
    Nothing,
}

/// A hang-up: so many ms after something has happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Leave {
    /// What.
    pub on: Moment,
    /// How much later.
    pub after: Millis,
}

/// What a hang-up follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The dialling.
    Dialled,
    /// The nth thing that is heard, from 0.
    Heard(usize),
    /// The nth time that the line listens, from 0.
    Asked(usize),
    /// An agent's client begins to ring for the caller.
    Rung,
    /// An agent is there.
    Together,
}

/// An agent.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentPlan {
    /// What the agent does with the first ring, the second and so on; the last again and again.
    pub rings: Vec<Reaction>,
    /// Changes of presence: when, in ms from the beginning, and Graph's word.
    pub presence: Vec<(Millis, &'static str)>,
}

/// What an agent does with a ring.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// So many ms after it begins.
    pub after: Millis,
    /// What.
    pub what: Choice,
    /// After a talk of so many ms the agent leaves; otherwise the caller does.
    pub leaves_after: Option<Millis>,
}

/// Accepts, declines, or lets it ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Takes the call.
    Accept,
    /// Refuses it.
    Decline,
    /// Closes the notification.
    Ignore,
}

impl Plan {
    /// Whether nothing goes wrong.
    pub fn is_calm(&self) -> bool {
        self.faults.is_empty()
    }
}
