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
    /// Open, use or close the socket of a stream.
    Socket(SocketOrder),
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

/// What is to be done with the socket of a stream, by the socket's number.
pub(crate) enum SocketOrder {
    Open(Box<SocketPlan>),
    Send { socket: u64, frame: Value },
    Close { socket: u64 },
}

impl std::fmt::Debug for SocketOrder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(plan) => write!(formatter, "Open({})", plan.socket),
            Self::Send { socket, .. } => write!(formatter, "Send({socket})"),
            Self::Close { socket } => write!(formatter, "Close({socket})"),
        }
    }
}

/// A socket that is to be opened.
pub(crate) struct SocketPlan {
    pub(crate) socket: u64,
    pub(crate) connection: String,
    pub(crate) correlation: String,
    pub(crate) address: String,
    /// The first frame.
    pub(crate) metadata: Value,
    /// How audio goes through it; a transcription has none.
    pub(crate) audio: Option<AudioPlan>,
}

/// How audio goes through a socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AudioPlan {
    /// Samples per second.
    pub(crate) rate: u32,
    /// A frame for each participant instead of one for all.
    pub(crate) unmixed: bool,
    /// Whether the application may send some.
    pub(crate) bidirectional: bool,
}

/// What became of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SocketNews {
    Opened,
    /// It could not be opened.
    Failed,
    /// The other side closed it, or it broke.
    Lost,
}

/// The outcome of an action.
pub(crate) struct Applied {
    pub(crate) result: Result<Reply, Refusal>,
    pub(crate) effects: Vec<Effect>,
}
