//! The media queue, and what recognitions come to.

use serde_json::{Value, json};

use super::{Bench, CALLER, accept};
use crate::wire::Refusal;
use crate::world::{AcsRequest, Reply};

fn say(context: &str, words: &str) -> Value {
    json!({"playSources": [{"kind": "text", "text": {"text": words}}],
        "operationContext": context})
}

fn codes(result: &Result<Reply, Refusal>) -> (u16, u32) {
    match result {
        Ok(reply) => (reply.status, 0),
        Err(refusal) => (refusal.status, refusal.sub_code),
    }
}

fn digits(context: &str, more: &Value) -> Value {
    let mut options = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")},
        "interruptPrompt": true, "initialSilenceTimeoutInSeconds": 5,
        "dtmfOptions": {"maxTonesToCollect": 3, "interToneTimeoutInSeconds": 2,
            "stopTones": ["pound"]}});
    for (name, value) in more.as_object().expect("members") {
        options[name] = value.clone();
    }
    json!({"recognizeInputType": "dtmf", "recognizeOptions": options, "operationContext": context,
        "interruptCallMediaOperation": false,
        "playPrompts": [{"kind": "text", "text": {"text": "Your number, please."}}]})
}

#[test]
fn plays_to_all_wait_for_each_other() {
    let (mut bench, _, connection) = Bench::answered(true);
    bench.play(&connection, &say("a", "0123456789")).expect("accepted");
    bench.play(&connection, &say("b", "0123456789")).expect("accepted");
    assert_eq!(bench.events(), ["PlayStarted a 200/0"]);
    bench.advance(599);
    assert!(bench.events().is_empty());
    bench.advance(1);
    assert_eq!(bench.events(), ["PlayCompleted a 200/0", "PlayStarted b 200/0"]);
    bench.advance(600);
    assert_eq!(bench.events(), ["PlayCompleted b 200/0"]);
}

#[test]
fn an_interrupting_play_cancels_what_runs_and_waits() {
    let (mut bench, _, connection) = Bench::answered(true);
    bench.play(&connection, &say("a", "one")).expect("accepted");
    bench.play(&connection, &say("b", "two")).expect("accepted");
    let mut interrupting = say("c", "three");
    interrupting["interruptCallMediaOperation"] = json!(true);
    bench.play(&connection, &interrupting).expect("accepted");
    assert_eq!(
        bench.events(),
        [
            "PlayStarted a 200/0",
            "PlayCanceled a 400/8508",
            "PlayCanceled b 400/8508",
            "PlayStarted c 200/0"
        ]
    );
}

#[test]
fn a_loop_goes_on_until_it_is_cancelled() {
    let (mut bench, _, connection) = Bench::answered(true);
    let music = json!({"playSources": [{"kind": "file", "file": {"uri": "https://x/hold.wav"}}],
        "playOptions": {"loop": true}, "operationContext": "music"});
    bench.play(&connection, &music).expect("accepted");
    bench.advance(60_000);
    assert_eq!(bench.events(), ["PlayStarted music 200/0"]);
    bench.acs(AcsRequest::CancelMedia { connection }).expect("accepted");
    assert_eq!(bench.events(), ["PlayCanceled music 400/8508"]);
    bench.advance(60_000);
    assert!(bench.events().is_empty());
    let heard = &bench.world.view().calls[0].heard;
    assert_eq!(heard.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["hold.wav"]);
}

#[test]
fn a_sub_play_runs_beside_the_main_one_but_not_beside_another() {
    let (mut bench, _, connection) = Bench::answered(true);
    let to_caller = |context: &str| {
        let mut play = say(context, "psst");
        play["playTo"] = json!([{"rawId": format!("4:{CALLER}")}]);
        play
    };
    bench.play(&connection, &say("main", "one")).expect("accepted");
    bench.play(&connection, &to_caller("sub")).expect("accepted");
    assert_eq!(bench.events(), ["PlayStarted main 200/0", "PlayStarted sub 200/0"]);
    assert_eq!(codes(&bench.play(&connection, &to_caller("more"))), (412, 8583));
}

#[test]
fn media_is_refused_where_the_service_refuses_it() {
    let (mut bench, _, connection) = Bench::answered(false);
    assert_eq!(codes(&bench.play(&connection, &say("a", "one"))), (400, 8567));
    let mut stranger = digits("d", &json!({"targetParticipant": {"rawId": "4:+1999"}}));
    stranger["playPrompts"] = json!([]);
    assert_eq!(codes(&bench.recognize(&connection, &stranger)), (400, 8558));
    let mut teams = digits("d", &json!({"targetParticipant": {"rawId": super::ADELE}}));
    teams["playPrompts"] = json!([]);
    assert_eq!(codes(&bench.recognize(&connection, &teams)), (405, 8520));
    assert_eq!(codes(&bench.play("gone", &say("a", "one"))), (404, 8522));

    let mut early = Bench::new();
    early.dial();
    let body = early.answer(true).expect("answered").body.expect("properties");
    let connection = body["callConnectionId"].as_str().expect("an id").to_owned();
    assert_eq!(codes(&early.play(&connection, &say("a", "one"))), (400, 8501));
}

#[test]
fn keys_come_to_what_the_table_says() {
    // Keys pressed while listening, milliseconds passed, the event.
    let cases = [
        ("123", 0, "RecognizeCompleted d 200/8531", json!(["one", "two", "three"])),
        ("4#", 0, "RecognizeCompleted d 200/8514", json!(["four"])),
        ("#", 0, "RecognizeCompleted d 200/8514", json!([])),
        ("45", 2_000, "RecognizeCompleted d 400/8532", json!(["four", "five"])),
        ("", 5_000, "RecognizeFailed d 400/8510", Value::Null),
    ];
    for (keys, passed, event, tones) in cases {
        let (mut bench, call, connection) = Bench::answered(true);
        bench.recognize(&connection, &digits("d", &json!({}))).expect("accepted");
        bench.advance(1_200);
        assert_eq!(bench.events(), ["PlayStarted d 200/0"]);
        if !keys.is_empty() {
            bench.press(call, keys);
        }
        bench.advance(passed);
        let got = bench.callbacks.first().map(|one| one.body[0]["data"]["dtmfResult"].clone());
        assert_eq!(bench.events(), [event], "{keys}");
        assert_eq!(got.expect("an event").get("tones").cloned().unwrap_or_default(), tones);
        bench.advance(60_000);
        assert!(bench.events().is_empty(), "{keys}: nothing follows");
    }
}

#[test]
fn each_key_starts_the_gap_anew() {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.recognize(&connection, &digits("d", &json!({}))).expect("accepted");
    bench.advance(1_200);
    bench.press(call, "4");
    bench.advance(1_500);
    bench.press(call, "5");
    bench.advance(1_999);
    assert_eq!(bench.events(), ["PlayStarted d 200/0"]);
    bench.advance(1);
    assert_eq!(bench.events(), ["RecognizeCompleted d 400/8532"]);
}

#[test]
fn keys_during_a_prompt_stop_it_or_are_lost() {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.recognize(&connection, &digits("d", &json!({}))).expect("accepted");
    bench.press(call, "1");
    assert!(bench.world.view().calls[0].hearing.is_none());
    bench.press(call, "2#");
    assert_eq!(bench.events(), ["PlayStarted d 200/0", "RecognizeCompleted d 200/8514"]);

    let patient = digits("p", &json!({"interruptPrompt": false}));
    bench.recognize(&connection, &patient).expect("accepted");
    assert!(!bench.world.view().calls[0].listening);
    bench.press(call, "12");
    bench.advance(1_200);
    assert!(bench.world.view().calls[0].listening);
    bench.press(call, "3#");
    let tones = bench.callbacks.last().map(|one| one.body[0]["data"]["dtmfResult"].clone());
    assert_eq!(tones, Some(json!({"tones": ["three"]})));
}

#[test]
fn choices_come_to_what_the_table_says() {
    let menu = json!({"recognizeInputType": "choices", "operationContext": "m",
        "recognizeOptions": {"targetParticipant": {"rawId": format!("4:{CALLER}")}, "choices": [
            {"label": "person", "phrases": ["agent", "a person"], "tone": "zero"},
            {"label": "bags", "phrases": ["lost baggage"], "tone": "two"}]}});
    let cases = [
        (Some("2"), None, "RecognizeCompleted m 200/8533", json!({"label": "bags"})),
        (Some("5"), None, "RecognizeFailed m 500/8534", Value::Null),
        (
            None,
            Some("Give me A PERSON, now!"),
            "RecognizeCompleted m 200/8545",
            json!({"label": "person", "recognizedPhrase": "a person", "confidence": 0.9}),
        ),
        (None, Some("personal matters"), "RecognizeFailed m 400/8547", Value::Null),
        (None, Some("baggage"), "RecognizeFailed m 400/8547", Value::Null),
        (None, Some("…"), "RecognizeFailed m 400/8563", Value::Null),
    ];
    for (key, words, event, choice) in cases {
        let (mut bench, call, connection) = Bench::answered(true);
        bench.recognize(&connection, &menu).expect("accepted");
        key.inspect(|key| bench.press(call, key));
        words.inspect(|words| bench.say(call, words));
        let got = bench.callbacks.first().map(|one| one.body[0]["data"]["choiceResult"].clone());
        assert_eq!(bench.events(), [event]);
        assert_eq!(got, Some(choice));
    }
}

#[test]
fn speech_or_keys_whichever_comes_first() {
    let ask = json!({"recognizeInputType": "speechOrDtmf", "operationContext": "s",
        "recognizeOptions": {"targetParticipant": {"rawId": format!("4:{CALLER}")},
            "dtmfOptions": {"maxTonesToCollect": 2}}});
    let (mut bench, call, connection) = Bench::answered(true);
    bench.recognize(&connection, &ask).expect("accepted");
    bench.say(call, "My bag is lost");
    let data = bench.callbacks[0].body[0]["data"].clone();
    assert_eq!(
        (&data["recognitionType"], &data["speechResult"]["speech"]),
        (&json!("speech"), &json!("My bag is lost"))
    );
    assert_eq!(bench.events(), ["RecognizeCompleted s 200/8569"]);
    bench.recognize(&connection, &ask).expect("accepted");
    bench.press(call, "1");
    bench.say(call, "too late");
    bench.press(call, "2");
    assert_eq!(bench.events(), ["RecognizeCompleted s 200/8531"]);
}

#[test]
fn recognise_in_a_group_leaves_the_main_slot_alone() {
    let (mut bench, _, connection) = Bench::answered(true);
    let add = json!({"participantToAdd": {"rawId": super::ADELE}});
    bench.add(&connection, &add).expect("accepted");
    bench.who(accept).expect("accepted");
    bench.events();
    bench.play(&connection, &say("a", "one")).expect("accepted");
    bench.recognize(&connection, &digits("d", &json!({}))).expect("accepted");
    assert_eq!(bench.events(), ["PlayStarted a 200/0", "PlayStarted d 200/0"]);
    assert_eq!(codes(&bench.recognize(&connection, &digits("e", &json!({})))), (412, 8583));
}
