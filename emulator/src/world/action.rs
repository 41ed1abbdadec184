//! What can be done to the world.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CallId, SocketNews, StreamVerb};
use crate::clock::Millis;
use crate::options::{Person, TreatmentChange};
use crate::private::Private;
use crate::wire::{
    AddParticipant, Answer, CancelAddParticipant, Connect, CreateCall, CustomContext, Hold,
    MoveHere, Mute, Play, Recognize, Redirect, Reject, RemoveParticipant, SendTones,
    StartRecording, StreamChange, Transfer, WatchTones,
};

/// A noise that is not words.
pub(crate) enum Noise {
    /// A steady tone.
    Tone { hertz: u16, length: Millis },
    /// Samples at the rate of `audio`; they follow those that came before.
    Samples(Vec<i16>),
}

/// Something a person, an administrator or the application does.
pub(crate) enum Action {
    /// Somebody places a call.
    Dial { from: Private, name: String, to: Private },
    /// The same with headers of the caller's network.
    DialWith { from: Private, name: String, to: Private, custom: CustomContext },
    /// The caller presses keys.
    Press { call: CallId, tones: Private },
    /// The caller speaks.
    Say { call: CallId, text: Private },
    /// The caller, or somebody else on the call, makes a noise.
    MakeSound { call: CallId, who: Option<String>, noise: Noise },
    /// The application sends audio through the socket of a stream, or takes it back.
    StreamIn { connection: String, socket: u64, audio: Option<Vec<i16>> },
    /// What became of a stream's socket.
    Socket { connection: String, socket: u64, news: SocketNews },
    /// The caller hangs up.
    HangUp { call: CallId },
    /// An invitee takes the call that rings.
    Accept { who: String },
    /// An invitee refuses it.
    Decline { who: String },
    /// An invitee closes the notification and lets it ring out.
    Ignore { who: String },
    /// A participant leaves the call.
    Leave { who: String },
    /// An invitee takes a call that has stopped ringing a moment ago: the race that a late answer is.
    AcceptLate { who: String },
    /// An invitee takes the call on two clients at once.
    AcceptTwice { who: String },
    /// A participant mutes or unmutes the own microphone.
    Mute { who: String, muted: bool },
    /// How calls to a Teams user are treated changes.
    Treat { who: String, change: TreatmentChange },
    /// A Teams user's presence becomes this, until a call changes it.
    SetPresence { who: String, availability: String, activity: Option<String> },
    /// A Teams client is opened or closed.
    SetClient { who: String, open: bool },
    /// A Teams user is created or renamed.
    PutUser(Person),
    /// The resource gets a number.
    PutNumber(Private),
    /// The application calls Call Automation.
    Acs(AcsRequest),
}

/// A Call Automation operation, read.
pub(crate) enum AcsRequest {
    Answer { version: String, request: Answer },
    Create { version: String, request: CreateCall },
    Connect { version: String, request: Connect },
    Redirect(Redirect),
    Reject(Reject),
    GetCall { connection: String },
    HangUp { connection: String },
    Terminate { connection: String },
    Transfer { connection: String, request: Transfer },
    Play { connection: String, request: Play },
    Recognize { connection: String, request: Recognize },
    CancelMedia { connection: String },
    GetParticipants { connection: String },
    GetParticipant { connection: String, raw_id: String },
    AddParticipant { connection: String, request: AddParticipant },
    RemoveParticipant { connection: String, request: RemoveParticipant },
    CancelAddParticipant { connection: String, request: CancelAddParticipant },
    Mute { connection: String, request: Mute },
    MoveHere { connection: String, request: MoveHere },
    Hold { connection: String, request: Hold },
    Unhold { connection: String, request: Hold },
    WatchTones { connection: String, request: WatchTones },
    UnwatchTones { connection: String, request: WatchTones },
    SendTones { connection: String, request: SendTones },
    Stream { connection: String, verb: StreamVerb, request: StreamChange },
    StartRecording { version: String, request: StartRecording },
    GetRecording { recording: String },
    StopRecording { recording: String },
    PauseRecording { recording: String },
    ResumeRecording { recording: String },
}

/// The answer to an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

impl Reply {
    /// Without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: None }
    }

    /// With one.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, body: Some(body) }
    }
}
