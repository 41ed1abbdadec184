//! What outsiders see of the world: the JSON of `GET /world`.

use serde::{Deserialize, Serialize};

use super::CallId;
use crate::private::Private;

/// Everything, at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct WorldView {
    /// The resource's numbers, E.164.
    pub numbers: Vec<Private>,
    /// The Teams resource accounts that numbers belong to; only with profile `tpe`.
    pub resource_accounts: Vec<ResourceAccountView>,
    /// The Teams users, by object id.
    pub users: Vec<UserView>,
    /// All calls since the start, oldest first.
    pub calls: Vec<CallView>,
    /// How much the logs hold.
    pub log: LogCounters,
}

/// A Teams resource account.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceAccountView {
    /// Entra object id; calls to it carry `28:orgid:{oid}`.
    pub oid: String,
    /// Its service number, E.164.
    pub number: Private,
}

/// The numbers of the logs' last entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LogCounters {
    /// Requests to the stand-in services.
    pub requests: u64,
    /// Attempts to deliver an event.
    pub deliveries: u64,
}

/// A Teams user.
#[derive(Debug, Clone, Serialize)]
pub struct UserView {
    /// Entra object id.
    pub oid: String,
    /// Short name for scripts.
    pub nickname: String,
    /// Display name.
    pub name: String,
    /// Graph availability, such as `DoNotDisturb`.
    pub availability: String,
    /// Graph activity, such as `InACall`.
    pub activity: String,
    /// Whether the user has a Teams Phone licence.
    pub licensed: bool,
    /// Whether the resource may call the user.
    pub federated: bool,
    /// After how much ringing voicemail answers, milliseconds.
    pub voicemail_after_ms: Option<i64>,
    /// Where calls go instead.
    pub forward_to: Option<Private>,
    /// Whether the user is in a call outside of this world.
    pub on_another_call: bool,
    /// The Teams client.
    pub client: ClientView,
}

/// What a Teams client shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientView {
    /// Whether it runs; a closed client does not ring.
    pub open: bool,
    /// What it does.
    pub state: ClientState,
    /// The name the invitation shows, while it rings.
    pub from_name: Option<String>,
    /// The call's topic, if the application sent one, while it rings.
    pub topic: Option<String>,
    /// The call that rings or that the user is in.
    pub call: Option<CallId>,
}

/// The state of a Teams client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// Nothing.
    Idle,
    /// A call rings.
    Ringing,
    /// The user is in a call.
    InCall,
}

/// A call.
#[derive(Debug, Clone, Serialize)]
pub struct CallView {
    /// Its id in this world.
    pub id: CallId,
    /// The caller, E.164.
    pub from: Private,
    /// The dialled number, E.164.
    pub to: Private,
    /// The caller's display name.
    pub caller_name: String,
    /// `ringing`, `connected` (also while the application's leg is set up) or `ended`.
    pub state: &'static str,
    /// ACS's correlation id, to find the call in the service's records.
    pub correlation_id: String,
    /// ACS's server call id.
    pub server_call_id: String,
    /// The application's call connection, while it takes part.
    pub connection: Option<String>,
    /// Who is on the call, the application left out.
    pub participants: Vec<ParticipantView>,
    /// What is being heard.
    pub hearing: Option<Hearing>,
    /// Whether keys or speech would be taken now.
    pub listening: bool,
    /// Whether a recording runs.
    pub recording: bool,
    /// Whether one ever ran.
    pub recorded: bool,
    /// When it was dialled, milliseconds since 1970.
    pub started: i64,
    /// Why it ended.
    pub end_reason: Option<&'static str>,
    /// Everything that was heard, in order; a loop counts once.
    pub heard: Vec<Heard>,
}

/// Someone on a call.
#[derive(Debug, Clone, Serialize)]
pub struct ParticipantView {
    /// The raw id.
    pub raw_id: Private,
    /// The display name.
    pub name: String,
    /// The identifier's kind.
    pub kind: &'static str,
    /// Whether the person cannot be heard.
    pub muted: bool,
    /// Whether the application has put the person on hold.
    pub on_hold: bool,
    /// Whether voicemail has answered in place of the person.
    pub voicemail: bool,
    /// What this participant hears now.
    pub hearing: Option<Hearing>,
}

/// What is being heard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hearing {
    /// The words, unless it is a file.
    pub text: Option<String>,
    /// The file's address, unless it is speech.
    pub file: Option<String>,
    /// What it is for.
    pub kind: HearingKind,
    /// Since when, milliseconds since 1970.
    pub since: i64,
}

/// What something heard is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HearingKind {
    /// Played once.
    Say,
    /// Played in a loop.
    Music,
    /// The prompt of a recognition.
    Prompt,
}

/// Something that was heard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Heard {
    /// When it began, milliseconds since 1970.
    pub at: i64,
    /// The words, or the file's name.
    pub text: String,
}
