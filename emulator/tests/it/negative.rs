//! Bad requests and the documented answer (contract sections 2, 4.2 and 4.4).

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{ADELE, CALLER, World, http_date, world};

/// What is asked for, and status and sub-code of the answer.
type Row = (&'static str, Value, u16, &'static str);

/// A body with one member changed; null takes it away.
fn but(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body.pointer_mut(parent).expect("a parent");
    match member.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[member] = value,
    }
    body
}

/// Wrong values of members, each 400/8523.
fn wrong(verb: &'static str, good: &Value, changes: &[(&str, Value)]) -> Vec<Row> {
    let row =
        |(pointer, value): &(&str, Value)| (verb, but(good, pointer, value.clone()), 400, "8523");
    changes.iter().map(row).collect()
}

fn target() -> Value {
    json!({"rawId": format!("4:{CALLER}")})
}

/// Wrong values of what every leg of the application says.
fn leg() -> Vec<(&'static str, Value)> {
    vec![
        ("/callbackUri", Value::Null),
        ("/callbackUri", json!("")),
        ("/callbackUri", json!("app.example/cb")),
        ("/callbackUri", json!("http://app.example/cb")),
        ("/callbackUri", json!(7)),
        ("/operationContext", json!({})),
        ("/callIntelligenceOptions", json!("ai")),
        ("/callIntelligenceOptions", json!({"cognitiveServicesEndpoint": 1})),
        ("/mediaStreamingOptions", json!([])),
        ("/transcriptionOptions", json!(true)),
    ]
}

fn beginnings() -> Vec<Row> {
    let options = json!({"transportType": "websocket", "audioChannelType": "mixed"});
    let text = json!({"transportType": "websocket", "locale": "en-US"});
    let create = json!({"targets": [target()], "callbackUri": "https://app.example/cb",
        "sourceCallerIdNumber": {"value": "+18005550100"},
        "mediaStreamingOptions": options, "transcriptionOptions": text});
    let streams = [
        ("/mediaStreamingOptions/transportType", Value::Null),
        ("/mediaStreamingOptions/transportType", json!("carrier pigeon")),
        ("/mediaStreamingOptions/audioChannelType", Value::Null),
        ("/mediaStreamingOptions/audioChannelType", json!("stereo")),
        ("/mediaStreamingOptions/audioFormat", json!("mp3")),
        ("/mediaStreamingOptions/contentType", json!("video")),
        ("/mediaStreamingOptions/transportUrl", json!("https://app.example")),
        ("/mediaStreamingOptions/startMediaStreaming", json!("yes")),
        ("/mediaStreamingOptions/enableBidirectional", json!(1)),
        ("/mediaStreamingOptions/enableDtmfTones", json!(1)),
        ("/transcriptionOptions/transportType", Value::Null),
        ("/transcriptionOptions/locale", Value::Null),
        ("/transcriptionOptions/transportUrl", json!("nowhere")),
        ("/transcriptionOptions/startTranscription", json!(0)),
    ];
    let mut rows = wrong("", &create, &leg());
    rows.extend(wrong("", &create, &streams));
    rows.extend(wrong(
        "",
        &create,
        &[
            ("/targets", Value::Null),
            ("/targets", json!([])),
            ("/targets", json!({})),
            ("/targets", json!(["4:+1"])),
            ("/targets", json!([{}])),
            ("/targets/0/phoneNumber", json!({})),
            ("/sourceCallerIdNumber", Value::Null),
            ("/sourceCallerIdNumber", json!("+18005550100")),
            ("/source", json!({})),
            ("/teamsAppSource", json!({})),
        ],
    ));
    rows.push(("", but(&create, "/sourceCallerIdNumber/value", json!("+1")), 403, "7507"));
    rows
}

fn joins() -> Vec<Row> {
    let connect =
        json!({"callLocator": {"serverCallId": "x"}, "callbackUri": "https://app.example/cb"});
    let mut rows = wrong(":connect", &connect, &leg());
    rows.extend(wrong(
        ":connect",
        &connect,
        &[
            ("/callLocator", Value::Null),
            ("/callLocator", json!({})),
            ("/callLocator/roomId", json!("r")),
            ("/callLocator/kind", json!("roomCallLocator")),
        ],
    ));
    rows.push((":connect", connect, 404, "8522"));
    let answer = json!({"incomingCallContext": "none", "callbackUri": "https://app.example/cb"});
    rows.extend(wrong(":answer", &answer, &leg()));
    rows.extend(wrong(":answer", &answer, &[("/incomingCallContext", Value::Null)]));
    rows.push((":answer", answer, 404, "8522"));
    let redirect = json!({"incomingCallContext": "none", "target": target()});
    rows.extend(wrong(
        ":redirect",
        &redirect,
        &[
            ("/target", Value::Null),
            ("/target", json!({"rawId": 4})),
            ("/incomingCallContext", json!("")),
        ],
    ));
    rows.push((":redirect", redirect, 404, "8522"));
    let reject = json!({"incomingCallContext": "none", "callRejectReason": "busy"});
    rows.extend(wrong(":reject", &reject, &[("/callRejectReason", json!("bored"))]));
    rows.push((":reject", reject, 404, "8522"));
    rows
}

fn media() -> Vec<Row> {
    let source = json!({"kind": "file", "file": {"uri": "https://a.example/b.wav"}});
    let play = json!({"playSources": [source], "playTo": [target()]});
    let mut rows = wrong(
        ":play",
        &play,
        &[
            ("/playSources", Value::Null),
            ("/playSources", json!([])),
            ("/playSources", json!(vec![source; 11])),
            ("/playSources/0/kind", json!("tape")),
            ("/playSources/0/kind", json!("text")),
            ("/playSources/0/file", json!({})),
            ("/playSources/0", json!({"kind": "text", "text": {"text": "a".repeat(4001)}})),
            ("/playTo", json!("all")),
            ("/playOptions", json!({})),
            ("/playOptions", json!({"loop": "yes"})),
            ("/interruptCallMediaOperation", json!(1)),
            ("/operationCallbackUri", json!("http://app.example")),
        ],
    );
    rows.push((":play", but(&play, "/playTo/0/rawId", json!("4:+1")), 400, "8558"));
    let dtmf = json!({"recognizeInputType": "dtmf", "recognizeOptions": {
        "targetParticipant": target(), "dtmfOptions": {"maxTonesToCollect": 1}}});
    rows.extend(wrong(
        ":recognize",
        &dtmf,
        &[
            ("/recognizeInputType", json!("mind")),
            ("/recognizeOptions", Value::Null),
            ("/recognizeOptions/targetParticipant", Value::Null),
            ("/recognizeOptions/initialSilenceTimeoutInSeconds", json!(301)),
            ("/recognizeOptions/initialSilenceTimeoutInSeconds", json!(-1)),
            ("/recognizeOptions/dtmfOptions/maxTonesToCollect", json!(0)),
            ("/recognizeOptions/dtmfOptions/interToneTimeoutInSeconds", json!(61)),
            ("/recognizeOptions/dtmfOptions/interToneTimeoutInSeconds", json!(0)),
            ("/recognizeOptions/dtmfOptions/stopTones", json!(["eleven"])),
            ("/recognizeInputType", json!("choices")),
        ],
    ));
    let teams = json!({"rawId": format!("8:orgid:{ADELE}")});
    let of_teams = but(&dtmf, "/recognizeOptions/targetParticipant", teams);
    rows.push((":recognize", of_teams, 405, "8520"));
    rows
}

fn tones_and_streams() -> Vec<Row> {
    let teams = json!({"rawId": format!("8:orgid:{ADELE}")});
    let mut rows = Vec::new();
    let one = json!({"targetParticipant": target()});
    for verb in
        [":hold", ":unhold", ":startContinuousDtmfRecognition", ":stopContinuousDtmfRecognition"]
    {
        rows.extend(wrong(
            verb,
            &one,
            &[
                ("/targetParticipant", Value::Null),
                ("/targetParticipant", json!([])),
                ("/operationContext", json!(1)),
            ],
        ));
    }
    let watch = ":startContinuousDtmfRecognition";
    rows.push((watch, json!({"targetParticipant": teams}), 405, "8520"));
    rows.push((watch, json!({"targetParticipant": {"rawId": "4:+1"}}), 400, "8558"));
    rows.push((":stopContinuousDtmfRecognition", one.clone(), 400, "8585"));
    rows.push((":hold", json!({"targetParticipant": {"rawId": "4:+1"}}), 400, "8558"));
    let send = json!({"targetParticipant": target(), "tones": ["one"]});
    rows.extend(wrong(
        ":sendDtmfTones",
        &send,
        &[
            ("/tones", Value::Null),
            ("/tones", json!([])),
            ("/tones", json!(["eleven"])),
            ("/tones", json!(vec!["one"; 19])),
            ("/targetParticipant", Value::Null),
            ("/targetParticipant", teams),
        ],
    ));
    for verb in [
        ":startMediaStreaming",
        ":stopMediaStreaming",
        ":startTranscription",
        ":stopTranscription",
        ":updateTranscription",
    ] {
        rows.push((verb, json!({"operationContext": 1}), 400, "8523"));
        rows.push((verb, json!({"locale": "en-US"}), 405, "8522"));
    }
    rows
}

fn people() -> Vec<Row> {
    let add = json!({"participantToAdd": {"rawId": format!("8:orgid:{ADELE}")}});
    let mut rows = wrong(
        "/participants:add",
        &add,
        &[
            ("/participantToAdd", Value::Null),
            ("/participantToAdd", json!({"kind": "phoneNumber"})),
            ("/participantToAdd", json!({"rawId": "4:+1"})),
            ("/invitationTimeoutInSeconds", json!(181)),
            ("/invitationTimeoutInSeconds", json!(-1)),
            ("/invitationTimeoutInSeconds", json!("30")),
            ("/sourceDisplayName", json!(1)),
        ],
    );
    let again =
        json!({"participantToAdd": target(), "sourceCallerIdNumber": {"value": "+18005550100"}});
    rows.push((
        "/participants:add",
        but(&again, "/sourceCallerIdNumber/value", json!("+1")),
        400,
        "8559",
    ));
    rows.push(("/participants:add", again, 400, "8559"));
    rows.push(("/participants:remove", json!({}), 400, "8523"));
    rows.push(("/participants:cancelAddParticipant", json!({}), 400, "8523"));
    rows.push(("/participants:mute", json!({}), 400, "8523"));
    rows.push(("/participants:mute", json!({"targetParticipants": [target()]}), 405, "8520"));
    rows.push(("/participants:moveHere", json!({"targetParticipants": [target()]}), 400, "8523"));
    let lost = json!({"targetParticipants": [target()], "fromCall": "none"});
    rows.push(("/participants:moveHere", lost, 404, "8522"));
    rows.push((":transferToParticipant", json!({}), 400, "8523"));
    let stranger = json!({"targetParticipant": {"rawId": "8:acs:r_u"},
        "transferee": {"rawId": "4:+1"}});
    rows.push((":transferToParticipant", stranger, 400, "8558"));
    rows
}

async fn all_refused(world: &World, root: &str, rows: Vec<Row>) -> usize {
    let count = rows.len();
    for (verb, body, status, code) in rows {
        let (got, answer) = world.post(&format!("{root}{verb}"), &body).await;
        let got = (got, answer["error"]["code"].as_str().unwrap_or_default().to_owned());
        assert_eq!(got, (status, code.to_owned()), "{verb} {body}: {answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_hundred_bad_requests_have_the_documented_answer() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let all = "/calling/callConnections";
    let one = format!("{all}/{connection}");
    let mut count = all_refused(&world, all, beginnings()).await;
    count += all_refused(&world, all, joins()).await;
    count += all_refused(&world, &one, media()).await;
    count += all_refused(&world, &one, tones_and_streams()).await;
    count += all_refused(&world, &one, people()).await;
    println!("negative: {count} bad requests had the documented answer");
    assert!(count >= 100, "{count}");
    let (status, call) = world.send(Method::GET, &one, None, &[]).await;
    assert_eq!((status, &call["callConnectionState"]), (200, &json!("connected")), "unharmed");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_signatures_and_versions_are_refused() {
    let world = world().await;
    let root = world.emulator.ready().https.clone();
    let path = "/calling/callConnections/none";
    let date = http_date();
    let signed = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA";
    let cases = [
        (vec![], 401),
        (vec![("authorization", "Bearer x")], 401),
        (vec![("authorization", "Basic x")], 401),
        (vec![("authorization", signed)], 401),
        (vec![("authorization", signed), ("x-ms-date", "yesterday")], 401),
        (vec![("authorization", signed), ("x-ms-date", date.as_str())], 401),
        (vec![("authorization", signed), ("x-ms-date", "Sat, 01 Jan 2000 00:00:00 GMT")], 401),
    ];
    for (headers, status) in cases {
        let mut request = world.client.get(format!("{root}{path}?api-version=2026-03-12"));
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{headers:?}");
    }
    world.stop().await;
}
