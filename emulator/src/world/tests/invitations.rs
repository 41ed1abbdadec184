//! People who ring: every way it can go, and the races.

use serde_json::{Value, json};

use super::{ADELE, Bench, NUMBER, accept, decline, ignore, leave};
use crate::world::Action;

fn ring(seconds: u32) -> Value {
    json!({"participantToAdd": {"rawId": ADELE}, "operationContext": "ring",
        "invitationTimeoutInSeconds": seconds})
}

#[test]
fn an_invitation_ends_in_one_of_these_ways() {
    type Act = fn(&mut Bench);
    let nothing: Act = |_| {};
    let cases: [(Act, Act, &str); 7] = [
        (nothing, |b| drop(b.who(accept)), "AddParticipantSucceeded ring 200/0"),
        (nothing, |b| drop(b.who(decline)), "AddParticipantFailed ring 603/0"),
        (nothing, |b| b.advance(20_000), "AddParticipantFailed ring 487/10004"),
        (
            nothing,
            |b| {
                b.who(ignore).expect("ignored");
                b.advance(20_000);
            },
            "AddParticipantFailed ring 487/10004",
        ),
        (|b| set(b, "Offline", None), |b| b.advance(300), "AddParticipantFailed ring 480/10037"),
        (
            |b| set(b, "DoNotDisturb", None),
            |b| b.advance(300),
            "AddParticipantFailed ring 480/10037",
        ),
        (close, |b| b.advance(300), "AddParticipantFailed ring 480/10037"),
    ];
    for (before, after, event) in cases {
        let (mut bench, _, connection) = Bench::answered(true);
        before(&mut bench);
        bench.add(&connection, &ring(20)).expect("accepted");
        assert!(bench.events().is_empty());
        after(&mut bench);
        assert_eq!(bench.events().first().map(String::as_str), Some(event));
        bench.advance(200_000);
        assert!(!bench.events().iter().any(|event| event.starts_with("Add")), "only once");
    }
}

fn set(bench: &mut Bench, availability: &str, activity: Option<&str>) {
    let action = Action::SetPresence {
        who: "adele".to_owned(),
        availability: availability.to_owned(),
        activity: activity.map(str::to_owned),
    };
    bench.apply(action).expect("set");
}

fn close(bench: &mut Bench) {
    let who = "adele".to_owned();
    bench.apply(Action::SetClient { who, open: false }).expect("closed");
}

#[test]
fn who_appears_offline_rings() {
    let (mut bench, _, connection) = Bench::answered(true);
    set(&mut bench, "Offline", Some("OffWork"));
    bench.add(&connection, &ring(20)).expect("accepted");
    bench.who(accept).expect("it rang");
}

#[test]
fn a_cancelled_invitation_cannot_be_taken_and_a_taken_one_cannot_be_cancelled() {
    let (mut bench, _, connection) = Bench::answered(true);
    let body = bench.add(&connection, &ring(20)).expect("accepted").body.expect("a body");
    let reply = bench.cancel_add(&connection, &body["invitationId"]).expect("accepted");
    assert_eq!(
        (reply.status, reply.body.expect("a body")["invitationId"].clone()),
        (202, body["invitationId"].clone())
    );
    assert_eq!(bench.events(), ["CancelAddParticipantSucceeded cancel -"]);
    assert!(bench.who(accept).is_err());

    let body = bench.add(&connection, &ring(20)).expect("accepted").body.expect("a body");
    bench.who(accept).expect("accepted");
    bench.cancel_add(&connection, &body["invitationId"]).expect("accepted");
    assert_eq!(
        bench.events(),
        [
            "AddParticipantSucceeded ring 200/0",
            "ParticipantsUpdated - 200/0",
            "CancelAddParticipantFailed cancel 404/8522"
        ]
    );
}

#[test]
fn nobody_is_invited_twice_and_phones_need_a_number_of_the_resource() {
    let (mut bench, _, connection) = Bench::answered(true);
    bench.add(&connection, &ring(20)).expect("accepted");
    let twice = bench.add(&connection, &ring(20)).expect_err("rings already");
    assert_eq!((twice.status, twice.sub_code), (400, 8559));
    let phone = |from: &str| json!({"participantToAdd": {"rawId": "4:+441"}, "sourceCallerIdNumber": {"value": from}});
    let stranger = bench.add(&connection, &phone("+1999")).expect_err("not ours");
    assert_eq!((stranger.status, stranger.sub_code), (403, 7507));
    bench.add(&connection, &phone(NUMBER)).expect("accepted");
    bench.apply(Action::Accept { who: "4:+441".to_owned() }).expect("the phone answers");
}

#[test]
fn a_call_makes_an_agent_busy_and_gives_the_presence_back() {
    let (mut bench, _, connection) = Bench::answered(true);
    bench.add(&connection, &ring(20)).expect("accepted");
    bench.who(accept).expect("accepted");
    let shown = |bench: &Bench| bench.world.view().users[0].activity.clone();
    assert_eq!(shown(&bench), "InACall");
    let mut other = Bench::new();
    std::mem::swap(&mut other.world, &mut bench.world);
    other.now = bench.now;
    let second = other.dial();
    other.answer(true).expect("answered");
    other.advance(200);
    let connection = other.world.view().calls.into_iter().find(|one| one.id == second);
    let connection = connection.and_then(|one| one.connection).expect("a connection");
    other.events();
    other.add(&connection, &ring(20)).expect("accepted");
    other.advance(300);
    assert_eq!(other.events(), ["AddParticipantFailed ring 486/8539"]);
    other.who(leave).expect("left");
    assert_eq!(shown(&other), "Available");
}

#[test]
fn a_transfer_takes_the_application_out_or_fails() {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.transfer(&connection, ADELE).expect("accepted");
    bench.who(decline).expect("declined");
    assert_eq!(bench.events(), ["CallTransferFailed transfer 603/0"]);
    bench.transfer(&connection, ADELE).expect("accepted");
    bench.who(accept).expect("accepted");
    assert_eq!(
        bench.events(),
        ["CallTransferAccepted transfer 200/7015", "CallDisconnected - 200/7015"]
    );
    let view = bench.world.view().calls.into_iter().find(|one| one.id == call).expect("there");
    assert_eq!((view.state, view.participants.len(), view.connection), ("connected", 2, None));
    bench.who(leave).expect("left");
    assert_eq!(bench.state(call), "ended");
    assert!(bench.events().is_empty());
}
