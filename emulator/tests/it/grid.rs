//! Event Grid: handshakes, envelopes, tokens, retries.

use std::collections::BTreeSet;

use emulator::control::{Handshake, Subscription};
use emulator::{EventGridPolicy, Options};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::support::{CALLER, Mood, NUMBER, World, world, world_with};

async fn subscribe(world: &World, more: Value) -> Handshake {
    let mut subscription = json!({"endpoint": format!("{}/events", world.webhook_root)});
    for (name, value) in more.as_object().expect("members") {
        subscription[name] = value.clone();
    }
    let subscription: Subscription = serde_json::from_value(subscription).expect("read");
    world.control().subscribe(subscription).await
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

fn official(name: &str) -> Value {
    let file = format!("{}/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).expect("a sample")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_handshake_and_an_incoming_call() {
    let world = world().await;
    let handshake = subscribe(&world, json!({"schema": "eventgrid"})).await;
    assert_eq!((handshake.validated, handshake.status), (true, Some(200)));
    let hello = world.received().remove(0);
    assert_eq!(hello.header("aeg-event-type"), "SubscriptionValidation");
    assert_eq!(keys(&hello.body[0]), keys(&official("subscription-validation.event")[0]));
    world.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let event = world.wait_received(|all| all.get(1).cloned()).await;
    assert_eq!(event.header("aeg-event-type"), "Notification");
    assert_eq!(event.header("aeg-delivery-count"), "0");
    assert_eq!(event.header("aeg-subscription-name"), "SWITCHBOARD");
    let official = official("incoming-call.voip.event");
    assert_eq!(keys(&event.body[0]), keys(&official[0]));
    assert_eq!(keys(&event.body[0]["data"]), keys(&official[0]["data"]));
    let context = event.body[0]["data"]["incomingCallContext"].as_str().expect("a context");
    assert!(context.len() >= 1_400);
    assert_eq!(event.body[0]["data"]["from"]["phoneNumber"]["value"], CALLER);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cloud_events_handshake_and_an_incoming_call() {
    let world = world().await;
    let handshake = subscribe(&world, json!({"schema": "cloudevents"})).await;
    assert!(handshake.validated, "{handshake:?}");
    assert_eq!(world.received()[0].method, "OPTIONS");
    world.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
    let event = world.wait_received(|all| all.get(1).cloned()).await;
    assert!(event.header("content-type").starts_with("application/cloudevents+json"));
    let official = official("incoming-call.custom-context.cloudevents");
    assert_eq!(keys(&event.body), keys(&official));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_does_not_validate_gets_nothing() {
    let world = world().await;
    for (mood, status) in [(Mood::Liar, 200), (Mood::Status(202), 202), (Mood::Status(401), 401)] {
        world.set_mood(mood);
        let handshake = subscribe(&world, json!({})).await;
        assert_eq!((handshake.validated, handshake.status), (false, Some(status)));
        assert!(handshake.problem.is_some());
    }
    world.set_mood(Mood::Status(405));
    let handshake = subscribe(&world, json!({"schema": "cloudevents"})).await;
    assert!(!handshake.validated);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_webhook_gets_a_token_of_event_grid() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let entra = json!({"tenant": ready.tenant_id, "audience": "api://switchboard"});
    assert!(subscribe(&world, json!({"entra": entra})).await.validated);
    let token = world.received()[0].header("authorization").to_owned();
    let token = token.strip_prefix("Bearer ").expect("a token");
    let keys = world.client.get(&ready.event_grid_keys).send().await.expect("keys");
    let keys: JwkSet = keys.json().await.expect("a JWKS");
    let header = jsonwebtoken::decode_header(token).expect("a header");
    let key = keys.find(&header.kid.expect("a kid")).expect("served");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["api://switchboard"]);
    validation.set_issuer(&[&ready.event_grid_issuer]);
    let key = DecodingKey::from_jwk(key).expect("usable");
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).expect("valid").claims;
    assert_eq!(claims["appid"], "4962773b-9cdb-44cf-a8bf-237846a00ab7");
    assert_eq!(claims["roles"], json!(["AzureEventGridSecureWebhookSubscriber"]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_retried_by_status() {
    let event_grid = EventGridPolicy { speed: 100.0, ..EventGridPolicy::default() };
    let world = world_with(Options { seed: Some(1), event_grid, ..Options::default() }).await;
    assert!(subscribe(&world, json!({})).await.validated);
    for (status, attempts) in [(500, 2), (401, 1)] {
        world.set_mood(Mood::Status(status));
        let before = world.control().world().log.deliveries;
        world.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
        let control = world.control();
        let given_up = control
            .wait_for(super::support::PATIENCE, |_| {
                control.deliveries(before).iter().any(|entry| entry.lost)
            })
            .await;
        assert!(given_up);
        let tried = control.deliveries(before);
        assert_eq!(tried.len(), attempts, "{tried:?}");
    }
    let counts: Vec<String> =
        world.received().iter().map(|one| one.header("aeg-delivery-count").to_owned()).collect();
    assert_eq!(counts, ["0", "0", "1", "0"]);
    world.stop().await;
}
