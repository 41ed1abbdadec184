//! A call and its legs.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::invitations::Invitation;
use super::media::Media;
use super::view::Heard;
use crate::clock::Millis;
use crate::wire::Identifier;

/// A call of this world, written `call-1`. Not an id of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(crate) u32);

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "call-{}", self.0)
    }
}

impl FromStr for CallId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.strip_prefix("call-").ok_or(())?;
        number.parse().map(Self).map_err(|_| ())
    }
}

impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The number rings; nobody has answered.
    Ringing,
    /// The application has answered, its leg is being set up.
    Connecting,
    /// People are connected, with the application or without it.
    Connected,
    /// Over.
    Ended { reason: &'static str },
}

/// The application's leg.
#[derive(Clone)]
pub(super) struct Bot {
    pub(super) connection: String,
    pub(super) callback: String,
    /// The `operationContext` of the answer.
    pub(super) context: Option<String>,
    /// The api-version of the answer; events carry it.
    pub(super) version: String,
    /// Whether an AI resource was named.
    pub(super) speaks: bool,
    pub(super) answered_by: Option<String>,
}

/// Someone on the call.
#[derive(Clone)]
pub(super) struct Participant {
    pub(super) who: Identifier,
    pub(super) name: String,
}

/// One call.
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) from: Identifier,
    pub(super) to: Identifier,
    pub(super) caller_name: String,
    pub(super) server_call_id: String,
    pub(super) correlation_id: String,
    pub(super) incoming_context: String,
    pub(super) started: Millis,
    pub(super) phase: Phase,
    pub(super) bot: Option<Bot>,
    pub(super) participants: Vec<Participant>,
    /// Number of the last `ParticipantsUpdated`.
    pub(super) sequence: u32,
    pub(super) media: Media,
    pub(super) invitations: BTreeMap<String, Invitation>,
    /// The recording that runs or is paused.
    pub(super) recording: Option<String>,
    /// Whether a recording ever ran.
    pub(super) recorded: bool,
    pub(super) heard: Vec<Heard>,
}

impl Call {
    /// Whether the person with this raw id is on the call.
    pub(super) fn has(&self, raw_id: &str) -> bool {
        self.participants.iter().any(|one| one.who.raw() == raw_id)
    }

    /// Whether there is one participant besides the application.
    pub(super) fn is_one_to_one(&self) -> bool {
        self.participants.len() == 1
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }
}
