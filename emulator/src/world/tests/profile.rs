//! Teams Phone extensibility, and a world that is kept and taken up.

use super::*;

const ACCOUNT: &str = "28:orgid:cc00e000-0000-4000-8000-000000000001";
const AGENT: &str = "8:acs:r_t_a1e1e000-0000-4000-8000-000000000001";

fn answered() -> (Bench, CallId, String) {
    let mut bench = Bench::with(Profile::Tpe);
    let call = bench.dial();
    let body = bench.answer(true).expect("answered").body.expect("properties");
    bench.advance(200);
    bench.callbacks.clear();
    (bench, call, body["callConnectionId"].as_str().expect("an id").to_owned())
}

#[test]
fn a_call_comes_for_the_resource_account_as_in_the_sample() {
    let mut bench = Bench::with(Profile::Tpe);
    bench.dial();
    let announced = bench.grid.last().expect("announced");
    assert_eq!(announced["to"], json!({"kind": "unknown", "rawId": ACCOUNT}));
    let accounts = bench.world.view().resource_accounts;
    assert_eq!((accounts.len(), accounts[0].number.expose()), (1, NUMBER));
    let body = bench.answer(true).expect("answered").body.expect("properties");
    assert_eq!(body["answeredFor"]["value"], NUMBER, "the number that was dialled");
}

#[test]
fn an_agent_is_an_extension_user_and_has_keys() {
    let (mut bench, _, connection) = answered();
    bench.add(&connection, &json!({"participantToAdd": {"rawId": AGENT}})).expect("invited");
    bench.who(accept).expect("she rings");
    let participant = bench.callbacks[0].body[0]["data"]["participant"].clone();
    assert_eq!(participant["kind"], "teamsExtensionUser");
    assert_eq!(participant["teamsExtensionUser"]["resourceId"], "r");
    assert_eq!(participant["teamsExtensionUser"]["tenantId"], "t");
    let keys = json!({"recognizeInputType": "dtmf", "recognizeOptions": {"targetParticipant":
        {"rawId": AGENT}, "dtmfOptions": {"maxTonesToCollect": 1}}});
    bench.recognize(&connection, &keys).expect("agents can be asked");
    bench.who(leave).expect("she leaves");
    bench.callbacks.clear();
    let stranger = json!({"participantToAdd": {"rawId": AGENT.replace("r_t", "r_other")}});
    bench.add(&connection, &stranger).expect("invited");
    bench.advance(300);
    assert_eq!(bench.events(), ["AddParticipantFailed - 480/10037"], "of another tenant");
}

#[test]
fn what_extensibility_does_not_have_is_refused() {
    let (mut bench, _, connection) = answered();
    bench.dial();
    let context = bench.grid.last().expect("announced")["incomingCallContext"].clone();
    let caller = json!({"rawId": format!("4:{CALLER}")});
    let teams = json!({"rawId": ADELE});
    let one = connection.as_str();
    let leg = |targets: &Value| json!({"targets": [targets], "callbackUri": "https://a/cb"});
    let cases = [
        ("", ":redirect", json!({"incomingCallContext": context, "target": caller}), 405, 8520),
        (one, ":hold", json!({"targetParticipant": caller}), 405, 8520),
        (one, ":unhold", json!({"targetParticipant": caller}), 405, 8520),
        (
            one,
            "/participants:mute",
            json!({"targetParticipants": [{"rawId": "8:acs:a_b"}]}),
            405,
            8520,
        ),
        (one, "/participants:add", json!({"participantToAdd": teams}), 405, 8520),
        (one, ":transferToParticipant", json!({"targetParticipant": teams}), 405, 8520),
        ("", "", leg(&teams), 405, 8520),
        ("", "", leg(&json!({"rawId": AGENT})), 400, 8523),
        (one, "/participants:add", json!({"participantToAdd": caller}), 400, 8559),
    ];
    for (id, path, body, status, sub_code) in cases {
        let refusal = bench.operate(id, path, &body).expect_err(path);
        assert_eq!((refusal.status, refusal.sub_code), (status, sub_code), "{path} {body}");
    }
    let mut call = leg(&json!({"rawId": "4:+14255550123"}));
    call["teamsAppSource"] = json!({"appId": "unknown"});
    assert_eq!(bench.operate("", "", &call).expect_err("unknown").sub_code, 7507);
    call["teamsAppSource"] = json!({"appId": ACCOUNT.trim_start_matches("28:orgid:")});
    let body = bench.operate("", "", &call).expect("created").body.expect("properties");
    assert_eq!(body["source"]["rawId"], ACCOUNT);
    let locator = json!({"callLocator": {"serverCallId": body["serverCallId"]},
        "recordingContentType": "audio", "recordingFormatType": "wav"});
    let request = crate::wire::StartRecording::parse(&locator).expect("read").request;
    let version = "2026-03-12".to_owned();
    let refused = bench.acs(AcsRequest::StartRecording { version, request });
    assert_eq!(refused.expect_err("by locator").target.as_deref(), Some("callLocator"));
}

#[test]
fn an_added_phone_needs_no_number_with_extensibility_and_one_without() {
    let body = json!({"participantToAdd": {"rawId": "4:+14255550123"}});
    let (mut bench, _, connection) = answered();
    bench.add(&connection, &body).expect("the account's own number is used");
    let (mut bench, _, connection) = Bench::answered(true);
    let refusal = bench.add(&connection, &body).expect_err("no number");
    assert_eq!(refusal.target.as_deref(), Some("sourceCallerIdNumber"));
}

/// Whatever happens, a world written and read in the middle of it goes on as if nothing had been.
#[test]
fn a_world_that_is_written_and_read_goes_on_the_same() {
    let story = |keep: &dyn Fn(&mut Bench)| {
        let (mut bench, call, connection) = Bench::answered(true);
        let mut seen = Vec::new();
        let music = json!({"playSources": [{"kind": "text", "text": {"text": "Hold on."}}],
            "playOptions": {"loop": true}, "operationContext": "music"});
        bench.play(&connection, &music).expect("played");
        keep(&mut bench);
        let watch = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")}});
        bench.operate(&connection, ":startContinuousDtmfRecognition", &watch).expect("watched");
        bench.add(&connection, &json!({"participantToAdd": {"rawId": ADELE}})).expect("invited");
        keep(&mut bench);
        bench.press(call, "12");
        bench.advance(5_000);
        bench.who(accept).expect("accepted");
        keep(&mut bench);
        let record = json!({"callConnectionId": connection, "recordingContentType": "audio",
            "recordingFormatType": "wav", "recordingStateCallbackUri": "https://app/rec"});
        let request = crate::wire::StartRecording::parse(&record).expect("read").request;
        let version = "2026-03-12".to_owned();
        bench.acs(AcsRequest::StartRecording { version, request }).expect("recorded");
        bench.advance(10_000);
        keep(&mut bench);
        bench.transfer(&connection, "4:+14255550123").expect_err("a group needs a transferee");
        bench.apply(Action::HangUp { call }).expect("hung up");
        bench.acs(AcsRequest::Terminate { connection: connection.clone() }).ok();
        keep(&mut bench);
        bench.advance(60_000);
        seen.extend(bench.callbacks.iter().map(|one| one.body.clone()));
        seen.extend(bench.grid.iter().cloned());
        (seen, serde_json::to_value(bench.world.view()).expect("JSON"))
    };
    let plain = story(&|_| {});
    let kept = story(&|bench| {
        let text = serde_json::to_string(&bench.world).expect("written");
        let read: World = serde_json::from_str(&text).expect("read back");
        let fresh = Bench::new().world;
        bench.world = read.taken_up_by(fresh);
        let again = serde_json::to_string(&bench.world).expect("written");
        assert_eq!(again, text, "nothing is lost");
    });
    assert!(plain.0.len() > 10);
    assert_eq!(kept, plain);
}
