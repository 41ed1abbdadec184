//! Everything known about a call between two inputs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use webhooks::{
    CallConnectionId, CorrelationId, DisplayName, IncomingCallContext, InvitationId, RawId,
    RecordingId, ServerCallId,
};

use crate::{ENGINE_VERSION, Millis, flow::RecordingChange};

/// A call's own id: a ULID whose time is the event's and whose random part is a hash, so that two
/// deliveries of one `IncomingCall` are one call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub String);

impl CallId {
    /// The id as text, 26 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number of a command within its call, from 1, never reused.
pub type Number = u32;

/// A call between two inputs. Serialised as its snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The engine that wrote this snapshot: set by every step.
    pub version: u16,
    /// Its id.
    pub id: CallId,
    /// The time of the last input; never goes back.
    pub now: Millis,
    /// The number of the next command.
    pub next_number: Number,
    /// Where the call stands.
    pub phase: Phase,
    /// SHA-256 of the flow bundle it runs, hex.
    pub bundle: Option<String>,
    /// The deployment's constants at the time the flow was chosen.
    pub config: BTreeMap<String, serde_json::Value>,
    /// When the line began to ring.
    pub rang_at: Millis,
    /// The capability to answer; dropped when the answer settles.
    pub context: Option<IncomingCallContext>,
    /// Who calls.
    pub caller: Option<RawId>,
    /// Who is called.
    pub called: Option<RawId>,
    /// The name that came with the call.
    pub caller_name: Option<DisplayName>,
    /// Our leg, once answered.
    pub connection: Option<CallConnectionId>,
    /// The conversation.
    pub server_call_id: Option<ServerCallId>,
    /// Joins logs of both sides.
    pub correlation_id: Option<CorrelationId>,
    /// What the flow keeps, read as `vars.*`. Personal.
    pub vars: BTreeMap<String, Kept>,
    /// Commands whose result is awaited.
    pub pending: BTreeMap<Number, Pending>,
    /// The main media operation that runs (V3: at most one).
    pub media: Option<Number>,
    /// Highest `sequenceNumber` of `ParticipantsUpdated` seen.
    pub roster_seq: i64,
    /// Who was there by the last roster, by raw id.
    pub roster: Vec<RawId>,
    /// Whether a roster has listed the caller; only then does his absence mean anything.
    pub caller_seen: bool,
    /// The call was said to be gone at this time, and an inspection is to confirm it.
    pub told_gone: Option<Millis>,
    /// When Call Automation was last asked in vain whether it is, ms since 1970.
    #[serde(default)]
    pub asked_in_vain: Option<Millis>,
    /// When `CallDisconnected` came, if nothing since has shown that the call lives.
    #[serde(default)]
    pub disconnected_at: Option<Millis>,
    /// Whether `CallConnected` came, or an inspection said so.
    pub connected: bool,
    /// The recording.
    pub recording: RecordingPhase,
    /// The agent who joined, kept after the end.
    pub agent: Option<AgentRef>,
    /// Agents rung in vain during this call.
    pub tried: Vec<String>,
    /// The flow's sentence of goodbye was spoken to a caller whom nobody took.
    pub left_message: bool,
    /// The call ends by itself at this time (set when answered).
    pub ends_by: Option<Millis>,
    /// When Call Automation last told something of the call, unasked or asked, ms since 1970. Absent in
    /// snapshots of older releases: then it is asked at once.
    #[serde(default)]
    pub heard_at: Millis,
    /// The language that the flow set for this caller; none means the flow's own.
    #[serde(default)]
    pub language: Option<String>,
    /// Whether the caller knows of a recording and agrees.
    #[serde(default)]
    pub consent: Agreement,
    /// The number (E.164 or as typed) at which the caller wishes to be called back. Personal.
    #[serde(default)]
    pub callback: Option<Kept>,
    /// Digits that the flow may give to an endpoint, by variable: where they are, never what they are.
    #[serde(default)]
    pub withheld: BTreeMap<String, Withheld>,
    /// The node for whose sensitive digits the recording was paused (V14).
    #[serde(default)]
    pub paused_for: Option<String>,
    /// The node for whose message the recording was started, and with which it ends.
    #[serde(default)]
    pub records_for: Option<String>,
    /// Whom a node of the flow has rung and connected with the caller, kept after the end.
    #[serde(default)]
    pub party: Option<RawId>,
    /// When we were told that somebody has taken the caller from us.
    #[serde(default)]
    pub transferred_at: Option<Millis>,
    /// Whether the sound of the call goes to a voice agent.
    #[serde(default)]
    pub streaming: StreamPhase,
    /// How often the endpoint was asked for the http node that waits for it.
    #[serde(default)]
    pub tries: Tries,
    /// Orders to start, pause or resume a recording that were given up and may have been carried out. As long as
    /// there is one, a recording may run that nobody knows of.
    #[serde(default)]
    pub recording_doubts: BTreeSet<Number>,
    /// Since when the conversation is to be recorded: its queue says so, and the caller knows.
    #[serde(default)]
    pub records_talk: Option<Millis>,
    /// The prompt that holds the queue's sentence of consent.
    #[serde(default)]
    pub sentence: Option<Number>,
    /// How it ended; set exactly once (V9).
    pub outcome: Option<Outcome>,
}

/// A flow variable. It may hold digits or personal data of the caller, so it does not show itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(pub serde_json::Value);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}

/// Digits that the engine has never seen: the service keeps them in memory, under the number of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The question that they answered.
    pub number: Number,
    /// Its node.
    pub node: String,
    /// They were lost before, and the caller was asked once more.
    pub asked_again: bool,
}

/// The tries of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// The first: all of them have its number in their `Idempotency-Key`.
    pub first: Number,
    /// How many were repetitions.
    pub repeated: u8,
}

impl Call {
    /// A call of which nothing is known yet.
    pub fn new(id: CallId, now: Millis) -> Self {
        Self {
            version: ENGINE_VERSION,
            id,
            now,
            next_number: 1,
            phase: Phase::New,
            bundle: None,
            config: BTreeMap::new(),
            rang_at: now,
            context: None,
            caller: None,
            called: None,
            caller_name: None,
            connection: None,
            server_call_id: None,
            correlation_id: None,
            vars: BTreeMap::new(),
            pending: BTreeMap::new(),
            media: None,
            roster_seq: 0,
            roster: Vec::new(),
            caller_seen: false,
            told_gone: None,
            asked_in_vain: None,
            disconnected_at: None,
            connected: false,
            recording: RecordingPhase::Off,
            agent: None,
            tried: Vec::new(),
            left_message: false,
            ends_by: None,
            heard_at: now,
            language: None,
            consent: Agreement::Unknown,
            callback: None,
            withheld: BTreeMap::new(),
            paused_for: None,
            records_for: None,
            party: None,
            transferred_at: None,
            streaming: StreamPhase::Off,
            tries: Tries::default(),
            recording_doubts: BTreeSet::new(),
            records_talk: None,
            sentence: None,
            outcome: None,
        }
    }

    /// The earliest time at which the call wants [`super::Input::DeadlineReached`], and why.
    /// None only for an ended call with nothing pending.
    pub fn next_deadline(&self) -> Option<(Millis, &'static str)> {
        let pending = self.pending.values().map(|p| (p.deadline, p.kind.waits_for()));
        let wait = self.phase.deadline();
        let end = self.ends_by.filter(|_| !self.phase.is_over()).map(|at| (at, "longest call"));
        let silence = self.looks_at().map(|at| (at, "look whether the caller is still there"));
        let again = self.looks_again_at().map(|at| (at, "ask again whether the call is gone"));
        pending.chain(wait).chain(end).chain(silence).chain(again).min_by_key(|(at, _)| *at)
    }

    /// Whether what is said now may be in a recording.
    pub fn may_be_recorded(&self) -> bool {
        let resume = PendingKind::ChangeRecording { change: RecordingChange::Resume };
        match self.recording {
            RecordingPhase::On { .. } | RecordingPhase::Starting => true,
            RecordingPhase::Paused { .. } if self.awaits(|kind| *kind == resume).is_some() => true,
            RecordingPhase::Off
            | RecordingPhase::Failed
            | RecordingPhase::Paused { .. }
            | RecordingPhase::Stopped { .. } => !self.recording_doubts.is_empty(),
        }
    }

    /// Whether the call is over: an outcome is set.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Whether it awaits a command of this kind.
    pub fn awaits(&self, wanted: impl Fn(&PendingKind) -> bool) -> Option<Number> {
        self.pending.iter().find(|(_, pending)| wanted(&pending.kind)).map(|(number, _)| *number)
    }
}

/// Where a call stands. Each phase carries what only it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing is known.
    New,
    /// It rings; a node that needs no media is at work.
    Ringing {
        /// The node.
        node: String,
        /// The answer leaves at this time at the latest.
        answer_by: Millis,
    },
    /// The answer is on its way, or the redirect that takes its place; the flow goes on at `node` when
    /// connected.
    Answering {
        /// The first node that needs media.
        node: String,
    },
    /// A node of the flow is at work.
    InFlow {
        /// The node.
        node: String,
        /// What it does.
        doing: Doing,
    },
    /// The caller waits for an agent.
    Waiting(QueueWait),
    /// Caller and agent talk.
    Talking {
        /// Who.
        agent: AgentLeg,
        /// When the call is looked at if nothing is heard of it.
        check_at: Millis,
    },
    /// The end was ordered; `CallDisconnected` is awaited.
    Ending {
        /// Why.
        reason: EndReason,
    },
    /// It is over.
    Ended,
}

impl Phase {
    /// A stable name for journal, metrics and trace.
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ringing { .. } => "ringing",
            Self::Answering { .. } => "answering",
            Self::InFlow { .. } => "in flow",
            Self::Waiting(_) => "waiting",
            Self::Talking { .. } => "talking",
            Self::Ending { .. } => "ending",
            Self::Ended => "ended",
        }
    }

    /// The node of the flow that is at work, or that brought the agent; none where the flow is at none.
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Ringing { node, .. } | Self::Answering { node } | Self::InFlow { node, .. } => {
                Some(node)
            }
            Self::Waiting(wait) => Some(&wait.node),
            Self::Talking { agent, .. } => Some(&agent.node),
            Self::New | Self::Ending { .. } | Self::Ended => None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self, Self::Ended)
    }

    fn deadline(&self) -> Option<(Millis, &'static str)> {
        match self {
            Self::Ringing { answer_by, .. } => {
                Some((*answer_by, "answer before the caller gives up"))
            }
            Self::Waiting(wait) => [
                Some((wait.leave_at, "longest wait in the queue")),
                wait.announce_at.map(|at| (at, "next announcement")),
            ]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at),
            Self::Talking { check_at, .. } => {
                Some((*check_at, "look whether both are still there"))
            }
            Self::New
            | Self::Answering { .. }
            | Self::InFlow { .. }
            | Self::Ending { .. }
            | Self::Ended => None,
        }
    }
}

/// What a node of the flow does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// A text is spoken.
    Speaking {
        /// The command.
        number: Number,
        /// It is tried once more when its fate is unknown or media were in the way.
        again: bool,
    },
    /// The caller is asked.
    Asking {
        /// The command.
        number: Number,
        /// From 1.
        attempt: u8,
        /// A technical failure was already answered by asking again.
        again: bool,
        /// The second question of the node is asked, for this time from 1: whether what he typed is right, or by keys what he
        /// wants. 0 while the first is.
        #[serde(default)]
        confirming: u8,
    },
    /// The recording is started, paused, resumed or stopped.
    Recording {
        /// The command.
        number: Number,
        /// It was ordered before, and the node begins when it is over.
        #[serde(default)]
        behind: bool,
    },
    /// Somebody is rung who is to join.
    Inviting {
        /// The command.
        number: Number,
        /// Which of the node's people, from 0.
        place: usize,
        /// Known once the command is accepted.
        invitation: Option<InvitationId>,
    },
    /// Somebody is taken out, the caller is held or taken back, or given to somebody else.
    Acting {
        /// The command.
        number: Number,
    },
    /// An endpoint is asked.
    Fetching {
        /// The command.
        number: Number,
        /// In a question: which attempt it is about, from 1.
        #[serde(default)]
        attempt: u8,
    },
    /// The caller talks with a voice agent, or the agent is being reached.
    Streaming(Talk),
    /// The sound of the call still goes to a voice agent: the node begins when it does not.
    Quieting {
        /// The command that stops it.
        number: Number,
    },
}

/// A caller and a voice agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    /// The command that opened the web socket.
    pub number: Number,
    /// The agent, by its name in the settings.
    pub agent: String,
    /// What the agent is told, in order. Personal.
    pub sent: Vec<(String, Kept)>,
    /// When they have talked long enough; none as long as they do not.
    pub until: Option<Millis>,
}

/// The caller waits for an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueWait {
    /// The node of the flow.
    pub node: String,
    /// The queue's name.
    pub queue: String,
    /// Since when.
    pub since: Millis,
    /// The overflow happens at this time.
    pub leave_at: Millis,
    /// When the next announcement is due; none while one is spoken.
    pub announce_at: Option<Millis>,
    /// What the caller hears.
    pub hears: Hears,
    /// The sentence of consent was spoken to its end.
    pub consented: bool,
    /// The agent who is being rung.
    pub offer: Option<OfferState>,
}

/// What a waiting caller hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hears {
    /// An announcement.
    Announcement,
    /// Music.
    Music,
    /// Nothing: no music is configured, or none could be played.
    Nothing,
}

/// An agent is being rung.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfferState {
    /// Who.
    pub agent: AgentRef,
    /// The `AddAgent` command.
    pub number: Number,
    /// Known once the command is accepted.
    pub invitation: Option<InvitationId>,
}

/// An agent, by the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRef {
    /// Entra object id.
    pub id: String,
    /// For people: the roster's display name.
    pub name: String,
}

/// An agent in the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentLeg {
    /// Who.
    pub agent: AgentRef,
    /// Since when he is in the call.
    pub since: Millis,
    /// Whether a roster has listed him.
    pub seen: bool,
    /// The node that brought him.
    pub node: String,
    /// His raw id where he is no agent of a queue.
    #[serde(default)]
    pub raw: Option<RawId>,
}

impl AgentLeg {
    /// By which he is listed.
    pub fn raw_id(&self) -> RawId {
        self.raw.clone().unwrap_or_else(|| self.agent.raw_id())
    }
}

impl AgentRef {
    /// The agent's raw id as a Teams user of the public cloud (contract 3).
    pub fn raw_id(&self) -> RawId {
        RawId::new(format!("8:orgid:{}", self.id))
    }
}

/// Whether the conversation is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingPhase {
    /// Not.
    Off,
    /// The start was ordered.
    Starting,
    /// It runs, or ran until the call ended.
    On {
        /// Its id.
        id: RecordingId,
    },
    /// It could not be started.
    Failed,
    /// It was paused: what is heard is not in it.
    Paused {
        /// Its id.
        id: RecordingId,
    },
    /// It ran, and was ended before the call.
    Stopped {
        /// Its id.
        id: RecordingId,
    },
}

/// Whether the sound of the call goes to a voice agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamPhase {
    /// It does not.
    #[default]
    Off,
    /// Its start was ordered.
    On {
        /// By this command.
        number: Number,
    },
    /// Its end was ordered.
    Stopping {
        /// By this command.
        number: Number,
        /// Its start.
        of: Number,
    },
    /// Its end was ordered in vain: nobody knows.
    Unknown {
        /// Its start.
        of: Number,
    },
}

/// A command whose result is awaited, with a deadline (V4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// What it was.
    pub kind: PendingKind,
    /// When waiting ends.
    pub deadline: Millis,
    /// When it would end by the first estimate; an unknown fate shortens `deadline` only.
    pub estimate: Millis,
    /// The command was accepted, or has begun.
    pub accepted: bool,
    /// Nobody knows whether it had its effect.
    pub uncertain: bool,
}

/// What is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// `CallConnected`.
    Answer,
    /// The 204 of reject.
    Reject,
    /// The 204 of redirect.
    Redirect,
    /// `PlayCompleted` or a sibling.
    Play {
        /// A loop ends only by cancelling.
        repeat: bool,
    },
    /// `RecognizeCompleted` or a sibling.
    Recognize,
    /// The 202 of cancel.
    CancelMedia,
    /// `AddParticipantSucceeded` or `Failed`.
    AddAgent {
        /// Who is rung.
        agent: AgentRef,
        /// We no longer want him: a success is compensated (V8).
        given_up: bool,
    },
    /// `CancelAddParticipantSucceeded` or `Failed`.
    CancelAdd {
        /// The `AddAgent` that is taken back.
        of: Number,
    },
    /// `AddParticipantSucceeded` or `Failed`, for somebody whom the flow names.
    Invite {
        /// Whom.
        target: RawId,
        /// Nobody waits for him any more: if he comes, he is removed.
        given_up: bool,
    },
    /// `CallTransferAccepted` or `Failed`; then that our leg is gone.
    Transfer,
    /// The end of the hold, or its failure.
    Hold,
    /// The answer to taking the caller back.
    Unhold {
        /// Whether he had been held as the flow wished.
        held: bool,
    },
    /// `RemoveParticipantSucceeded` or `Failed`.
    Remove,
    /// `RecordingStateChanged`, or the answer of start.
    StartRecording,
    /// `RecordingStateChanged`, or the answer to pausing, resuming or stopping.
    ChangeRecording {
        /// What was ordered; never the start.
        change: RecordingChange,
    },
    /// `CallDisconnected`.
    Terminate {
        /// Ordered before, and refused or not heard of.
        again: bool,
    },
    /// What `GET` call says.
    Inspect {
        /// The media operation in doubt, if it was asked for one.
        about: Option<Number>,
    },
    /// The endpoint's answer.
    Fetch,
    /// That the sound goes to the voice agent; then news of it, or its end.
    Stream,
    /// `MediaStreamingStopped`.
    StopStream {
        /// Ordered before, and refused or not heard of.
        again: bool,
    },
}

impl PendingKind {
    /// What a deadline of this kind waits for, for the trace.
    pub fn waits_for(&self) -> &'static str {
        match self {
            Self::Answer => "CallConnected",
            Self::Reject => "the answer to Reject",
            Self::Redirect => "the answer to RedirectCall",
            Self::Play { .. } => "the end of the prompt",
            Self::Recognize => "the caller's input",
            Self::CancelMedia => "the answer to CancelAllMediaOperations",
            Self::AddAgent { .. } => "the agent's answer",
            Self::CancelAdd { .. } => "the end of ringing",
            Self::Invite { .. } => "the answer of who is rung",
            Self::Transfer => "the end of the transfer",
            Self::Hold => "the end of the hold",
            Self::Unhold { .. } => "the answer to Unhold",
            Self::Remove => "the participant's removal",
            Self::StartRecording => "the recording's start",
            Self::ChangeRecording { .. } => "the recording's change",
            Self::Terminate { .. } => "CallDisconnected",
            Self::Inspect { .. } => "the answer to GetCall",
            Self::Fetch => "the endpoint's answer",
            Self::Stream => "the voice agent",
            Self::StopStream { .. } => "MediaStreamingStopped",
        }
    }
}

/// Whether the caller agrees to be recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Nobody told or asked him.
    #[default]
    Unknown,
    /// He heard the sentence to its end, or said yes.
    Given,
    /// He said no.
    Refused,
}

/// Why the end was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The flow came to `hangup`.
    FlowDone,
    /// The caller left.
    CallerLeft,
    /// The agent left.
    AgentLeft,
    /// The longest call was reached.
    TooLong,
    /// Somebody has taken the caller from us, and our leg is still there.
    Transferred,
    /// The service could not go on.
    Failure,
}

/// How a call ended. Exactly one for each call (V9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Caller and agent talked.
    Connected,
    /// The flow came to its end without an agent.
    Completed,
    /// Nobody could take the call; the caller heard the recorded goodbye.
    Voicemail,
    /// The caller wishes to be called back.
    Callback,
    /// The caller left before that.
    Abandoned,
    /// The line had rung too long when the event came.
    Expired,
    /// The flow refused the call.
    Rejected,
    /// Given to somebody else after it was answered.
    Transferred,
    /// Sent elsewhere before it was answered: by the flow, or because the call could not be taken or not be answered.
    Redirected,
    /// The call could not be answered or kept.
    Failed,
}

impl Outcome {
    /// The stable name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Completed => "completed",
            Self::Voicemail => "voicemail",
            Self::Callback => "callback",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::Transferred => "transferred",
            Self::Redirected => "redirected",
            Self::Failed => "failed",
        }
    }
}
