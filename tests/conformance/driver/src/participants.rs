//! Inputs to a request: who is in the call.

use callautomation::{
    AddParticipant, CancelAddParticipant, GetParticipant, GetParticipants, MoveParticipants, Mute,
    RemoveParticipant,
};

use crate::{
    members::Members,
    requests::{Built, call, calling_context, finish, unknown},
};

/// The request of an operation whose id starts with `CallConnection_`.
pub(crate) fn build(operation: &str, inputs: &mut Members) -> Built {
    match operation {
        "CallConnection_GetParticipants" => finish(GetParticipants::new(call(inputs)?).request()),
        "CallConnection_GetParticipant" => {
            let raw_id: String = inputs.need("participantRawId")?;
            finish(GetParticipant::new(call(inputs)?, raw_id.as_str()).request())
        }
        "CallConnection_AddParticipant" => add(inputs),
        "CallConnection_CancelAddParticipant" => cancel_add(inputs),
        "CallConnection_RemoveParticipant" => remove(inputs),
        "CallConnection_Mute" => mute(inputs),
        "CallConnection_MoveParticipants" => move_here(inputs),
        _ => unknown(operation),
    }
}

fn add(inputs: &mut Members) -> Built {
    let mut add = AddParticipant::new(
        call(inputs)?,
        inputs.need_identifier("participantToAdd")?,
        inputs.need("invitationTimeoutInSeconds")?,
    );
    add.source_caller_id_number = inputs.phone("sourceCallerIdNumber")?;
    add.source_display_name = inputs.get("sourceDisplayName")?;
    add.custom_calling_context = calling_context(inputs)?;
    add.operation_context = inputs.get("operationContext")?;
    add.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(add.request())
}

fn cancel_add(inputs: &mut Members) -> Built {
    let mut cancel =
        CancelAddParticipant::new(call(inputs)?, inputs.need::<String>("invitationId")?);
    cancel.operation_context = inputs.get("operationContext")?;
    cancel.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(cancel.request())
}

fn remove(inputs: &mut Members) -> Built {
    let mut remove =
        RemoveParticipant::new(call(inputs)?, inputs.need_identifier("participantToRemove")?);
    remove.operation_context = inputs.get("operationContext")?;
    remove.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(remove.request())
}

fn mute(inputs: &mut Members) -> Built {
    let mut mute = Mute::new(call(inputs)?, inputs.identifiers("targetParticipants")?);
    mute.operation_context = inputs.get("operationContext")?;
    finish(mute.request())
}

fn move_here(inputs: &mut Members) -> Built {
    let from: String = inputs.need("fromCall")?;
    let mut moved =
        MoveParticipants::new(call(inputs)?, from, inputs.identifiers("targetParticipants")?);
    moved.operation_context = inputs.get("operationContext")?;
    moved.operation_callback_uri = inputs.get("operationCallbackUri")?;
    finish(moved.request())
}
