//! What a run has seen. The checker knows nothing else, so a run can be kept and judged again, and tests
//! can doctor one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Millis;

/// Everything of one run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Evidence {
    /// Requests to Call Automation, as the emulator logged them.
    pub(crate) requests: Vec<Asked>,
    /// Attempts to deliver an event, as the emulator logged them.
    pub(crate) deliveries: Vec<Delivered>,
    /// How the calls looked, whenever that changed.
    pub(crate) sightings: Vec<Sighting>,
    /// The calls that people placed.
    pub(crate) dialled: Vec<Dialled>,
    /// What was done to the service.
    pub(crate) faults: Vec<Fault>,
    /// What the service's own commands say of its calls in the end.
    pub(crate) kept: Vec<Kept>,
    /// How much work waited, from the last fault on.
    pub(crate) backlog: Vec<Backlog>,
    /// Replicas that ended although nobody killed them, and panics in their logs.
    pub(crate) deaths: Vec<String>,
    /// During how much of the run something on this machine waited for a processor, percent (Linux's
    /// pressure stall information). None where it is not told.
    pub(crate) pressure: Option<i64>,
}

/// A request to Call Automation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) n: u64,
    pub(crate) at: Millis,
    /// `answer`, `play`, `addParticipant` and so on.
    pub(crate) operation: String,
    pub(crate) status: u16,
    /// The answer was given before, to the same repeatability id.
    pub(crate) repeated: bool,
    /// Path and query.
    pub(crate) target: String,
    /// `Repeatability-Request-ID`.
    pub(crate) repeatability: Option<String>,
    pub(crate) body: Value,
    pub(crate) answer: Value,
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) n: u64,
    pub(crate) at: Millis,
    /// `callback`, `event_grid`, `handshake` or `replay`.
    pub(crate) kind: String,
    /// `PlayCompleted` and so on.
    pub(crate) event: String,
    pub(crate) attempt: u32,
    /// None: no answer came.
    pub(crate) status: Option<u16>,
    /// Given up after this attempt.
    pub(crate) lost: bool,
    pub(crate) problem: Option<String>,
    /// Where it was posted.
    pub(crate) target: String,
    /// The first element of the body, which is an array of one.
    pub(crate) body: Value,
}

/// How a call looked from a time on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sighting {
    /// The emulator's id.
    pub(crate) call: String,
    pub(crate) at: Millis,
    /// `ringing`, `connected`, `elsewhere` (connected without the application), `ended`.
    pub(crate) state: String,
    /// Something can be heard.
    pub(crate) hears: bool,
    /// Keys would be taken.
    pub(crate) listening: bool,
    /// The caller is there.
    pub(crate) caller: bool,
    /// Raw ids of the agents who are there.
    pub(crate) agents: Vec<String>,
}

/// A call that somebody placed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Dialled {
    /// The emulator's id.
    pub(crate) call: String,
    pub(crate) correlation: String,
    pub(crate) at: Millis,
    /// When the end was seen. None: it never was.
    pub(crate) ended: Option<Millis>,
    /// Why it ended, in the emulator's words.
    pub(crate) reason: String,
}

/// Something done to the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) from: Millis,
    /// When it was undone: a killed process is ready again.
    pub(crate) until: Millis,
    /// `kill replica`, `kill database`, `stop`, `reset`, `latency`, `half open`, `slow close`, `stall`.
    pub(crate) kind: String,
    /// Which.
    pub(crate) target: String,
    /// When a killed process was started again.
    pub(crate) restarted: Option<Millis>,
}

/// A call as `switchboard export` tells it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) correlation: Option<String>,
    pub(crate) phase: String,
    pub(crate) outcome: Option<String>,
    pub(crate) rows: Vec<Row>,
}

/// A row of the journal.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) at: Millis,
    pub(crate) kind: String,
    pub(crate) applied: bool,
    /// The event's identity, hex.
    pub(crate) event: Option<String>,
    /// Numbers and names of what was ordered.
    pub(crate) commands: Vec<(u32, String)>,
}

/// How much work waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Backlog {
    pub(crate) at: Millis,
    /// Commands not settled that should have left some time ago.
    pub(crate) outbox: u64,
    /// Calls with inputs not applied, and inputs of calls that were locked.
    pub(crate) unapplied: u64,
    /// Calls whose deadline has passed some time ago.
    pub(crate) overdue: u64,
    /// Agents reserved, and callers in the queue.
    pub(crate) reserved: u64,
}

impl Backlog {
    /// Nothing waits for the service.
    pub(crate) fn is_clear(&self) -> bool {
        self.outbox == 0 && self.unapplied == 0 && self.overdue == 0
    }
}
