//! A call that was denied once, and of which nothing more is said: it goes on. One that is really gone is found
//! to be gone by itself.

use engine::call::{Command, Input, Inspection, Phase, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::{CallConnectionId, RawId};

use crate::line::{ADELE, CALLER, Line};

fn unknown() -> Inspection {
    Inspection::Unknown { cause: "503".to_owned() }
}

fn denied_once(line: &mut Line) {
    let number = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
}

/// Lets time pass until Call Automation is asked.
fn asked(line: &mut Line) -> Command {
    loop {
        let commands = line.deadline();
        if let Some(command) = commands.iter().find(|sent| sent.action.name() == "GetCall") {
            return command.clone();
        }
        assert!(!line.call.is_over(), "{:?}", line.notes);
    }
}

fn in_flow() -> Line {
    let mut line = Line::connected();
    line.played();
    line
}

#[test]
fn one_denial_and_an_answer_that_says_nothing_end_no_call() {
    for begin in [in_flow, Line::waiting, Line::talking] {
        let mut line = begin();
        denied_once(&mut line);
        let number = line.deadline()[0].number;
        line.feed(&Input::Inspected { number, view: unknown() });
        assert!(is_heard(&line), "{:?}", line.notes);
        // The sequel of a denial: asked again, and found alive.
        let number = asked(&mut line).number;
        let participants = vec![RawId::new(CALLER), RawId::new(format!("8:orgid:{ADELE}"))];
        let view = Inspection::Live { state: "connected".to_owned(), participants };
        line.feed(&Input::Inspected { number, view });
        assert_eq!((line.call.told_gone, line.count("Terminate")), (None, 0));
    }
}

fn is_heard(line: &Line) -> bool {
    matches!(line.call.phase, Phase::InFlow { .. } | Phase::Waiting(_) | Phase::Talking { .. })
}

/// Two questions are out: one is denied, of the other nothing is heard. There was not even a second between them.
#[test]
fn a_denial_and_silence_at_once_end_no_call() {
    let mut line = Line::talking();
    let first = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: first, view: Inspection::Gone });
    let second = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: second, view: unknown() });
    assert!(matches!(line.call.phase, Phase::Talking { .. }), "{:?}", line.notes);
}

#[test]
fn an_end_that_nobody_ordered_and_nobody_confirms_ends_no_call() {
    let mut line = Line::talking();
    let number = line.event("CallDisconnected", json!({}), None)[0].number;
    line.feed(&Input::Inspected { number, view: unknown() });
    assert!(matches!(line.call.phase, Phase::Talking { .. }), "it may be forged");
    assert_eq!(line.count("Release"), 0, "the agent still talks");
    let number = asked(&mut line).number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    assert_eq!((line.outcome(), line.count("Terminate")), ("connected", 0));
}

/// A prompt in doubt is taken as over, denial or not: the caller is not left in silence.
#[test]
fn silence_after_a_denial_settles_the_prompt_in_doubt() {
    let mut line = Line::waiting();
    line.played();
    let music = line.media();
    line.feed(&Input::Settled {
        number: music,
        result: Settlement::Unknown { cause: "500".to_owned() },
    });
    let number = asked(&mut line).number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    let number = line.deadline()[0].number;
    line.feed(&Input::Inspected { number, view: unknown() });
    assert_eq!(line.last().action.name(), "Play", "{:?}", line.notes);
}

/// Really gone, its `CallDisconnected` lost, and no answer but the first: it does not stay for ever.
#[test]
fn a_denied_call_of_which_nothing_more_is_heard_is_over_after_a_minute() {
    for begin in [in_flow, Line::waiting, Line::talking] {
        let mut line = begin();
        denied_once(&mut line);
        let (denied, asked_before) = (line.now, line.count("GetCall"));
        while !line.call.is_over() {
            line.deadline();
        }
        let lasted = line.now - denied;
        assert!((60_000..=95_000).contains(&lasted), "{lasted}");
        let questions = line.count("GetCall") - asked_before;
        assert!(questions <= 12, "{questions} questions");
        assert_eq!(line.count("Terminate"), 1, "should it live, nobody sits in silence");
    }
}

#[test]
fn a_call_that_two_answers_deny_is_ended_in_case_that_it_lives() {
    let mut line = Line::talking();
    let number = line.feed(&Input::Resumed)[0].number;
    line.denied_twice(number);
    assert_eq!((line.outcome(), line.count("Terminate")), ("connected", 1));
}

#[test]
fn a_sign_of_life_takes_a_denial_back() {
    let signs: [fn(&mut Line); 3] = [
        |line| {
            line.played();
        },
        |line| {
            line.roster(&[CALLER]);
        },
        |line| {
            line.played();
            line.choice("status");
        },
    ];
    for sign in signs {
        let mut line = Line::connected();
        let first = line.feed(&Input::Resumed)[0].number;
        let second = line.feed(&Input::Inspected { number: first, view: Inspection::Gone });
        assert!(second.is_empty());
        line.wait(400);
        sign(&mut line);
        assert_eq!(line.call.told_gone, None);
        line.wait(600);
        let late = line.feed(&Input::Resumed)[0].number;
        line.feed(&Input::Inspected { number: late, view: Inspection::Gone });
        assert!(!line.call.is_over(), "the denial before it was wrong: {:?}", line.notes);
    }
    let mut line = Line::connected();
    denied_once(&mut line);
    line.event("PlayCanceled", json!({}), None);
    assert!(line.call.told_gone.is_some(), "that is how a call ends");
}

/// An answer that was accepted, and a leg that `GET` does not know yet.
#[test]
fn a_leg_that_is_not_visible_yet_is_looked_at_again_after_a_second() {
    let mut line = Line::new();
    line.ring();
    let connection = Some(CallConnectionId::from("conn-1"));
    let facts = SettlementFacts { connection, ..SettlementFacts::default() };
    line.settle_last(Settlement::Done(facts));
    let number = line.deadline()[0].number;
    let began = line.now;
    let at_once = line.feed(&Input::Inspected { number, view: Inspection::Gone });
    assert!(at_once.is_empty(), "{at_once:?}");
    let number = line.deadline()[0].number;
    assert_eq!(line.now - began, 1_000);
    let mut lost = Line::new();
    lost.call = line.call.clone();
    // Nothing known: the answer is still awaited.
    lost.now = line.now;
    lost.feed(&Input::Inspected { number, view: unknown() });
    assert!(matches!(lost.call.phase, Phase::Answering { .. }), "{:?}", lost.notes);
    lost.event("CallConnected", json!({}), None);
    assert_eq!(lost.last().action.name(), "Play");
    // Denied again: it is given up, and ended when it comes up after all.
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    assert_eq!(line.outcome(), "abandoned");
    line.event("CallConnected", json!({}), None);
    assert_eq!(line.count("Terminate"), 1, "the caller would sit in silence");
}

#[test]
fn a_connection_of_somebody_else_after_the_end_is_left_alone() {
    let mut line = Line::new();
    line.ring();
    let connection = Some(CallConnectionId::from("conn-0"));
    let facts = SettlementFacts { connection, ..SettlementFacts::default() };
    line.settle_last(Settlement::Done(facts));
    while !line.call.is_over() {
        for command in line.deadline() {
            if command.action.name() == "GetCall" {
                let number = command.number;
                line.feed(&Input::Inspected { number, view: Inspection::Gone });
            }
        }
    }
    let orders = line.count("Terminate");
    line.event("CallConnected", json!({}), None);
    assert_eq!(line.count("Terminate"), orders);
}
