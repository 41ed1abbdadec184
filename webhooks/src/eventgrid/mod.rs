//! What Event Grid delivers: calls that ring, recordings that are ready, subscription handshakes.
//!
//! Source: contract section 5.

mod calls;
mod incoming_call;
mod read;
mod recording;
mod teams_phone;
mod write;

use jiff::Timestamp;

use crate::event::PREFIX;
use crate::ids::EventId;
use crate::sensitive::{Secret, Subject, UnknownMembers, Untyped};

pub use calls::{CallActivity, CallEnded, CallParticipantChange, CallParty};
pub use incoming_call::{CustomContext, IncomingCall};
pub use read::parse_event_grid;
pub use recording::{RecordingChunk, RecordingFileStatus};
pub use teams_phone::{TeamsPhoneCallDetails, TeamsPhoneCaller, TeamsPhoneSource};
pub use write::Schema;

/// One event of Event Grid, from either schema.
#[derive(Debug, Clone, PartialEq)]
pub struct GridEvent {
    /// The event's id. A second delivery has the same one. Empty only for an incoming call whose
    /// id could not be read.
    pub id: EventId,
    /// The resource that it comes from: `topic` of the Event Grid schema, `source` of
    /// `CloudEvents`.
    pub topic: String,
    /// What it is about. Holds raw ids, so it does not print.
    pub subject: Option<Subject>,
    /// When it happened, by the clock of ACS.
    pub time: Option<Timestamp>,
    /// The type as it came, with its prefix.
    pub event_type: String,
    /// What happened.
    pub kind: GridEventKind,
    /// What this version does not know, such as the members of dead-lettered events. Not in the
    /// data of an incoming call's nested objects.
    pub unknown: UnknownMembers,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum GridEventKind {
    /// A call rings.
    IncomingCall(IncomingCall),
    /// A recording can be fetched.
    RecordingFileStatusUpdated(RecordingFileStatus),
    /// A call between ACS users has begun. Not sent for the telephone network or Teams users.
    CallStarted(CallActivity),
    /// A call between ACS users has ended.
    CallEnded(CallEnded),
    /// An ACS user has joined a call.
    CallParticipantAdded(CallParticipantChange),
    /// An ACS user has left a call.
    CallParticipantRemoved(CallParticipantChange),
    /// Event Grid asks whether we want the events of a subscription.
    SubscriptionValidation {
        /// What to answer with.
        validation_code: Secret,
        /// Where a person may confirm instead. Never fetched by us.
        validation_url: Option<Secret>,
    },
    /// The subscription was removed; no more events will come.
    SubscriptionDeleted,
    /// A type that this version does not know.
    Unknown {
        /// The type as it came, with its prefix.
        event_type: String,
        /// The event's data.
        data: Untyped,
    },
}

impl GridEventKind {
    /// The type on the wire.
    pub fn event_type(&self) -> String {
        let name = match self {
            Self::IncomingCall(_) => "IncomingCall",
            Self::RecordingFileStatusUpdated(_) => "RecordingFileStatusUpdated",
            Self::CallStarted(_) => "CallStarted",
            Self::CallEnded(_) => "CallEnded",
            Self::CallParticipantAdded(_) => "CallParticipantAdded",
            Self::CallParticipantRemoved(_) => "CallParticipantRemoved",
            Self::SubscriptionValidation { .. } => return read::VALIDATION.to_owned(),
            Self::SubscriptionDeleted => return read::DELETED.to_owned(),
            Self::Unknown { event_type, .. } => return event_type.clone(),
        };
        format!("{PREFIX}{name}")
    }
}
