//! `--lenient`: harmless mistakes are passed over and told; older api-versions have their own shape.

use emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{ADELE, CALLER, VERSION, World, world, world_with};

async fn lenient() -> World {
    world_with(Options { seed: Some(1), speed: 20.0, lenient: true, ..Options::default() }).await
}

/// Requests that the strict emulator refuses, as in the negative suite, and what is noted of them.
fn mistakes() -> Vec<(&'static str, Value, &'static str)> {
    let caller = json!({"rawId": format!("4:{CALLER}")});
    let hello = json!([{"kind": "text", "text": {"text": "Hello."}}]);
    vec![
        (
            ":play",
            json!({"playSources": hello, "playOptions": {"loop": "false"}}),
            "playOptions.loop must be true or false",
        ),
        (":play", json!({"playSources": hello, "playOptions": {}}), "playOptions.loop is required"),
        (":play", json!({"playSources": hello[0]}), "playSources must be a list"),
        (
            ":play",
            json!({"playSources": hello, "operationContext": 7}),
            "operationContext must be a string",
        ),
        (
            ":sendDtmfTones",
            json!({"tones": "one", "targetParticipant": caller}),
            "tones must be a list",
        ),
        (
            "/participants:add",
            json!({"participantToAdd": {"rawId": format!("8:orgid:{ADELE}")},
                "invitationTimeoutInSeconds": "400"}),
            "invitationTimeoutInSeconds must be an integer; \
             invitationTimeoutInSeconds must be from 0 to 180",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_harmless_is_passed_over_and_told() {
    for (is_lenient, world) in [(false, world().await), (true, lenient().await)] {
        let (_, connection) = world.answered().await;
        let mut told = Vec::new();
        for (verb, body, noted) in mistakes() {
            let path = format!("/calling/callConnections/{connection}{verb}");
            let answer = world.send_for_any(Method::POST, &path, Some(&body), &[]).await;
            let header = answer.headers().get("x-emulator-forgiven").cloned();
            let header = header.map(|text| text.to_str().expect("text").to_owned());
            if is_lenient {
                assert_eq!(answer.status(), 202, "{verb} {body}");
                assert_eq!(header.as_deref(), Some(noted));
                told.push(noted.to_owned());
            } else {
                assert_eq!(answer.status(), 400, "{verb} {body}");
                assert_eq!(header, None);
            }
        }
        let listed = world.control().forgiven(0);
        let listed: Vec<String> = listed.iter().map(|entry| entry.forgiven.join("; ")).collect();
        assert_eq!(listed, told);
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_meaning_is_refused_leniently_too() {
    let world = lenient().await;
    let (_, connection) = world.answered().await;
    let one = format!("/calling/callConnections/{connection}");
    for (path, body) in [
        (":play", json!({"playSources": [{"kind": "song"}]})),
        (":play", json!({"playSources": []})),
        ("/participants:add", json!({"participantToAdd": {}})),
        (":recognize", json!({"recognizeInputType": "mind"})),
    ] {
        let (status, answer) = world.post(&format!("{one}{path}"), &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("8523")), "{path} {body}");
    }
    world.stop().await;
}

/// GET with another version in place of the usual one.
async fn get_as(world: &World, path: &str, version: &str) -> reqwest::Response {
    world.send_with(Method::GET, &format!("{path}?{version}"), None, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_version_is_the_newest_only_leniently() {
    for (is_lenient, world) in [(false, world().await), (true, lenient().await)] {
        let (_, connection) = world.answered().await;
        let path = format!("/calling/callConnections/{connection}");
        for version in ["", "api-version=2024-09-01-preview", "api-version=1999-01-01"] {
            let answer = get_as(&world, &path, version).await;
            assert_eq!(answer.status(), if is_lenient { 200 } else { 400 }, "{version}");
        }
        assert_eq!(get_as(&world, &path, VERSION).await.status(), 200);
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_has_its_own_operations_and_events() {
    let world = world().await;
    world.subscribe().await;
    let (_, context) = world.incoming().await;
    let body = json!({"incomingCallContext": context, "callbackUri": world.callbacks(),
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"}});
    let old = "api-version=2023-10-15";
    let answer = format!("/calling/callConnections:answer?{old}");
    let answer = world.send_with(Method::POST, &answer, Some(&body), &[]).await;
    let text = answer.text().await.expect("a body");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert!(body.get("answeredFor").is_none(), "it came with 2024-09-15: {body}");
    let connection = body["callConnectionId"].as_str().expect("an id").to_owned();
    let event = world.callback("ParticipantsUpdated", 1).await.event().clone();
    assert_eq!(event["data"]["version"], "2023-10-15");
    assert_eq!(
        event["source"],
        format!("calling/callConnections/{connection}/ParticipantsUpdated")
    );
    assert_eq!(event["subject"], format!("calling/callConnections/{connection}"));
    let one = format!("/calling/callConnections/{connection}");
    let text = |words: &str| json!({"kind": "text", "text": {"text": words}});
    let caller = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")}});
    let cases = [
        (":hold", old, caller.clone(), 404, "8522"),
        (":startMediaStreaming", "api-version=2024-09-15", json!({}), 404, "8522"),
        ("/participants:moveHere", "api-version=2025-06-15", json!({}), 404, "8522"),
        (":startContinuousDtmfRecognition", "api-version=2023-03-06", caller, 404, "8522"),
        (":play", old, json!({"playSources": [text("a"), text("b")]}), 400, "8523"),
        (":play", "api-version=2023-03-06", json!({"playSources": [text("a")]}), 400, "8523"),
        (
            ":recognize",
            "api-version=2023-03-06",
            json!({"recognizeInputType": "speech", "recognizeOptions":
                {"targetParticipant": {"rawId": format!("4:{CALLER}")}}}),
            400,
            "8523",
        ),
    ];
    for (verb, version, body, status, code) in cases {
        let path = format!("{one}{verb}?{version}");
        let answer = world.send_with(Method::POST, &path, Some(&body), &[]).await;
        assert_eq!(answer.status(), status, "{verb} {version}");
        let answer: Value =
            serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
        assert_eq!(answer["error"]["code"], code, "{verb} {version}: {answer}");
    }
    let play = json!({"playSources": [text("Hello.")]});
    let path = format!("{one}:play?{old}");
    assert_eq!(world.send_with(Method::POST, &path, Some(&play), &[]).await.status(), 202);
    world.callback("PlayCompleted", 1).await;
    assert!(!world.kinds().contains(&"PlayStarted".to_owned()), "it came with 2024-09-15");
    world.stop().await;
}
