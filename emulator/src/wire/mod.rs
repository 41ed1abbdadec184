//! The shapes of the Call Automation wire, read strictly: swagger
//! `communicationservicescallautomation.json`, stable 2026-03-12.
//!
//! A member of the wrong type, a missing required one or one out of range is a [`Refusal`] that
//! names the member. Unknown members are kept apart and counted.

mod calls;
mod custom_context;
mod fields;
mod identifier;
mod legs;
mod media;
mod notes;
mod recording;
mod refusal;
mod requests;
mod route;
mod tone;

pub(crate) use calls::{AudioOptions, CallLocator, Connect, CreateCall, Leg, StreamOptions};
pub(crate) use custom_context::CustomContext;
pub(crate) use fields::Fields;
pub(crate) use identifier::Identifier;
pub(crate) use legs::{Hold, MoveHere, Mute, SendTones, StreamChange, WatchTones};
pub(crate) use media::{InputType, Play, PlaySource, Recognize, RecognizeChoice};
pub(crate) use notes::Notes;
pub(crate) use recording::{RecordedCall, RecordingShape, StartRecording};
pub(crate) use refusal::Refusal;
#[cfg(test)]
pub(crate) use requests::Strict;
pub(crate) use requests::{
    AddParticipant, Answer, CancelAddParticipant, OperationMeta, Redirect, Reject,
    RemoveParticipant, Transfer,
};
pub(crate) use route::{Operation, Route, route};
pub(crate) use tone::Tone;

/// What a request body became, and the names of the members the swagger does not have.
pub(crate) struct Parsed<T> {
    /// The request.
    pub(crate) request: T,
    /// Paths of unknown members, such as `playOptions.volume`.
    pub(crate) unknown: Vec<String>,
    /// What was passed over because the request was read leniently: `playOptions.loop must be …`.
    pub(crate) forgiven: Vec<String>,
}
