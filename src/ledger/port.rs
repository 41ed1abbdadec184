//! What the rest of the service may ask of the durable store. SQLite and PostgreSQL implement it.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use engine::{
    Millis,
    call::{Call, CallId, Input, Lane, Number, Step},
    queue::Availability,
};
use serde::{Deserialize, Serialize};
use webhooks::RawId;

use crate::sealing::SealingError;

/// The durable store: journal, calls, outbox, queue.
///
/// Every method that changes something is one transaction and returns after it is durable.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Keeps an input, decides on it, keeps the decision and its commands.
    ///
    /// # Errors
    /// When nothing could be made durable: the sender must be told to try again.
    async fn record(&self, arrival: Arrival) -> Result<Recorded, LedgerError>;

    /// Notes a command's tries so far, before the next one. The row stays with its owner. False: the row
    /// is gone, because the call has ended and the command was forgotten, or another process has taken it
    /// over; it must not be tried again here.
    async fn postpone(
        &self,
        call: &CallId,
        claim: Claim,
        attempts: u32,
    ) -> Result<bool, LedgerError>;

    /// Takes over commands that another process, now dead, had claimed, and commands of this process
    /// whose maker was cut off before it could hand them on. Called at start, before anything is
    /// recorded, and now and then. Rows that cannot be opened are logged and left until the next start.
    async fn adopt_orphans(&self) -> Result<Vec<Outgoing>, LedgerError>;

    /// Calls whose deadline is at or before `now`, or which have inputs not yet applied; earliest first.
    /// Calls set aside are left out.
    async fn due(&self, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError>;

    /// Takes a call that cannot be read ([`LedgerError::is_unreadable`]) out of the way: `due`,
    /// `next_due` and `assign` pass it over in this process; another one may be able to read it. It comes back with its deadline when the ledger is opened
    /// again, or when an input of it is decided upon after all. A call that is not known is no error.
    async fn set_aside(&self, call: &CallId) -> Result<(), LedgerError>;

    /// The earliest deadline of all calls that are not set aside.
    async fn next_due(&self) -> Result<Option<Millis>, LedgerError>;

    /// Applies inputs of a call that were kept unapplied, in order. A second panic puts the input in
    /// quarantine and feeds `StepFailed`.
    async fn apply_backlog(&self, call: &CallId, now: Millis) -> Result<Recorded, LedgerError>;

    /// Names of queues in which a call waits.
    async fn waiting_queues(&self) -> Result<Vec<String>, LedgerError>;

    /// Runs `engine::queue::assign` for a queue under its lock: writes reservations and the inputs
    /// `Offered` and `Unavailable`, decided upon, in one transaction. Calls that cannot be read are set
    /// aside and the next in line takes their turn.
    async fn assign(
        &self,
        queue: &str,
        agents: Vec<PresentAgent>,
        now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError>;

    /// Calls without an outcome, also those that cannot be read.
    async fn live_calls(&self) -> Result<Vec<CallId>, LedgerError>;

    /// The call that has this conversation, for events that know no call id of ours.
    async fn call_of_server_call(
        &self,
        server_call_id: &str,
    ) -> Result<Option<CallId>, LedgerError>;

    /// The call as it is now.
    async fn call(&self, call: &CallId) -> Result<Option<Call>, LedgerError>;

    /// The newest calls first.
    async fn calls(&self, limit: usize) -> Result<Vec<CallSummary>, LedgerError>;

    /// A call's journal rows with `seq` above `after`, in order, personal parts opened.
    async fn journal(&self, call: &CallId, after: i64) -> Result<Vec<JournalRow>, LedgerError>;

    /// Keeps the source of a flow bundle. Idempotent.
    async fn keep_bundle(&self, hash: &str, source: &str) -> Result<(), LedgerError>;

    /// The sources of all bundles kept, by hash.
    async fn bundles(&self) -> Result<Vec<(String, String)>, LedgerError>;

    /// Keeps an authenticated body that could not be used, sealed.
    async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError>;

    /// Deletes the key of a call's personal data: journal texts, snapshot and commands become unreadable.
    async fn erase(&self, call: &CallId) -> Result<bool, LedgerError>;

    /// Deletes what is older than it may be kept, at most `limit` calls and `limit` bodies, in one
    /// transaction. To be repeated until nothing was deleted. Live calls are never deleted.
    async fn forget_old(&self, before: KeptSince, limit: usize) -> Result<Forgotten, LedgerError>;

    /// The calls of a caller, newest first, found by the peppered hashes of the raw id. Erased calls are
    /// not found.
    async fn calls_of_caller(
        &self,
        caller: &RawId,
        limit: usize,
    ) -> Result<Vec<CallSummary>, LedgerError>;

    /// The bodies in quarantine that belong to a call, opened, in the order of their coming.
    async fn quarantined(&self, call: &CallId) -> Result<Vec<Quarantined>, LedgerError>;

    /// How many calls and bodies are sealed by each key of the ring, by its id.
    async fn key_use(&self) -> Result<BTreeMap<String, u64>, LedgerError>;

    /// Whether this process may still send a command. Asked before each try; answers from memory.
    fn holding(&self, claim: Claim) -> Holding;

    /// How soon to look again for what other processes did: deadlines that they set, commands that they
    /// left behind.
    fn look_again(&self) -> Duration;

    /// Whether no living process has worked on this ledger for longer than this one: then nobody has seen
    /// to the live calls before it came. One that has just died may still count for 2 s.
    async fn is_eldest(&self) -> Result<bool, LedgerError>;

    /// Takes or keeps the lease `name` for `span` ms, so that of several processes one does the work.
    /// False: another one has it. An embedded ledger has one process, which has every lease.
    async fn lease(&self, name: &str, span: Millis) -> Result<bool, LedgerError>;

    /// How far this process's clock must be put forward (or back, if negative) to agree with the clock
    /// that all processes of the ledger share, ms. None as long as it is not known; an embedded ledger
    /// shares none.
    fn clock_offset(&self) -> Option<Millis>;

    /// Finishes what was handed in and closes the store. What comes later fails with
    /// [`LedgerError::Closed`]. Calling it again does nothing.
    async fn stop(&self);
}

/// How far back data is kept. What is older is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptSince {
    /// Calls that ended before this, ms since 1970, with everything known of them. None keeps all.
    pub ended: Option<Millis>,
    /// Bodies put in quarantine before this, ms since 1970. None keeps all.
    pub quarantined: Option<Millis>,
}

/// What [`Ledger::forget_old`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Calls.
    pub calls: u64,
    /// Bodies in quarantine, apart from those of deleted calls.
    pub bodies: u64,
}

/// A body that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// When it was put there, ms since 1970.
    pub at: Millis,
    /// Why.
    pub reason: String,
    /// The body; None after erasure.
    pub body: Option<Vec<u8>>,
}

/// Something that happened to a call, on its way into the journal.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Which call.
    pub call: CallId,
    /// Whether the call may be new: only for `IncomingCall`.
    pub opens: bool,
    /// Identity of the first input, for de-duplication: the first 16 bytes of SHA-256 over source and event id.
    pub event: Option<[u8; 16]>,
    /// What happened, in order; all are decided upon in one transaction.
    pub inputs: Vec<Input>,
    /// The command that this input settles; its row is deleted in the same transaction.
    pub settles: Option<Claim>,
    /// When, ms since 1970.
    pub now: Millis,
}

/// What became of an arrival.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// What was found.
    pub fate: Fate,
    /// Which call.
    pub call: Option<CallId>,
    /// Commands to send now. They are durable and claimed by this process.
    pub outgoing: Vec<Outgoing>,
    /// The call's next deadline.
    pub next_due: Option<Millis>,
    /// A queue has something to assign.
    pub queue_woke: bool,
    /// The call has ended with this step.
    pub ended: bool,
    /// Invariants that the decision broke (debug builds panic instead).
    pub violations: Vec<&'static str>,
}

/// What was found of an arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fate {
    /// Kept and decided upon.
    #[default]
    Applied,
    /// This event was kept before.
    Duplicate,
    /// There is no such call, and this input opens none.
    UnknownCall,
    /// Kept; the decision panicked, or the call was locked by another process. The runner tries again.
    Unapplied,
    /// It settles a command that another process has taken over from this one: nothing was kept.
    Fenced,
}

/// Whether a claim is still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// It is.
    Sure,
    /// The database has not been heard of for so long that another process may have taken over: the next
    /// word from it tells. A command that must not be sent twice waits for that.
    Unsure,
    /// Another process has taken the command over, or will.
    Lost,
}

/// Under which claim a command is sent. A claim ends when another process takes the command over, which
/// it does when it has not heard of this one for a while: then nothing said under it counts any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The command's number.
    pub number: Number,
    /// The process that sends it, one number for each time it was taken in among the living.
    pub owner: i64,
}

/// A command to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Which call.
    pub call: CallId,
    /// Its number: operation context and, with the call id, the source of the repeatability id.
    pub number: Number,
    /// Which process sends it: see [`Claim`].
    pub owner: i64,
    /// What keeps its order.
    pub lane: Lane,
    /// Not sent after this time.
    pub expires: Millis,
    /// When it was first sent: a retry says the same.
    pub first_sent: Millis,
    /// Tries so far.
    pub attempts: u32,
    /// Taken over from a process that died, and it may have been sent. Commands behind it in its lane
    /// cannot: they would have left only after its row was gone.
    pub orphan: bool,
    /// The engine's name for it.
    pub name: String,
    /// Opaque to the ledger: rendered by `Decider`, sealed at rest.
    pub payload: Vec<u8>,
}

impl Outgoing {
    /// Under which claim it is sent.
    pub fn claim(&self) -> Claim {
        Claim { number: self.number, owner: self.owner }
    }
}

/// A call that wants something done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub call: CallId,
    /// It has inputs not yet applied: [`Ledger::apply_backlog`] comes before its deadline.
    pub backlog: bool,
}

/// Decides and renders. The ledger calls it inside its transaction; it must be pure and quick.
pub trait Decider: Send + Sync {
    /// What the input means for the call.
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step;
    /// The hash of the flow without which nothing can be decided on this call, if it is not known here:
    /// another process may have brought it.
    fn lacks(&self, _call: &Call) -> Option<String> {
        None
    }
    /// Learns a flow that another process kept, from its source. False: this release cannot read it.
    fn learn(&self, _source: &str) -> bool {
        false
    }
    /// The bytes of a command that leaves the house, as they will be sent on every try.
    fn render(&self, call: &Call, command: &engine::call::Command) -> Vec<u8>;
}

/// An agent of a queue, with what Graph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentAgent {
    /// Entra object id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Presence.
    pub availability: Availability,
    /// Its age in ms.
    pub presence_age: Millis,
    /// Pause after a call, in ms.
    pub wrap_up: Millis,
    /// Pause after a missed offer, in ms.
    pub missed_pause: Millis,
}

/// A line in a list of calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallSummary {
    /// Its id.
    pub id: String,
    /// When it came, ms since 1970.
    pub created_at: Millis,
    /// Where it stands: `engine::call::Phase::name`.
    pub phase: String,
    /// How it ended.
    pub outcome: Option<String>,
    /// When it ended.
    pub ended_at: Option<Millis>,
}

/// One row of the journal: an input and what was decided.
#[derive(Debug, Clone)]
pub struct JournalRow {
    /// From 1, without gaps.
    pub seq: i64,
    /// When, ms since 1970.
    pub at: Millis,
    /// `engine::call::Input::name`.
    pub kind: String,
    /// The engine that decided.
    pub engine: u16,
    /// Whether the call's state holds its effect: false while it waits for another try, and when it
    /// was given up and lies in quarantine. Replay leaves such rows out.
    pub applied: bool,
    /// Identity of the event that brought it, as [`Arrival::event`]. None where none did.
    pub event: Option<[u8; 16]>,
    /// Without personal data.
    pub decision: Decision,
    /// None after erasure.
    pub personal: Option<Personal>,
}

/// The plain part of a journal row. No personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The phase afterwards.
    pub phase: String,
    /// The flow's node afterwards.
    pub node: Option<String>,
    /// Commands: number and name.
    pub commands: Vec<(Number, String)>,
    /// Why.
    pub notes: Vec<String>,
}

/// The sealed part of a journal row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Personal {
    /// What happened, in full.
    pub input: Input,
    /// What was ordered, in full.
    pub commands: Vec<engine::call::Command>,
}

/// The store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database refused or failed.
    #[error("the database could not {doing}")]
    Database {
        /// What it was asked to do.
        doing: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A row could not be read as what it should be.
    #[error("row {what} cannot be read: it was written by another version or is damaged")]
    Unreadable {
        /// Which.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store is stopping.
    #[error("the ledger is closed: the service is stopping")]
    Closed,
    /// Another process holds the database.
    #[error("another process uses {path}: one `serve` at a time may open a SQLite ledger")]
    InUse {
        /// The lock file.
        path: String,
    },
    /// The file was written by a newer release.
    #[error(
        "the ledger has schema {found}, this release knows {known}: use the release that wrote it, or a newer one"
    )]
    Newer {
        /// In the file.
        found: i64,
        /// Here.
        known: i64,
    },
    /// The tables were not made by this program's migrations.
    #[error(
        "migration {number} of the ledger is not the one of this release: give Switchboard a database of its own, unchanged by hand"
    )]
    Foreign {
        /// Which.
        number: i64,
    },
    /// It was opened for reading only.
    #[error("the ledger was opened for reading: only `serve` may change it")]
    ReadOnly,
    /// The SQLite in this binary is not safe to use.
    #[error(
        "this binary holds SQLite {found}, which can damage its file: build it with 3.51.3 or newer"
    )]
    SqliteTooOld {
        /// Its version.
        found: &'static str,
    },
    /// A call's flow was brought by another process and cannot be read by this release.
    #[error("flow {hash} is of a newer release: the replicas of that release go on with its calls")]
    OtherFlow {
        /// Its hash.
        hash: String,
    },
    /// Personal data cannot be sealed or opened.
    #[error("personal data could not be sealed or opened")]
    Sealing(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl LedgerError {
    /// Whether stored bytes of one call are at fault, and not the store: damaged, written by another
    /// version, or sealed with a key that is not in the ring. Trying again does not help.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::Unreadable { .. } => true,
            Self::Sealing(source) => !matches!(
                source.downcast_ref::<SealingError>(),
                None | Some(SealingError::NoRandomness)
            ),
            Self::Database { .. }
            | Self::Closed
            | Self::InUse { .. }
            | Self::Newer { .. }
            | Self::Foreign { .. }
            | Self::ReadOnly
            | Self::OtherFlow { .. }
            | Self::SqliteTooOld { .. } => false,
        }
    }
}
