//! Every official sample parses, or is reported as unknown with its type.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use webhooks::{
    CallEvent, CallEventKind, GridEventKind, IncomingCall, ResultInformation, parse_call_events,
    parse_event_grid,
};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)
}

pub(crate) fn sample(path: &str) -> Vec<u8> {
    let path = folder("").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names of the samples in a folder, sorted.
pub(crate) fn names(of: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(of)).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries.map(|e| name(e).into_string().unwrap()).collect();
    names.sort();
    names
}

fn one_event(path: &str) -> CallEvent {
    let mut events = parse_call_events(&sample(path)).unwrap();
    assert_eq!(events.len(), 1, "{path}");
    events.remove(0).unwrap_or_else(|error| panic!("{path}: {error:?}"))
}

/// The type that the sample itself states.
fn stated_type(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap();
    let event = body.get(0).unwrap_or(&body);
    let found = event.get("eventType").or_else(|| event.get("type")).unwrap();
    found.as_str().unwrap().to_owned()
}

const NOT_MID_CALL: [&str; 2] = ["IncomingCall.data.teamsphone.json", "ResultInformation.sip.json"];

#[test]
fn every_mid_call_sample_has_its_kind() {
    let preview = ["HoldAudioPaused.json", "HoldAudioStarted.json"];
    let mut seen = 0;
    for name in names("events") {
        if name.starts_with("EventGrid.") || NOT_MID_CALL.contains(&name.as_str()) {
            continue;
        }
        let path = format!("events/{name}");
        let event = one_event(&path);
        assert_eq!(event.kind.event_type(), stated_type(&sample(&path)), "{name}");
        assert!(name.starts_with(event.kind.name()), "{name}: {}", event.kind.name());
        let unknown = matches!(event.kind, CallEventKind::Unknown { .. });
        assert_eq!(unknown, preview.contains(&name.as_str()), "{name}");
        assert!(event.server_call_id.is_some() && event.correlation_id.is_some(), "{name}");

        let written = serde_json::to_vec(&event).unwrap();
        assert_eq!(serde_json::from_slice::<CallEvent>(&written).unwrap(), event, "{name}");
        assert_eq!(parse_call_events(&written).unwrap(), vec![Ok(event)], "{name}");
        seen += 1;
    }
    assert_eq!(seen, 37);
}

#[test]
fn every_event_grid_sample_has_its_kind() {
    let mut kinds = Vec::new();
    for folder in ["events", "eventgrid"] {
        for name in names(folder) {
            let skip = name.ends_with("esponse.json") || name.ends_with("response.json");
            let of_event_grid = folder == "eventgrid" || name.starts_with("EventGrid.");
            if skip || !of_event_grid {
                continue;
            }
            let body = sample(&format!("{folder}/{name}"));
            let mut events = parse_event_grid(&body, None).unwrap();
            assert_eq!(events.len(), 1, "{name}");
            let event = match events.remove(0) {
                Ok(event) => event,
                Err(error) => {
                    assert_eq!(name, "EventGrid.IncomingCall.json", "{error:?}");
                    continue;
                }
            };
            assert_eq!(event.event_type, stated_type(&body), "{name}");
            assert!(!event.topic.is_empty() && !event.id.as_str().is_empty(), "{name}");
            let unknown = matches!(event.kind, GridEventKind::Unknown { .. });
            assert_eq!(unknown, name.starts_with("dead-letter."), "{name}");
            kinds.push(name);
        }
    }
    assert_eq!(kinds.len(), 15, "{kinds:?}");
}

#[test]
fn the_incoming_call_without_a_context_is_an_error_that_says_so() {
    let events = parse_event_grid(&sample("events/EventGrid.IncomingCall.json"), None).unwrap();
    let error = events.into_iter().next().unwrap().unwrap_err();
    assert_eq!(error.fault.to_string(), "data.incomingCallContext is missing");
    assert_eq!(error.id.unwrap().as_str(), "d5546be8-227a-4db8-b2c3-4f06fd675fd6");
    assert_eq!(error.event_type.unwrap(), "Microsoft.Communication.IncomingCall");
}

pub(crate) fn incoming_call(data: &Value) -> IncomingCall {
    let body = json!([{
        "id": "1",
        "topic": "/resource",
        "eventType": "Microsoft.Communication.IncomingCall",
        "eventTime": "2026-11-21T10:00:00Z",
        "data": data,
    }]);
    let events = parse_event_grid(body.to_string().as_bytes(), None).unwrap();
    let event = events.into_iter().next().unwrap().unwrap();
    let GridEventKind::IncomingCall(call) = event.kind else { panic!("{event:?}") };
    call
}

#[test]
fn the_teams_phone_sample_is_a_call_to_a_resource_account() {
    let data = serde_json::from_slice(&sample("events/IncomingCall.data.teamsphone.json")).unwrap();
    let call = incoming_call(&data);
    let to = webhooks::Identifier::teams_app("cc123456-5678-5678-1234-ccc123456789");
    assert_eq!(call.to, Some(to));
    assert_eq!(call.from, Some(webhooks::Identifier::phone("+12065551212")));
    let custom = call.custom_context.as_ref().unwrap();
    assert_eq!(custom.voip_headers["X-myCustomVoipHeaderName"].expose(), "myValue");
    assert!(call.unreadable.is_empty());
    assert!(!format!("{call:?}").contains("2065551212"));
}

#[test]
fn the_result_of_the_telephone_network_is_read() {
    // The page writes the members with capitals; the wire does not.
    let page: Value = serde_json::from_slice(&sample("events/ResultInformation.sip.json")).unwrap();
    let wire = page["ResultInformation"].to_string();
    let wire = wire.replace("Q850Details", "q850Details").replace("SipDetails", "sipDetails");
    let wire = wire.replace("SubCode", "subCode").replace("Code\"", "code\"");
    let wire = wire.replace("subcode", "subCode").replace("Message", "message");
    let result: ResultInformation = serde_json::from_str(&wire).unwrap();
    assert_eq!((result.code, result.sub_code), (500, 560_503));
    assert_eq!(result.sip_details.unwrap().code, 486);
    assert_eq!(result.q850_details.unwrap().message, "User busy");
}
