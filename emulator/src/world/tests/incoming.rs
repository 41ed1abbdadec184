//! Calls that ring at the application: by an invitation, a transfer, a redirect.

use super::*;

const SECOND: &str = "+18005550101";

fn bench() -> (Bench, CallId, String) {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.apply(Action::PutNumber(Private::new(SECOND))).expect("a number");
    bench.grid.clear();
    (bench, call, connection)
}

fn connection_of(reply: &Reply) -> String {
    let body = reply.body.as_ref().expect("properties");
    body["callConnectionId"].as_str().expect("an id").to_owned()
}

/// Two legs of the application in one call: the one that calls, the one that answers.
fn two_bots() -> (Bench, String, String) {
    let mut bench = Bench::new();
    bench.apply(Action::PutNumber(Private::new(SECOND))).expect("a number");
    let body = json!({"targets": [{"rawId": format!("4:{SECOND}")}], "callbackUri": "https://a/cb",
        "sourceCallerIdNumber": {"value": NUMBER}, "sourceDisplayName": "Bot A"});
    let first = connection_of(&bench.operate("", "", &body).expect("created"));
    let second = connection_of(&bench.answer_last("https://b/cb").expect("answered"));
    bench.advance(200);
    (bench, first, second)
}

#[test]
fn a_call_to_an_own_number_has_two_legs_that_share_its_ids() {
    let (mut bench, first, second) = two_bots();
    assert_ne!(first, second);
    let announced = bench.grid.last().expect("announced").clone();
    assert_eq!(announced["to"]["rawId"], format!("4:{SECOND}"));
    assert_eq!(announced["from"]["rawId"], format!("4:{NUMBER}"));
    assert_eq!(announced["callerDisplayName"], "Bot A");
    let shared = |bench: &Bench, connection: &str| {
        let body = bench.world.get_call(connection).expect("known").body.expect("a body");
        assert_eq!(body["callConnectionState"], "connected");
        (body["serverCallId"].clone(), body["correlationId"].clone())
    };
    assert_eq!(shared(&bench, &first), shared(&bench, &second));
    assert_eq!(shared(&bench, &first).0, announced["serverCallId"]);
    let people = bench.world.get_participants(&second).expect("listed").body.expect("a body");
    let raw = |n: usize| people["value"][n]["identifier"]["rawId"].clone();
    assert_eq!(people["value"].as_array().map(Vec::len), Some(2), "both are listed: {people}");
    assert_eq!([raw(0), raw(1)], [json!("8:acs:r_application"), json!(format!("4:{SECOND}"))]);
    let answered_for = bench.world.get_call(&second).expect("known").body.expect("a body");
    assert_eq!(answered_for["answeredFor"]["value"], SECOND);
    let told = bench.addressed();
    for address in ["https://a/cb", "https://b/cb"] {
        assert!(told.contains(&format!("{address} CallConnected 200/0")), "{told:?}");
    }
    // Alone with each other they are one to one: a question is the main operation.
    let recognize = json!({"recognizeInputType": "dtmf", "recognizeOptions": {"targetParticipant":
        {"rawId": format!("4:{SECOND}")}, "dtmfOptions": {"maxTonesToCollect": 1}}});
    bench.recognize(&first, &recognize).expect("asked");
    bench.recognize(&first, &recognize).expect("a second waits its turn");
}

#[test]
fn when_one_leg_of_two_hangs_up_the_other_is_told() {
    for leaver in 0..2 {
        let (mut bench, first, second) = two_bots();
        bench.addressed();
        let connection = [first, second][leaver].clone();
        bench.acs(AcsRequest::HangUp { connection }).expect("hung up");
        let told = bench.addressed();
        let (own, other) = [("a", "b"), ("b", "a")][leaver];
        assert_eq!(told.first(), Some(&format!("https://{own}/cb CallDisconnected 200/7000")));
        assert_eq!(told.last(), Some(&format!("https://{other}/cb CallDisconnected 200/5001")));
        assert_eq!(bench.state(CallId(1)), "ended");
    }
}

#[test]
fn a_removed_leg_is_told_5000_and_the_remover_5002() {
    let (mut bench, first, _) = two_bots();
    bench.addressed();
    bench.remove(&first, &format!("4:{SECOND}")).expect("removed");
    let told = bench.addressed();
    assert_eq!(told[0], "https://a/cb RemoveParticipantSucceeded 200/0");
    assert_eq!(told[1], "https://b/cb CallDisconnected 200/5000");
    assert_eq!(told.last().expect("told"), "https://a/cb CallDisconnected 200/5002");
}

#[test]
fn an_added_number_of_the_resource_rings_at_the_application() {
    let (mut bench, call, connection) = bench();
    let body = json!({"participantToAdd": {"rawId": format!("4:{SECOND}")},
        "sourceCallerIdNumber": {"value": NUMBER}, "operationContext": "add",
        "customCallingContext": {"sipHeaders": {"User-To-User": "7", "X-MS-Custom-a": "b"}}});
    bench.add(&connection, &body).expect("invited");
    let announced = bench.grid.last().expect("announced");
    assert_eq!(announced["customContext"]["sipHeaders"]["userToUser"], "7");
    assert_eq!(announced["customContext"]["sipHeaders"]["X-MS-Custom-a"], "b");
    let second = connection_of(&bench.answer_last("https://b/cb").expect("answered"));
    assert!(bench.answer_last("https://b/cb").is_err(), "a context is used once");
    bench.advance(200);
    let told = bench.addressed();
    assert_eq!(told[0], "https://app/cb AddParticipantSucceeded 200/0");
    assert!(told.contains(&"https://b/cb CallConnected 200/0".to_owned()), "{told:?}");
    // Either leg may go; the caller stays with the other one.
    bench.acs(AcsRequest::HangUp { connection: second }).expect("hung up");
    assert_eq!(bench.state(call), "connected");
    let told = bench.addressed();
    assert_eq!(told[0], "https://b/cb CallDisconnected 200/7000");
    assert_eq!(told[1], "https://app/cb ParticipantsUpdated 200/0");
}

#[test]
fn an_application_that_does_not_answer_or_refuses_fails_the_invitation() {
    let (mut bench, _, connection) = bench();
    let body = json!({"participantToAdd": {"rawId": format!("4:{SECOND}")},
        "sourceCallerIdNumber": {"value": NUMBER}, "invitationTimeoutInSeconds": 180});
    bench.add(&connection, &body).expect("invited");
    bench.advance(30_000);
    assert_eq!(bench.events(), ["AddParticipantFailed - 487/10004"], "30 s, as any incoming call");
    assert_eq!(bench.answer_last("https://b/cb").expect_err("too late").sub_code, 8522);
    for (reason, expected) in [("none", "603/0"), ("busy", "486/8539")] {
        bench.add(&connection, &body).expect("invited");
        let context = bench.grid.last().expect("announced")["incomingCallContext"].clone();
        let reject = json!({"incomingCallContext": context, "callRejectReason": reason});
        bench.operate("", ":reject", &reject).expect("rejected");
        assert_eq!(bench.events(), [format!("AddParticipantFailed - {expected}")]);
    }
    bench.add(&connection, &body).expect("invited");
    let context = bench.grid.last().expect("announced")["incomingCallContext"].clone();
    let redirect = json!({"incomingCallContext": context, "target": {"rawId": ADELE}});
    bench.operate("", ":redirect", &redirect).expect("redirected");
    bench.who(accept).expect("she rings");
    let told = bench.callbacks.first().expect("told").body[0]["data"].clone();
    assert_eq!(told["participant"]["rawId"], format!("4:{SECOND}"), "who was invited");
}

#[test]
fn a_redirect_to_an_own_number_rings_again_with_the_same_ids() {
    let mut bench = Bench::new();
    bench.apply(Action::PutNumber(Private::new(SECOND))).expect("a number");
    let call = bench.dial();
    let first = bench.grid.last().expect("announced").clone();
    let body = json!({"incomingCallContext": first["incomingCallContext"],
        "target": {"rawId": format!("4:{SECOND}")}});
    bench.operate("", ":redirect", &body).expect("redirected");
    let second = bench.grid.last().expect("announced").clone();
    assert_ne!(second["incomingCallContext"], first["incomingCallContext"]);
    assert_eq!(second["correlationId"], first["correlationId"]);
    assert_eq!(second["from"], first["from"]);
    assert_eq!(second["to"]["rawId"], format!("4:{SECOND}"));
    let reply = bench.answer_last("https://b/cb").expect("answered");
    let body = reply.body.as_ref().expect("properties");
    assert_eq!(body["answeredFor"]["value"], SECOND);
    bench.advance(200);
    assert_eq!(bench.addressed()[0], "https://b/cb CallConnected 200/0");
    bench.apply(Action::HangUp { call }).expect("hung up");
    assert_eq!(bench.addressed().last().expect("told"), "https://b/cb CallDisconnected 200/5001");
}

#[test]
fn a_transfer_to_an_own_number_changes_the_leg() {
    let (mut bench, call, connection) = bench();
    bench.transfer(&connection, &format!("4:{SECOND}")).expect("asked");
    let announced = bench.grid.last().expect("announced");
    assert_eq!(announced["from"]["rawId"], format!("4:{CALLER}"));
    let second = connection_of(&bench.answer_last("https://b/cb").expect("answered"));
    bench.advance(200);
    let told = bench.addressed();
    assert_eq!(told[0], "https://app/cb CallTransferAccepted 200/7015");
    assert_eq!(told[1], "https://app/cb CallDisconnected 200/7015");
    assert_eq!(told[2], "https://b/cb CallConnected 200/0");
    assert_eq!(bench.state(call), "connected");
    bench.acs(AcsRequest::Terminate { connection: second }).expect("ended");
    assert_eq!(bench.state(call), "ended");
}

#[test]
fn an_acs_user_of_the_resource_rings_and_is_announced() {
    let (mut bench, _, connection) = bench();
    let who = json!({"rawId": "8:acs:r_user"});
    bench.add(&connection, &json!({"participantToAdd": who})).expect("invited");
    assert_eq!(
        bench.grid.last().expect("announced")["to"]["communicationUser"]["id"],
        "8:acs:r_user"
    );
    bench.apply(Action::Accept { who: "8:acs:r_user".to_owned() }).expect("the person may answer");
    assert!(bench.answer_last("https://b/cb").is_err(), "and the context is gone");
    bench.grid.clear();
    let other = json!({"participantToAdd": {"rawId": "8:acs:elsewhere_user"}});
    bench.add(&connection, &other).expect("invited");
    assert!(bench.grid.is_empty(), "another resource's user is not ours");
}

#[test]
fn headers_of_the_callers_network_come_with_the_call() {
    let mut bench = Bench::new();
    let header = |name: &str| std::iter::once((name.to_owned(), "1".to_owned())).collect();
    let custom = crate::wire::CustomContext::of_caller(header("User-To-User"), header("a"));
    let dial = Action::DialWith {
        from: Private::new(CALLER),
        name: String::new(),
        to: Private::new(NUMBER),
        custom: custom.expect("headers"),
    };
    bench.apply(dial).expect("dialled");
    let announced = bench.grid.last().expect("announced");
    let wanted = json!({"sipHeaders": {"userToUser": "1"}, "voipHeaders": {"a": "1"}});
    assert_eq!(announced["customContext"], wanted);
    assert_eq!(announced["callerDisplayName"], CALLER, "no name: the number");
    let odd = crate::wire::CustomContext::of_caller(header("Via"), header("a"));
    assert_eq!(odd.err().expect("refused").target.as_deref(), Some("sip_headers"));
}
