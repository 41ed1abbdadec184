//! How calls end, and what goes out then.

use serde_json::json;

use super::{ADELE, Bench, CALLER, accept, leave};
use crate::wire::{Redirect, Reject, Strict as _};
use crate::world::{AcsRequest, Action, CallId};

fn hang_up(bench: &mut Bench, call: CallId) {
    bench.apply(Action::HangUp { call }).expect("hung up");
}

/// The caller, Adele and the application.
fn group() -> (Bench, CallId, String) {
    let (mut bench, call, connection) = Bench::answered(true);
    let add = json!({"participantToAdd": {"rawId": ADELE}});
    bench.add(&connection, &add).expect("accepted");
    bench.who(accept).expect("accepted");
    bench.events();
    (bench, call, connection)
}

#[test]
fn a_caller_waits_thirty_seconds() {
    let mut bench = Bench::new();
    let call = bench.dial();
    bench.advance(29_999);
    assert_eq!(bench.state(call), "ringing");
    bench.advance(1);
    assert_eq!(bench.state(call), "ended");
    let late = bench.answer(true).expect_err("too late");
    assert_eq!((late.status, late.sub_code), (404, 8522));
}

#[test]
fn a_call_of_two_ends_with_the_caller() {
    let (mut bench, call, connection) = Bench::answered(true);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "Hello"}}],
        "operationContext": "p"});
    bench.play(&connection, &play).expect("accepted");
    hang_up(&mut bench, call);
    assert_eq!(
        bench.events(),
        [
            "PlayStarted p 200/0",
            "ParticipantsUpdated - 200/0",
            "PlayCanceled p 400/8508",
            "CallDisconnected - 200/5001"
        ]
    );
    assert_eq!(bench.state(call), "ended");
    let gone = bench.play(&connection, &play).expect_err("gone");
    assert_eq!((gone.status, gone.sub_code), (404, 8522));
    assert!(bench.apply(Action::HangUp { call }).is_err());
    bench.advance(600_000);
    assert!(bench.events().is_empty());
}

#[test]
fn a_caller_hangs_up_once() {
    let (mut bench, call, _) = group();
    hang_up(&mut bench, call);
    bench.events();
    let again = bench.apply(Action::HangUp { call }).expect_err("he is gone");
    assert_eq!(again.status, 404);
    assert!(bench.events().is_empty(), "nobody is told of it twice");
}

#[test]
fn an_agent_and_the_application_stay_when_the_caller_leaves() {
    let (mut bench, call, connection) = group();
    hang_up(&mut bench, call);
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"]);
    assert_eq!(bench.state(call), "connected");
    bench.acs(AcsRequest::Terminate { connection }).expect("accepted");
    assert_eq!(bench.events(), ["CallDisconnected - 200/7000"]);
    assert_eq!(bench.state(call), "ended");
}

#[test]
fn the_last_to_leave_ends_the_call() {
    let (mut bench, call, _) = group();
    bench.who(leave).expect("left");
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"]);
    hang_up(&mut bench, call);
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0", "CallDisconnected - 200/5001"]);
}

#[test]
fn the_application_may_leave_two_people_alone() {
    let (mut bench, call, connection) = group();
    bench.acs(AcsRequest::HangUp { connection: connection.clone() }).expect("accepted");
    assert_eq!(bench.events(), ["CallDisconnected - 200/7000"]);
    assert_eq!(bench.state(call), "connected");
    assert!(bench.acs(AcsRequest::GetCall { connection }).is_err());
    hang_up(&mut bench, call);
    assert_eq!(bench.state(call), "ended");
    assert!(bench.events().is_empty());

    let (mut bench, call, connection) = Bench::answered(true);
    bench.acs(AcsRequest::HangUp { connection }).expect("accepted");
    assert_eq!(bench.state(call), "ended");
}

#[test]
fn removing_the_last_participant_ends_the_call() {
    let (mut bench, call, connection) = group();
    bench.remove(&connection, ADELE).expect("accepted");
    assert_eq!(
        bench.events(),
        ["RemoveParticipantSucceeded remove 200/0", "ParticipantsUpdated - 200/0"]
    );
    bench.remove(&connection, ADELE).expect("accepted");
    assert_eq!(bench.events(), ["RemoveParticipantFailed remove 400/8558"]);
    bench.remove(&connection, &format!("4:{CALLER}")).expect("accepted");
    assert_eq!(
        bench.events(),
        [
            "RemoveParticipantSucceeded remove 200/0",
            "ParticipantsUpdated - 200/0",
            "CallDisconnected - 200/5002"
        ]
    );
    assert_eq!(bench.state(call), "ended");
}

#[test]
fn a_redirect_or_a_rejection_uses_the_call_up() {
    let mut bench = Bench::new();
    let call = bench.dial();
    let context = bench.grid[0]["incomingCallContext"].clone();
    let body = json!({"incomingCallContext": context, "target": {"rawId": ADELE}});
    let redirect = Redirect::parse(&body).expect("read").request;
    assert_eq!(bench.acs(AcsRequest::Redirect(redirect)).expect("accepted").status, 204);
    assert!(bench.answer(true).is_err());
    bench.who(accept).expect("it rings there");
    bench.who(leave).expect("left");
    assert_eq!(bench.state(call), "ended");

    let mut bench = Bench::new();
    let call = bench.dial();
    let context = bench.grid[0]["incomingCallContext"].clone();
    let body = json!({"incomingCallContext": context, "callRejectReason": "busy"});
    let reject = Reject::parse(&body).expect("read").request;
    assert_eq!(bench.acs(AcsRequest::Reject(reject)).expect("accepted").status, 204);
    assert_eq!(bench.state(call), "ended");
    assert!(bench.callbacks.is_empty());
}

#[test]
fn an_operation_may_have_its_own_callback_address() {
    let (mut bench, call, connection) = Bench::answered(true);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "Hello"}}],
        "operationCallbackUri": "https://app/special"});
    bench.play(&connection, &play).expect("accepted");
    hang_up(&mut bench, call);
    let addresses: Vec<(&str, &str)> =
        bench.callbacks.iter().map(|one| (one.name, one.address.as_str())).collect();
    assert_eq!(
        addresses,
        [
            ("PlayStarted", "https://app/special"),
            ("ParticipantsUpdated", "https://app/cb"),
            ("PlayCanceled", "https://app/special"),
            ("CallDisconnected", "https://app/cb")
        ]
    );
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let run = || {
        let (mut bench, call, connection) = Bench::answered(true);
        let add = json!({"participantToAdd": {"rawId": ADELE}});
        bench.add(&connection, &add).expect("accepted");
        hang_up(&mut bench, call);
        bench.callbacks.iter().map(|one| one.body.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

#[test]
fn ended_calls_are_forgotten_when_there_are_too_many() {
    let mut bench = Bench::new();
    let calls: Vec<CallId> = (0..5).map(|_| bench.dial()).collect();
    for call in &calls[..4] {
        hang_up(&mut bench, *call);
    }
    assert_eq!(bench.world.view().calls.len(), 5, "none is forgotten at once");
    bench.advance(10_000);
    hang_up(&mut bench, calls[4]);
    let left: Vec<CallId> = bench.world.view().calls.iter().map(|call| call.id).collect();
    assert_eq!(left, calls[3..], "the bench keeps two");
    assert_eq!(bench.dial(), CallId(6), "no id is given twice");
}
