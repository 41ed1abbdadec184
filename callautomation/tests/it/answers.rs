//! The swagger's example answers can be read, and odd ones too.

use azure_core::Bytes;
use callautomation::{
    AddParticipantResult, CallConnectionProperties, CallConnectionState,
    CancelAddParticipantResult, FromResponse, MoveParticipantsResult, OperationResult,
    ParticipantList, RecordingStateResult, Response, SubscriptionState,
};
use serde_json::{Value, json};
use webhooks::{Identifier, Participant, RecordingKind, RecordingState};

fn example(text: &str, status: &str) -> Response {
    let example: Value = serde_json::from_str(text).unwrap();
    let body = example["responses"][status].get("body").expect("the example has this answer");
    response(status.parse().unwrap(), body)
}

fn response(status: u16, body: &Value) -> Response {
    Response { status, body: Bytes::from(body.to_string()), request_id: None }
}

fn read<T: FromResponse>(text: &str, status: &str) -> T {
    T::from_response(&example(text, status)).unwrap()
}

macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../fixtures/examples/", $name, ".json"))
    };
}

#[test]
fn calls() {
    for (text, status) in [
        (text!("AnswerCall"), "200"),
        (text!("CreateCall"), "201"),
        (text!("CallConnection_GetCall"), "200"),
    ] {
        let call: CallConnectionProperties = read(text, status);
        assert_eq!(
            call.call_connection_id.unwrap().as_str(),
            "18dea47f-b081-4107-9a5c-4300819d2c6c"
        );
        assert_eq!(call.call_connection_state, Some(CallConnectionState::Connected));
        assert!(call.server_call_id.is_some());
        assert!(matches!(call.source, Some(Identifier::CommunicationUser { .. })));
        assert!(!call.targets.is_empty());
    }
    let joined: CallConnectionProperties = read(text!("Connect"), "200");
    assert_eq!(joined.call_connection_state, Some(CallConnectionState::Connecting));
    assert!(joined.call_connection_id.is_some() && joined.targets.is_empty());
    let call: CallConnectionProperties = read(text!("AnswerCall"), "200");
    assert_eq!(call.answered_for.unwrap().value.expose(), "+11234567890");
    assert_eq!(call.media_streaming_subscription.unwrap().state, Some(SubscriptionState::Active));
    assert_eq!(call.transcription_subscription.unwrap().subscribed_result_types, ["final"]);
}

#[test]
fn participants() {
    let list: ParticipantList = read(text!("CallConnection_GetParticipants"), "200");
    assert!(list.value[0].is_muted);
    assert_eq!(list.next_link.as_deref(), Some("string"));
    let one: Participant = read(text!("CallConnection_GetParticipant"), "200");
    assert!(matches!(one.identifier, Identifier::CommunicationUser { .. }));
    let added: AddParticipantResult = read(text!("CallConnection_AddParticipant"), "202");
    assert_eq!(added.operation_context.as_deref(), Some("adding participant"));
    assert_eq!(added.invitation_id.unwrap().as_str(), "7b4244f8-d2ff-46d1-a629-4f9fb5f73d40");
    assert!(added.participant.is_some());
    let cancelled: CancelAddParticipantResult =
        read(text!("CallConnection_CancelAddParticipant"), "202");
    assert!(cancelled.invitation_id.is_some());
    let removed: OperationResult = read(text!("CallConnection_RemoveParticipant"), "202");
    assert!(removed.operation_context.is_some());
    let moved: OperationResult = read(text!("CallConnection_TransferToParticipant"), "202");
    assert!(moved.operation_context.is_some());
    let muted: OperationResult = read(text!("CallConnection_Mute"), "200");
    assert_eq!(muted.operation_context.as_deref(), Some("mute participant"));
    let pressed: OperationResult = read(text!("CallMedia_SendDtmfTones"), "202");
    assert!(pressed.operation_context.is_some());
    let taken_over: MoveParticipantsResult = read(text!("CallConnection_MoveParticipants"), "202");
    assert_eq!(taken_over.participants.len(), 1);
    assert_eq!(taken_over.from_call.unwrap().as_str(), "28dea47f-b081-4107-9a5c-4300819d2c6c");
}

#[test]
fn recordings() {
    for (text, status) in [
        (text!("CallRecording_StartRecording"), "200"),
        (text!("CallRecording_StartRecording"), "202"),
        (text!("CallRecording_StartRecording_WithConnectionId"), "200"),
        (text!("CallRecording_GetRecordingProperties"), "200"),
    ] {
        let state: RecordingStateResult = read(text, status);
        assert!(state.recording_id.is_some());
        assert!(state.recording_state.is_some());
    }
    let state: RecordingStateResult = read(text!("CallRecording_StartRecording"), "200");
    assert_eq!(state.recording_state, Some(RecordingState::Inactive));
    assert_eq!(state.recording_kind, Some(RecordingKind::TeamsCompliance));
}

#[test]
fn what_is_unknown_or_odd_does_not_cost_the_call_id() {
    let body = json!({
        "callConnectionId": "c1",
        "serverCallId": null,
        "callConnectionState": "meditating",
        "targets": [{"rawId": 7}, {"rawId": "4:+15550123"}, null],
        "source": "nobody",
        "sourceCallerIdNumber": {"noValue": true},
        "mediaStreamingSubscription": [],
        "answeredFor": null,
        "somethingNew": {"deep": [1]},
    });
    let call = CallConnectionProperties::from_response(&response(200, &body)).unwrap();
    assert_eq!(call.call_connection_id.unwrap().as_str(), "c1");
    assert_eq!(call.call_connection_state.unwrap().as_wire(), "meditating");
    assert_eq!(call.targets, [Identifier::phone("+15550123")]);
    assert_eq!((call.server_call_id, call.source, call.answered_for), (None, None, None));

    let added =
        json!({"invitationId": "i1", "participant": {"identifier": 1}, "operationContext": null});
    let added = AddParticipantResult::from_response(&response(202, &added)).unwrap();
    assert_eq!(added.invitation_id.unwrap().as_str(), "i1");
    assert_eq!(added.participant, None);
}

#[test]
fn a_participant_list_is_all_or_nothing() {
    let odd = json!({"value": [{"identifier": {"rawId": "4:+15550123"}}, {"identifier": 1}]});
    assert!(ParticipantList::from_response(&response(200, &odd)).is_err());
    assert!(ParticipantList::from_response(&response(200, &json!({}))).is_err());
    let empty = Response { status: 202, body: Bytes::new(), request_id: None };
    assert_eq!(OperationResult::from_response(&empty).unwrap(), OperationResult::default());
    assert!(CallConnectionProperties::from_response(&empty).is_err());
}
