//! What follows from an action, for others to carry out.

use serde_json::Value;

use super::{CallId, Reply};
use crate::wire::Refusal;

/// One thing to carry out.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Post an event to the application.
    Callback(Callback),
    /// Deliver an event to the Event Grid subscriptions.
    EventGrid(GridEvent),
    /// A prompt, file or music has begun.
    Heard { call: CallId, text: String },
}

/// A mid-call event.
#[derive(Clone)]
pub(crate) struct Callback {
    /// The call, whose events are posted in order.
    pub(crate) call: CallId,
    pub(crate) address: String,
    /// Without `Microsoft.Communication.`.
    pub(crate) name: &'static str,
    /// The body: an array of one CloudEvents object.
    pub(crate) body: Value,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Callback({} of {})", self.name, self.call)
    }
}

/// An Event Grid event, still without an envelope.
#[derive(Clone)]
pub(crate) struct GridEvent {
    pub(crate) id: String,
    /// With `Microsoft.Communication.`.
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    /// `…Z` with 7 decimals.
    pub(crate) time: String,
    pub(crate) data: Value,
}

impl GridEvent {
    /// Its kind without prefix, as logs and fault rules write it.
    pub(crate) fn short_name(&self) -> &'static str {
        self.kind.rsplit('.').next().unwrap_or(self.kind)
    }
}

impl std::fmt::Debug for GridEvent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "GridEvent({})", self.kind)
    }
}

/// The outcome of an action.
pub(crate) struct Applied {
    pub(crate) result: Result<Reply, Refusal>,
    pub(crate) effects: Vec<Effect>,
}
