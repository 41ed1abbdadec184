//! The OpenAPI document against the server: each operation is called as the document shows it, and
//! each answer is compared with its schema.

use emulator::control::Condition;
use reqwest::Method;
use serde_json::{Value, json};

use super::schema::problems;
use super::support::{PATIENCE, World, world};

const COMMITTED: &str = include_str!("../../../docs/openapi.json");
const WRITE_IT: &str =
    "write docs/openapi.json anew: cargo run -- emulator --openapi > docs/openapi.json";

/// Where one operation is called.
struct Scene {
    call: String,
    /// Answers of this status are expected, where the first documented one cannot be had.
    status: Option<u16>,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_document_is_the_served_one() {
    let world = world().await;
    let root = &world.emulator.ready().http;
    let served = get(&world, &format!("{root}/openapi.json")).await;
    let committed: Value = serde_json::from_str(COMMITTED).expect(WRITE_IT);
    assert_eq!(served["servers"], json!([{"url": "/control"}]));
    assert!(served == committed, "{WRITE_IT}");
    let control = get(&world, &format!("{root}/control/openapi.json")).await;
    assert_eq!(control["paths"], served["paths"]);
    world.stop().await;
}

async fn get(world: &World, url: &str) -> Value {
    let response = world.client.get(url).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200, "{url}");
    serde_json::from_str(&response.text().await.expect("a body")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_the_document_says() {
    let world = world().await;
    world.subscribe().await;
    let document = get(&world, &format!("{}/openapi.json", world.emulator.ready().http)).await;
    let mut called = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            call_once(&world, &document, path, method, operation).await;
            called += 1;
        }
    }
    println!("openapi: {called} operations called, each answer as its schema says");
    assert!(called > 20, "{called}");
    world.stop().await;
}

async fn call_once(world: &World, document: &Value, path: &str, method: &str, operation: &Value) {
    let label = format!("{method} {path}");
    let scene = prepare(world, operation["operationId"].as_str().expect("an id")).await;
    let root = &world.emulator.ready().control;
    let filled = path
        .replace("{call}", &scene.call)
        .replace("{who}", "adele")
        .replace("{n}", &newest(world, path));
    let filled = filled.replace("{name}", "other").replace("{group}", "friends");
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let mut request = world.client.request(method, format!("{root}{filled}{}", query(path)));
    let content = &operation["requestBody"]["content"]["application/json"];
    if !content.is_null() {
        let found = problems(document, &content["schema"], &content["example"]);
        assert!(found.is_empty(), "{label}: the example: {found:?}");
        request = request.body(content["example"].to_string());
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let documented = &operation["responses"][status.to_string()];
    let wanted = scene.status.map_or(documented.is_object(), |wanted| wanted == status);
    let media_type = response.headers().get("content-type").cloned();
    let media_type = media_type.and_then(|value| value.to_str().map(str::to_owned).ok());
    let streams = media_type.as_deref() == Some("text/event-stream");
    let body = if streams { String::new() } else { response.text().await.expect("a body") };
    assert!(wanted, "{label}: {status} is not documented: {body}");
    let content = documented["content"].as_object();
    let Some((expected, content)) = content.and_then(|content| content.iter().next()) else {
        assert_eq!(body, "", "{label}: {status} has a body");
        return;
    };
    let media_type = media_type.unwrap_or_default();
    assert!(media_type.starts_with(expected.as_str()), "{label}: {media_type}");
    if expected == "application/json" {
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let found = problems(document, &content["schema"], &body);
        assert!(found.is_empty(), "{label}: {found:?} in {body}");
    }
}

/// The number of the newest entry of a log.
fn newest(world: &World, path: &str) -> String {
    let counts = world.control().world().log;
    let n = if path.starts_with("/requests") { counts.requests } else { counts.deliveries };
    n.to_string()
}

/// What comes after the path, where something is required.
fn query(path: &str) -> &'static str {
    match path {
        "/wait" => "?condition=call:any",
        _ => "",
    }
}

/// Brings the world to where the operation can be done. A new operation that needs something of its
/// own gets a line here.
async fn prepare(world: &World, operation: &str) -> Scene {
    for call in world.control().world().calls {
        // Ended ones refuse it.
        let _ = world.control().hang_up(call.id);
    }
    // Whoever the caller left behind leaves too, and rings again whatever was done before.
    world.control().set_presence("adele", "Available", None).expect("Adele");
    let _ = world.control().leave("adele");
    let idle: Condition = "user:adele:idle".parse().expect("a condition");
    assert!(world.control().wait(&idle, PATIENCE).await, "{operation}: Adele is not free");
    let (call, context) = world.incoming().await;
    let answer = json!({"incomingCallContext": context, "callbackUri": world.callbacks()});
    let (status, answered) = world.post("/calling/callConnections:answer", &answer).await;
    assert_eq!(status, 200, "{answered}");
    let connection = answered["callConnectionId"].as_str().expect("a connection");
    let connected = format!("call:{call}:event:CallConnected");
    let connected: Condition = connected.parse().expect("a condition");
    assert!(world.control().wait(&connected, PATIENCE).await, "{operation}: not connected");
    if operation == "deleteGroupsGroup" {
        let friends = json!({"id": "friends", "name": "Friends"});
        let friends = serde_json::from_value(friends).expect("a group");
        world.control().put_group(friends).expect("created");
    }
    if operation == "deleteSubscriptionsName" {
        let other = json!({"name": "other", "endpoint": format!("{}/other", world.webhook_root)});
        let other = serde_json::from_value(other).expect("a subscription");
        assert!(world.control().subscribe(other).await.validated);
    }
    if needs_ringing(operation) {
        let invitation = ring_adele(world, connection).await;
        if operation == "postUsersWhoAcceptLate" {
            let cancel = json!({"invitationId": invitation});
            let path = "participants:cancelAddParticipant";
            let path = format!("/calling/callConnections/{connection}/{path}");
            assert_eq!(world.post(&path, &cancel).await.0, 202, "she has missed the call");
        }
    }
    if matches!(operation, "postUsersWhoLeave" | "postUsersWhoMute" | "postUsersWhoUnmute") {
        world.control().accept("adele").expect("accepted");
    }
    let status = (operation == "putSubscription").then_some(502);
    Scene { call: call.to_string(), status }
}

fn needs_ringing(operation: &str) -> bool {
    ["Accept", "AcceptTwice", "AcceptLate", "Decline", "Ignore", "Leave", "Mute", "Unmute"]
        .iter()
        .any(|verb| operation.ends_with(verb))
}

async fn ring_adele(world: &World, connection: &str) -> Value {
    let path = format!("/calling/callConnections/{connection}/participants:add");
    let adele = json!({"kind": "microsoftTeamsUser",
        "microsoftTeamsUser": {"userId": super::support::ADELE}});
    let (status, body) = world.post(&path, &json!({"participantToAdd": adele})).await;
    assert_eq!(status, 202, "{body}");
    let ringing: Condition = "user:adele:ringing".parse().expect("a condition");
    assert!(world.control().wait(&ringing, PATIENCE).await, "Adele does not ring");
    body["invitationId"].clone()
}
