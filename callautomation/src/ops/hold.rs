//! Hold.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier};

use super::call_path;
use crate::{InvalidRequest, Operation, PlaySource, Request, limits::Check, redact::debug_only};

/// Puts a participant on hold (`POST …:hold`): they hear and speak to nobody.
/// `ParticipantsUpdated` confirms with `isOnHold`, `HoldFailed` tells of failure.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Who.
    pub target_participant: Identifier,
    /// What they hear meanwhile; what is heard without it is not documented.
    #[serde(rename = "playSourceInfo", skip_serializing_if = "Option::is_none")]
    pub music: Option<PlaySource>,
    /// Comes back in the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(Hold { call_connection_id, target_participant, music, operation_context });

/// Takes a participant back (`POST …:unhold`); `ParticipantsUpdated` confirms.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unhold {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Who.
    pub target_participant: Identifier,
    /// Comes back in the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(Unhold { call_connection_id, target_participant, operation_context });

impl Hold {
    /// Holds `participant`, with whatever the service plays.
    pub fn new(call: impl Into<CallConnectionId>, participant: Identifier) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participant: participant,
            music: None,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Hold);
        check.identifier("targetParticipant", &self.target_participant)?;
        self.music.as_ref().map_or(Ok(()), |music| music.check(check))?;
        check.correlation(
            self.operation_context.as_deref(),
            self.operation_callback_uri.as_deref(),
        )?;
        let path = call_path(Operation::Hold, &self.call_connection_id, ":hold")?;
        Request::post_json(Operation::Hold, path, self)
    }
}

impl Unhold {
    /// Takes `participant` back.
    pub fn new(call: impl Into<CallConnectionId>, participant: Identifier) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participant: participant,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Unhold);
        check.identifier("targetParticipant", &self.target_participant)?;
        check.correlation(
            self.operation_context.as_deref(),
            self.operation_callback_uri.as_deref(),
        )?;
        let path = call_path(Operation::Unhold, &self.call_connection_id, ":unhold")?;
        Request::post_json(Operation::Unhold, path, self)
    }
}
