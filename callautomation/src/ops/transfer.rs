//! Blind transfer.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier, PhoneNumber};

use super::call_path;
use crate::{
    CustomCallingContext, InvalidRequest, Operation, Request, limits::Check, redact::debug_only,
};

/// Transfers a call blind (`POST …:transferToParticipant`). In a 1:1 call the app loses the call:
/// `CallTransferAccepted`, then `CallDisconnected`; on `CallTransferFailed` the call stays.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferToParticipant {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// Where it goes.
    pub target_participant: Identifier,
    /// Who is moved; required in a group call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transferee: Option<Identifier>,
    /// The number shown to a phone target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_caller_id_number: Option<PhoneNumber>,
    /// What the target is told about the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_calling_context: Option<CustomCallingContext>,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(TransferToParticipant {
    call_connection_id,
    target_participant,
    transferee,
    operation_context,
});

impl TransferToParticipant {
    /// Transfers this call to `target`.
    pub fn new(call: impl Into<CallConnectionId>, target: Identifier) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participant: target,
            transferee: None,
            source_caller_id_number: None,
            custom_calling_context: None,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::TransferToParticipant;
        let check = Check(operation);
        check.dialled("targetParticipant", &self.target_participant)?;
        self.transferee.as_ref().map_or(Ok(()), |who| check.identifier("transferee", who))?;
        // Not required here: a transfer to a phone may show the caller's own number.
        check.caller_id(&[], self.source_caller_id_number.as_ref())?;
        self.custom_calling_context.as_ref().map_or(Ok(()), |context| context.check(check))?;
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let path = call_path(operation, &self.call_connection_id, ":transferToParticipant")?;
        Request::post_json(operation, path, self)
    }
}
