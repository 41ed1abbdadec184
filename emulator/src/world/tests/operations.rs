//! Create, connect, mute, hold, move, tones, streams, and transfer out of a group.

use super::*;

const PHONE: &str = "4:+442079460999";
const USER: &str = "8:acs:r_ada";

fn person(raw: &str) -> Value {
    json!({"rawId": raw})
}

fn create(targets: &[&str]) -> Value {
    json!({
        "targets": targets.iter().map(|raw| person(raw)).collect::<Vec<_>>(),
        "sourceCallerIdNumber": {"value": NUMBER},
        "callbackUri": "https://app/cb",
        "operationContext": "create",
        "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai"},
        "mediaStreamingOptions": {"transportType": "websocket", "audioChannelType": "mixed",
            "transportUrl": "wss://app/media"},
        "transcriptionOptions": {"transportType": "websocket", "locale": "en-US",
            "transportUrl": "wss://app/text"},
    })
}

/// A call created to these people, all of whom have answered; its connection.
fn created(bench: &mut Bench, targets: &[&str]) -> String {
    let reply = bench.operate("", "", &create(targets)).expect("created");
    assert_eq!(reply.status, 201);
    for target in targets {
        bench.apply(Action::Accept { who: (*target).to_owned() }).expect("answers");
        bench.advance(200);
    }
    bench.callbacks.clear();
    connection_of(&reply)
}

fn connection_of(reply: &Reply) -> String {
    let body = reply.body.as_ref().expect("properties");
    body["callConnectionId"].as_str().expect("an id").to_owned()
}

fn codes(result: Result<Reply, Refusal>) -> (u16, u32) {
    result.map_or_else(|refusal| (refusal.status, refusal.sub_code), |reply| (reply.status, 0))
}

#[test]
fn a_created_call_is_up_when_somebody_answers() {
    let mut bench = Bench::new();
    let reply = bench.operate("", "", &create(&[PHONE, ADELE])).expect("created");
    let body = reply.body.as_ref().expect("properties");
    assert_eq!((reply.status, &body["callConnectionState"]), (201, &json!("connecting")));
    assert_eq!(body["targets"].as_array().map(Vec::len), Some(2));
    assert_eq!(body["sourceCallerIdNumber"]["value"], NUMBER);
    assert_eq!(body["answeredFor"], Value::Null);
    assert_eq!(body["mediaStreamingSubscription"]["state"], "inactive");
    let connection = connection_of(&reply);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "a"}}]});
    assert_eq!(codes(bench.operate(&connection, ":play", &play)), (400, 8501));
    bench.apply(Action::Accept { who: PHONE.to_owned() }).expect("answers");
    bench.advance(200);
    assert_eq!(bench.events(), ["CallConnected create 200/0", "ParticipantsUpdated - 200/0"]);
    bench.who(accept).expect("answers");
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"]);
    assert_eq!(codes(bench.operate(&connection, ":play", &play)), (202, 0));
}

#[test]
fn a_created_call_fails_as_its_last_target_does() {
    for (fate, codes) in [("declines", "403/560403"), ("waits", "480/560480")] {
        let mut bench = Bench::new();
        bench.operate("", "", &create(&[PHONE])).expect("created");
        if fate == "declines" {
            bench.apply(Action::Decline { who: PHONE.to_owned() }).expect("declines");
        }
        bench.advance(115_000);
        assert_eq!(bench.events(), [format!("CreateCallFailed create {codes}")], "{fate}");
    }
    let mut bench = Bench::new();
    let mut foreign = create(&[PHONE]);
    foreign["sourceCallerIdNumber"]["value"] = json!("+15550000000");
    assert_eq!(codes(bench.operate("", "", &foreign)), (403, 7507));
}

#[test]
fn two_legs_in_one_call_have_their_own_events() {
    let (mut bench, call, first) = Bench::answered(true);
    let server = bench.world.view().calls[0].server_call_id.clone();
    let connect = json!({"callLocator": {"kind": "serverCallLocator", "serverCallId": server},
        "callbackUri": "https://other/cb", "operationContext": "second"});
    let reply = bench.operate("", ":connect", &connect).expect("connected");
    assert_eq!(reply.status, 200);
    let second = connection_of(&reply);
    bench.advance(200);
    let to = |callback: &Callback| (callback.address.clone(), callback.name);
    let got: Vec<_> = bench.callbacks.drain(..).map(|one| to(&one)).collect();
    assert_eq!(
        got,
        [
            ("https://other/cb".to_owned(), "CallConnected"),
            ("https://app/cb".to_owned(), "ParticipantsUpdated"),
            ("https://other/cb".to_owned(), "ParticipantsUpdated"),
        ]
    );
    let play = json!({"playSources": [{"kind": "file", "file": {"uri": "https://a/b.wav"}}]});
    bench.operate(&second, ":play", &play).expect("plays");
    bench.advance(4_000);
    assert!(bench.callbacks.iter().all(|one| one.address == "https://other/cb"));
    assert_eq!(bench.events(), ["PlayStarted - 200/0", "PlayCompleted - 200/0"]);
    let terminate = AcsRequest::HangUp { connection: second };
    bench.acs(terminate).expect("leaves");
    assert_eq!(bench.events(), ["CallDisconnected - 200/7000"]);
    assert_eq!(bench.state(call), "connected");
    bench.acs(AcsRequest::GetCall { connection: first }).expect("goes on");
}

#[test]
fn rooms_and_groups_are_made_by_whoever_comes_first() {
    let mut bench = Bench::new();
    let mut servers = Vec::new();
    for (member, id) in [("groupCallId", "g"), ("groupCallId", "g"), ("roomId", "g")] {
        let body = json!({"callLocator": {member: id}, "callbackUri": "https://app/cb"});
        let reply = bench.operate("", ":connect", &body).expect("connected");
        servers.push(reply.body.expect("properties")["serverCallId"].clone());
    }
    assert_eq!(servers[0], servers[1]);
    assert_ne!(servers[0], servers[2]);
}

#[test]
fn only_users_of_the_service_are_muted() {
    let mut bench = Bench::new();
    let connection = created(&mut bench, &[USER, PHONE]);
    let mute = |raw: &str| json!({"targetParticipants": [person(raw)], "operationContext": "m"});
    let reply = bench.operate(&connection, "/participants:mute", &mute(USER)).expect("muted");
    assert_eq!(reply, Reply::json(200, json!({"operationContext": "m"})));
    let data = bench.callbacks[0].body[0]["data"].clone();
    assert_eq!(data["participants"][0]["isMuted"], true);
    assert_eq!(data["participants"][1]["isMuted"], false);
    assert_eq!(codes(bench.operate(&connection, "/participants:mute", &mute(PHONE))), (405, 8520));
    let absent = mute("8:acs:r_eve");
    assert_eq!(codes(bench.operate(&connection, "/participants:mute", &absent)), (400, 8558));
}

#[test]
fn a_held_person_is_told_and_does_not_hear_or_press() {
    let mut bench = Bench::new();
    let connection = created(&mut bench, &[PHONE]);
    let hold = json!({"targetParticipant": person(PHONE), "operationContext": "h"});
    assert_eq!(bench.operate(&connection, ":hold", &hold), Ok(Reply::empty(200)));
    let is_held = bench.callbacks[0].body[0]["data"]["participants"][0]["isOnHold"].clone();
    assert_eq!(is_held, true);
    bench.operate(&connection, ":hold", &hold).expect("again");
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"]);
    bench.operate(&connection, ":unhold", &hold).expect("taken back");
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"]);
    let mut bad = hold;
    bad["playSourceInfo"] = json!({"kind": "file", "file": {"uri": "nowhere"}});
    bench.operate(&connection, ":hold", &bad).expect("accepted");
    assert_eq!(bench.events(), ["HoldFailed h 400/8536"]);
}

#[test]
fn somebody_moves_to_another_call() {
    let mut bench = Bench::new();
    let here = created(&mut bench, &[PHONE]);
    let there = created(&mut bench, &[USER]);
    let body = json!({"targetParticipants": [person(USER)], "fromCall": there,
        "operationContext": "move"});
    let reply = bench.operate(&here, "/participants:moveHere", &body).expect("moved");
    let answer = reply.body.expect("a body");
    assert_eq!((reply.status, &answer["fromCall"]), (202, &json!(there)));
    assert_eq!(answer["participants"][0]["identifier"]["rawId"], USER);
    assert_eq!(
        bench.events(),
        [
            "ParticipantsUpdated - 200/0",
            "CallDisconnected - 200/5002",
            "MoveParticipantSucceeded move 200/0",
            "ParticipantsUpdated - 200/0",
        ]
    );
    assert_eq!(codes(bench.operate(&here, "/participants:moveHere", &body)), (404, 8522));
}

#[test]
fn watched_keys_are_told_one_by_one() {
    let (mut bench, call, connection) = Bench::answered(true);
    let body =
        json!({"targetParticipant": person(&format!("4:{CALLER}")), "operationContext": "k"});
    let watch = ":startContinuousDtmfRecognition";
    assert_eq!(bench.operate(&connection, watch, &body), Ok(Reply::empty(200)));
    bench.press(call, "4#");
    let told: Vec<_> = bench.callbacks.iter().map(|one| one.body[0]["data"].clone()).collect();
    assert_eq!((&told[0]["tone"], &told[0]["sequenceId"]), (&json!("four"), &json!(1)));
    assert_eq!((&told[1]["tone"], &told[1]["sequenceId"]), (&json!("pound"), &json!(2)));
    bench.callbacks.clear();
    let unwatch = ":stopContinuousDtmfRecognition";
    assert_eq!(bench.operate(&connection, unwatch, &body), Ok(Reply::empty(200)));
    assert_eq!(bench.events(), ["ContinuousDtmfRecognitionStopped k 200/0"]);
    bench.press(call, "1");
    assert_eq!(bench.events(), Vec::<String>::new());
    assert_eq!(codes(bench.operate(&connection, unwatch, &body)), (400, 8585));
}

#[test]
fn tones_are_sent_and_take_the_sub_slot() {
    let (mut bench, call, connection) = Bench::answered(true);
    let caller = person(&format!("4:{CALLER}"));
    let body = json!({"tones": ["one", "pound"], "targetParticipant": caller,
        "operationContext": "send"});
    let reply = bench.operate(&connection, ":sendDtmfTones", &body);
    assert_eq!(reply, Ok(Reply::json(202, json!({"operationContext": "send"}))));
    assert_eq!(codes(bench.operate(&connection, ":sendDtmfTones", &body)), (412, 8583));
    bench.advance(400);
    assert_eq!(bench.events(), ["SendDtmfTonesCompleted send 200/0"]);
    let calls = bench.world.view().calls;
    let heard = calls.iter().find(|one| one.id == call).expect("known").heard.clone();
    assert_eq!(heard.last().expect("heard").text, "tones: one pound");
    let many = json!({"tones": vec!["one"; 19], "targetParticipant": caller});
    assert_eq!(codes(bench.operate(&connection, ":sendDtmfTones", &many)), (400, 8523));
}

#[test]
fn streams_start_update_and_stop() {
    let mut bench = Bench::new();
    let connection = created(&mut bench, &[PHONE]);
    let body = json!({"operationContext": "s", "locale": "de-DE"});
    let cases = [
        (":stopMediaStreaming", 400, ""),
        (":startMediaStreaming", 202, "MediaStreamingStarted s 200/0"),
        (":startMediaStreaming", 400, ""),
        (":stopMediaStreaming", 202, "MediaStreamingStopped s 200/0"),
        (":updateTranscription", 400, ""),
        (":startTranscription", 202, "TranscriptionStarted s 200/0"),
        (":updateTranscription", 202, "TranscriptionUpdated s 200/0"),
        (":stopTranscription", 202, "TranscriptionStopped s 200/0"),
    ];
    for (verb, status, event) in cases {
        assert_eq!(codes(bench.operate(&connection, verb, &body)).0, status, "{verb}");
        bench.open_sockets();
        assert_eq!(bench.events().concat(), event, "{verb}");
    }
    let (mut bench, _, plain) = Bench::answered(true);
    assert_eq!(codes(bench.operate(&plain, ":startMediaStreaming", &body)), (405, 8522));
}

#[test]
fn one_of_a_group_is_transferred() {
    let mut bench = Bench::new();
    let connection = created(&mut bench, &[PHONE, USER]);
    let body = json!({"targetParticipant": person(ADELE), "transferee": person(USER),
        "operationContext": "t"});
    assert_eq!(codes(bench.operate(&connection, ":transferToParticipant", &body)), (202, 0));
    bench.who(accept).expect("answers");
    let events = bench.events();
    assert_eq!(events, ["CallTransferAccepted t 200/7015", "ParticipantsUpdated - 200/0"]);
    let calls = bench.world.view().calls;
    assert_eq!(calls.iter().map(|one| one.participants.len()).collect::<Vec<_>>(), [1, 2]);
    bench.who(leave).expect("leaves");
    assert_eq!(bench.state(CallId(2)), "ended");
    bench.acs(AcsRequest::GetCall { connection }).expect("the group goes on");
}
