//! What our types read of an answer, written as JSON again: a member that our types do not read
//! is missing from it.

use callautomation::{
    AddParticipantResult, CallConnectionProperties, CancelAddParticipantResult, FromResponse,
    MoveParticipantsResult, OperationResult, ParticipantList, RecordingStateResult, Response,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::members::Problem;

/// The answer to an operation as our type reads it; null for an operation without a body.
pub(crate) fn read(operation: &str, response: &Response) -> Result<Value, Problem> {
    Ok(match operation {
        "CreateCall" | "AnswerCall" | "Connect" | "CallConnection_GetCall" => {
            properties(&parse(response)?)
        }
        "CallConnection_GetParticipants" => {
            let list: ParticipantList = parse(response)?;
            object([("value", some(&list.value)), ("nextLink", some(&list.next_link))])
        }
        "CallConnection_GetParticipant" => some(&parse::<webhooks::Participant>(response)?),
        "CallConnection_AddParticipant" => {
            let added: AddParticipantResult = parse(response)?;
            object([
                ("participant", some(&added.participant)),
                ("operationContext", some(&added.operation_context)),
                ("invitationId", some(&added.invitation_id)),
            ])
        }
        "CallConnection_CancelAddParticipant" => {
            let cancelled: CancelAddParticipantResult = parse(response)?;
            object([
                ("invitationId", some(&cancelled.invitation_id)),
                ("operationContext", some(&cancelled.operation_context)),
            ])
        }
        "CallConnection_MoveParticipants" => {
            let moved: MoveParticipantsResult = parse(response)?;
            object([
                ("participants", some(&moved.participants)),
                ("operationContext", some(&moved.operation_context)),
                ("fromCall", some(&moved.from_call)),
            ])
        }
        "CallConnection_RemoveParticipant"
        | "CallConnection_TransferToParticipant"
        | "CallConnection_Mute"
        | "CallMedia_SendDtmfTones" => {
            let done: OperationResult = parse(response)?;
            object([("operationContext", some(&done.operation_context))])
        }
        "CallRecording_StartRecording" | "CallRecording_GetRecordingProperties" => {
            let state: RecordingStateResult = parse(response)?;
            object([
                ("recordingId", some(&state.recording_id)),
                ("recordingState", some(&state.recording_state)),
                ("recordingKind", some(&state.recording_kind)),
            ])
        }
        _ if response.body.is_empty() => Value::Null,
        _ => return Err(format!("nothing here reads the answer to {operation}")),
    })
}

fn parse<T: FromResponse>(response: &Response) -> Result<T, Problem> {
    T::from_response(response).map_err(|unreadable| unreadable.to_string())
}

fn properties(call: &CallConnectionProperties) -> Value {
    let streaming = call.media_streaming_subscription.as_ref().map(|subscription| {
        object([
            ("id", some(&subscription.id)),
            ("state", some(&subscription.state)),
            ("subscribedContentTypes", some(&subscription.subscribed_content_types)),
        ])
    });
    let transcription = call.transcription_subscription.as_ref().map(|subscription| {
        object([
            ("id", some(&subscription.id)),
            ("state", some(&subscription.state)),
            ("subscribedResultTypes", some(&subscription.subscribed_result_types)),
            ("locale", some(&subscription.locale)),
        ])
    });
    object([
        ("callConnectionId", some(&call.call_connection_id)),
        ("serverCallId", some(&call.server_call_id)),
        ("correlationId", some(&call.correlation_id)),
        ("callConnectionState", some(&call.call_connection_state)),
        ("callbackUri", some(&call.callback_uri)),
        ("targets", some(&call.targets)),
        ("source", some(&call.source)),
        ("sourceCallerIdNumber", some(&call.source_caller_id_number)),
        ("sourceDisplayName", some(&call.source_display_name)),
        ("answeredFor", some(&call.answered_for)),
        ("mediaStreamingSubscription", some(&streaming)),
        ("transcriptionSubscription", some(&transcription)),
    ])
}

fn some<T: Serialize>(value: &T) -> Value {
    json!(value)
}

/// An object without the members that are null.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
