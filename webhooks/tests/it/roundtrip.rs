//! Every official sample: parse, serialise, compare as JSON. What differs is in a table here, each
//! difference with its reason; a difference that is not in it, or no longer there, fails.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use jiff::Timestamp;
use serde_json::{Value, json};
use webhooks::{
    GridEvent, IncomingCall, ResultInformation, Schema, parse_call_events, parse_event_grid,
};

use crate::samples::{incoming_call, names, sample};

/// Differences that any sample may have: where a path ends, and why.
const EVERYWHERE: [(&str, &str); 4] = [
    ("+/kind", "identifiers are written with their kind, which is optional"),
    ("+/cloud", "the cloud of a Teams identifier is always written; absent means public"),
    ("+/datacontenttype", "mid-call events are always written with it"),
    ("+/isAnonymous", "absent means false"),
];

/// Differences of single samples: sample, path and why.
const SINGLE: [(&str, &str, &str); 4] = [
    (
        "IncomingCall.data.teamsphone.json",
        "~/to/kind",
        "the raw id decides what an identifier is; the sample says unknown",
    ),
    (
        "IncomingCall.data.teamsphone.json",
        "+/to/microsoftTeamsApp",
        "the object of the kind that the raw id tells",
    ),
    (
        "RemoveParticipantFailed.json",
        "~/data/participant/rawId",
        "the sample has the word rawId there; the raw id is made from the phone number",
    ),
    (
        "dead-letter.cloudevents.json",
        "+/specversion",
        "the sample lacks it, which CloudEvents 1.0 does not allow",
    ),
];

/// Samples that are not events, or cannot be read, and why.
const NOT_EVENTS: [(&str, &str); 4] = [
    ("EventGrid.IncomingCall.json", "the page has filler for incomingCallContext: an error"),
    ("EventGrid.SubscriptionValidationResponse.json", "an answer of ours, tested below"),
    ("subscription-validation.response.json", "an answer of ours, tested below"),
    ("ResultInformation.sip.json", "the page writes capitals, the wire does not; tested below"),
];

/// What differs, as `+path` (written, not in the sample), `-path` (lost) or `~path` (changed).
/// Times that are the same instant are equal: ACS writes `+00:00`, we write `Z`.
fn differences(path: &str, official: &Value, ours: &Value, found: &mut BTreeSet<String>) {
    match (official, ours) {
        (Value::Object(a), Value::Object(b)) => {
            for (name, value) in a {
                let path = format!("{path}/{name}");
                match b.get(name) {
                    Some(other) => differences(&path, value, other, found),
                    None => _ = found.insert(format!("-{path}")),
                }
            }
            let more = b.keys().filter(|name| !a.contains_key(*name));
            found.extend(more.map(|name| format!("+{path}/{name}")));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (value, other)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}/{index}"), value, other, found);
            }
        }
        _ if official == ours || same_instant(official, ours) => {}
        _ => _ = found.insert(format!("~{path}")),
    }
}

fn same_instant(a: &Value, b: &Value) -> bool {
    let instant = |value: &Value| Timestamp::from_str(value.as_str()?).ok();
    instant(a).is_some() && instant(a) == instant(b)
}

/// The differences that the tables do not explain; notes which rows of `SINGLE` were used.
fn unexplained(
    name: &str,
    official: &Value,
    ours: &Value,
    used: &mut [bool; SINGLE.len()],
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    differences("", official, ours, &mut found);
    for (end, _) in EVERYWHERE {
        found.retain(|one| !(one.starts_with(&end[..1]) && one.ends_with(&end[1..])));
    }
    for ((sample, path, _), used) in SINGLE.iter().zip(used) {
        *used |= *sample == name && found.remove(*path);
    }
    found
}

/// The sample as one event.
fn official(path: &str) -> Value {
    let body: Value = serde_json::from_slice(&sample(path)).unwrap();
    if let Value::Array(mut events) = body { events.remove(0) } else { body }
}

fn grid_event(path: &str) -> GridEvent {
    parse_event_grid(&sample(path), None).unwrap().remove(0).unwrap()
}

/// What we make of a sample, in the schema it came in.
fn ours(path: &str, official: &Value) -> Value {
    if path.ends_with("IncomingCall.data.teamsphone.json") {
        let call: IncomingCall = incoming_call(official);
        return written(call);
    }
    let on_event_grid = path.starts_with("eventgrid/") || path.contains("EventGrid.");
    if !on_event_grid {
        let event = parse_call_events(&sample(path)).unwrap().remove(0).unwrap();
        return serde_json::to_value(event).unwrap();
    }
    let classic = official.get("eventType").is_some();
    let event = grid_event(path);
    let schema = if classic { Schema::EventGrid } else { Schema::CloudEvents };
    let ours = event.to_json(schema);
    for schema in [Schema::EventGrid, Schema::CloudEvents] {
        let written = event.to_json(schema).to_string();
        let again = parse_event_grid(written.as_bytes(), None).unwrap().remove(0).unwrap();
        assert_eq!(again, event, "{path} in {schema:?}");
    }
    ours
}

/// The data of a call in an event.
fn written(call: IncomingCall) -> Value {
    let mut event = grid_event("eventgrid/incoming-call.voip.event.json");
    event.kind = webhooks::GridEventKind::IncomingCall(call);
    event.unknown = webhooks::UnknownMembers::default();
    event.to_json(Schema::EventGrid)["data"].take()
}

#[test]
fn every_event_sample_round_trips() {
    let (mut seen, mut wrong, mut used) = (0, Vec::new(), [false; SINGLE.len()]);
    for folder in ["events", "eventgrid"] {
        for name in names(folder) {
            if NOT_EVENTS.iter().any(|(skipped, _)| *skipped == name) {
                continue;
            }
            let path = format!("{folder}/{name}");
            let official = official(&path);
            let ours = ours(&path, &official);
            let left = unexplained(&name, &official, &ours, &mut used);
            wrong.extend(left.iter().map(|difference| format!("{name} {difference}")));
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(used.iter().all(|used| *used), "a row of SINGLE explains nothing any more: {used:?}");
    assert_eq!(seen, 53);
}

#[test]
fn the_samples_that_are_no_events_round_trip() {
    for path in [
        "eventgrid/subscription-validation.response.json",
        "events/EventGrid.SubscriptionValidationResponse.json",
    ] {
        let official = official(path);
        let code = official["validationResponse"].as_str().unwrap();
        let answer = webhooks::ValidationAnswer { validation_response: code.into() };
        assert_eq!(serde_json::to_value(&answer).unwrap(), official);
    }
    let result = json!({
        "code": 500, "subCode": 560_503, "message": "Unexpected server error",
        "sipDetails": {"code": 486, "message": "Busy Here"},
        "q850Details": {"code": 17, "message": "User busy"},
    });
    let page = official("events/ResultInformation.sip.json")["ResultInformation"].to_string();
    assert_eq!(page.to_lowercase(), result.to_string().to_lowercase());
    let read: ResultInformation = serde_json::from_value(result.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), result);
}

#[test]
fn what_this_version_does_not_know_is_kept() {
    let event = json!({
        "id": "1", "source": "s", "subject": "other", "type": "Microsoft.Communication.PlayCompleted",
        "specversion": "1.0", "datacontenttype": "application/json", "traceparent": "00-1",
        "data": {"callConnectionId": "c", "publicEventType": "p", "novel": {"a": [1, null]}},
    });
    let read = parse_call_events(event.to_string().as_bytes()).unwrap().remove(0).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), event);
    assert!(!format!("{read:?}").contains("novel"));
    let grid = json!({
        "id": "1", "topic": "t", "eventType": "Microsoft.Communication.CallEnded",
        "dataVersion": "1.0", "metadataVersion": "1", "deadLetterReason": "x",
        "data": {"durationOfCall": 1.5, "novel": true},
    });
    let read = parse_event_grid(grid.to_string().as_bytes(), None).unwrap().remove(0).unwrap();
    assert_eq!(read.to_json(Schema::EventGrid), grid);
}
