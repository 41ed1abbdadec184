//! Attack rows 30 to 40: both handshakes.

use serde_json::{Value, json};
use webhooks::{Delivery, HandshakeRefusal, answer_options, classify, parse_event_grid};

use crate::samples::sample;

fn validation(code: &str) -> Value {
    json!({
        "id": "1",
        "topic": "t",
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": code, "validationUrl": "http://169.254.169.254/"},
    })
}

fn other() -> Value {
    json!({"id": "2", "topic": "t", "eventType": "Microsoft.Communication.Newest", "data": {}})
}

fn deliver(header: Option<&str>, body: &Value) -> Delivery {
    classify(header, parse_event_grid(body.to_string().as_bytes(), None).unwrap())
}

fn refusal(header: Option<&str>, body: &Value) -> Option<HandshakeRefusal> {
    match deliver(header, body) {
        Delivery::Refused { refusal, .. } => Some(refusal),
        Delivery::Validation(_) | Delivery::Events(_) | Delivery::Unsubscribed => None,
    }
}

#[test]
fn the_documented_validation_gets_the_documented_answer() {
    let samples = [
        (
            "events/EventGrid.SubscriptionValidationEvent.json",
            "events/EventGrid.SubscriptionValidationResponse.json",
        ),
        (
            "eventgrid/subscription-validation.event.json",
            "eventgrid/subscription-validation.response.json",
        ),
    ];
    for (event, response) in samples {
        let events = parse_event_grid(&sample(event), Some("application/json")).unwrap();
        let Delivery::Validation(answer) = classify(Some("SubscriptionValidation"), events) else {
            panic!("{event}")
        };
        let expected: Value = serde_json::from_slice(&sample(response)).unwrap();
        assert_eq!(serde_json::to_value(answer).unwrap(), expected);
    }
}

#[test]
fn validations_that_contradict_themselves_are_refused() {
    use HandshakeRefusal::{Code, HeaderMismatch, NotAlone};
    let header = Some("SubscriptionValidation");
    let cases = [
        (header, json!([validation("c"), other()]), Some(NotAlone)),
        (header, json!([validation("c"), validation("d")]), Some(NotAlone)),
        (header, json!([other()]), Some(HeaderMismatch)),
        (header, json!([]), Some(HeaderMismatch)),
        (Some("Notification"), json!([validation("c")]), Some(HeaderMismatch)),
        (header, json!([validation(&"c".repeat(201))]), Some(Code)),
        (header, json!([validation("a\r\nSet-Cookie: b")]), Some(Code)),
        (header, json!([validation("")]), Some(Code)),
        (header, json!([validation(&"c".repeat(200))]), None),
        (header, json!([validation("<script>")]), None),
        (None, json!([validation("c")]), None),
        (None, json!([other()]), None),
        (Some("Notification"), json!([other(), other()]), None),
    ];
    for (header, body, expected) in cases {
        assert_eq!(refusal(header, &body), expected, "{header:?} {body}");
    }
}

#[test]
fn a_refused_delivery_keeps_its_events() {
    let call = sample("eventgrid/incoming-call.voip.event.json");
    let events = parse_event_grid(&call, None).unwrap();
    let Delivery::Refused { refusal, events } = classify(Some("SubscriptionValidation"), events)
    else {
        panic!()
    };
    assert_eq!(refusal, HandshakeRefusal::HeaderMismatch);
    assert_eq!(events.len(), 1);
}

#[test]
fn the_end_of_a_subscription_is_told() {
    let deleted = json!([{
        "id": "1", "eventType": "Microsoft.EventGrid.SubscriptionDeletedEvent", "data": {},
    }]);
    assert_eq!(deliver(Some("SubscriptionDeletion"), &deleted), Delivery::Unsubscribed);
    assert_eq!(deliver(Some("Unsubscribe"), &json!([])), Delivery::Unsubscribed);
    assert_eq!(deliver(None, &deleted), Delivery::Unsubscribed);
}

#[test]
fn a_header_alone_drops_no_caller() {
    let call = sample("eventgrid/incoming-call.voip.event.json");
    for header in ["SubscriptionDeletion", "Unsubscribe"] {
        let events = parse_event_grid(&call, None).unwrap();
        let Delivery::Refused { events, .. } = classify(Some(header), events) else { panic!() };
        assert_eq!(events.len(), 1);
    }
}

#[test]
fn options_allow_known_origins_only() {
    let allowed = ["eventgrid.azure.net", "*"];
    let good = answer_options(["eventgrid.azure.net"], Some("120"), &allowed);
    assert_eq!(good.status, 200);
    assert_eq!(
        good.headers,
        [
            ("Allow", "POST".to_owned()),
            ("WebHook-Allowed-Origin", "eventgrid.azure.net".to_owned()),
            ("WebHook-Allowed-Rate", "120".to_owned()),
        ]
    );
    for rate in [None, Some("*"), Some("0"), Some("-1"), Some("1e9")] {
        let answer = answer_options(["eventgrid.azure.net"], rate, &allowed);
        assert!(answer.headers[2].1.parse::<u32>().unwrap() > 0);
    }
    let long = "e".repeat(10_000);
    let several = ["eventgrid.azure.net", "eventgrid.azure.net"];
    for origins in [&["evil.example"][..], &[""], &["*"], &[&long], &several, &[]] {
        let answer = answer_options(origins.iter().copied(), None, &allowed);
        assert_eq!(answer.status, 405);
        assert_eq!(answer.headers, [("Allow", "POST".to_owned())]);
    }
}
