//! Stepped time and seeds over real HTTPS.

use emulator::control::{DeliveryEntry, RequestEntry};
use emulator::{Options, Time};
use serde_json::{Value, json};

use super::support::{CALLER, NUMBER, World, world, world_with};

const BEGINNING: i64 = 1_767_225_600_000;

async fn stepped(seed: u64) -> World {
    let options = Options { seed: Some(seed), time: Time::Stepped, ..Options::default() };
    let world = world_with(options).await;
    world.subscribe().await;
    world
}

async fn advance(world: &World, ms: u32) {
    world.control().advance(ms).await.expect("stepped");
}

/// A call that is answered and connected, with time moved only as far as it must be.
async fn connected(world: &World) -> (emulator::world::CallId, String) {
    let call = world.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    advance(world, 0).await;
    let event = world.received().into_iter().rfind(|one| one.path == "/events").expect("announced");
    let body = json!({
        "incomingCallContext": event.body[0]["data"]["incomingCallContext"],
        "callbackUri": world.callbacks(),
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"},
    });
    let (status, body) = world.post("/calling/callConnections:answer", &body).await;
    assert_eq!(status, 200, "{body}");
    let connection = body["callConnectionId"].as_str().expect("a connection").to_owned();
    advance(world, 1_000).await;
    (call, connection)
}

async fn play(world: &World, connection: &str) {
    let source =
        json!({"kind": "text", "text": {"text": "Hello", "voiceName": "en-US-JennyNeural"}});
    let path = format!("/calling/callConnections/{connection}:play");
    let (status, body) = world.post(&path, &json!({"playSources": [source]})).await;
    assert_eq!(status, 202, "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stepped_time_moves_only_when_asked_and_delivers_before_it_answers() {
    let world = stepped(1).await;
    assert_eq!(world.control().clock().now, BEGINNING);
    let (call, connection) = connected(&world).await;
    assert_eq!(world.kinds(), ["CallConnected", "ParticipantsUpdated"]);
    play(&world, &connection).await;
    advance(&world, 599).await;
    assert_eq!(world.kinds().last().map(String::as_str), Some("PlayStarted"));
    advance(&world, 1).await;
    assert_eq!(world.kinds().last().map(String::as_str), Some("PlayCompleted"));
    world.control().hang_up(call).expect("hung up");
    advance(&world, 0).await;
    assert_eq!(world.kinds().last().map(String::as_str), Some("CallDisconnected"));
    assert_eq!(world.control().clock().now, BEGINNING + 1_600);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_wait_for_stepped_time() {
    let world = stepped(1).await;
    let (call, _) = connected(&world).await;
    world.set_mood(super::support::Mood::Status(500));
    world.control().hang_up(call).expect("hung up");
    world.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    advance(&world, 20_000).await;
    let log = world.control().deliveries(0);
    let times = |event: &str| {
        let found = log.iter().filter(|one| one.event == event && one.status == Some(500));
        found.map(|one| one.at - BEGINNING - 1_000).collect::<Vec<_>>()
    };
    assert_eq!(times("CallDisconnected"), [0, 1_000, 4_000]);
    assert_eq!(times("IncomingCall"), [0, 10_000]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_time_is_not_moved() {
    let world = world().await;
    assert_eq!(world.control().clock().mode, "real");
    assert_eq!(world.control().advance(1).await.expect_err("refused").status, 409);
    world.stop().await;
}

/// Both logs of a few calls with faults by chance.
async fn logs(seed: u64) -> (Vec<RequestEntry>, Vec<DeliveryEntry>, Value) {
    let world = stepped(seed).await;
    let rule = json!({"on": "*", "probability": 0.3, "action": "duplicate"});
    world.control().add_fault(serde_json::from_value(rule).expect("a rule"));
    for _ in 0..3 {
        let (call, connection) = connected(&world).await;
        play(&world, &connection).await;
        advance(&world, 1_000).await;
        world.control().hang_up(call).expect("hung up");
        advance(&world, 1_000).await;
    }
    let control = world.control();
    let view = serde_json::to_value(control.world()).expect("JSON");
    let logs = (control.requests(0), control.deliveries(0), view["calls"].clone());
    world.stop().await;
    logs
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_with_one_seed_are_the_same() {
    let one = logs(5).await;
    assert!(one.1.len() > 15, "{}", one.1.len());
    assert_eq!(one, logs(5).await);
    assert_ne!(one.0, logs(6).await.0);
}
