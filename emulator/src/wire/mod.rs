//! The shapes of the Call Automation wire, read strictly: swagger
//! `communicationservicescallautomation.json`, stable 2026-03-12.
//!
//! A member of the wrong type, a missing required one or one out of range is a [`Refusal`] that
//! names the member. Unknown members are kept apart and counted.

mod calls;
mod fields;
mod identifier;
mod legs;
mod media;
mod recording;
mod refusal;
mod requests;
mod route;
mod tone;

pub(crate) use calls::{AudioOptions, CallLocator, Connect, CreateCall, Leg, StreamOptions};
pub(crate) use fields::Fields;
pub(crate) use identifier::Identifier;
pub(crate) use legs::{Hold, MoveHere, Mute, SendTones, StreamChange, WatchTones};
pub(crate) use media::{InputType, Play, PlaySource, Recognize, RecognizeChoice};
pub(crate) use recording::{RecordedCall, RecordingShape, StartRecording};
pub(crate) use refusal::Refusal;
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
}
