//! A script played against a tiny application: greeting and menu, a person, music, the agent.

use emulator::scenario::{Scenario, play};
use serde_json::{Value, json};

use super::support::{ADELE, CALLER, Received, World, world};

const SCRIPT: &str = r#"
scenario: A person, first try
people:
  agents:
    megan: { presence: Offline }
    alex: { open: false }
caller: { number: "+442079460123", name: "Ada Caller", dials: "+18005550100" }
steps:
  - hears: { text: "welcome" }
  - presses: { tones: "0" }
  - hears: { text: "hold.wav" }
  - rings: { who: adele, within: 10s }
  - rings_not: { who: megan, for: 100ms }
  - accepts: { who: adele, after: 1s }
  - together: { who: adele, within: 5s }
  - recorded: { within: 5s }
  - talks: 2s
  - hears_not: { text: "welcome", for: 100ms }
  - presence: { who: megan, availability: Away }
  - hangs_up: caller
expect: { outcome: connected, agent: adele, recording: true, ends_within: 30s }
"#;

/// Reacts to each callback as a service would, until the call is over.
async fn application(world: &World) {
    let mut seen = 0;
    let mut connection = String::new();
    loop {
        let next: Received = world.wait_received(|all| all.get(seen).cloned()).await;
        seen += 1;
        let data = &next.event()["data"];
        if next.path == "/events"
            && next.event()["eventType"] == "Microsoft.Communication.IncomingCall"
        {
            let answer = json!({"incomingCallContext": data["incomingCallContext"],
                "callbackUri": world.callbacks(),
                "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"}});
            let (_, body) = world.post("/calling/callConnections:answer", &answer).await;
            body["callConnectionId"].as_str().unwrap_or_default().clone_into(&mut connection);
        }
        if next.kind() == "CallDisconnected" {
            return;
        }
        react(world, &connection, &next).await;
    }
}

async fn react(world: &World, connection: &str, event: &Received) {
    let path = |verb: &str| format!("/calling/callConnections/{connection}{verb}");
    let data = &event.event()["data"];
    match event.kind() {
        "CallConnected" => {
            let menu = json!({"recognizeInputType": "choices",
                "playPrompts": [{"kind": "text", "text": {"text": "Welcome! For a person, press 0."}}],
                "recognizeOptions": {"targetParticipant": {"rawId": format!("4:{CALLER}")},
                    "choices": [{"label": "person", "phrases": ["a person"], "tone": "zero"}]}});
            world.post(&path(":recognize"), &menu).await;
        }
        "RecognizeCompleted" => {
            let music = json!({"playOptions": {"loop": true}, "playSources":
                [{"kind": "file", "file": {"uri": "https://app.example/hold.wav"}}]});
            world.post(&path(":play"), &music).await;
            let agent = json!({"participantToAdd": {"rawId": format!("8:orgid:{ADELE}")}});
            world.post(&path("/participants:add"), &agent).await;
        }
        "AddParticipantSucceeded" => {
            world.post(&path(":cancelAllMediaOperations"), &Value::Null).await;
            let record = json!({"callConnectionId": connection, "recordingContentType": "audio",
                "recordingFormatType": "wav"});
            world.post("/calling/recordings", &record).await;
        }
        "ParticipantsUpdated" => {
            let people = data["participants"].as_array().map(Vec::len);
            if data["sequenceNumber"] == json!(3) && people == Some(1) {
                world.post(&path(":terminate"), &Value::Null).await;
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_call_is_played() {
    let world = world().await;
    world.subscribe().await;
    let scenario = Scenario::parse(SCRIPT).expect("a scenario");
    let control = world.control();
    let played = play(&scenario, &control, |_| {});
    let (report, ()) = tokio::join!(played, application(&world));
    assert!(report.passed, "{:#?}", report.steps);
    assert_eq!(report.steps.len(), 15);
    let call = world.control().call(report.call.expect("a call")).expect("known");
    assert_eq!(call.end_reason, Some("application ended the call"));
    world.stop().await;
}
