//! A call and its legs.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::invitations::Invitation;
use super::media::Media;
use super::media_stream::Playout;
use super::streams::Stream;
use super::tones::{Sending, Watched};
use super::transcription::Sentence;
use super::view::{Heard, Hearing};
use crate::audio::Sounds;
use crate::clock::Millis;
use crate::state::{Fixed, fixed};
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

impl<'de> Deserialize<'de> for CallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("a call is written call-1"))
    }
}

impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a call is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// The number rings; nobody has answered.
    Ringing,
    /// The application has answered, its leg is being set up.
    Connecting,
    /// People are connected, with the application or without it.
    Connected,
    /// Over.
    Ended {
        #[serde(deserialize_with = "fixed")]
        reason: Fixed,
    },
}

/// The application's leg.
#[derive(Clone, Serialize, Deserialize)]
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
    /// The number that was rung, where it is not the call's own.
    pub(super) answered_for: Option<String>,
    pub(super) origin: Origin,
    /// Whether `CallConnected` was sent.
    pub(super) up: bool,
    pub(super) streaming: Option<Stream>,
    pub(super) transcription: Option<Stream>,
    /// What it sends through its stream and has not been heard yet.
    pub(super) playout: Option<Playout>,
    /// Whose keys it watches.
    pub(super) watched: Vec<Watched>,
}

/// How a leg came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Origin {
    Answered,
    Created,
    Joined,
}

/// Someone on the call.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Participant {
    pub(super) who: Identifier,
    pub(super) name: String,
    pub(super) muted: bool,
    pub(super) on_hold: bool,
    /// What is heard on hold.
    pub(super) hold_music: Option<Hearing>,
    /// The application's leg, when it is the application that is listed.
    pub(super) leg: Option<String>,
    /// Whether voicemail has answered in place of the person.
    pub(super) machine: bool,
}

/// One call.
#[derive(Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) from: Identifier,
    pub(super) to: Identifier,
    pub(super) caller_name: String,
    /// Whether the application began it.
    pub(super) outbound: bool,
    /// Who was called.
    pub(super) targets: Vec<Identifier>,
    /// `sourceCallerIdNumber` of a created call.
    pub(super) source_number: Option<String>,
    pub(super) server_call_id: String,
    pub(super) correlation_id: String,
    pub(super) incoming_context: String,
    /// The number that was dialled from outside.
    pub(super) dialled: Option<String>,
    pub(super) started: Millis,
    pub(super) phase: Phase,
    /// The application's legs, the first one first.
    pub(super) bots: Vec<Bot>,
    pub(super) participants: Vec<Participant>,
    /// Number of the last `ParticipantsUpdated`.
    pub(super) sequence: u32,
    pub(super) media: Media,
    /// Tones on their way to a participant.
    pub(super) sending: Option<Sending>,
    pub(super) invitations: BTreeMap<String, Invitation>,
    /// Invitations that ended a moment ago, for somebody who accepts late.
    pub(super) missed: Vec<Invitation>,
    /// The recording that runs or is paused.
    pub(super) recording: Option<String>,
    /// Whether a recording ever ran.
    pub(super) recorded: bool,
    pub(super) heard: Vec<Heard>,
    /// Sentences that are being transcribed.
    pub(super) sentences: Vec<Sentence>,
    /// What sounds, and what sounded of late.
    pub(super) sounds: Sounds,
}

impl Call {
    /// Whether the person with this raw id is on the call.
    pub(super) fn has(&self, raw_id: &str) -> bool {
        self.participants.iter().any(|one| one.who.raw() == raw_id)
    }

    /// Whose phone the control API's keys, words and hanging up are about.
    pub(super) fn caller(&self) -> &Identifier {
        if self.outbound { &self.to } else { &self.from }
    }

    pub(super) fn bot(&self, connection: &str) -> Option<&Bot> {
        self.bots.iter().find(|bot| bot.connection == connection)
    }

    /// Whether there is one participant besides the application; two legs of the application with
    /// nobody else are that, too.
    pub(super) fn is_one_to_one(&self) -> bool {
        let listed = self.participants.iter().filter(|one| one.leg.is_some()).count();
        if listed == 0 {
            return self.participants.len() == 1;
        }
        self.participants.len() == 2 && listed == self.bots.len()
    }

    /// Whether nobody is left to talk to: no people, and not two legs that talk to each other.
    pub(super) fn is_deserted(&self) -> bool {
        let people = self.participants.iter().any(|one| one.leg.is_none());
        !people && (self.participants.is_empty() || self.bots.len() <= 1)
    }

    /// The leg of the application that is listed under this raw id.
    pub(super) fn leg_of(&self, raw_id: &str) -> Option<String> {
        let one = self.participants.iter().find(|one| one.who.raw() == raw_id)?;
        one.leg.clone()
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }
}
