//! What comes late, out of order or not at all. Each of these was a defect once.

use std::collections::BTreeMap;

use engine::call::{
    Env, FetchResult, Incoming, Input, Inspection, PendingKind, Phase, Profile, Refusal, Resort,
    Settlement, SettlementFacts, TurnedAway, step,
};
use serde_json::json;
use webhooks::{CallConnectionId, IncomingCallContext, InvitationId, RawId};

use crate::line::{ADELE, CALLER, Line};

fn agent() -> String {
    format!("8:orgid:{ADELE}")
}

fn live(ids: &[&str]) -> Inspection {
    let participants = ids.iter().map(|id| RawId::new(*id)).collect();
    Inspection::Live { state: "connected".to_owned(), participants }
}

fn unknown() -> Settlement {
    Settlement::Unknown { cause: "time-out".to_owned() }
}

#[test]
fn an_agent_listed_before_his_success_is_missed_when_he_leaves() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    line.roster(&[CALLER, &agent()]);
    line.added();
    line.roster(&[CALLER]);
    assert_eq!(line.count("Terminate"), 1);
}

#[test]
fn an_agent_who_is_listed_has_joined_though_his_success_is_lost() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    line.roster(&[CALLER, &agent()]);
    assert!(matches!(line.call.phase, Phase::Talking { .. }), "{:?}", line.call.phase);
    assert_eq!(line.count("CancelAllMediaOperations"), 1, "the music stops");
    line.added();
    assert_eq!(line.count("RemoveParticipant"), 0, "his late success changes nothing");
    line.roster(&[CALLER]);
    assert_eq!(line.count("Terminate"), 1);
}

#[test]
fn an_agent_whom_no_roster_listed_is_missed_by_an_inspection() {
    let mut line = Line::talking();
    let facts = SettlementFacts { recording: Some("rec".into()), ..SettlementFacts::default() };
    line.settle_last(Settlement::Done(facts));
    line.feed(&Input::Inspected { number: 0, view: live(&[CALLER]) });
    assert_eq!(line.count("Terminate"), 0, "an answer to no question proves nothing");
    while line.count("GetCall") == 0 {
        line.deadline();
    }
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: live(&[CALLER]) });
    assert_eq!(line.count("Terminate"), 1, "{:?}", line.call.phase);
}

#[test]
fn a_roster_older_than_the_joining_does_not_end_the_conversation() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    line.added();
    line.roster(&[CALLER]);
    assert_eq!(line.count("Terminate"), 0);
}

#[test]
fn a_leg_answered_after_we_gave_up_is_ended() {
    let mut line = Line::new();
    line.ring();
    let answer = line.last().clone();
    assert!(answer.expires - line.now <= 8_000, "not sent once nobody waits for it");
    line.deadline();
    assert_eq!(line.last().action.name(), "RedirectCall");
    line.deadline();
    assert_eq!(line.outcome(), "failed");
    let connection = Some(CallConnectionId::from("conn-1"));
    let facts = SettlementFacts { connection, ..SettlementFacts::default() };
    line.feed(&Input::Settled { number: answer.number, result: Settlement::Done(facts) });
    assert_eq!(line.count("Terminate"), 1);
    line.event("CallConnected", json!({}), Some(answer.number));
    assert_eq!(line.count("Terminate"), 2, "the first may have found no such call");
    line.event("CallConnected", json!({}), Some(answer.number));
    assert_eq!(line.count("Terminate"), 2);
}

#[test]
fn an_agent_who_was_given_up_for_lost_is_not_left_in_the_call() {
    for accepted_late in [true, false] {
        let mut line = Line::waiting();
        line.played();
        line.offer(ADELE);
        let number = line.invitation();
        while line.call.tried.is_empty() {
            let commands = line.deadline();
            if let Some(command) = commands.iter().find(|c| c.action.name() == "GetCall") {
                line.feed(&Input::Inspected { number: command.number, view: live(&[CALLER]) });
            }
        }
        if accepted_late {
            let invitation = Some(InvitationId::from("inv"));
            let facts = SettlementFacts { invitation, ..SettlementFacts::default() };
            let commands = line.feed(&Input::Settled { number, result: Settlement::Done(facts) });
            assert_eq!(commands[0].action.name(), "CancelAddParticipant");
        } else {
            let commands = line.event("AddParticipantSucceeded", json!({}), Some(number));
            assert_eq!(commands[0].action.name(), "RemoveParticipant");
        }
    }
}

#[test]
fn an_invitation_of_unknown_fate_is_looked_for_before_it_is_given_up() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    let number = line.invitation();
    line.feed(&Input::Settled { number, result: unknown() });
    let question = loop {
        let commands = line.deadline();
        if let Some(command) = commands.iter().find(|c| c.action.name() == "GetCall") {
            break command.number;
        }
    };
    line.feed(&Input::Inspected { number: question, view: live(&[CALLER, &agent()]) });
    assert!(matches!(line.call.phase, Phase::Talking { .. }));
}

#[test]
fn an_agent_stays_reserved_until_his_client_stopped_ringing() {
    let mut line = Line::waiting();
    line.played();
    line.wait(50_000);
    line.offer(ADELE);
    line.invited();
    line.wait(11_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(line.count("Release"), 0, "he still rings");
    let cancel =
        line.sent.iter().find(|command| command.action.name() == "CancelAddParticipant").unwrap();
    let number = cancel.number;
    line.event("CancelAddParticipantSucceeded", json!({ "invitationId": "inv-1" }), Some(number));
    assert_eq!(line.count("Release"), 1);
}

#[test]
fn music_of_unknown_fate_is_stopped_and_started() {
    let mut line = Line::waiting();
    line.played();
    let music = line.media();
    line.feed(&Input::Settled { number: music, result: unknown() });
    line.deadline();
    let number = line.last().number;
    let commands = line.feed(&Input::Inspected { number, view: live(&[CALLER]) });
    let names: Vec<_> = commands.iter().map(|command| command.action.name()).collect();
    assert_eq!(names, ["CancelAllMediaOperations", "Play"]);
}

#[test]
fn music_that_has_begun_is_not_doubted_whatever_became_of_its_answer() {
    let mut line = Line::waiting();
    line.played();
    let music = line.media();
    line.feed(&Input::Settled { number: music, result: unknown() });
    line.event("PlayStarted", json!({}), Some(music));
    line.wait(3_000);
    assert!(line.feed(&Input::DeadlineReached).is_empty());
    line.offer(ADELE);
    line.added();
    assert!(line.count("CancelAllMediaOperations") > 0);
}

#[test]
fn a_call_whose_flow_is_gone_ends_instead_of_going_round() {
    let mut line = Line::waiting();
    line.now += 61_000;
    let env = Env { now: line.now, bundle: None, profile: &Profile::CLASSIC };
    let step = step(line.call, &Input::DeadlineReached, &env);
    assert!(matches!(step.call.phase, Phase::Ending { .. }), "{:?}", step.call.phase);
}

#[test]
fn a_poison_event_takes_the_way_of_failure_and_does_not_hang_up_on_people_who_talk() {
    let mut talking = Line::talking();
    talking.feed(&Input::StepFailed { seq: 9 });
    assert!(matches!(talking.call.phase, Phase::Talking { .. }));
    let mut menu = Line::connected();
    menu.played();
    menu.feed(&Input::StepFailed { seq: 9 });
    assert!(matches!(menu.call.phase, Phase::Waiting(_)), "the menu's otherwise");
}

#[test]
fn a_caller_nobody_can_read_and_a_menu_that_leads_to_itself_do_not_exhaust_the_stack() {
    let flow = r#"
flow: t
start: m
nodes:
  m: { menu: { prompt: "Press 1.", choices: { a: { tone: "1", next: bye } }, otherwise: m } }
  bye: { hangup: {} }
"#;
    let mut line = Line::with_flow(flow);
    let incoming = line.bare_ring();
    line.feed(&Input::IncomingCall(Box::new(incoming)));
    let bundle = line.bundle.hash_hex();
    line.feed(&Input::FlowChosen { bundle, config: BTreeMap::new() });
    line.event("CallConnected", json!({}), None);
    assert!(matches!(line.call.phase, Phase::Ending { .. }));
}

#[test]
fn a_slow_look_up_before_the_answer_is_made_once() {
    let flow = r#"
flow: t
start: look
nodes:
  look: { http: { method: POST, url: "https://lookup.test/x", timeout: 20s, next: told, failed: bye } }
  told: { say: { text: "Found.", next: bye } }
  bye: { hangup: {} }
"#;
    let mut line = Line::with_flow(flow);
    line.ring();
    let number = line.last().number;
    line.deadline();
    assert_eq!(line.last().action.name(), "Answer");
    line.event("CallConnected", json!({}), None);
    let result = FetchResult::Answer { status: 200, body: json!(null) };
    line.feed(&Input::Fetched { number, result });
    assert_eq!(line.names(), ["Fetch", "Answer", "Play"]);
}

#[test]
fn a_disconnection_nobody_ordered_is_believed_only_when_call_automation_confirms_it() {
    let mut line = Line::talking();
    line.event("CallDisconnected", json!({}), None);
    assert!(!line.call.is_over());
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: live(&[CALLER, &agent()]) });
    assert!(matches!(line.call.phase, Phase::Talking { .. }), "it was forged");
    line.event("CallDisconnected", json!({}), None);
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    assert_eq!(line.outcome(), "connected");
}

#[test]
fn a_prompt_that_has_begun_is_not_doubted_when_its_answer_is_lost_later() {
    let mut line = Line::connected();
    let number = line.media();
    line.event("PlayStarted", json!({}), Some(number));
    line.feed(&Input::Settled { number, result: unknown() });
    line.wait(3_000);
    assert!(line.feed(&Input::DeadlineReached).is_empty(), "it is not started again");
}

#[test]
fn a_caller_whose_end_was_never_told_is_missed_in_the_queue_and_in_the_flow() {
    let words = "many words ".repeat(150);
    let speaking =
        format!("{LONG_WAIT}  speech: {{ say: {{ text: \"{words}\", next: people }} }}\n");
    for flow in [LONG_WAIT.to_owned(), speaking.replace("start: people", "start: speech")] {
        let mut line = Line::with_flow(&flow);
        line.connect();
        let began = line.now;
        while line.count("GetCall") == 0 {
            line.deadline();
        }
        assert!(line.now - began <= 61_000, "{} s", (line.now - began) / 1_000);
        let number = line.last().number;
        line.denied_twice(number);
        assert_eq!(line.outcome(), "abandoned", "found and finished by itself");
    }
}

#[test]
fn a_call_that_is_heard_of_is_not_asked_about() {
    let mut line = Line::with_flow(LONG_WAIT);
    line.connect();
    let silences = |line: &Line| line.notes.iter().filter(|note| note.contains("a minute")).count();
    for _ in 0..10 {
        line.wait(59_000);
        line.roster(&[CALLER]);
        line.feed(&Input::DeadlineReached);
    }
    assert_eq!(silences(&line), 0);
    assert!(matches!(line.call.phase, Phase::Waiting(_)));
    line.wait(60_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(silences(&line), 1);
    // An inspection that finds it alive is heard of it, too.
    line.wait(5_000);
    let asked = line.call.awaits(|kind| matches!(kind, PendingKind::Inspect { .. }));
    line.feed(&Input::Inspected { number: asked.unwrap(), view: live(&[CALLER]) });
    line.wait(59_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(silences(&line), 1);
    line.wait(1_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(silences(&line), 2);
}

const LONG_WAIT: &str = r#"
flow: test
language: en-US
start: people
nodes:
  people:
    queue: { name: support, announce: "Please hold.", music: hold.wav, ring: 20s, overflow: { after: 20m, next: bye } }
  bye: { hangup: {} }
"#;

#[test]
fn a_caller_who_was_turned_away_is_kept_with_what_was_done() {
    let table = [
        (Resort::Redirected, "redirected"),
        (Resort::Rejected, "rejected"),
        (Resort::Dropped, "expired"),
    ];
    for (how, outcome) in table {
        let mut line = Line::new();
        let incoming = Incoming { from: Some(RawId::new(CALLER)), ..incoming(&line) };
        let away = TurnedAway { incoming, how, why: "the ledger was down".to_owned() };
        line.feed(&Input::TurnedAway(Box::new(away)));
        assert_eq!(line.outcome(), outcome);
        assert_eq!(line.call.caller, Some(RawId::new(CALLER)));
        assert!(line.sent.is_empty());
    }
    let away = |how, line: &Line| {
        let away = TurnedAway { incoming: incoming(line), how, why: String::new() };
        Input::TurnedAway(Box::new(away))
    };
    let mut line = Line::new();
    line.ring();
    line.feed(&away(Resort::Redirected, &line));
    assert_eq!(line.outcome(), "redirected", "kept too late: its answer would be refused");
    let mut line = Line::talking();
    let before = line.call.clone();
    line.feed(&away(Resort::Redirected, &line));
    assert_eq!(line.call.phase, before.phase, "a call that is known goes on");
}

/// Of a call that was turned away the context is not kept.
fn incoming(line: &Line) -> Incoming {
    Incoming { context: IncomingCallContext::new(""), ..line.bare_ring() }
}

/// A GET that was ordered before the agent joined may be answered after the roster that lists him.
#[test]
fn an_inspection_from_before_the_agent_joined_does_not_end_the_conversation() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    let look = line.feed(&Input::Resumed)[0].number;
    line.added();
    line.roster(&[CALLER, &agent()]);
    line.feed(&Input::Inspected { number: look, view: live(&[CALLER]) });
    assert!(!line.call.is_over() && line.count("Terminate") == 0, "{:?}", line.notes);
    line.wait(6_000);
    let look = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: look, view: live(&[CALLER]) });
    assert_eq!(line.last().action.name(), "Terminate", "a later one counts");
}

/// Both rosters, the one that lists him and the one that does not any more, came before his late success, or are
/// lost: the caller would sit in silence until the next look after a minute.
#[test]
fn an_agent_whom_no_roster_lists_soon_after_his_success_is_asked_about() {
    let mut line = Line::waiting();
    line.played();
    line.offer(ADELE);
    line.roster(&[CALLER]);
    line.added();
    let joined = line.now;
    while line.count("GetCall") == 0 {
        line.deadline();
    }
    assert_eq!(line.now - joined, 5_000);
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: live(&[CALLER]) });
    assert_eq!(line.count("Terminate"), 1, "{:?}", line.call.phase);
}

/// A roster that lists him puts the look off: nobody is asked about a conversation that is heard of.
#[test]
fn an_agent_whom_a_roster_lists_is_not_asked_about() {
    let mut line = Line::talking();
    line.roster(&[CALLER, &agent()]);
    line.wait(20_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(line.count("GetCall"), 0);
}

/// The agent is in, and Call Automation does not stop the music (found by the simulator).
#[test]
fn music_that_could_not_be_stopped_is_stopped_again() {
    let mut line = Line::talking();
    line.roster(&[CALLER, &agent()]);
    let refused = || Settlement::Refused(Refusal { status: 409, sub_code: Some(8519) });
    let began = line.now;
    for wanted in 2..6 {
        let number = line.number_of("CancelAllMediaOperations");
        line.feed(&Input::Settled { number, result: refused() });
        while line.count("CancelAllMediaOperations") < wanted {
            line.deadline();
        }
    }
    assert_eq!(line.now - began, 8_000, "after 1, 2, 4 and 8 s: not for ever");
    let number = line.number_of("CancelAllMediaOperations");
    line.feed(&Input::Settled { number, result: Settlement::Done(SettlementFacts::default()) });
    line.wait(30_000);
    line.feed(&Input::DeadlineReached);
    assert_eq!(line.count("CancelAllMediaOperations"), 5);
}

/// Music that follows would wait behind the loop that plays on (found by the simulator).
#[test]
fn an_announcement_that_is_refused_leaves_no_loop_behind() {
    let mut line = Line::waiting();
    line.played();
    assert_eq!(line.names().last(), Some(&"Play"), "music");
    while line.count("Play") < 4 {
        line.deadline();
    }
    let before = line.sent.len();
    line.settle_last(Settlement::Refused(Refusal { status: 409, sub_code: Some(8519) }));
    assert_eq!(line.names()[before..], ["CancelAllMediaOperations", "Play"]);
}

/// The roster that lists him is late, the next one comes first, and he is gone already (seed 1431).
#[test]
fn a_roster_without_an_agent_who_was_never_listed_does_not_put_the_look_off() {
    let mut line = Line::talking();
    line.wait(900);
    line.roster(&[CALLER]);
    while line.count("GetCall") == 0 {
        line.deadline();
    }
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: live(&[CALLER]) });
    assert_eq!(line.count("Terminate"), 1, "{:?}", line.call.phase);
    assert_eq!(line.last().action.name(), "Terminate");
}
