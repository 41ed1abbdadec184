//! What is to be done. Commands leave only after the step that made them is committed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use webhooks::{DisplayName, IncomingCallContext, InvitationId, RawId, RecordingId, Speech};

use crate::{Millis, flow::Credential};

use super::state::{AgentRef, Kept, Number};

/// One thing to do, with the number that is its operation context and its key in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Never used twice in a call. A retry keeps it; a new attempt is a new number.
    pub number: Number,
    /// Commands of one lane leave in order.
    pub lane: Lane,
    /// Not sent after this time (ms since 1970).
    pub expires: Millis,
    /// What to do.
    pub action: Action,
}

/// What keeps its order among itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Answer, reject, terminate: they wait for nothing but each other.
    Control,
    /// What Call Automation is asked about the call.
    Inspection,
    /// Play, recognize, cancel.
    Media,
    /// Recordings.
    Recording,
    /// One invitation, named by the number of its `AddAgent`.
    Invitation(Number),
    /// Requests to the company's own endpoints.
    Fetch,
    /// The web socket of a voice agent.
    Streaming,
}

/// What to do. The first group goes to Call Automation, the second elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Take the call.
    Answer {
        /// The capability from `IncomingCall`.
        context: IncomingCallContext,
        /// Whether the flow needs the speech service.
        speech: bool,
        /// Whether the sound of the call may go to a voice agent later.
        #[serde(default)]
        streaming: bool,
    },
    /// Refuse the call before it is answered.
    Reject {
        /// The capability from `IncomingCall`.
        context: IncomingCallContext,
        /// What the caller's network is told.
        #[serde(default)]
        reason: Rejection,
    },
    /// Send the caller, who still hears it ring, elsewhere.
    Redirect {
        /// The capability from `IncomingCall`.
        context: IncomingCallContext,
        /// Where to; none means the deployment's fallback number. Refused without being sent where there is
        /// none.
        #[serde(default)]
        target: Option<RawId>,
    },
    /// Speak or play to everybody in the call.
    Play {
        /// What is heard.
        prompt: Prompt,
        /// Repeat until cancelled.
        repeat: bool,
        /// Cancel the main media that runs (V3: always said explicitly).
        interrupt: bool,
    },
    /// Speak, then listen to the caller.
    Recognize {
        /// Whom to listen to.
        target: RawId,
        /// What is heard first.
        prompt: Prompt,
        /// What is listened for.
        kind: RecognizeKind,
        /// Silence after the prompt that ends listening, in ms (whole seconds on the wire).
        silence: Millis,
        /// BCP 47 tag for speech.
        language: String,
        /// Cancel the main media that runs.
        interrupt: bool,
        /// Nobody may read the keys: see [`super::withheld`].
        #[serde(default)]
        sensitive: bool,
    },
    /// Stop all media.
    CancelMedia,
    /// Ring an agent and add him to the call.
    AddAgent {
        /// Whom to ring.
        agent: AgentRef,
        /// Shown to the agent as the caller's name.
        shown_as: Option<DisplayName>,
        /// How long the agent's client rings, in ms (whole seconds on the wire, 0 to 180).
        ring: Millis,
    },
    /// Ring somebody whom the flow names, and add him to the call.
    AddParty {
        /// Whom.
        target: RawId,
        /// Shown as the caller's name, except to phones: they are shown the number that was dialled.
        shown_as: Option<DisplayName>,
        /// How long it rings, in ms (whole seconds on the wire, 0 to 180).
        ring: Millis,
    },
    /// Give the caller to somebody else.
    Transfer {
        /// To whom. A phone is shown the number that was dialled.
        target: RawId,
    },
    /// Let somebody hear music and nobody.
    Hold {
        /// Whom.
        target: RawId,
        /// A WAV file, by its path below the prompts' base URL.
        music: String,
    },
    /// Let him hear the others again.
    Unhold {
        /// Whom.
        target: RawId,
    },
    /// Stop ringing.
    CancelAdd {
        /// From the answer to `AddAgent`.
        invitation: InvitationId,
    },
    /// Take somebody out of the call.
    Remove {
        /// Whom.
        target: RawId,
    },
    /// Record the call: audio, mixed, WAV.
    StartRecording,
    /// Leave out of the recording what is heard from now on.
    PauseRecording {
        /// Which.
        id: RecordingId,
    },
    /// Go on with a paused recording.
    ResumeRecording {
        /// Which.
        id: RecordingId,
    },
    /// End the recording.
    StopRecording {
        /// Which.
        id: RecordingId,
    },
    /// Open the web socket for the sound of the call: Call Automation dials this service, which dials the voice agent
    /// that the call's state names.
    StartStreaming,
    /// Close it.
    StopStreaming,
    /// End the call for everybody.
    Terminate,
    /// Ask for the call's state and participants.
    Inspect,
    /// Ask an HTTP endpoint of the company.
    Fetch {
        /// `GET` or `POST`.
        method: String,
        /// Absolute URL; may hold what the caller typed.
        url: Speech,
        /// Longest wait in ms.
        timeout: Millis,
        /// The members of the JSON object that is sent, in order; none means no body.
        #[serde(default)]
        body: Vec<(String, Sent)>,
        /// The number of the first try: all of them have the same `Idempotency-Key`. None where it is not sent.
        #[serde(default)]
        first: Option<Number>,
        /// The secret that signs it, by name.
        #[serde(default)]
        sign: Option<String>,
        /// What is shown to be let in.
        #[serde(default)]
        credential: Option<Credential>,
    },
    /// Stand in a queue. Kept by the ledger, not sent anywhere.
    Seek {
        /// The queue's name.
        queue: String,
        /// Since when the call waits (keeps its place after a refused offer).
        since: Millis,
        /// Agents not to be offered again for this call.
        tried: Vec<String>,
    },
    /// Leave the queue. Kept by the ledger.
    LeaveQueue,
    /// Give an agent back to the queue. Kept by the ledger.
    Release {
        /// The agent's object id.
        agent: String,
        /// What he did with it: decides how long he rests.
        after: Released,
    },
}

/// What is sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// This.
    Value(Kept),
    /// The digits that answered this question, which are in the service's memory alone.
    Withheld(Number),
}

impl Action {
    /// A stable name for journal, metrics and trace.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "Answer",
            Self::Reject { .. } => "Reject",
            Self::Redirect { .. } => "RedirectCall",
            Self::Play { .. } => "Play",
            Self::Recognize { .. } => "Recognize",
            Self::CancelMedia => "CancelAllMediaOperations",
            Self::AddAgent { .. } | Self::AddParty { .. } => "AddParticipant",
            Self::Transfer { .. } => "TransferToParticipant",
            Self::Hold { .. } => "Hold",
            Self::Unhold { .. } => "Unhold",
            Self::CancelAdd { .. } => "CancelAddParticipant",
            Self::Remove { .. } => "RemoveParticipant",
            Self::StartRecording => "StartRecording",
            Self::PauseRecording { .. } => "PauseRecording",
            Self::ResumeRecording { .. } => "ResumeRecording",
            Self::StopRecording { .. } => "StopRecording",
            Self::StartStreaming => "StartMediaStreaming",
            Self::StopStreaming => "StopMediaStreaming",
            Self::Terminate => "Terminate",
            Self::Inspect => "GetCall",
            Self::Fetch { .. } => "Fetch",
            Self::Seek { .. } => "Seek",
            Self::LeaveQueue => "LeaveQueue",
            Self::Release { .. } => "Release",
        }
    }

    /// Whether the ledger itself carries the command out, in the transaction of its step.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Seek { .. } | Self::LeaveQueue | Self::Release { .. })
    }
}

/// What a refused caller's network is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// No reason.
    #[default]
    None,
    /// Busy.
    Busy,
    /// Forbidden.
    Forbidden,
}

/// Why an agent is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Released {
    /// He served the call: wrap-up, and idle from now.
    Served,
    /// He let the offer pass: a pause.
    Missed,
    /// The offer was taken back: nothing changes for him.
    NotUsed,
}

impl Released {
    /// A stable name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Missed => "missed",
            Self::NotUsed => "not used",
        }
    }
}

/// What is heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Spoken by text to speech, at most 4,000 characters.
    Text {
        /// May hold the caller's name and data.
        text: Speech,
        /// BCP 47 tag.
        language: String,
        /// Neural voice.
        voice: Option<String>,
    },
    /// SSML for text to speech.
    Ssml {
        /// The document; may hold the caller's name and data.
        text: Speech,
    },
    /// One after the other, at most 10 (contract 7.4).
    Several(Vec<Prompt>),
    /// A WAV file, by its path below the prompts' base URL.
    File {
        /// For example `music/hold.wav`.
        path: String,
    },
}

/// What is listened for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecognizeKind {
    /// Keys.
    Digits {
        /// Collection ends with so many.
        max: u8,
        /// Ends the input early.
        stop: Option<char>,
        /// Longest pause between two keys, in ms.
        between: Millis,
    },
    /// One of several choices, by key or phrase.
    Choices(BTreeMap<String, ChoiceSpec>),
    /// Free speech, or a key instead of it.
    Speech {
        /// Silence after speech that ends it, in ms.
        end_silence: Millis,
        /// The key that ends it; where there is none, any key is an answer.
        stop: Option<char>,
    },
}

/// One choice on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceSpec {
    /// The key.
    pub tone: Option<char>,
    /// What may be said.
    pub phrases: Vec<String>,
}
