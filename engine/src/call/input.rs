//! What can happen to a call. Each input is numbered and kept in the journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use webhooks::{
    CallConnectionId, CallEvent, CorrelationId, DisplayName, IncomingCallContext, InvitationId,
    RawId, RecordingId, ServerCallId,
};

use crate::Millis;

use super::state::{AgentRef, Kept, Number};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The line rings (Event Grid `IncomingCall`).
    IncomingCall(Box<Incoming>),
    /// The entry rules chose a flow.
    FlowChosen {
        /// SHA-256 of the flow bundle, hex.
        bundle: String,
        /// The deployment's constants, read in expressions as `config.*`.
        config: BTreeMap<String, serde_json::Value>,
    },
    /// A mid-call event from Call Automation.
    Event(Box<CallEvent>),
    /// A command was carried out, refused, or its fate is unknown.
    Settled {
        /// Which command.
        number: Number,
        /// What became of it.
        result: Settlement,
    },
    /// The time of [`super::Call::next_deadline`] has come.
    DeadlineReached,
    /// The queue reserved an agent for this call.
    Offered(Box<Offer>),
    /// No agent of the queue can take this call now or soon.
    Unavailable {
        /// The queue's name.
        queue: String,
        /// For and against each agent.
        why: Vec<String>,
    },
    /// The company's endpoint answered, or did not.
    Fetched {
        /// Which command.
        number: Number,
        /// What came.
        result: FetchResult,
    },
    /// What `GET` call and participants said.
    Inspected {
        /// Which command.
        number: Number,
        /// What was seen.
        view: Inspection,
    },
    /// News of a web socket between the call and a voice agent.
    Streamed {
        /// The command that opened it.
        number: Number,
        /// What is new.
        news: StreamNews,
    },
    /// The recording's file can be fetched (Event Grid `RecordingFileStatusUpdated`).
    RecordingFile {
        /// How many chunks.
        chunks: u32,
        /// Length in ms, where told.
        duration: Option<Millis>,
    },
    /// A step failed twice on an input, which now lies in quarantine.
    StepFailed {
        /// The sequence number of that input.
        seq: i64,
    },
    /// The process started again and does not know what became of commands that were on their way.
    Resumed,
    /// The line rang while this service could take no call: what its last resort did. Told afterwards.
    TurnedAway(Box<TurnedAway>),
}

impl Input {
    /// A stable name for journal, metrics and trace.
    pub fn name(&self) -> &str {
        match self {
            Self::IncomingCall(_) => "IncomingCall",
            Self::FlowChosen { .. } => "FlowChosen",
            Self::Event(event) => event.kind.name(),
            Self::Settled { .. } => "Settled",
            Self::DeadlineReached => "DeadlineReached",
            Self::Offered(_) => "Offered",
            Self::Unavailable { .. } => "Unavailable",
            Self::Fetched { .. } => "Fetched",
            Self::Inspected { .. } => "Inspected",
            Self::Streamed { .. } => "Streamed",
            Self::RecordingFile { .. } => "RecordingFile",
            Self::StepFailed { .. } => "StepFailed",
            Self::Resumed => "Resumed",
            Self::TurnedAway(_) => "TurnedAway",
        }
    }
}

/// A call that was turned away without the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnedAway {
    /// The event, without the capability to answer.
    pub incoming: Incoming,
    /// What was done.
    pub how: Resort,
    /// Why the call was not taken. No personal data.
    pub why: String,
}

/// What a last resort did with a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resort {
    /// Sent to the fallback number.
    Redirected,
    /// Refused: the caller heard the busy tone.
    Rejected,
    /// Nothing: the line had rung too long.
    Dropped,
}

/// The `IncomingCall` event, as far as it was readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// When the line began to ring (ms since 1970).
    pub rang_at: Millis,
    /// The capability to answer.
    pub context: IncomingCallContext,
    /// Who calls.
    pub from: Option<RawId>,
    /// Who is called.
    pub to: Option<RawId>,
    /// The name that came with the call: a claim, never proof.
    pub caller_name: Option<DisplayName>,
    /// Opaque conversation id.
    pub server_call_id: Option<ServerCallId>,
    /// Joins logs of both sides.
    pub correlation_id: Option<CorrelationId>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// Accepted.
    Done(SettlementFacts),
    /// Refused for good.
    Refused(Refusal),
    /// It may or may not have had its effect.
    Unknown {
        /// Why nobody knows, without personal data.
        cause: String,
    },
    /// It was not sent: its time had passed.
    Expired,
}

/// What an accepted command told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SettlementFacts {
    /// From answer.
    pub connection: Option<CallConnectionId>,
    /// From answer.
    pub server_call_id: Option<ServerCallId>,
    /// From answer.
    pub correlation_id: Option<CorrelationId>,
    /// From add participant.
    pub invitation: Option<InvitationId>,
    /// From start recording.
    pub recording: Option<RecordingId>,
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Call Automation sub-code, where told (contract 4.4).
    pub sub_code: Option<i64>,
}

impl Refusal {
    /// The call or participant is no longer there (404/8522, 400/8528).
    pub fn is_gone(&self) -> bool {
        self.status == 404 || self.sub_code == Some(8522) || self.sub_code == Some(8528)
    }
    /// Sent too late for its Repeatability id, or clocks differ (RELIABILITY.md finding 3).
    pub fn is_stale(&self) -> bool {
        self.status == 412
    }
    /// Whether a later try might have been taken: the service, the network or the time was at fault.
    pub fn is_inability(&self) -> bool {
        matches!(self.status, 0 | 408 | 429 | 500..=599)
    }
    /// Whether a recording may run all the same: the service failed at starting it, or says that there is one
    /// (8553, 8559).
    pub fn may_record(&self) -> bool {
        matches!(self.status, 408 | 500..=599) || matches!(self.sub_code, Some(8553 | 8559))
    }
    /// Another media operation is in the way (412/8583, 409/8519, 400/8500).
    pub fn is_media_conflict(&self) -> bool {
        self.status == 412
            || self.status == 409
            || matches!(self.sub_code, Some(8583 | 8519 | 8500))
    }
}

/// An agent reserved for this call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The queue.
    pub queue: String,
    /// Who is offered.
    pub agent: AgentRef,
    /// Age of the presence that spoke for the agent, in ms.
    pub presence_age: Millis,
    /// For and against each agent, best first.
    pub why: Vec<String>,
}

/// What the company's endpoint answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchResult {
    /// An HTTP answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// The JSON body; null where there was none or it was not JSON.
        body: serde_json::Value,
    },
    /// No answer.
    Failed {
        /// Why, without personal data.
        cause: String,
    },
    /// Nothing was sent: the digits that answered this question are no longer in memory.
    Lost {
        /// The question.
        of: Number,
    },
}

/// What is new of a web socket between a call and a voice agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamNews {
    /// The agent has taken the call: sound goes both ways.
    Begun,
    /// Sound still comes from the call.
    Alive,
    /// The agent hands the caller over, and the socket is at its end.
    HandedOver {
        /// The word for where to; the agent's own, so it may be anything.
        to: String,
        /// What it gives with the caller: a JSON object. Personal.
        set: Kept,
        /// What has gone through the socket.
        passed: Passed,
    },
    /// The socket is at its end otherwise.
    Over {
        /// How it came to that.
        end: StreamEnd,
        /// What has gone through it.
        passed: Passed,
    },
}

/// How many frames have gone through a socket. What was in them is kept nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// From the call to the agent.
    pub to_agent: u64,
    /// From the agent to the call.
    pub from_agent: u64,
}

/// How a socket between a call and a voice agent came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamEnd {
    /// The agent closed it as one who is done.
    Agent,
    /// The agent broke off.
    Broken {
        /// How, without personal data.
        cause: String,
    },
    /// Call Automation closed it, or went silent: its own event says why.
    Call,
    /// This process stops. Call Automation may dial another one.
    Stopping,
    /// The call had left the node.
    Left,
}

/// The call as Call Automation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspection {
    /// It lives, with these participants.
    Live {
        /// `callConnectionState`.
        state: String,
        /// Raw ids of the participants.
        participants: Vec<RawId>,
    },
    /// It is gone (404).
    Gone,
    /// Call Automation did not say.
    Unknown {
        /// Why, without personal data.
        cause: String,
    },
}
