//! The control API over HTTP, and scripts.

use emulator::scenario::{Scenario, play};
use serde_json::{Value, json};

use super::support::{CALLER, NUMBER, World, world};

async fn call_api(
    world: &World,
    method: reqwest::Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let root = &world.emulator.ready().control;
    let mut request = world.client.request(method, format!("{root}{path}"));
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_api_moves_the_people() {
    let world = world().await;
    let post = reqwest::Method::POST;
    let put = reqwest::Method::PUT;
    let get = reqwest::Method::GET;
    let (status, before) = call_api(&world, get.clone(), "/world", None).await;
    assert_eq!((status, &before["numbers"]), (200, &json!([NUMBER])));
    assert_eq!(before["users"].as_array().map(Vec::len), Some(3));

    let dial = json!({"from": CALLER, "name": "Ada Caller", "to": NUMBER});
    let (status, dialled) = call_api(&world, post.clone(), "/calls", Some(dial)).await;
    assert_eq!(status, 201);
    let call = dialled["call"].as_str().expect("an id");
    let (_, shown) = call_api(&world, get.clone(), &format!("/calls/{call}"), None).await;
    assert_eq!((&shown["state"], &shown["from"]), (&json!("ringing"), &json!(CALLER)));
    let hang_up = format!("/calls/{call}/hangup");
    assert_eq!(call_api(&world, post.clone(), &hang_up, None).await.0, 204);
    let wait = format!("/wait?condition=call:{call}:ended&timeout_ms=2000");
    assert_eq!(call_api(&world, get.clone(), &wait, None).await, (200, json!({"holds": true})));

    let away = json!({"availability": "BeRightBack"});
    assert_eq!(call_api(&world, put.clone(), "/users/adele/presence", Some(away)).await.0, 204);
    let odd = json!({"availability": "Dancing"});
    let (status, refused) = call_api(&world, put.clone(), "/users/adele/presence", Some(odd)).await;
    assert_eq!(status, 400);
    assert!(refused["error"].as_str().is_some_and(|text| text.contains("Available")));
    let user = json!({"oid": "b0b00000-0000-4000-8000-000000000001", "nickname": "bob",
        "name": "Bob", "availability": "Available"});
    assert_eq!(call_api(&world, put.clone(), "/users", Some(user)).await.0, 204);
    assert_eq!(call_api(&world, post.clone(), "/users/bob/accept", None).await.0, 404);
    let number = json!({"number": "+18005550199"});
    assert_eq!(call_api(&world, put, "/numbers", Some(number)).await.0, 204);
    let wrong = json!({"from": CALLER, "to": "+19990000000"});
    assert_eq!(call_api(&world, post, "/calls", Some(wrong)).await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_stream_the_world_and_what_is_heard() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let root = &world.emulator.ready().control;
    let mut response = world.client.get(format!("{root}/changes")).send().await.expect("a stream");
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "Good day."}}]});
    let path = format!("/calling/callConnections/{connection}:play");
    world.post(&path, &play).await;
    let mut text = String::new();
    let read = async {
        while !text.contains("event: heard") {
            let chunk = response.chunk().await.expect("the stream lives").expect("more");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(super::support::PATIENCE, read).await.expect("heard in time");
    assert!(text.starts_with("event: world\ndata: {"));
    assert!(text.contains("Good day."));
    drop(response);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_of_an_unanswered_call_passes() {
    let world = world().await;
    let script = format!(
        "scenario: nobody answers\ncaller: {{ number: \"{CALLER}\", dials: \"{NUMBER}\" }}\n\
         steps:\n  - ends: {{ within: 10s }}\nexpect: {{ recording: false }}\n"
    );
    let scenario = Scenario::parse(&script).expect("a scenario");
    let mut told = 0;
    let report = play(&scenario, &world.control(), |_| told += 1).await;
    assert!(report.passed, "{report:?}");
    assert_eq!(told, report.steps.len());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_fails_says_what_was_there() {
    let world = world().await;
    let script = format!(
        "scenario: silence\ncaller: {{ number: \"{CALLER}\", dials: \"{NUMBER}\" }}\n\
         steps:\n  - hears: {{ text: Welcome, within: 200ms }}\n  - hangs_up: caller\n"
    );
    let scenario = Scenario::parse(&script).expect("a scenario");
    let report = play(&scenario, &world.control(), |_| {}).await;
    assert!(!report.passed);
    let last = report.steps.last().expect("a step");
    assert!(last.detail.as_deref().is_some_and(|text| text.contains("ringing")), "{last:?}");
    world.stop().await;
}
