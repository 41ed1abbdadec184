//! What the caller hears.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier};

use super::call_path;
use crate::{
    InvalidRequest, Method, Operation, PlaySource, Request, limits::Check, redact::debug_only,
};

/// Plays prompts (`POST …:play`): `PlayStarted`, then `PlayCompleted`, `PlayFailed` or
/// `PlayCanceled`.
#[derive(Clone)]
pub struct Play {
    /// Which call.
    pub call_connection_id: CallConnectionId,
    /// What is played, in order, as one operation; 1 to 10.
    pub play_sources: Vec<PlaySource>,
    /// Who hears it; empty means everybody.
    pub play_to: Vec<Identifier>,
    /// Repeats until it is cancelled or the call ends.
    pub repeat: bool,
    /// Cancels what plays or waits first. Without it, a play to everybody waits its turn.
    pub interrupt_call_media_operation: bool,
    /// Comes back in the events; at most 256 characters.
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    pub operation_callback_uri: Option<String>,
}

debug_only!(Play { call_connection_id, play_sources, play_to, repeat, operation_context });

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlayBody<'a> {
    play_sources: &'a [PlaySource],
    play_to: &'a [Identifier],
    interrupt_call_media_operation: bool,
    play_options: PlayOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_context: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_callback_uri: Option<&'a str>,
}

#[derive(Serialize)]
struct PlayOptions {
    r#loop: bool,
}

impl Play {
    /// Plays to everybody, once, in turn.
    pub fn new(
        call: impl Into<CallConnectionId>,
        sources: impl IntoIterator<Item = PlaySource>,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            play_sources: sources.into_iter().collect(),
            play_to: Vec::new(),
            repeat: false,
            interrupt_call_media_operation: false,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Play);
        check.that(!self.play_sources.is_empty(), "playSources", "is empty")?;
        check.prompt_count("playSources", self.play_sources.len())?;
        self.play_sources.iter().try_for_each(|source| source.check(check))?;
        self.play_to.iter().try_for_each(|who| check.identifier("playTo", who))?;
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let body = PlayBody {
            play_sources: &self.play_sources,
            play_to: &self.play_to,
            interrupt_call_media_operation: self.interrupt_call_media_operation,
            play_options: PlayOptions { r#loop: self.repeat },
            operation_context: self.operation_context.as_deref(),
            operation_callback_uri: self.operation_callback_uri.as_deref(),
        };
        let path = call_path(Operation::Play, &self.call_connection_id, ":play")?;
        Request::post_json(Operation::Play, path, &body)
    }
}

/// Stops what plays and listens, and empties the queue (`POST …:cancelAllMediaOperations`).
#[derive(Clone, Debug)]
pub struct CancelAllMediaOperations {
    /// Which call.
    pub call_connection_id: CallConnectionId,
}

impl CancelAllMediaOperations {
    /// Silences this call.
    pub fn new(call: impl Into<CallConnectionId>) -> Self {
        Self { call_connection_id: call.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::CancelAllMediaOperations;
        let action = ":cancelAllMediaOperations";
        let path = call_path(operation, &self.call_connection_id, action)?;
        Ok(Request::new(operation, Method::Post, path, None))
    }
}
