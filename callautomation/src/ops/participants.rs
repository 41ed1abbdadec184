//! Who is in the call.

use serde::Serialize;
use webhooks::{CallConnectionId, DisplayName, Identifier, InvitationId, PhoneNumber, RawId};

use super::call_path;
use crate::{
    CustomCallingContext, InvalidRequest, Method, Operation, Request, limits::Check,
    redact::debug_only, request::segment,
};

/// Lists the participants (`GET …/participants`), first page. Recording and transcription bots
/// are left out; further pages through [`Client::next_page`](crate::Client::next_page).
#[derive(Clone, Debug)]
pub struct GetParticipants {
    /// Which call.
    pub call_connection_id: CallConnectionId,
}

/// Reads one participant (`GET …/participants/{rawId}`).
#[derive(Clone, Debug)]
pub struct GetParticipant {
    /// Which call.
    pub call_connection_id: CallConnectionId,
    /// Who.
    pub participant: RawId,
}

/// Invites someone into the call (`POST …/participants:add`). The answer comes at once; the
/// invitee rings until `AddParticipantSucceeded` or `AddParticipantFailed`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddParticipant {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Whom to invite: a Teams user, a phone number, an ACS user.
    pub participant_to_add: Identifier,
    /// How long they ring, in seconds, 0 to 180. The service's default is not published, so it is
    /// always sent.
    pub invitation_timeout_in_seconds: u16,
    /// The number shown to a phone; required for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_caller_id_number: Option<PhoneNumber>,
    /// The name shown to a Teams user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_display_name: Option<DisplayName>,
    /// What the invitee is told about the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_calling_context: Option<CustomCallingContext>,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(AddParticipant {
    call_connection_id,
    participant_to_add,
    invitation_timeout_in_seconds,
    operation_context,
});

/// Withdraws an invitation (`POST …/participants:cancelAddParticipant`). Once accepted it fails
/// with `CancelAddParticipantFailed`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelAddParticipant {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// The invitation, from the answer to [`AddParticipant`].
    pub invitation_id: InvitationId,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(CancelAddParticipant { call_connection_id, invitation_id, operation_context });

/// Removes someone from the call (`POST …/participants:remove`).
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoveParticipant {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Who leaves.
    pub participant_to_remove: Identifier,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(RemoveParticipant { call_connection_id, participant_to_remove, operation_context });

impl GetParticipants {
    /// Lists who is in this call.
    pub fn new(call: impl Into<CallConnectionId>) -> Self {
        Self { call_connection_id: call.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::GetParticipants;
        let path = call_path(operation, &self.call_connection_id, "/participants")?;
        Ok(Request::new(operation, Method::Get, path, None))
    }
}

impl GetParticipant {
    /// Reads this participant.
    pub fn new(call: impl Into<CallConnectionId>, participant: impl Into<RawId>) -> Self {
        Self { call_connection_id: call.into(), participant: participant.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::GetParticipant;
        let raw_id = segment(operation, "participantRawId", self.participant.expose())?;
        let action = format!("/participants/{raw_id}");
        let path = call_path(operation, &self.call_connection_id, &action)?;
        Ok(Request::new(operation, Method::Get, path, None))
    }
}

impl AddParticipant {
    /// Invites `participant`, who rings for this many seconds (0 to 180).
    pub fn new(
        call: impl Into<CallConnectionId>,
        participant: Identifier,
        invitation_timeout_in_seconds: u16,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            participant_to_add: participant,
            invitation_timeout_in_seconds,
            source_caller_id_number: None,
            source_display_name: None,
            custom_calling_context: None,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::AddParticipant);
        check.within("invitationTimeoutInSeconds", self.invitation_timeout_in_seconds, 0..=180)?;
        check.dialled("participantToAdd", &self.participant_to_add)?;
        let invited = std::slice::from_ref(&self.participant_to_add);
        check.caller_id(invited, self.source_caller_id_number.as_ref())?;
        self.custom_calling_context.as_ref().map_or(Ok(()), |context| context.check(check))?;
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let path =
            call_path(Operation::AddParticipant, &self.call_connection_id, "/participants:add")?;
        Request::post_json(Operation::AddParticipant, path, self)
    }
}

impl CancelAddParticipant {
    /// Withdraws this invitation.
    pub fn new(call: impl Into<CallConnectionId>, invitation: impl Into<InvitationId>) -> Self {
        Self {
            call_connection_id: call.into(),
            invitation_id: invitation.into(),
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::CancelAddParticipant;
        let check = Check(operation);
        check.not_empty("invitationId", self.invitation_id.as_str())?;
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let action = "/participants:cancelAddParticipant";
        let path = call_path(operation, &self.call_connection_id, action)?;
        Request::post_json(operation, path, self)
    }
}

impl RemoveParticipant {
    /// Removes this participant.
    pub fn new(call: impl Into<CallConnectionId>, participant: Identifier) -> Self {
        Self {
            call_connection_id: call.into(),
            participant_to_remove: participant,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::RemoveParticipant;
        let check = Check(operation);
        check.identifier("participantToRemove", &self.participant_to_remove)?;
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let path = call_path(operation, &self.call_connection_id, "/participants:remove")?;
        Request::post_json(operation, path, self)
    }
}
