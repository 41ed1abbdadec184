//! Call Automation from incoming call to the end.

use std::time::Duration;

use emulator::control::Condition;
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{ADELE, CALLER, PATIENCE, World, http_date, world};

fn text(words: &str) -> Value {
    json!({"kind": "text", "text": {"text": words, "voiceName": "en-US-JennyNeural"}})
}

fn menu() -> Value {
    json!({
        "recognizeInputType": "choices",
        "playPrompts": [text("For a person, press 0.")],
        "interruptCallMediaOperation": false,
        "recognizeOptions": {
            "targetParticipant": {"rawId": format!("4:{CALLER}")},
            "interruptPrompt": true,
            "initialSilenceTimeoutInSeconds": 5,
            "choices": [
                {"label": "person", "phrases": ["agent", "a person"], "tone": "zero"},
                {"label": "baggage", "phrases": ["baggage"], "tone": "two"},
            ],
        },
        "operationContext": "menu",
    })
}

async fn wait(world: &World, condition: &str) {
    let condition: Condition = condition.parse().expect("a condition");
    assert!(world.control().wait(&condition, PATIENCE).await, "{condition:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_a_menu_an_agent_and_the_end() {
    let world = world().await;
    let (call, connection) = world.answered().await;
    let path = |verb: &str| format!("/calling/callConnections/{connection}{verb}");

    let play = json!({"playSources": [text("Welcome to Contoso.")], "operationContext": "hello"});
    assert_eq!(world.post(&path(":play"), &play).await, (202, Value::Null));
    let done = world.callback("PlayCompleted", 1).await;
    assert_eq!(done.event()["data"]["operationContext"], "hello");

    assert_eq!(world.post(&path(":recognize"), &menu()).await.0, 202);
    wait(&world, &format!("call:{call}:listening")).await;
    world.control().press(call, "0").expect("pressed");
    let chosen = world.callback("RecognizeCompleted", 1).await;
    assert_eq!(chosen.event()["data"]["choiceResult"]["label"], "person");
    assert_eq!(chosen.event()["data"]["resultInformation"]["subCode"], 8533);

    let agent = json!({"kind": "microsoftTeamsUser", "microsoftTeamsUser": {"userId": ADELE}});
    let add = json!({"participantToAdd": agent, "invitationTimeoutInSeconds": 20,
        "sourceDisplayName": "Ada (billing)", "operationContext": "ring"});
    let (status, body) = world.post(&path("/participants:add"), &add).await;
    assert_eq!(status, 202);
    assert!(body["invitationId"].is_string());
    wait(&world, "user:adele:ringing").await;
    let client = world.control().user("adele").expect("known").client;
    assert_eq!(client.from_name.as_deref(), Some("Ada (billing)"));
    world.control().accept("adele").expect("accepted");
    world.callback("AddParticipantSucceeded", 1).await;
    let updated = world.callback("ParticipantsUpdated", 2).await;
    let people = updated.event()["data"]["participants"].as_array().expect("a list").len();
    assert_eq!((people, &updated.event()["data"]["sequenceNumber"]), (2, &json!(2)));
    assert_eq!(world.control().user("adele").expect("known").activity, "InACall");

    assert_eq!(world.post(&path(":terminate"), &Value::Null).await, (204, Value::Null));
    let end = world.callback("CallDisconnected", 1).await;
    assert_eq!(end.event()["data"]["resultInformation"]["subCode"], 7000);
    wait(&world, &format!("call:{call}:ended")).await;
    assert_eq!(world.control().user("adele").expect("known").activity, "Available");
    let (status, body) = world.send(Method::GET, &path(""), None, &[]).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("8522")));
    assert_eq!(
        world.kinds(),
        [
            "CallConnected",
            "ParticipantsUpdated",
            "PlayStarted",
            "PlayCompleted",
            "PlayStarted",
            "RecognizeCompleted",
            "AddParticipantSucceeded",
            "ParticipantsUpdated",
            "CallDisconnected"
        ]
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_can_be_answered_once() {
    let world = world().await;
    world.subscribe().await;
    let (_, context) = world.incoming().await;
    let body = json!({"incomingCallContext": context, "callbackUri": world.callbacks()});
    let path = "/calling/callConnections:answer";
    let (status, properties) = world.post(path, &body).await;
    assert_eq!(status, 200);
    assert_eq!(properties["callConnectionState"], "connecting");
    assert_eq!(properties["answeredFor"]["value"], "+18005550100");
    let (status, body) = world.post(path, &body).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("8522")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_is_executed_once() {
    let world = world().await;
    world.subscribe().await;
    let (_, context) = world.incoming().await;
    let body = json!({"incomingCallContext": context, "callbackUri": world.callbacks()});
    let path = "/calling/callConnections:answer";
    let date = http_date();
    let id = [
        ("Repeatability-Request-ID", "0513ebe0-ce3b-4167-88fd-ce257535f561"),
        ("Repeatability-First-Sent", date.as_str()),
    ];
    let first = world.send(Method::POST, path, Some(&body), &id).await;
    let second = world.send(Method::POST, path, Some(&body), &id).await;
    assert_eq!(first.0, 200);
    assert_eq!(first, second);
    let other = json!({"incomingCallContext": "x", "callbackUri": world.callbacks()});
    let different = world.send(Method::POST, path, Some(&other), &id).await;
    assert_eq!(different.0, 400);
    let without_date = world.send(Method::POST, path, Some(&body), &id[..1]).await;
    assert_eq!(without_date.1["error"]["target"], "Repeatability-First-Sent");
    let requests = world.control().requests(0);
    let repeated: Vec<bool> = requests
        .iter()
        .filter(|entry| entry.operation == "answer")
        .map(|entry| entry.repeated)
        .collect();
    assert_eq!(repeated, [false, true, false, false]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_bad_requests_are_refused() {
    let world = world().await;
    let root = world.emulator.ready().https.clone();
    let path = "/calling/callConnections:answer";
    let unsigned = world.client.post(format!("{root}{path}?api-version=2026-03-12"));
    let response = unsigned.body("{}").send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.expect("an error body");
    assert_eq!(body["error"]["code"], "7509");

    let plain = json!({"incomingCallContext": "c", "callbackUri": "http://localhost:1/x"});
    let (status, body) = world.post(path, &plain).await;
    assert_eq!((status, &body["error"]["target"]), (400, &json!("callbackUri")));
    let hold = json!({"targetParticipant": {"rawId": "4:+1"}});
    let (status, _) = world.post("/calling/callConnections/none:hold", &hold).await;
    assert_eq!(status, 404);
    let (status, _) = world.post("/calling/callConnections/none:sing", &json!({})).await;
    assert_eq!(status, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_lives_and_leaves_a_file() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let start = json!({"callConnectionId": connection, "recordingStateCallbackUri":
        world.callbacks(), "recordingContentType": "audio", "recordingChannelType": "mixed",
        "recordingFormatType": "wav"});
    let (status, body) = world.post("/calling/recordings", &start).await;
    assert_eq!((status, &body["recordingState"]), (200, &json!("active")));
    let recording = body["recordingId"].as_str().expect("an id").to_owned();
    let (status, body) = world.post("/calling/recordings", &start).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("8553")));
    let path = format!("/calling/recordings/{recording}");
    let paused = world.send(Method::POST, &format!("{path}:pause"), None, &[]).await;
    assert_eq!(paused.0, 202);
    let state = world.send(Method::GET, &path, None, &[]).await;
    assert_eq!(state.1["recordingState"], "inactive");
    assert_eq!(world.send(Method::DELETE, &path, None, &[]).await.0, 204);
    assert_eq!(world.send(Method::GET, &path, None, &[]).await.0, 404);

    let stored = world
        .wait_received(|all| {
            let file = "Microsoft.Communication.RecordingFileStatusUpdated";
            all.iter().find(|one| one.body[0]["eventType"] == file).cloned()
        })
        .await;
    let chunk = &stored.body[0]["data"]["recordingStorageInfo"]["recordingChunks"][0];
    let address = chunk["contentLocation"].as_str().expect("an address");
    let root = world.emulator.ready().https.clone();
    let host = root.trim_start_matches("https://");
    let path = address.strip_prefix(&root).expect("of the emulator");
    let unsigned = world.client.get(address).header("x-ms-host", host);
    assert_eq!(unsigned.send().await.expect("an answer").status(), 401);
    let whole = world.send_for_any(Method::GET, path, None, &[("x-ms-host", host)]).await;
    let length = stored.body[0]["data"]["recordingDurationMs"].as_u64().expect("a duration");
    assert_eq!(whole.content_length(), Some(44 + length * 32), "16 kHz, 16 bits");
    assert_eq!(whole.bytes().await.expect("a file").len() as u64, 44 + length * 32);
    let ranges = [("", 200, "RIFF"), ("bytes=8-11", 206, "WAVE"), ("bytes=99999999-", 416, "")];
    for (range, status, begins) in ranges {
        let mut headers = vec![("x-ms-host", host)];
        headers.extend((!range.is_empty()).then_some(("range", range)));
        let file = world.send_for_any(Method::GET, path, None, &headers).await;
        assert_eq!(file.status().as_u16(), status, "{range}");
        assert!(file.bytes().await.expect("a file").starts_with(begins.as_bytes()), "{range}");
    }
    assert_eq!(world.send(Method::GET, path, None, &[("x-ms-host", "evil.example")]).await.0, 401);
    let root = path.trim_end_matches("/content/audio");
    assert_eq!(world.send(Method::DELETE, root, None, &[("x-ms-host", host)]).await.0, 200);
    assert_eq!(world.send(Method::GET, path, None, &[("x-ms-host", host)]).await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_strike_operations_and_events() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let rule = |value: Value| serde_json::from_value(value).expect("a rule");
    let control = world.control();
    control.add_fault(rule(json!({"on": "play", "nth": 1, "action":
        {"refuse": {"status": 429, "sub_code": 8516, "retry_after": 1}}})));
    control.add_fault(rule(json!({"on": "PlayStarted", "action": "drop"})));
    control.add_fault(rule(json!({"on": "PlayCompleted", "action": "duplicate"})));
    let path = format!("/calling/callConnections/{connection}:play");
    let play = json!({"playSources": [text("Hello.")]});
    assert_eq!(world.post(&path, &play).await.0, 429);
    assert_eq!(world.post(&path, &play).await.0, 202);
    let (one, two) =
        (world.callback("PlayCompleted", 1).await, world.callback("PlayCompleted", 2).await);
    assert_eq!(one.event()["id"], two.event()["id"]);
    assert!(!world.kinds().contains(&"PlayStarted".to_owned()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_callback_is_tried_again_then_given_up() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    world.set_mood(super::support::Mood::Status(500));
    let path = format!("/calling/callConnections/{connection}:play");
    world.post(&path, &json!({"playSources": [text("Hello.")]})).await;
    // Events of the answer may be under way still, and be lost too.
    let lost = |entry: &emulator::control::DeliveryEntry| {
        entry.lost && ["PlayStarted", "PlayCompleted"].contains(&entry.event.as_str())
    };
    let all = world
        .control()
        .wait_for(Duration::from_secs(15), |_| {
            world.control().deliveries(0).iter().filter(|entry| lost(entry)).count() == 2
        })
        .await;
    assert!(all, "{:?}", world.control().deliveries(0));
    let attempts = world.control().deliveries(0);
    let started = attempts.iter().filter(|entry| entry.event == "PlayStarted");
    assert_eq!(started.map(|entry| entry.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    world.stop().await;
}
