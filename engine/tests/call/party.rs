//! People whom the flow names: rung, added, taken out; the caller held and given away.

use engine::call::{Action, Input, Inspection, Number, Refusal, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::{InvitationId, RawId};

use crate::line::{ADELE, CALLER, Line, spoken};

const PHONE: &str = "4:+18005550101";

fn begun(node: &str) -> Line {
    let flow = format!(
        "flow: t\nstart: a\nnodes:\n  a: {{ {node} }}\n  good: {{ say: {{ text: \"good\", next: end }} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    );
    let mut line = Line::with_flow(&flow);
    line.connect();
    line
}

fn ringing() -> Line {
    begun(&format!(
        "ring: {{ people: [{{ teams_user: {ADELE} }}, {{ phone: \"+18005550101\" }}], otherwise: bad }}"
    ))
}

fn last_words(line: &Line) -> String {
    let heard = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| heard(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

fn adele() -> String {
    format!("8:orgid:{ADELE}")
}

/// Who is being rung, and by which command.
fn rung(line: &Line) -> (Number, String) {
    let found = line.sent.iter().rev().find_map(|command| {
        let Action::AddParty { target, .. } = &command.action else { return None };
        Some((command.number, target.expose().to_owned()))
    });
    found.expect("somebody is rung")
}

fn joins(line: &mut Line) {
    let (number, _) = rung(line);
    line.event("AddParticipantSucceeded", json!({}), Some(number));
}

fn joins_not(line: &mut Line, code: i64, sub_code: i64) {
    let (number, _) = rung(line);
    let result =
        json!({ "resultInformation": { "code": code, "subCode": sub_code, "message": "" } });
    line.event("AddParticipantFailed", result, Some(number));
}

fn settle(line: &mut Line, number: Number, result: Settlement) {
    line.feed(&Input::Settled { number, result });
}

fn refused() -> Settlement {
    Settlement::Refused(Refusal { status: 400, sub_code: Some(8523) })
}

fn unknown() -> Settlement {
    Settlement::Unknown { cause: "reset".to_owned() }
}

fn done() -> Settlement {
    Settlement::Done(SettlementFacts::default())
}

/// What `GET` call says to the question that is out.
fn seen(line: &mut Line, present: &[&str]) {
    let asked = line.sent.iter().rev().find(|command| command.action.name() == "GetCall");
    let number = asked.expect("it is asked").number;
    let participants = present.iter().map(|id| RawId::new(*id)).collect();
    let view = Inspection::Live { state: "connected".to_owned(), participants };
    line.feed(&Input::Inspected { number, view });
}

fn gone(line: &mut Line) {
    for _ in 0..2 {
        let asked = line.sent.iter().rev().find(|command| command.action.name() == "GetCall");
        let number = asked.expect("it is asked").number;
        line.feed(&Input::Inspected { number, view: Inspection::Gone });
    }
}

#[test]
fn who_answers_talks_to_the_caller() {
    let mut line = ringing();
    assert_eq!(line.names()[1..], ["Play", "AddParticipant"], "music, then it rings");
    assert_eq!(rung(&line).1, adele());
    joins(&mut line);
    assert_eq!(line.last().action.name(), "CancelAllMediaOperations");
    line.roster(&[CALLER, &adele()]);
    line.roster(&[CALLER]);
    assert_eq!(line.last().action.name(), "Terminate", "nobody sits with a silent bot");
    line.disconnected();
    assert_eq!((line.outcome(), line.count("Release")), ("connected", 0));
}

#[test]
fn declined_busy_unreachable_or_refused_the_next_is_rung_and_then_nobody() {
    for (code, sub_code) in [(603, 0), (486, 8539), (487, 10004), (480, 8544), (403, 7504)] {
        let mut line = ringing();
        joins_not(&mut line, code, sub_code);
        assert_eq!(rung(&line).1, PHONE, "{code}");
        joins_not(&mut line, code, sub_code);
        assert_eq!(last_words(&line), "bad", "{code}");
    }
    let mut line = ringing();
    let (first, _) = rung(&line);
    settle(&mut line, first, refused());
    assert_eq!(rung(&line).1, PHONE);
    let (second, _) = rung(&line);
    settle(&mut line, second, Settlement::Expired);
    assert_eq!(last_words(&line), "bad");
}

#[test]
fn v9_an_invitation_of_unknown_fate_is_looked_for_and_not_sent_again() {
    let mut line = ringing();
    let (first, _) = rung(&line);
    settle(&mut line, first, unknown());
    line.deadline();
    seen(&mut line, &[CALLER]);
    assert_eq!((rung(&line).1.as_str(), line.count("AddParticipant")), (PHONE, 2));
    // He comes after all: taken out again (V8).
    line.event("AddParticipantSucceeded", json!({}), Some(first));
    let Action::Remove { target } = &line.last().action else { panic!("he is removed") };
    assert_eq!(target.expose(), adele());
    // Found in the call, he is talked to.
    let mut line = ringing();
    let (first, _) = rung(&line);
    settle(&mut line, first, unknown());
    line.deadline();
    seen(&mut line, &[CALLER, &adele()]);
    assert_eq!((line.call.phase.name(), line.count("AddParticipant")), ("talking", 1));
    // As he is whom a roster lists before his event.
    let mut line = ringing();
    line.roster(&[CALLER, &adele()]);
    assert_eq!(line.call.phase.name(), "talking");
}

#[test]
fn who_hangs_up_while_it_rings_stops_the_ringing() {
    let mut line = ringing();
    let (number, _) = rung(&line);
    let facts = SettlementFacts {
        invitation: Some(InvitationId::from("inv-1")),
        ..SettlementFacts::default()
    };
    settle(&mut line, number, Settlement::Done(facts));
    line.roster(&[]);
    assert_eq!((line.count("CancelAddParticipant"), line.count("Terminate")), (1, 1));
    line.disconnected();
    assert_eq!(line.outcome(), "abandoned");
}

#[test]
fn who_is_added_stays_while_the_flow_goes_on() {
    let node = "add: { who: { phone: \"+18005550101\" }, next: good, failed: bad }";
    let mut line = begun(node);
    joins(&mut line);
    assert_eq!((last_words(&line).as_str(), line.call.phase.name()), ("good", "in flow"));
    let mut line = begun(node);
    joins_not(&mut line, 603, 0);
    assert_eq!(last_words(&line), "bad");
    let mut line = begun("add: { who: { phone: \"${config.missing}\" }, next: good, failed: bad }");
    assert_eq!((last_words(&line).as_str(), line.count("AddParticipant")), ("bad", 0));
    line.disconnected();
}

/// How a command ends.
type End = fn(&mut Line);

#[test]
fn somebody_is_taken_out_but_never_the_caller() {
    let node = "remove: { who: { phone: \"+18005550101\" }, next: good, failed: bad }";
    let ends: [(End, &str); 4] = [
        (
            |line| {
                let number = line.last().number;
                line.event("RemoveParticipantSucceeded", json!({}), Some(number));
            },
            "good",
        ),
        (
            |line| {
                let number = line.last().number;
                line.event("RemoveParticipantFailed", json!({}), Some(number));
            },
            "bad",
        ),
        (
            |line| {
                line.settle_last(refused());
            },
            "bad",
        ),
        (
            |line| {
                line.settle_last(done());
                line.deadline();
            },
            "bad",
        ),
    ];
    for (end, heard) in ends {
        let mut line = begun(node);
        assert_eq!(line.last().action.name(), "RemoveParticipant");
        end(&mut line);
        assert_eq!(last_words(&line), heard);
    }
    let caller =
        format!("remove: {{ who: {{ phone: \"{}\" }}, next: good, failed: bad }}", &CALLER[2..]);
    assert_eq!(last_words(&begun(&caller)), "bad");
}

const HOLD: &str = "hold: { length: 30s, next: good, failed: bad }";

#[test]
fn a_caller_on_hold_is_taken_back_after_his_time() {
    let mut line = begun(HOLD);
    line.settle_last(done());
    let before = line.now;
    line.deadline();
    assert_eq!((line.last().action.name(), line.now - before), ("Unhold", 30_000));
    line.settle_last(done());
    assert_eq!(last_words(&line), "good");
    // He cannot be taken back.
    let mut line = begun(HOLD);
    line.settle_last(done());
    line.deadline();
    line.settle_last(refused());
    assert_eq!(last_words(&line), "bad");
}

#[test]
fn who_cannot_be_held_is_not_left_on_hold() {
    let mut line = begun(HOLD);
    line.settle_last(refused());
    assert_eq!((last_words(&line).as_str(), line.count("Unhold")), ("bad", 0));
    let mut line = begun(HOLD);
    let number = line.last().number;
    line.settle_last(done());
    line.event("HoldFailed", json!({}), Some(number));
    assert_eq!(last_words(&line), "bad");
    // Nobody knows whether he is held.
    let mut line = begun(HOLD);
    line.settle_last(unknown());
    line.deadline();
    assert_eq!(line.last().action.name(), "Unhold");
    line.settle_last(done());
    assert_eq!(last_words(&line), "bad");
}

const TRANSFER: &str = "transfer: { to: { phone: \"+18005550101\" }, failed: bad }";

fn transferring() -> (Line, Number) {
    let line = begun(TRANSFER);
    let Action::Transfer { target } = &line.last().action else { panic!("it transfers") };
    assert_eq!(target.expose(), PHONE);
    let number = line.last().number;
    (line, number)
}

#[test]
fn a_transfer_that_is_taken_ends_our_part() {
    let orders: [fn(&mut Line, Number); 3] = [
        |line, number| {
            line.event("CallTransferAccepted", json!({}), Some(number));
            line.roster(&[]);
        },
        |line, number| {
            // The list without the caller comes first, and says nothing by itself.
            line.roster(&[]);
            line.event("CallTransferAccepted", json!({}), Some(number));
        },
        |_, _| {},
    ];
    for tell in orders {
        let (mut line, number) = transferring();
        line.settle_last(done());
        tell(&mut line, number);
        let result =
            json!({ "resultInformation": { "code": 200, "subCode": 7015, "message": "" } });
        line.event("CallDisconnected", result, None);
        gone(&mut line);
        assert_eq!((line.outcome(), line.count("Terminate")), ("transferred", 0));
    }
}

/// Who took him is dead: as long as our leg is still there, the caller is ours again.
#[test]
fn f44_a_transfer_that_was_taken_and_then_fails_gives_the_caller_back() {
    let (mut line, number) = transferring();
    line.settle_last(done());
    line.event("CallTransferAccepted", json!({}), Some(number));
    line.event("CallTransferFailed", json!({}), Some(number));
    assert_eq!(last_words(&line), "bad");
}

#[test]
fn a_transfer_that_is_not_taken_gives_the_caller_back() {
    let (mut line, number) = transferring();
    line.settle_last(done());
    line.event("CallTransferFailed", json!({}), Some(number));
    assert_eq!(last_words(&line), "bad");
    line.event("CallTransferFailed", json!({}), Some(number));
    assert_eq!(line.count("Play"), 1, "told twice");
    let (mut line, _) = transferring();
    line.settle_last(refused());
    assert_eq!(last_words(&line), "bad");
    assert_eq!(
        last_words(&begun("transfer: { to: { phone: \"${config.missing}\" }, failed: bad }")),
        "bad"
    );
}

#[test]
fn v9_a_transfer_of_unknown_fate_is_asked_about_and_not_sent_again() {
    let (mut line, _) = transferring();
    line.settle_last(unknown());
    line.deadline();
    line.wait(20_000);
    line.deadline();
    seen(&mut line, &[CALLER]);
    assert_eq!((last_words(&line).as_str(), line.count("TransferToParticipant")), ("bad", 1));
    // Taken, and our leg stays: it is ended.
    let (mut line, number) = transferring();
    line.event("CallTransferAccepted", json!({}), Some(number));
    line.deadline();
    seen(&mut line, &[]);
    assert_eq!(line.last().action.name(), "Terminate");
    line.disconnected();
    assert_eq!(line.outcome(), "transferred");
    // The caller is not there any more, and nobody says why.
    let (mut line, _) = transferring();
    line.roster(&[]);
    assert_eq!(line.count("Terminate"), 0);
    line.deadline();
    seen(&mut line, &[]);
    line.disconnected();
    assert_eq!(line.outcome(), "abandoned");
}

#[test]
fn music_that_is_lost_begins_again_while_somebody_is_rung() {
    let mut line = ringing();
    let music = line.media();
    settle(&mut line, music, unknown());
    line.deadline();
    seen(&mut line, &[CALLER]);
    assert_eq!((last_words(&line).as_str(), line.count("Play")), ("music/hold.wav", 2));
    assert_eq!(line.count("CancelAllMediaOperations"), 1, "what may play on is stopped before");
    // What is refused is not tried for ever; the ringing goes on.
    let music = line.media();
    settle(&mut line, music, refused());
    assert_eq!((line.count("Play"), line.call.media), (2, None));
    joins(&mut line);
    assert_eq!(line.call.phase.name(), "talking");
}

#[test]
fn who_is_on_hold_when_an_input_fails_hears_what_comes() {
    let mut line = begun(HOLD);
    line.settle_last(done());
    line.feed(&Input::StepFailed { seq: 7 });
    let names = line.names();
    let at = |name: &str| names.iter().position(|sent| *sent == name);
    assert!(at("Unhold") < at("Play") && at("Unhold").is_some(), "{names:?}");
    assert_eq!(last_words(&line), "bad");
    let number = line.number_of("Unhold");
    settle(&mut line, number, done());
    assert_eq!(line.count("Play"), 1, "the answer moves nothing");
}

#[test]
fn a_transfer_is_not_sent_when_its_end_would_come_too_late() {
    let (line, _) = transferring();
    assert!(line.last().expires - line.now <= 10_000, "it rings for a minute");
}
