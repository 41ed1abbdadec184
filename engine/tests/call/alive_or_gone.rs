//! Whether a call is still there, when Call Automation is wrong about it; and how long a caller hears nothing
//! for want of an event. Each was found by the simulator.

use engine::call::{Input, Inspection, Phase, Refusal, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::{CallConnectionId, RawId};

use crate::line::{ADELE, CALLER, Line, spoken};

fn live() -> Inspection {
    let participants = vec![RawId::new(CALLER), RawId::new(format!("8:orgid:{ADELE}"))];
    Inspection::Live { state: "connected".to_owned(), participants }
}

fn gone() -> Settlement {
    Settlement::Refused(Refusal { status: 404, sub_code: Some(8522) })
}

/// Two talked, and the caller has left.
fn ending() -> Line {
    let mut line = Line::talking();
    line.roster(&[CALLER, &format!("8:orgid:{ADELE}")]);
    line.roster(&[CALLER]);
    assert!(matches!(line.call.phase, Phase::Ending { .. }));
    line
}

#[test]
fn a_call_that_is_said_to_be_gone_is_asked_about_once_more() {
    let mut line = Line::talking();
    let number = line.feed(&Input::Resumed)[0].number;
    let began = line.now;
    let at_once = line.feed(&Input::Inspected { number, view: Inspection::Gone });
    assert!(!line.call.is_over() && at_once.is_empty(), "one witness is not enough");
    let again = line.deadline();
    assert_eq!((again[0].action.name(), line.now - began), ("GetCall", 1_000));
    let number = again[0].number;
    line.feed(&Input::Inspected { number, view: live() });
    assert!(matches!(line.call.phase, Phase::Talking { .. }), "the first was wrong");
    let number = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    let again = line.deadline()[0].number;
    line.feed(&Input::Inspected { number: again, view: Inspection::Gone });
    assert_eq!(line.outcome(), "connected");
}

#[test]
fn an_end_refused_because_the_call_is_gone_is_ordered_again_if_it_is_not() {
    let mut line = ending();
    let question = line.settle_last(gone())[0].number;
    assert!(!line.call.is_over());
    line.feed(&Input::Inspected { number: question, view: live() });
    assert_eq!(line.count("Terminate"), 2, "an agent would sit alone with the bot");
    line.event("CallDisconnected", json!({}), None);
    assert_eq!(line.outcome(), "connected");
}

#[test]
fn an_end_refused_because_the_call_is_gone_is_done_when_an_inspection_says_so_too() {
    let mut line = ending();
    let question = line.settle_last(gone())[0].number;
    line.feed(&Input::Inspected { number: question, view: Inspection::Gone });
    assert_eq!((line.outcome(), line.count("Terminate")), ("connected", 1));
}

#[test]
fn a_call_that_lives_on_after_its_end_is_ended_again() {
    let mut line = Line::connected();
    line.disconnected();
    assert_eq!(line.outcome(), "abandoned");
    line.event("PlayCanceled", json!({}), None);
    line.roster(&[]);
    assert_eq!(line.count("Terminate"), 0, "that is how a call ends");
    line.roster(&[CALLER]);
    assert_eq!(line.count("Terminate"), 1, "he sits in silence");
}

/// The question runs on in a call that was denied twice: its end is the only thing that is heard of the caller.
#[test]
fn a_question_that_nobody_answered_shows_life_after_the_end() {
    let mut line = Line::connected();
    line.disconnected();
    let cut_off = json!({ "resultInformation": { "code": 400, "subCode": 8508, "message": "" } });
    line.event("RecognizeFailed", cut_off, None);
    assert_eq!(line.count("Terminate"), 0, "that is how a call ends");
    let silent = json!({ "resultInformation": { "code": 400, "subCode": 8510, "message": "" } });
    line.event("RecognizeFailed", silent, None);
    assert_eq!(line.count("Terminate"), 1, "he sits in silence");
}

/// How long a question of the airline's length is awaited; its caller may have pressed a key at once.
#[test]
fn a_lost_answer_of_the_caller_is_missed_soon() {
    let prompt = "For flight status, press 1. For baggage, press 2. To talk to a person, press 0. To hear \
                  this again, press 9.";
    let flow = format!(
        r#"
flow: t
start: m
nodes:
  m: {{ menu: {{ prompt: "{prompt}", choices: {{ a: {{ tone: "1", phrases: ["a"], next: bye }} }}, otherwise: bye }} }}
  bye: {{ hangup: {{}} }}
"#
    );
    let mut line = Line::with_flow(&flow);
    line.connect();
    assert_eq!(spoken(line.last()), prompt);
    let began = line.now;
    line.deadline();
    assert_eq!(line.last().action.name(), "GetCall");
    let waited = line.now - began;
    let speech = 1_000 * i64::try_from(prompt.len()).unwrap() / 15;
    assert!(waited >= speech + 5_000 + 5_000, "{waited}: he may still speak");
    assert!(waited <= 2 * speech + 5_000 + 10_000, "{waited}");
}

/// V12: without music, or where none can be played, the announcement comes again before 4 s have passed.
#[test]
fn nobody_waits_in_silence_where_no_music_plays() {
    let flow = r#"
flow: t
start: people
nodes:
  people:
    queue: { name: support, announce: "Please wait.", every: 30s, overflow: { after: 60s, next: bye } }
  bye: { hangup: {} }
"#;
    let mut line = Line::with_flow(flow);
    line.connect();
    for _ in 0..3 {
        line.played();
        let silent_since = line.now;
        line.deadline();
        assert_eq!(spoken(line.last()), "Please wait.");
        assert!(line.now - silent_since <= 3_500, "{} ms", line.now - silent_since);
    }
}

/// A line whose answer left, and was accepted if so.
fn answering(accepted: bool) -> Line {
    let mut line = Line::new();
    line.ring();
    if accepted {
        line.settle_last(connected_as("conn-1"));
    }
    line
}

fn connected_as(connection: &str) -> Settlement {
    let connection = Some(CallConnectionId::from(connection));
    Settlement::Done(SettlementFacts { connection, ..SettlementFacts::default() })
}

#[test]
fn a_caller_whose_connection_was_not_told_is_spoken_to_soon() {
    let mut line = answering(true);
    let accepted = line.now;
    let question = line.deadline()[0].number;
    assert!(line.now - accepted <= 3_000, "he hears nothing");
    line.feed(&Input::Inspected { number: question, view: standing("connecting") });
    assert!(matches!(line.call.phase, Phase::Answering { .. }), "nothing can be played yet");
    let question = line.deadline()[0].number;
    line.feed(&Input::Inspected { number: question, view: standing("connected") });
    assert_eq!(line.last().action.name(), "Play");
}

#[test]
fn a_leg_that_is_never_up_is_given_up() {
    let mut line = answering(true);
    let began = line.now;
    while !line.call.is_over() {
        for command in line.deadline() {
            if command.action.name() == "GetCall" {
                let view = standing("connecting");
                line.feed(&Input::Inspected { number: command.number, view });
            }
        }
        assert!(line.now - began < 120_000);
    }
    assert_eq!(line.outcome(), "failed");
    assert!(line.count("Terminate") > 0);
}

#[test]
fn after_a_restart_the_fate_of_an_answer_is_waited_for() {
    let mut line = answering(false);
    let answer = line.last().number;
    line.wait(60_000);
    line.feed(&Input::Resumed);
    line.feed(&Input::DeadlineReached);
    assert!(!line.call.is_over(), "it is being asked");
    line.feed(&Input::Settled { number: answer, result: connected_as("conn-1") });
    let asked = line.now;
    let question = line.deadline()[0].number;
    assert!(line.now - asked <= 3_000, "he hears nothing");
    line.feed(&Input::Inspected { number: question, view: standing("connected") });
    assert_eq!(line.last().action.name(), "Play");
}

fn standing(state: &str) -> Inspection {
    Inspection::Live { state: state.to_owned(), participants: vec![RawId::new(CALLER)] }
}

#[test]
fn an_end_that_is_refused_or_of_unknown_fate_is_ordered_again_soon() {
    let refused = Settlement::Refused(Refusal { status: 400, sub_code: Some(8523) });
    for result in [refused, Settlement::Unknown { cause: "412".to_owned() }] {
        let mut line = ending();
        line.settle_last(result);
        let began = line.now;
        line.deadline();
        assert_eq!(line.count("Terminate"), 2);
        assert!(line.now - began <= 2_000, "an agent sits alone");
    }
}

/// The rosters that listed the caller were lost, then the event that he left: the agent sat alone for ever.
#[test]
fn an_agent_alone_is_noticed_though_no_roster_ever_listed_the_caller() {
    let agent = format!("8:orgid:{ADELE}");
    let mut line = Line::talking();
    line.call.caller_seen = false;
    line.roster(&["4:+15550199", &agent]);
    assert_eq!(line.count("Terminate"), 0, "somebody else may be the caller under another name");
    line.roster(&[&agent]);
    assert_eq!(line.last().action.name(), "Terminate", "{:?}", line.notes);

    let mut line = Line::talking();
    line.call.caller_seen = false;
    line.wait(60_000);
    let look = line.deadline()[0].number;
    let participants = vec![RawId::new(&agent), RawId::new("28:orgid:5f0a")];
    let view = Inspection::Live { state: "connected".to_owned(), participants };
    line.feed(&Input::Inspected { number: look, view });
    assert_eq!(line.count("Terminate"), 1, "{:?}", line.notes);
}

/// Taken as done after two refusals, a call that lived on left its caller in silence until he hung up.
#[test]
fn an_end_that_is_refused_again_and_again_is_ordered_until_the_call_is_over() {
    let mut line = ending();
    for _ in 0..2 {
        line.settle_last(Settlement::Refused(Refusal { status: 400, sub_code: None }));
        line.deadline();
    }
    for orders in 2..5 {
        assert_eq!((line.last().action.name(), line.count("Terminate")), ("GetCall", orders));
        let number = line.last().number;
        line.feed(&Input::Inspected { number, view: live() });
        assert_eq!((line.last().action.name(), line.count("Terminate")), ("Terminate", orders + 1));
        line.settle_last(Settlement::Refused(Refusal { status: 400, sub_code: None }));
        line.deadline();
    }
    line.disconnected();
    assert_eq!(line.outcome(), "connected");
}

/// Two questions are out at once, after a start: what denies the first denies the second.
#[test]
fn two_denials_in_one_second_are_one() {
    let mut line = Line::talking();
    let first = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: first, view: Inspection::Gone });
    let second = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: second, view: Inspection::Gone });
    assert!(!line.call.is_over(), "{:?}", line.notes);
    let third = line.deadline()[0].number;
    line.feed(&Input::Inspected { number: third, view: Inspection::Gone });
    assert!(line.call.is_over());
}

/// The second look is about the operation that the first was about.
#[test]
fn music_in_doubt_is_started_again_when_the_denied_call_is_found_alive() {
    let mut line = Line::waiting();
    line.played();
    let music = line.media();
    line.feed(&Input::Settled {
        number: music,
        result: Settlement::Unknown { cause: "500".to_owned() },
    });
    while line.count("GetCall") == 0 {
        line.deadline();
    }
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: Inspection::Gone });
    let again = line.deadline()[0].number;
    let participants = vec![RawId::new(CALLER)];
    let view = Inspection::Live { state: "connected".to_owned(), participants };
    line.feed(&Input::Inspected { number: again, view });
    assert_eq!(line.last().action.name(), "Play", "{:?}", line.notes);
    assert_ne!(line.media(), music);
}

/// The service starts again while our leg comes up, `CallConnected` was lost, and the first question is refused: the
/// caller hears nothing until the next one.
#[test]
fn a_leg_of_which_nothing_could_be_learnt_is_asked_about_again_soon() {
    let mut line = Line::new();
    line.ring();
    line.settle_last(Settlement::Done(SettlementFacts {
        connection: Some(CallConnectionId::from("conn-1")),
        ..SettlementFacts::default()
    }));
    let number = line.feed(&Input::Resumed)[0].number;
    let began = line.now;
    let view = Inspection::Unknown { cause: "refused 412".to_owned() };
    line.feed(&Input::Inspected { number, view });
    let number = line.deadline()[0].number;
    assert!(line.now - began <= 3_000, "{} ms of silence", line.now - began);
    line.feed(&Input::Inspected { number, view: live() });
    assert!(matches!(line.call.phase, Phase::InFlow { .. }), "{:?}", line.call.phase);
}

/// Two questions are out: the one about a prompt is denied, the other finds the call alive. The prompt is not left to its
/// last deadline.
#[test]
fn a_denial_of_what_is_in_doubt_is_asked_about_again_though_the_call_lives() {
    let mut line = Line::connected();
    line.deadline();
    let about = line.last().clone();
    assert_eq!((about.action.name(), line.count("GetCall")), ("GetCall", 1));
    let began = line.now;
    let other = line.feed(&Input::Resumed)[0].number;
    line.feed(&Input::Inspected { number: about.number, view: Inspection::Gone });
    line.feed(&Input::Inspected { number: other, view: live() });
    while line.count("GetCall") == 2 {
        line.deadline();
    }
    assert!(line.now - began <= 1_000, "{} ms of silence", line.now - began);
    let again = line.last().number;
    line.feed(&Input::Inspected { number: again, view: live() });
    assert_eq!(line.call.phase.node(), Some("menu"), "{:?}", line.notes);
}

/// The end is refused because there is no such call, and the question after it tells nothing: the line may be open.
#[test]
fn an_end_that_was_denied_is_not_believed_by_an_answer_that_says_nothing() {
    let mut line = ending();
    let number = line.settle_last(gone())[0].number;
    let view = Inspection::Unknown { cause: "refused 409".to_owned() };
    line.feed(&Input::Inspected { number, view });
    assert!(!line.call.is_over(), "{:?}", line.notes);
    let began = line.now;
    while line.count("GetCall") == 1 {
        line.deadline();
    }
    assert!(line.now - began <= 1_000, "{} ms", line.now - began);
    let number = line.last().number;
    line.feed(&Input::Inspected { number, view: live() });
    assert_eq!(line.count("Terminate"), 2, "ordered again");
}

/// The news that the caller has left was lost, and the look after a minute is refused: the agent sits alone.
#[test]
fn a_conversation_of_which_nothing_could_be_learnt_is_looked_at_again_soon() {
    let mut line = Line::talking();
    line.roster(&[CALLER, &format!("8:orgid:{ADELE}")]);
    while line.count("GetCall") == 0 {
        line.deadline();
    }
    let (number, began) = (line.last().number, line.now);
    let view = Inspection::Unknown { cause: "refused 400".to_owned() };
    line.feed(&Input::Inspected { number, view });
    while line.count("GetCall") == 1 {
        line.deadline();
    }
    assert!(line.now - began <= 15_000, "{} ms", line.now - began);
    let number = line.last().number;
    let participants = vec![RawId::new(format!("8:orgid:{ADELE}"))];
    let view = Inspection::Live { state: "connected".to_owned(), participants };
    line.feed(&Input::Inspected { number, view });
    assert!(matches!(line.call.phase, Phase::Ending { .. }), "{:?}", line.call.phase);
}
