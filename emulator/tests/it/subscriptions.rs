//! Event Grid subscriptions: filters, manual validation, retries, dead letters, batches, probation.

use std::collections::BTreeSet;

use emulator::control::{Handshake, ProvisioningState, Subscription};
use emulator::{EventGridPolicy, Options};
use serde_json::{Value, json};

use super::support::{CALLER, Mood, NUMBER, PATIENCE, Received, World, world, world_with};

const OTHER: &str = "+18005550101";

fn subscription(world: &World, path: &str, more: &Value) -> Subscription {
    let mut body = json!({"endpoint": format!("{}{path}", world.webhook_root)});
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    serde_json::from_value(body).expect("a subscription")
}

async fn subscribe(world: &World, path: &str, more: Value) -> Handshake {
    world.control().subscribe(subscription(world, path, &more)).await
}

/// Patient and fast: 3 attempts, a hundred times Event Grid's pace.
async fn impatient() -> World {
    let event_grid = EventGridPolicy { speed: 1_000.0, ..EventGridPolicy::default() };
    world_with(Options { seed: Some(1), event_grid, ..Options::default() }).await
}

fn dial(world: &World, number: &str) {
    world.control().dial(CALLER, "Ada Caller", number).expect("dialled");
}

fn notifications(all: &[Received]) -> Vec<Received> {
    let is_event = |one: &&Received| one.header("aeg-event-type") == "Notification";
    all.iter().filter(is_event).cloned().collect()
}

async fn nth_notification(world: &World, nth: usize) -> Received {
    world.wait_received(|all| notifications(all).get(nth - 1).cloned()).await
}

fn official(name: &str) -> Value {
    let file = format!("{}/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).expect("a sample")).expect("JSON")
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_subscription_gets_what_its_filter_admits() {
    let world = world().await;
    world.control().put_number(OTHER).expect("a number");
    let to = |number: &str| {
        json!({"includedEventTypes": ["Microsoft.Communication.IncomingCall"], "advancedFilters":
            [{"operatorType": "StringContains", "key": "data.to.rawId", "values": [number]}]})
    };
    let ended = json!({"includedEventTypes": ["Microsoft.Communication.CallEnded"]});
    let subscriptions = [
        ("/first", json!({"name": "first", "filter": to(NUMBER)})),
        ("/second", json!({"name": "second", "filter": to(OTHER)})),
        ("/ended", json!({"name": "ended", "filter": ended})),
        (
            "/caller",
            json!({"name": "caller", "filter": {"advancedFilters": [
            {"operatorType": "StringIn", "key": "data.from.phoneNumber.value", "values": [CALLER]},
            {"operatorType": "StringBeginsWith", "key": "data.to.PhoneNumber.Value",
             "values": [OTHER]}]}}),
        ),
    ];
    for (path, more) in subscriptions {
        assert!(subscribe(&world, path, more).await.validated);
    }
    assert_eq!(world.control().subscriptions().len(), 4);
    dial(&world, OTHER);
    world.wait_received(|all| notifications(all).get(1).cloned()).await;
    dial(&world, NUMBER);
    nth_notification(&world, 3).await;
    let mut paths: Vec<String> = notifications(&world.received())
        .iter()
        .map(|one| format!("{} {}", one.path, one.body[0]["data"]["to"]["rawId"]))
        .collect();
    paths[..2].sort();
    let expected = [
        format!("/caller \"4:{OTHER}\""),
        format!("/second \"4:{OTHER}\""),
        format!("/first \"4:{NUMBER}\""),
    ];
    assert_eq!(paths, expected);
    assert!(world.control().unsubscribe("first") && !world.control().unsubscribe("first"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_webhook_is_subscribed_by_its_validation_link() {
    let world = world().await;
    for (schema, name) in [("eventgrid", "grid"), ("cloudevents", "cloud")] {
        world.set_mood(Mood::Status(200));
        let more = json!({"name": name, "schema": schema, "request_rate": 120});
        let handshake = subscribe(&world, "/events", more).await;
        assert!(!handshake.validated && handshake.awaits_manual_action, "{handshake:?}");
        let state = |state| {
            let all = world.control().subscriptions();
            all.iter().any(|one| one.subscription.name == name && one.provisioning_state == state)
        };
        assert!(state(ProvisioningState::AwaitingManualAction));
        let hello = world.received().pop().expect("a handshake");
        let link = if schema == "eventgrid" {
            hello.body[0]["data"]["validationUrl"].as_str().expect("a link").to_owned()
        } else {
            assert_eq!(hello.header("webhook-request-origin"), "eventgrid.azure.net");
            assert_eq!(hello.header("webhook-request-rate"), "120");
            hello.header("webhook-request-callback").to_owned()
        };
        let wrong = format!("{link}0");
        let fetched = world.client.get(wrong).send().await.expect("an answer");
        assert_eq!(fetched.status(), 404);
        for status in [200, 404] {
            let fetched = world.client.get(&link).send().await.expect("an answer");
            assert_eq!(fetched.status(), status);
        }
        assert!(state(ProvisioningState::Succeeded));
    }
    world.set_mood(Mood::Kind);
    dial(&world, NUMBER);
    nth_notification(&world, 2).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_are_refused_with_the_remedy() {
    let world = world().await;
    let address = format!("{}/subscription", world.emulator.ready().control);
    let wrong = [
        json!({"name": "a b"}),
        json!({"endpoint": "ftp://x"}),
        json!({"retry": {"max_attempts": 0, "ttl_minutes": 1}}),
        json!({"retry": {"max_attempts": 31, "ttl_minutes": 1}}),
        json!({"retry": {"max_attempts": 1, "ttl_minutes": 1441}}),
        json!({"batch": {"max_events": 0}}),
        json!({"batch": {"max_events": 5001}}),
        json!({"batch": {"max_events": 1, "preferred_kilobytes": 0}}),
        json!({"headers": {"aeg-event-type": "x"}}),
        json!({"headers": {"x": "line\nbreak"}}),
        json!({"filter": {"advancedFilters": [{"operatorType": "StringIn", "key": "subject"}]}}),
        json!({"filter": {"advancedFilters": [{"operatorType": "Like", "key": "subject"}]}}),
    ];
    for change in wrong {
        let mut body = json!({"endpoint": "https://app.example/"});
        for (name, value) in change.as_object().expect("members") {
            body[name] = value.clone();
        }
        let answer = world.client.put(&address).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{change}");
        let told: Value = answer.json().await.expect("JSON");
        assert!(told["error"].as_str().is_some_and(|text| !text.is_empty()));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_is_kept_as_a_dead_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    let event_grid = EventGridPolicy { speed: 1_000.0, ..EventGridPolicy::default() };
    let dead_letter_dir = Some(folder.path().to_owned());
    let world = world_with(Options { event_grid, dead_letter_dir, ..Options::default() }).await;
    let retry = json!({"max_attempts": 3, "ttl_minutes": 5});
    let more =
        |name, schema| json!({"name": name, "schema": schema, "dead_letter": true, "retry": retry});
    assert!(subscribe(&world, "/a", more("grid", "eventgrid")).await.validated);
    assert!(subscribe(&world, "/b", more("cloud", "cloudevents")).await.validated);
    let cases = [
        (404, "MaxDeliveryAttemptsExceeded", "NotFound", 3),
        (400, "UndeliverableDueToHttpBadRequest", "BadRequest", 1),
    ];
    for (round, (status, reason, outcome, attempts)) in cases.into_iter().enumerate() {
        world.set_mood(Mood::Status(status));
        dial(&world, NUMBER);
        let control = world.control();
        let expected = 2 * (round + 1);
        let stored = |_: &_| {
            let letters = control.dead_letters(0);
            letters.len() == expected
                && letters.iter().all(|one| folder.path().join(&one.blob).exists())
        };
        assert!(control.wait_for(PATIENCE, stored).await);
        for letter in control.dead_letters(0).split_off(2 * round) {
            let (event, sample, names) = if letter.subscription == "grid" {
                let names = ["deadLetterReason", "lastDeliveryOutcome", "deliveryAttempts"];
                (&letter.event, official("dead-letter.eventgrid-schema"), names)
            } else {
                let names = ["deadletterreason", "lastdeliveryoutcome", "deliveryattempts"];
                (&letter.event, official("dead-letter.cloudevents"), names)
            };
            assert_eq!(event[names[0]], reason);
            assert_eq!(event[names[1]], outcome);
            assert_eq!(event[names[2]], attempts);
            let envelope = ["specversion", "time", "dataversion", "datacontenttype"];
            let bare = |all: BTreeSet<String>| -> BTreeSet<String> {
                all.into_iter().filter(|name| !envelope.contains(&name.as_str())).collect()
            };
            assert_eq!(bare(keys(event)), bare(keys(&sample)));
            let written = std::fs::read_to_string(folder.path().join(&letter.blob));
            let written: Value = serde_json::from_str(&written.expect("written")).expect("JSON");
            assert_eq!(written[0], *event);
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dead_lettering_an_event_is_dropped() {
    let world = impatient().await;
    assert!(subscribe(&world, "/events", json!({})).await.validated);
    world.set_mood(Mood::Status(403));
    dial(&world, NUMBER);
    let control = world.control();
    let lost = |_: &_| control.deliveries(0).iter().any(|entry| entry.lost);
    assert!(control.wait_for(PATIENCE, lost).await);
    assert!(control.dead_letters(0).is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_gathers_while_a_request_is_under_way() {
    for (schema, content) in
        [("eventgrid", "application/json"), ("cloudevents", "application/cloudevents-batch+json")]
    {
        let world = world().await;
        let more = json!({"schema": schema, "batch": {"max_events": 3},
            "headers": {"x-shared-secret": "open sesame"}});
        assert!(subscribe(&world, "/events", more).await.validated);
        for _ in 0..8 {
            dial(&world, NUMBER);
        }
        let count = |all: &[Received]| -> usize {
            notifications(all).iter().map(|one| one.body.as_array().map_or(0, Vec::len)).sum()
        };
        world.wait_received(|all| (count(all) == 8).then_some(())).await;
        let all = notifications(&world.received());
        assert!(all.iter().all(|one| one.header("content-type").starts_with(content)));
        assert!(all.iter().all(|one| one.header("x-shared-secret") == "open sesame"));
        assert!(all.iter().all(|one| one.body.as_array().is_some_and(|events| events.len() <= 3)));
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_endpoint_on_probation_holds_back_new_events() {
    // 404 rests for 5 minutes, here 3 seconds; two attempts by policy.
    let event_grid = EventGridPolicy { speed: 100.0, ..EventGridPolicy::default() };
    let world = world_with(Options { event_grid, ..Options::default() }).await;
    assert!(subscribe(&world, "/events", json!({"probation": true})).await.validated);
    world.set_mood(Mood::Status(404));
    dial(&world, NUMBER);
    nth_notification(&world, 1).await;
    let control = world.control();
    let noted = |_: &_| control.deliveries(0).iter().any(|entry| entry.status == Some(404));
    assert!(control.wait_for(PATIENCE, noted).await);
    world.set_mood(Mood::Kind);
    dial(&world, NUMBER);
    let delivered = |_: &_| {
        let all = control.deliveries(0);
        all.iter().filter(|one| one.kind == "event_grid" && one.status == Some(200)).count() == 2
    };
    assert!(control.wait_for(PATIENCE, delivered).await);
    let all = control.deliveries(0);
    let failed = all.iter().find(|entry| entry.status == Some(404)).expect("a failure").at;
    let later = all.iter().filter(|entry| entry.kind == "event_grid" && entry.at > failed);
    let earliest = later.map(|entry| entry.at).min().expect("delivered");
    assert!(earliest - failed >= 2_900, "{earliest} {failed}");
    world.stop().await;
}
