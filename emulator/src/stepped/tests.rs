//! Virtual time: order, retries, faults, and the same again with the same seed.

use serde_json::{Value, json};

use super::*;
use crate::control::{FaultAction, Moment};
use crate::world::CallId;

const CALLER: &str = "+442079460123";
const NUMBER: &str = "+18005550100";

fn world(seed: u64) -> Stepped {
    let mut world = Stepped::new(&Options { seed: Some(seed), ..Options::default() });
    world.subscribe(Subscription::plain("https://bot.example/events"));
    world
}

fn post(world: &mut Stepped, path: &str, body: &Value) -> Answered {
    world.request(&HttpRequest {
        method: "POST".to_owned(),
        target: format!("{path}?api-version=2026-03-12"),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    })
}

fn response(answered: Answered) -> HttpResponse {
    match answered {
        Answered::Response { response, .. } => response,
        Answered::Reset { .. } => panic!("no answer"),
    }
}

fn answer_body(delivery: &Delivery) -> Value {
    let event: Value = serde_json::from_slice(&delivery.body).expect("JSON");
    json!({
        "incomingCallContext": event[0]["data"]["incomingCallContext"],
        "callbackUri": "https://bot.example/callbacks",
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"},
    })
}

/// A call that is answered and connected; its connection.
fn answered(world: &mut Stepped) -> (CallId, String) {
    let call = world.dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let incoming = world.advance(world.now()).remove(0);
    world.delivered(incoming.id, Some(200));
    let body = answer_body(&incoming);
    let reply = response(post(world, "/calling/callConnections:answer", &body));
    assert_eq!(reply.status, 200, "{}", reply.json());
    let connection = reply.json()["callConnectionId"].as_str().expect("an id").to_owned();
    assert_eq!(run(world, &mut |_| Some(200)), ["CallConnected", "ParticipantsUpdated"]);
    (call, connection)
}

fn play(world: &mut Stepped, connection: &str) -> Answered {
    let source =
        json!({"kind": "text", "text": {"text": "Hello", "voiceName": "en-US-JennyNeural"}});
    let path = format!("/calling/callConnections/{connection}:play");
    post(world, &path, &json!({"playSources": [source]}))
}

/// Lets everything happen until nothing is due within a minute; the events in their order.
fn run(world: &mut Stepped, answer: &mut dyn FnMut(&Delivery) -> Option<u16>) -> Vec<&'static str> {
    let mut events = Vec::new();
    let end = world.now() + 20_000;
    while let Some(due) = world.next_due().filter(|due| *due <= end) {
        for delivery in world.advance(due) {
            events.push(delivery.event);
            let status = answer(&delivery);
            assert!(world.delivered(delivery.id, status));
            assert!(!world.delivered(delivery.id, status), "reported twice");
        }
    }
    events
}

#[test]
fn a_call_is_played_to_and_hung_up() {
    let mut world = world(1);
    let (call, connection) = answered(&mut world);
    assert_eq!(response(play(&mut world, &connection)).status, 202);
    let begun = world.now();
    assert_eq!(run(&mut world, &mut |_| Some(200)), ["PlayStarted", "PlayCompleted"]);
    assert!(world.now() - begun >= 600, "speech takes time");
    world.hang_up(call).expect("hung up");
    let events = run(&mut world, &mut |_| Some(200));
    assert_eq!(events, ["ParticipantsUpdated", "CallDisconnected"]);
    assert_eq!(world.call(call).expect("a call").state, "ended");
    assert!(world.advance(world.now() + 600_000).is_empty());
}

#[test]
fn the_next_event_of_a_call_waits_for_the_answer_to_the_one_before() {
    let mut world = world(1);
    let (call, _) = answered(&mut world);
    world.hang_up(call).expect("hung up");
    let first = world.advance(world.now());
    assert_eq!(first.iter().map(|one| one.event).collect::<Vec<_>>(), ["ParticipantsUpdated"]);
    assert!(world.advance(world.now() + 10_000).is_empty());
    world.delivered(first[0].id, Some(500));
    let second = world.advance(world.now());
    assert_eq!(second[0].event, "CallDisconnected");
}

#[test]
fn retries_follow_the_schedules() {
    let mut world = world(1);
    let start = world.now();
    world.dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let mut times = Vec::new();
    run(&mut world, &mut |delivery| {
        times.push((delivery.event, delivery.attempt, delivery.due - start));
        None
    });
    assert_eq!(times, [("IncomingCall", 1, 0), ("IncomingCall", 2, 10_000)]);

    let (call, connection) = answered(&mut world);
    assert_eq!(response(play(&mut world, &connection)).status, 202);
    let mut times = Vec::new();
    let start = world.now();
    run(&mut world, &mut |delivery| {
        if delivery.event == "PlayStarted" {
            times.push((delivery.attempt, delivery.due - start));
            return Some(503);
        }
        Some(200)
    });
    assert_eq!(times, [(1, 0), (2, 1_000), (3, 4_000)]);
    let log = world.deliveries(0);
    let lost = log.iter().filter(|one| one.lost).map(|one| one.event.as_str());
    assert_eq!(lost.collect::<Vec<_>>(), ["IncomingCall", "PlayStarted"]);
    world.hang_up(call).expect("hung up");
}

#[test]
fn faults_strike_events() {
    let cases: [(FaultAction, &[&str]); 5] = [
        (FaultAction::Drop, &["PlayCompleted"]),
        (FaultAction::Duplicate, &["PlayStarted", "PlayStarted", "PlayCompleted"]),
        (FaultAction::Copies { n: 3 }, &["PlayStarted"; 3]),
        (FaultAction::Reorder, &["PlayCompleted", "PlayStarted"]),
        (FaultAction::Delay { ms: 5_000 }, &["PlayCompleted", "PlayStarted"]),
    ];
    for (action, expected) in cases {
        let mut world = world(1);
        let (_, connection) = answered(&mut world);
        world.add_fault(FaultRule::new("PlayStarted", action.clone()));
        response(play(&mut world, &connection));
        let events = run(&mut world, &mut |_| Some(200));
        assert!(events.starts_with(expected), "{action:?}: {events:?}");
        assert_eq!(world.faults()[0].struck, 1);
    }
}

#[test]
fn a_late_event_that_nothing_overtakes_comes_after_two_seconds() {
    let mut world = world(1);
    let (_, connection) = answered(&mut world);
    world.add_fault(FaultRule::new("PlayCompleted", FaultAction::Reorder));
    response(play(&mut world, &connection));
    let mut late = 0;
    run(&mut world, &mut |delivery| {
        late = delivery.due;
        Some(200)
    });
    let log = world.deliveries(0);
    let started = log.iter().find(|one| one.event == "PlayStarted").expect("started");
    assert_eq!(late - started.at, 2_000 + 600);
}

#[test]
fn faults_strike_operations_before_and_after_their_effect() {
    let refuse = FaultAction::Refuse { status: 503, sub_code: Some(8577), retry_after: Some(7) };
    let cases = [
        (FaultRule::new("play", refuse.clone()), 503, 0),
        (FaultRule::new("play", refuse).at(Moment::After), 503, 2),
        (FaultRule::new("play", FaultAction::FailAfter { status: 500 }), 500, 2),
        (FaultRule::new("*", FaultAction::Reset), 0, 0),
        (FaultRule::new("play", FaultAction::Reset).at(Moment::After), 0, 2),
    ];
    for (rule, status, events) in cases {
        let mut world = world(1);
        let (_, connection) = answered(&mut world);
        world.add_fault(rule.clone());
        match play(&mut world, &connection) {
            Answered::Response { response, .. } => assert_eq!(response.status, status, "{rule:?}"),
            Answered::Reset { .. } => assert_eq!(status, 0, "{rule:?}"),
        }
        assert_eq!(run(&mut world, &mut |_| Some(200)).len(), events, "{rule:?}");
    }
}

#[test]
fn a_wait_is_told_and_a_retry_after_is_given() {
    let mut world = world(1);
    let (_, connection) = answered(&mut world);
    world.add_fault(FaultRule::new("play", FaultAction::Hang { ms: 9_000 }).nth(1));
    let refuse = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(7) };
    world.add_fault(FaultRule::new("play", refuse).nth(2));
    let Answered::Response { after_ms, .. } = play(&mut world, &connection) else {
        panic!("no answer");
    };
    assert_eq!(after_ms, 9_000);
    let refused = response(play(&mut world, &connection));
    assert_eq!(refused.header("retry-after"), Some("7"));
}

#[test]
fn a_clock_that_is_off_shows_in_the_event() {
    let mut world = world(1);
    world.add_fault(FaultRule::new("*", FaultAction::Skew { ms: -3_600_000 }));
    world.dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let body = String::from_utf8(world.advance(world.now()).remove(0).body).expect("text");
    assert!(body.contains("2025-12-31T23:00:00"), "{body}");
}

#[test]
fn a_repeated_request_is_answered_and_not_executed_again() {
    let mut world = world(1);
    world.dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let incoming = world.advance(world.now()).remove(0);
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = HttpRequest {
        method: "POST".to_owned(),
        target: "/calling/callConnections:answer?api-version=2026-03-12".to_owned(),
        headers: vec![
            header("Repeatability-Request-ID", "11111111-1111-4111-8111-111111111111"),
            header("Repeatability-First-Sent", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ],
        body: answer_body(&incoming).to_string().into_bytes(),
    };
    let (first, second) = (world.request(&request), world.request(&request));
    assert_eq!(first, second);
    assert_eq!(response(first).status, 200);
    let log = world.requests(0);
    assert_eq!((log[0].repeated, log[1].repeated), (false, true));
}

#[test]
fn presence_is_graphs_document_unless_a_fault_strikes() {
    let mut world = world(1);
    let adele = ["a1e1e000-0000-4000-8000-000000000001".to_owned()];
    world.set_presence("adele", "Busy", None).expect("set");
    let body = world.presences(&adele).expect("an answer");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["value"][0]["availability"], "Busy");
    let refuse = FaultAction::Refuse { status: 503, sub_code: None, retry_after: None };
    world.add_fault(FaultRule::new("graph", refuse).nth(1));
    assert_eq!(world.presences(&adele), None);
    assert!(world.presences(&adele).is_some());
}

/// Everything that came over the wire.
fn trace(seed: u64) -> Vec<Vec<u8>> {
    let mut world = world(seed);
    let faults = [FaultAction::Drop, FaultAction::Duplicate, FaultAction::Delay { ms: 700 }];
    for action in faults {
        world.add_fault(FaultRule::new("*", action).with_probability(0.1));
    }
    let mut wire = Vec::new();
    for _ in 0..10 {
        let call = world.dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
        let mut connection = None;
        for _ in 0..40 {
            let Some(due) = world.next_due() else {
                break;
            };
            for delivery in world.advance(due) {
                world.delivered(delivery.id, Some(200));
                wire.push(delivery.body.clone());
                if delivery.event == "IncomingCall" && connection.is_none() {
                    let body = answer_body(&delivery);
                    let reply = post(&mut world, "/calling/callConnections:answer", &body);
                    connection =
                        response(reply).json()["callConnectionId"].as_str().map(str::to_owned);
                }
                if let Some(connection) =
                    connection.as_ref().filter(|_| delivery.event == "CallConnected")
                {
                    wire.push(response(play(&mut world, connection)).body);
                }
            }
        }
        let _ = world.hang_up(call);
    }
    wire
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let one = trace(11);
    assert!(one.len() > 50, "{}", one.len());
    assert!(one == trace(11));
    assert!(one != trace(12));
}
