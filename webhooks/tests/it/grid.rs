//! Event Grid deliveries: good and bad ones.

use serde_json::{Value, json};
use webhooks::{
    EnvelopeError, EventFault, GridEvent, GridEventKind, Identifier, IncomingCall, parse_event_grid,
};

use crate::samples::{incoming_call, sample};

fn grid(path: &str) -> GridEvent {
    parse_event_grid(&sample(path), None).unwrap().remove(0).unwrap()
}

fn parse(event: &Value) -> Result<GridEvent, EventFault> {
    let mut events = parse_event_grid(event.to_string().as_bytes(), None).unwrap();
    events.remove(0).map_err(|error| error.fault)
}

#[test]
fn both_schemas_give_the_same_event() {
    let classic = grid("eventgrid/incoming-call.custom-context.eventgrid-schema.json");
    let cloud = grid("eventgrid/incoming-call.custom-context.cloudevents.json");
    assert_eq!(classic, cloud);
    let GridEventKind::IncomingCall(call) = cloud.kind else { panic!("{cloud:?}") };
    let context = call.custom_context.unwrap();
    assert_eq!(context.sip_headers["X-MS-Custom-myheader1"].expose(), "35567842");
    assert_eq!(context.sip_headers.len(), 3);
    assert_eq!(call.caller_display_name.unwrap().expose(), "VOIP Caller");
    assert_eq!(call.incoming_call_context.expose(), "{incoming-call-contextValue}");
}

#[test]
fn the_content_type_decides_what_may_come() {
    let cloud = sample("eventgrid/incoming-call.custom-context.cloudevents.json");
    let classic = sample("eventgrid/incoming-call.custom-context.eventgrid-schema.json");
    for (body, content_type, good) in [
        (&cloud, "application/cloudevents+json; charset=utf-8", true),
        (&cloud, "application/cloudevents-batch+json", true),
        (&cloud, "Application/JSON", true),
        (&classic, "application/json; charset=utf-8", true),
        (&classic, "application/cloudevents+json", false),
    ] {
        let events = parse_event_grid(body, Some(content_type)).unwrap();
        assert_eq!(events[0].is_ok(), good, "{content_type}");
    }
    for content_type in ["text/plain", "application/xml", "multipart/form-data", ""] {
        let error = parse_event_grid(&cloud, Some(content_type)).unwrap_err();
        assert!(matches!(error, EnvelopeError::ContentType), "{content_type}");
    }
}

#[test]
fn a_call_that_parses_badly_is_still_a_caller() {
    let call = incoming_call(&json!({
        "incomingCallContext": "ctx",
        "to": {"phoneNumber": {"value": 5}},
        "from": "somebody",
        "serverCallId": 7,
        "callerDisplayName": ["x"],
        "correlationId": {},
        "onBehalfOfCallee": {"rawId": "4:+1555"},
        "customContext": {"sipHeaders": {"a": 1, "b": "two"}, "voipHeaders": [], "teamsPhoneCallDetails": {"intent": 3}},
    }));
    assert_eq!(
        call.unreadable,
        [
            "data.to.phoneNumber.value",
            "data.from",
            "data.serverCallId",
            "data.callerDisplayName",
            "data.correlationId",
            "data.customContext.sipHeaders.a",
            "data.customContext.voipHeaders",
            "data.customContext.teamsPhoneCallDetails.intent",
        ]
    );
    assert_eq!((call.to.as_ref(), call.from.as_ref()), (None, None));
    assert_eq!(call.on_behalf_of_callee, Some(Identifier::phone("+1555")));
    assert_eq!(call.custom_context.as_ref().unwrap().sip_headers["b"].expose(), "two");
    let written = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<IncomingCall>(&written).unwrap(), call);
}

#[test]
fn a_call_in_a_bad_envelope_is_still_a_caller() {
    let event = parse(&json!({
        "id": 5,
        "eventType": "Microsoft.Communication.IncomingCall",
        "eventTime": "soon",
        "topic": [],
        "subject": {},
        "data": {"incomingCallContext": "ctx"},
    }));
    let event = event.unwrap();
    assert_eq!((event.id.as_str(), event.time, event.topic.as_str()), ("", None, ""));
    let GridEventKind::IncomingCall(call) = event.kind else { panic!("{:?}", event.kind) };
    assert_eq!(call.unreadable, ["id", "eventTime", "topic", "subject"]);

    let event = parse(&json!({
        "type": "Microsoft.Communication.IncomingCall",
        "time": "9999-01-01T00:00:00Z",
        "data": {"incomingCallContext": "ctx"},
    }));
    let event = event.unwrap();
    assert_eq!(event.time, None);
    let GridEventKind::IncomingCall(call) = event.kind else { panic!("{:?}", event.kind) };
    assert_eq!(call.unreadable, ["id", "time"]);
}

#[test]
fn teams_phone_details_are_typed_and_come_back() {
    let call = incoming_call(&json!({
        "incomingCallContext": "ctx",
        "customContext": {"teamsPhoneCallDetails": {
            "teamsPhoneCallerDetails": {
                "caller": {"rawId": "4:+14255550123"}, "name": "Ada", "phoneNumber": "+14255550123",
                "isAuthenticated": true, "additionalCallerInformation": {"tier": "gold"},
            },
            "teamsPhoneSourceDetails": {
                "source": {"rawId": "28:orgid:bot"}, "language": "en", "status": "done",
                "intendedTargets": {"main": {"rawId": "8:orgid:oid"}},
            },
            "sessionId": "s", "intent": "refund", "callTopic": "Lost bag",
        }},
    }));
    let details = call.custom_context.as_ref().unwrap().teams_phone_call_details.as_ref().unwrap();
    let caller = details.caller.as_ref().unwrap();
    assert_eq!(caller.identifier, Some(Identifier::phone("+14255550123")));
    assert_eq!(caller.additional["tier"].expose(), "gold");
    let source = details.source.as_ref().unwrap();
    assert_eq!(source.intended_targets["main"], Identifier::teams_user("oid"));
    assert!(!format!("{call:?}").contains("4255550123"));
    let written = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<IncomingCall>(&written).unwrap(), call);
}

#[test]
fn recordings_tell_their_id_in_the_subject() {
    let event = grid("eventgrid/recording-file-status-updated.event.json");
    let GridEventKind::RecordingFileStatusUpdated(status) = event.kind else { panic!() };
    assert_eq!(status.recording_id.unwrap().as_str(), "{recording-id}");
    assert_eq!(status.server_call_id.unwrap().as_str(), "{server-call-id}");
    assert_eq!(status.duration_ms, Some(6620));
    assert!(status.chunks[0].delete_location.is_some());
    let older = grid("events/EventGrid.RecordingFileStatusUpdated.json");
    let GridEventKind::RecordingFileStatusUpdated(status) = older.kind else { panic!() };
    assert_eq!(status.recording_id.unwrap().as_str(), "{recording-id}");
    assert_eq!(status.server_call_id, None);
}

#[test]
fn call_events_have_all_their_fields_in_both_shapes() {
    for path in ["events/EventGrid.CallEnded.json", "eventgrid/call-ended.event.json"] {
        let GridEventKind::CallEnded(ended) = grid(path).kind else { panic!("{path}") };
        assert!((ended.duration_seconds.unwrap() - 49.728_617).abs() < 1e-5);
        let party = ended.call.started_by.unwrap();
        assert_eq!(party.role.as_deref(), Some("{role}"));
        assert!(party.identifier.raw_id().expose().starts_with("8:acs:bc360ba8"));
        assert_eq!(ended.call.room_id.as_deref(), Some("{roomId}"));
        assert_eq!(ended.call.is_rooms_call, Some(true));
    }
    let added = grid("events/EventGrid.CallParticipantAdded.json");
    let GridEventKind::CallParticipantAdded(change) = added.kind else { panic!() };
    assert_eq!(change.display_name.unwrap().expose(), "Sharif Edge");
    assert!(change.user.is_some() && change.endpoint_type.is_some());
}

#[test]
fn bad_envelopes_of_other_events_are_refused() {
    let good = json!({"id": "1", "type": "a.b", "specversion": "1.0", "source": "s"});
    let changed = |member: &str, value: Value| {
        let mut event = good.clone();
        event[member] = value;
        parse(&event).map(|_| ())
    };
    assert_eq!(changed("data", Value::Null), Ok(()));
    assert_eq!(changed("type", Value::Null), Err(EventFault::NoType));
    assert_eq!(changed("id", "".into()), Err(EventFault::IdLength));
    assert_eq!(changed("specversion", "0.3".into()), Err(EventFault::SpecVersion));
    assert_eq!(changed("time", "9999-01-01T00:00:00Z".into()), Err(EventFault::TimeTooLate));
    assert!(matches!(changed("time", "soon".into()), Err(EventFault::Data(_))));
}
