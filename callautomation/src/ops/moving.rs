//! Muting participants and moving them between calls.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier, IdentifierKind};

use super::call_path;
use crate::{InvalidRequest, Operation, Request, limits::Check, redact::debug_only};

/// Mutes ACS users (`POST …/participants:mute`). There is no unmute: they do that themselves. No
/// event of its own follows; `ParticipantsUpdated` shows it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mute {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Who; ACS users only, at least one.
    pub target_participants: Vec<Identifier>,
    /// Comes back in the answer; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
}

debug_only!(Mute { call_connection_id, target_participants, operation_context });

/// Takes participants over from another call of ours (`POST …/participants:moveHere`):
/// `MoveParticipantSucceeded` or `MoveParticipantFailed` for each.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MoveParticipants {
    /// The call they come to.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Who, at least one.
    pub target_participants: Vec<Identifier>,
    /// The call they leave.
    pub from_call: CallConnectionId,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(MoveParticipants {
    call_connection_id,
    target_participants,
    from_call,
    operation_context,
});

impl Mute {
    /// Mutes these.
    pub fn new(
        call: impl Into<CallConnectionId>,
        participants: impl IntoIterator<Item = Identifier>,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participants: participants.into_iter().collect(),
            operation_context: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Mute);
        let targets = &self.target_participants;
        check.that(!targets.is_empty(), "targetParticipants", "is empty")?;
        let mutable = |one: &Identifier| {
            matches!(one.kind(), IdentifierKind::CommunicationUser | IdentifierKind::Unknown)
        };
        let problem = "has somebody who is no ACS user; only they can be muted";
        check.that(targets.iter().all(mutable), "targetParticipants", problem)?;
        targets.iter().try_for_each(|who| check.identifier("targetParticipants", who))?;
        check.operation_context(self.operation_context.as_deref())?;
        let path = call_path(Operation::Mute, &self.call_connection_id, "/participants:mute")?;
        Request::post_json(Operation::Mute, path, self)
    }
}

impl MoveParticipants {
    /// Moves these from `from_call` to `call`.
    pub fn new(
        call: impl Into<CallConnectionId>,
        from_call: impl Into<CallConnectionId>,
        participants: impl IntoIterator<Item = Identifier>,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participants: participants.into_iter().collect(),
            from_call: from_call.into(),
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::MoveParticipants;
        let check = Check(operation);
        let targets = &self.target_participants;
        check.that(!targets.is_empty(), "targetParticipants", "is empty")?;
        targets.iter().try_for_each(|who| check.identifier("targetParticipants", who))?;
        check.not_empty("fromCall", self.from_call.as_str())?;
        let elsewhere = self.from_call != self.call_connection_id;
        check.that(elsewhere, "fromCall", "is the call they are to be moved to")?;
        check.correlation(
            self.operation_context.as_deref(),
            self.operation_callback_uri.as_deref(),
        )?;
        let path = call_path(operation, &self.call_connection_id, "/participants:moveHere")?;
        Request::post_json(operation, path, self)
    }
}
