//! Faults of docs/reliability.md that one call can show by itself, each under its number. What the caller
//! hears is what is ordered next.

use engine::call::{Input, Inspection, Outcome, Phase, Refusal, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::{CallConnectionId, RawId};

use crate::line::{ADELE, CALLER, Line, spoken};

fn refused(status: u16, sub_code: Option<i64>) -> Settlement {
    Settlement::Refused(Refusal { status, sub_code })
}

fn unknown() -> Settlement {
    Settlement::Unknown { cause: "no answer in time".to_owned() }
}

fn answered() -> Settlement {
    let connection = Some(CallConnectionId::from("conn-1"));
    Settlement::Done(SettlementFacts { connection, ..SettlementFacts::default() })
}

/// A line whose Answer is on its way.
fn answering() -> Line {
    let mut line = Line::new();
    line.ring();
    assert_eq!(line.last().action.name(), "Answer");
    line
}

#[test]
fn f04_the_greeting_begins_though_the_connection_is_told_before_the_answer_is_accepted() {
    let mut line = answering();
    let answer = line.last().number;
    line.event("CallConnected", json!({}), None);
    assert_eq!(spoken(line.last()), "Welcome Ada");
    let commands = line.feed(&Input::Settled { number: answer, result: answered() });
    assert!(commands.is_empty(), "the answer's answer only adds ids: {commands:?}");
    assert_eq!(line.count("Answer"), 1);
}

#[test]
fn f34_a_call_that_cannot_be_answered_goes_to_the_fallback_number() {
    for result in [refused(500, None), refused(503, None), refused(429, None), Settlement::Expired]
    {
        let mut line = answering();
        line.wait(8_000);
        line.settle_last(result);
        assert_eq!(line.last().action.name(), "RedirectCall");
        line.settle_last(Settlement::Done(SettlementFacts::default()));
        assert_eq!(line.call.outcome, Some(Outcome::Redirected));
        assert_eq!(line.count("Answer"), 1);
    }
}

#[test]
fn f34_without_a_fallback_or_in_time_the_call_ends_once_as_failed() {
    for result in [refused(0, None), refused(404, Some(8522)), Settlement::Expired] {
        let mut line = answering();
        line.settle_last(refused(500, None));
        line.settle_last(result);
        assert_eq!(line.call.outcome, Some(Outcome::Failed));
        assert_eq!(line.count("RedirectCall"), 1);
    }
    let mut late = answering();
    late.wait(26_000);
    late.settle_last(refused(500, None));
    assert_eq!(late.call.outcome, Some(Outcome::Failed), "nobody hears it ring any more");
    assert_eq!(late.count("RedirectCall"), 0);
    let mut silent = answering();
    silent.settle_last(refused(500, None));
    silent.settle_last(unknown());
    silent.deadline();
    assert_eq!(silent.call.outcome, Some(Outcome::Failed));
}

#[test]
fn f34_an_answer_that_took_effect_after_all_is_a_call_like_any_other() {
    let mut line = answering();
    line.settle_last(refused(504, None));
    let redirect = line.last().number;
    line.event("CallConnected", json!({}), None);
    assert_eq!(spoken(line.last()), "Welcome Ada");
    line.feed(&Input::Settled { number: redirect, result: refused(404, Some(8522)) });
    assert!(matches!(line.call.phase, Phase::InFlow { .. }), "{:?}", line.call.phase);
}

#[test]
fn f38_an_answer_of_which_nothing_is_heard_ends_at_the_fallback_number() {
    let mut line = answering();
    line.settle_last(unknown());
    let rung = line.now;
    line.deadline();
    assert_eq!(line.last().action.name(), "RedirectCall");
    assert!(line.now - rung <= 15_000, "while it still rings");
    line.settle_last(Settlement::Done(SettlementFacts::default()));
    assert_eq!(line.call.outcome, Some(Outcome::Redirected));
}

#[test]
fn f37_an_invitation_sent_too_late_for_its_id_is_looked_for_and_not_sent_again() {
    for there in [true, false] {
        let mut line = Line::waiting();
        line.played();
        line.offer(ADELE);
        let invitation = line.invitation();
        let commands =
            line.feed(&Input::Settled { number: invitation, result: refused(412, None) });
        let names: Vec<_> = commands.iter().map(|command| command.action.name()).collect();
        assert_eq!(names, ["GetCall"], "at once");
        let mut participants = vec![RawId::new(CALLER)];
        if there {
            participants.push(RawId::new(format!("8:orgid:{ADELE}")));
        }
        let view = Inspection::Live { state: "connected".to_owned(), participants };
        line.feed(&Input::Inspected { number: commands[0].number, view });
        assert_eq!(matches!(line.call.phase, Phase::Talking { .. }), there);
        assert_eq!(line.count("AddParticipant"), 1, "not blindly repeated");
    }
}

#[test]
fn f37_an_answer_sent_too_late_for_its_id_waits_for_the_connection() {
    let mut line = answering();
    line.settle_last(refused(412, None));
    assert_eq!(line.count("RedirectCall"), 0, "it may have been answered");
    line.event("CallConnected", json!({}), None);
    assert_eq!(spoken(line.last()), "Welcome Ada");
    let mut silent = answering();
    silent.settle_last(refused(412, None));
    silent.deadline();
    assert_eq!(silent.last().action.name(), "RedirectCall");
}

#[test]
fn f08_a_call_poisoned_before_its_answer_goes_to_the_fallback_number() {
    let mut line = Line::new();
    let incoming = line.bare_ring();
    line.feed(&Input::IncomingCall(Box::new(incoming)));
    line.feed(&Input::StepFailed { seq: 2 });
    assert_eq!(line.last().action.name(), "RedirectCall");
}

#[test]
fn f17_calls_that_nobody_served_for_twenty_seconds_go_on() {
    let mut asked = Line::connected();
    asked.played();
    asked.wait(20_000);
    let look = asked.feed(&Input::Resumed)[0].clone();
    assert_eq!(look.action.name(), "GetCall");
    asked.settle_last(unknown());
    let view =
        Inspection::Live { state: "connected".to_owned(), participants: vec![RawId::new(CALLER)] };
    asked.feed(&Input::Inspected { number: look.number, view });
    while asked.last().action.name() != "Recognize" || asked.count("Recognize") < 2 {
        asked.deadline();
        assert!(!asked.call.is_over(), "{:?}", asked.notes);
    }
    assert!(spoken(asked.last()).contains("Press 1 or 0."), "the question is asked again");

    let mut talking = Line::talking();
    talking.wait(20_000);
    let look = talking.feed(&Input::Resumed)[0].number;
    talking.denied_twice(look);
    assert_eq!(talking.outcome(), "connected", "who left meanwhile is missed");
}

#[test]
fn f39_a_voice_that_fails_hangs_up_on_nobody() {
    for sub_code in [8565, 8564, 8536] {
        let mut line = Line::connected();
        let result = json!({ "resultInformation": { "code": 400, "subCode": sub_code } });
        let number = line.media();
        line.event("PlayFailed", result.clone(), Some(number));
        assert_eq!(line.last().action.name(), "Recognize", "on to the menu");
        line.choice("person");
        let number = line.media();
        line.event("PlayFailed", result, Some(number));
        assert!(matches!(line.call.phase, Phase::Waiting(_)), "the caller keeps the place");
        assert_eq!(spoken(line.last()), "hold.wav", "and hears music");
        assert_eq!(line.count("Terminate"), 0);
    }
}

#[test]
fn f40_who_is_not_understood_is_asked_again_and_then_gets_a_person() {
    for sub_code in [8510, 8532, 8534, 8547] {
        let mut line = Line::connected();
        line.played();
        let mut asked = 1;
        while !matches!(line.call.phase, Phase::Waiting(_)) {
            line.recognize_failed(sub_code);
            asked += 1;
            assert!(asked < 6 && !line.call.is_over(), "{sub_code}: {:?}", line.notes);
        }
        assert!(line.count("Recognize") >= 2, "{sub_code}: asked again");
        assert_eq!(line.count("Seek"), 1, "{sub_code}");
    }
}

#[test]
fn f42_an_agent_who_does_not_pick_up_is_followed_by_the_next_while_music_plays() {
    for (code, sub_code) in
        [(500, 8538), (486, 8539), (486, 8540), (480, 8541), (480, 8544), (408, 10004), (487, 0)]
    {
        let mut line = Line::waiting();
        line.played();
        line.offer(ADELE);
        line.invited();
        let names: Vec<_> =
            line.not_added(code, sub_code).iter().map(|one| one.action.name()).collect();
        assert!(names.contains(&"Release") && names.contains(&"Seek"), "{sub_code}: {names:?}");
        assert!(line.call.media.is_some(), "{sub_code}: the music goes on");
        assert_eq!(line.call.tried, [ADELE], "{sub_code}: not offered again");
    }
}

#[test]
fn f21_a_snapshot_of_an_older_release_is_stepped() {
    let line = Line::connected();
    let mut snapshot = serde_json::to_value(&line.call).unwrap();
    // As 0.1 wrote it: before a call remembered when it was last heard of.
    snapshot.as_object_mut().unwrap().remove("heard_at").unwrap();
    snapshot["version"] = json!(1);
    let mut line = line;
    line.call = serde_json::from_value(snapshot).unwrap();
    line.played();
    assert_eq!(line.last().action.name(), "Recognize");
    assert_eq!(line.call.version, engine::ENGINE_VERSION);
}
