//! The world as a pure state machine: no clock, no network, no chance but its seeded ids.
//!
//! `World::apply` takes an action and the time, `World::tick` lets due timers happen; both give
//! effects: callbacks and Event Grid events to deliver, things heard. `World::next_due` tells when
//! the next timer is due. What outsiders see of it are the views.

mod action;
mod call;
mod chunks;
mod effect;
mod events;
mod forgetting;
mod incoming;
mod invitations;
mod lifecycle;
mod media;
mod media_run;
mod media_stream;
mod outbound;
mod participants;
mod people;
mod profile;
mod recognition;
mod recordings;
mod sounding;
mod standing;
mod state;
mod streams;
mod timers;
mod tones;
mod transcription;
mod transfer;
mod view;
mod voicemail;

#[cfg(test)]
mod tests;

pub(crate) use action::{AcsRequest, Action, Noise, Reply};
pub use call::CallId;
pub(crate) use effect::{
    AudioPlan, Callback, Effect, GridEvent, SocketNews, SocketOrder, SocketPlan,
};
pub(crate) use people::Name;
pub(crate) use state::{World, WorldSettings};
pub(crate) use streams::StreamVerb;
pub use view::{
    CallView, ClientState, ClientView, Heard, Hearing, HearingKind, LogCounters, ParticipantView,
    ResourceAccountView, UserView, WorldView,
};
