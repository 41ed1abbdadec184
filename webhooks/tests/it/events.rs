//! Mid-call events: good and bad ones.

use serde_json::{Value, json};
use webhooks::{
    CallEvent, CallEventKind as Kind, EnvelopeError, EventFault, Identifier, Recognition,
    RecordingState, Tone, parse_call_events,
};

fn envelope(name: &str, data: &Value) -> Value {
    json!({
        "id": "e1",
        "source": "calling/callConnections/c1",
        "type": format!("Microsoft.Communication.{name}"),
        "time": "2025-06-17T17:22:43.3792443+00:00",
        "specversion": "1.0",
        "data": data,
    })
}

fn parse(event: &Value) -> Result<CallEvent, EventFault> {
    let mut events = parse_call_events(event.to_string().as_bytes()).unwrap();
    assert_eq!(events.len(), 1);
    events.remove(0).map_err(|error| error.fault)
}

fn kind(name: &str, data: &Value) -> Kind {
    let event = parse(&envelope(name, data)).unwrap();
    let written = serde_json::to_string(&event).unwrap();
    assert_eq!(serde_json::from_str::<CallEvent>(&written).unwrap(), event);
    event.kind
}

fn fault(name: &str, data: &Value) -> String {
    parse(&envelope(name, data)).unwrap_err().to_string()
}

#[test]
fn all_38_types_of_the_contract_are_known() {
    let participant = json!({"rawId": "8:orgid:oid"});
    let data = json!({
        "participants": [{"identifier": participant, "isMuted": true, "isOnHold": false}],
        "sequenceNumber": 4, "tone": "one", "sequenceId": 2, "state": "active",
        "recordingId": "r", "invitationId": "i", "participant": participant, "fromCall": "c2",
        "failedPlaySourceIndex": 0, "dtmfResult": {"tones": ["one"]}, "recognitionType": "dtmf",
        "mediaStreamingUpdate": {"mediaStreamingStatus": "mediaStreamingStarted"},
        "transcriptionUpdate": {"transcriptionStatusDetails": "brandNew"},
    });
    let names = "CallConnected CallDisconnected CreateCallFailed AnswerFailed ConnectFailed \
        CallTransferFailed HoldFailed CallTransferAccepted ParticipantsUpdated \
        AddParticipantSucceeded AddParticipantFailed RemoveParticipantSucceeded \
        RemoveParticipantFailed CancelAddParticipantSucceeded CancelAddParticipantFailed \
        MoveParticipantSucceeded MoveParticipantFailed PlayStarted PlayCompleted PlayCanceled \
        PlayFailed RecognizeCompleted RecognizeFailed RecognizeCanceled \
        ContinuousDtmfRecognitionToneReceived ContinuousDtmfRecognitionToneFailed \
        ContinuousDtmfRecognitionStopped SendDtmfTonesCompleted SendDtmfTonesFailed \
        MediaStreamingStarted MediaStreamingStopped MediaStreamingFailed TranscriptionStarted \
        TranscriptionStopped TranscriptionUpdated TranscriptionFailed RecordingStateChanged \
        StartRecordingFailed";
    let mut count = 0;
    for name in names.split_whitespace() {
        let kind = kind(name, &data);
        assert!(!matches!(kind, Kind::Unknown { .. }), "{name}");
        assert_eq!(kind.name(), name);
        count += 1;
    }
    assert_eq!(count, 38);
}

#[test]
fn recognitions_are_told_apart_by_what_came_in() {
    let tones = kind(
        "RecognizeCompleted",
        &json!({
            "recognitionType": "dtmf", "dtmfResult": {"tones": ["five", "pound", "flash"]},
        }),
    );
    let expected = vec![Tone::Five, Tone::Pound, Tone::Other("flash".into())];
    assert_eq!(tones, Kind::RecognizeCompleted(Recognition::Dtmf { tones: expected }));

    let spoken = kind(
        "RecognizeCompleted",
        &json!({
            "recognitionType": "choices",
            "choiceResult": {"label": "Sales", "recognizedPhrase": "sales", "confidence": 0.695_223_331},
        }),
    );
    let Kind::RecognizeCompleted(Recognition::Choice { label, phrase, confidence }) = spoken else {
        panic!("{spoken:?}")
    };
    assert_eq!((label.as_str(), phrase.unwrap().expose()), ("Sales", "sales"));
    assert_eq!(confidence, Some(0.695_223));

    let free = kind("RecognizeCompleted", &json!({"speechResult": {"speech": "my bag"}}));
    let expected = Recognition::Speech { text: "my bag".into(), confidence: None };
    assert_eq!(free, Kind::RecognizeCompleted(expected));

    let none = kind("RecognizeCompleted", &json!({"recognitionType": "dtmf"}));
    assert_eq!(none, Kind::RecognizeCompleted(Recognition::Dtmf { tones: vec![] }));

    let new = kind("RecognizeCompleted", &json!({"recognitionType": "gesture", "g": {"x": 1}}));
    let Kind::RecognizeCompleted(Recognition::Unknown { recognition_type, data }) = new else {
        panic!("{new:?}")
    };
    assert_eq!(recognition_type.as_deref(), Some("gesture"));
    assert_eq!(data.expose(), &json!({"g": {"x": 1}}));
}

#[test]
fn unknown_values_and_members_do_not_fail() {
    let state = kind("RecordingStateChanged", &json!({"state": "asleep", "extra": [1, {"a": 2}]}));
    let Kind::RecordingStateChanged { state, .. } = state else { panic!("{state:?}") };
    assert_eq!(state, RecordingState::Other("asleep".into()));
}

#[test]
fn an_unknown_type_keeps_its_data_whatever_it_is() {
    for data in [
        json!({"callConnectionId": "c1", "correlationId": 5, "resultInformation": "odd", "a": [1]}),
        json!({}),
        json!([1, 2]),
        json!("text"),
    ] {
        let event = parse(&envelope("Newest", &data)).unwrap();
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(written["data"], data);
        assert_eq!(serde_json::from_value::<CallEvent>(written).unwrap(), event);
        assert_eq!(event.kind.name(), "Newest");
    }
    let mut foreign = envelope("", &json!({}));
    foreign["type"] = "com.example.Thing".into();
    assert_eq!(parse(&foreign).unwrap().kind.name(), "com.example.Thing");
}

#[test]
fn malformed_data_is_an_error_with_its_path() {
    let cases = [
        (
            "ParticipantsUpdated",
            json!({"sequenceNumber": 1, "participants": [
                {"identifier": {"rawId": "8:orgid:a"}}, {"identifier": "+14255550123"}]}),
            "data.participants[1].identifier is a string where an object is expected",
        ),
        (
            "ParticipantsUpdated",
            json!({"sequenceNumber": 1, "participants": [{"identifier": {}}]}),
            "data.participants[0].identifier.rawId is missing",
        ),
        ("ParticipantsUpdated", json!({"participants": []}), "data.sequenceNumber is missing"),
        ("RecordingStateChanged", json!({}), "data.state is missing"),
        (
            "CallConnected",
            json!({"resultInformation": {"subCode": "0"}}),
            "data.resultInformation.subCode is a string where an integer is expected",
        ),
        (
            "RecognizeCompleted",
            json!({"recognitionType": "dtmf", "dtmfResult": {"tones": ["one", 2]}}),
            "data.dtmfResult.tones[1] is a number where a string is expected",
        ),
        (
            "RecognizeCompleted",
            json!({"recognitionType": "choices"}),
            "data.choiceResult is missing",
        ),
        ("PlayStarted", json!([]), "data is an array where an object is expected"),
    ];
    for (name, data, expected) in cases {
        assert_eq!(fault(name, &data), expected);
    }
}

#[test]
fn one_bad_event_does_not_spoil_the_others() {
    let good = envelope("PlayCompleted", &json!({"callConnectionId": "c1"}));
    let mut bad = envelope("RecordingStateChanged", &json!({"state": 1}));
    bad["id"] = "bad one".into();
    let body = json!([good, bad, 5, good]).to_string();
    let events = parse_call_events(body.as_bytes()).unwrap();
    let outcomes: Vec<_> = events.iter().map(Result::is_ok).collect();
    assert_eq!(outcomes, [true, false, false, true]);
    let error = events[1].as_ref().unwrap_err();
    assert_eq!(error.index, 1);
    assert_eq!(error.id.as_ref().unwrap().as_str(), "bad one");
    assert_eq!(error.event_type.as_deref(), Some("Microsoft.Communication.RecordingStateChanged"));
    assert!(error.to_string().starts_with("event 1 of the body"));
}

#[test]
fn envelopes_outside_the_limits_are_refused() {
    let good = envelope("PlayCompleted", &json!({"callConnectionId": "c1"}));
    let changed = |member: &str, value: Value| {
        let mut event = good.clone();
        event[member] = value;
        parse(&event).map(|_| ())
    };
    assert_eq!(changed("id", "x".repeat(1024).into()), Ok(()));
    assert_eq!(changed("id", "x".repeat(1025).into()), Err(EventFault::IdLength));
    assert_eq!(changed("id", "".into()), Err(EventFault::IdLength));
    assert!(matches!(changed("id", Value::Null), Err(EventFault::Data(_))));
    assert_eq!(changed("specversion", "0.3".into()), Err(EventFault::SpecVersion));
    assert_eq!(changed("specversion", "2.0".into()), Err(EventFault::SpecVersion));
    assert!(matches!(changed("specversion", Value::Null), Err(EventFault::Data(_))));
    assert_eq!(changed("time", "9999-01-01T00:00:00Z".into()), Err(EventFault::TimeTooLate));
    assert!(matches!(changed("time", "yesterday".into()), Err(EventFault::Data(_))));
    assert_eq!(changed("time", Value::Null), Ok(()));
    for id in ["a/b", "..", "a?b", "%2f", "", "a b", &"c".repeat(4096)] {
        let found = parse(&envelope("PlayCompleted", &json!({"callConnectionId": id})));
        assert_eq!(found.unwrap_err(), EventFault::CallConnectionId, "{id}");
    }
}

#[test]
fn bodies_that_hold_no_events_are_refused() {
    let error = |body: &[u8]| parse_call_events(body).unwrap_err();
    for text in ["5", "null", "\"text\"", "true"] {
        assert!(matches!(error(text.as_bytes()), EnvelopeError::NotEvents), "{text}");
    }
    for text in ["", "<html>", "{\"a\":", "[1e400]", "\u{feff}[]", "NaN", "\"\\ud800\""] {
        assert!(matches!(error(text.as_bytes()), EnvelopeError::NotJson(_)), "{text}");
    }
    assert!(matches!(error(b"[\xff]"), EnvelopeError::NotJson(_)));
    assert!(matches!(error("[".repeat(100_000).as_bytes()), EnvelopeError::NotJson(_)));
    let many = format!("[{}0]", "0,".repeat(5000));
    assert!(matches!(error(many.as_bytes()), EnvelopeError::TooManyEvents { count: 5001 }));
    assert_eq!(parse_call_events(b"[]").unwrap(), vec![]);
}

#[test]
fn debug_shows_no_number_no_digit_and_no_speech() {
    let secret = "+14255550123";
    let identifier = Identifier::phone(secret);
    for event in [
        kind("AddParticipantSucceeded", &json!({"participant": identifier})),
        kind("Newest", &json!({"phone": secret})),
        kind("RecognizeCompleted", &json!({"speechResult": {"speech": secret}})),
        kind("RecognizeCompleted", &json!({"recognitionType": "new", "x": secret})),
    ] {
        assert!(!format!("{event:?}").contains("4255550123"), "{event:?}");
    }
}
