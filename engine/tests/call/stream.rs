//! The caller and a voice agent: news of the socket, events of the stream, and what is lost of both.

use engine::call::{
    Doing, Input, Kept, Number, Passed, Phase, Refusal, Settlement, SettlementFacts, StreamEnd,
    StreamNews, StreamPhase,
};
use serde_json::{Value, json};

use crate::line::{CALLER, Line, spoken};

const NODE: &str = "stream: { to: helper, send: { who: caller.name }, max: 5m, hand_over: { person: person }, set: { topic: handed.topic }, next: good, failed: bad }";

fn begun(node: &str, after: &str) -> Line {
    let flow = format!(
        "flow: t\nstart: a\nnodes:\n  a: {{ {node} }}\n  person: {{ say: {{ text: \"person ${{vars.topic}}\", next: end }} }}\n  good: {{ {after} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    );
    let mut line = Line::with_flow(&flow);
    line.connect();
    line
}

const SAY: &str = "say: { text: \"good\", next: end }";
const SECRET: &str = "collect: { prompt: \"PIN?\", into: pin, min: 4, max: 4, sensitive: true, next: end, otherwise: bad }";

/// A caller whose voice agent is being reached.
fn reaching() -> (Line, Number) {
    let mut line = begun(NODE, SAY);
    let number = line.number_of("StartMediaStreaming");
    line.feed(&Input::Settled { number, result: done() });
    (line, number)
}

/// A caller who talks with a voice agent.
fn talking() -> (Line, Number) {
    talking_before(SAY)
}

fn talking_before(after: &str) -> (Line, Number) {
    let mut line = begun(NODE, after);
    let number = line.number_of("StartMediaStreaming");
    line.feed(&Input::Settled { number, result: done() });
    tell(&mut line, number, StreamNews::Begun);
    line.event("MediaStreamingStarted", json!({}), Some(number));
    (line, number)
}

fn done() -> Settlement {
    Settlement::Done(SettlementFacts::default())
}

fn refused(status: u16, sub_code: i64) -> Settlement {
    Settlement::Refused(Refusal { status, sub_code: Some(sub_code) })
}

fn tell(line: &mut Line, number: Number, news: StreamNews) {
    line.feed(&Input::Streamed { number, news });
}

const PASSED: Passed = Passed { to_agent: 50, from_agent: 20 };

fn hands_over(to: &str, set: Value) -> StreamNews {
    StreamNews::HandedOver { to: to.to_owned(), set: Kept(set), passed: PASSED }
}

fn over(end: StreamEnd) -> StreamNews {
    StreamNews::Over { end, passed: PASSED }
}

fn heard(line: &Line) -> String {
    let speaks = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| speaks(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

fn stops(line: &Line) -> usize {
    line.count("StopMediaStreaming")
}

/// The time from the last step to the next deadline, in ms.
fn patience(line: &Line) -> i64 {
    line.call.next_deadline().expect("a deadline").0 - line.now
}

#[test]
fn the_agent_is_told_what_the_flow_says_and_hands_over_to_a_node() {
    let (mut line, number) = talking();
    let Phase::InFlow { doing: Doing::Streaming(talk), .. } = &line.call.phase else {
        panic!("they talk")
    };
    assert_eq!((talk.agent.as_str(), talk.number), ("helper", number));
    assert_eq!(talk.sent, [("who".to_owned(), Kept(json!("Ada")))]);
    tell(&mut line, number, hands_over("person", json!({ "topic": "a bill" })));
    assert_eq!((heard(&line).as_str(), stops(&line)), ("person a bill", 1));
    assert!(line.notes.iter().any(|note| note.starts_with("50 frames")), "{:?}", line.notes);
    // Told twice, and the stream's own end: nothing more.
    tell(&mut line, number, hands_over("person", json!({})));
    line.event("MediaStreamingStopped", json!({}), Some(line.number_of("StopMediaStreaming")));
    assert_eq!((line.count("Play"), stops(&line)), (1, 1));
    assert_eq!(line.call.streaming, StreamPhase::Off);
}

#[test]
fn what_the_agent_gives_is_checked() {
    for (to, set) in [("elsewhere", json!({ "topic": "x" })), ("person", json!({}))] {
        let (mut line, number) = talking();
        tell(&mut line, number, hands_over(to, set));
        assert_eq!((heard(&line).as_str(), stops(&line)), ("bad", 1), "{to}");
        assert!(!line.notes.iter().any(|note| note.contains("elsewhere")), "an agent's own word");
    }
    let node = NODE.replace("caller.name", "vars.topic");
    assert_eq!(heard(&begun(&node, SAY)), "bad", "what is sent has no value");
}

/// How a talk ends.
type End = fn(&mut Line, Number);

#[test]
fn every_end_has_a_way() {
    let ends: [(End, &str); 8] = [
        (|line, number| tell(line, number, over(StreamEnd::Agent)), "good"),
        (
            |line, number| {
                tell(line, number, over(StreamEnd::Broken { cause: "reset".to_owned() }));
            },
            "bad",
        ),
        (
            |line, number| {
                line.event("MediaStreamingFailed", json!({}), Some(number));
            },
            "bad",
        ),
        (
            |line, number| {
                line.event("MediaStreamingStopped", json!({}), Some(number));
            },
            "bad",
        ),
        (
            |line, number| {
                tell(line, number, over(StreamEnd::Call));
                assert_eq!((heard(line).as_str(), patience(line)), ("", 5_000));
                line.deadline();
            },
            "bad",
        ),
        (
            |line, number| {
                // Another process takes the socket over.
                tell(line, number, over(StreamEnd::Stopping));
                tell(line, number, StreamNews::Begun);
                tell(line, number, over(StreamEnd::Agent));
            },
            "good",
        ),
        (
            |line, _| {
                assert_eq!(patience(line), 35_000, "who holds the sockets is dead");
                line.deadline();
            },
            "bad",
        ),
        (
            |line, number| {
                let began = line.now;
                for _ in 0..20 {
                    assert_eq!(heard(line), "", "not before its time");
                    line.wait(15_000);
                    tell(line, number, StreamNews::Alive);
                    line.feed(&Input::DeadlineReached);
                }
                assert_eq!(line.now - began, 300_000, "the longest talk");
            },
            "good",
        ),
    ];
    for (at, (end, way)) in ends.into_iter().enumerate() {
        let (mut line, number) = talking();
        end(&mut line, number);
        assert_eq!(heard(&line), way, "{at}");
        line.event("PlayCompleted", json!({}), Some(line.media()));
        line.disconnected();
        assert_eq!(line.outcome(), "completed", "{at}");
    }
}

#[test]
fn a_stream_that_ended_by_itself_is_not_stopped_again() {
    let (mut line, number) = talking();
    line.event("MediaStreamingFailed", json!({}), Some(number));
    assert_eq!((stops(&line), line.call.streaming), (0, StreamPhase::Off));
    tell(&mut line, number, over(StreamEnd::Call));
    assert_eq!((line.count("Play"), stops(&line)), (1, 0));
}

#[test]
fn an_agent_that_cannot_be_reached_is_no_dead_end() {
    let ends: [(End, usize); 4] = [
        (
            |line, number| {
                line.event("MediaStreamingFailed", json!({}), Some(number));
            },
            0,
        ),
        (
            |line, number| {
                line.feed(&Input::Settled { number, result: refused(400, 8500) });
            },
            1,
        ),
        (
            |line, number| {
                line.feed(&Input::Settled { number, result: Settlement::Expired });
            },
            1,
        ),
        (
            |line, _| {
                assert_eq!(patience(line), 10_000);
                line.deadline();
            },
            1,
        ),
    ];
    for (end, stopped) in ends {
        let mut line = begun(NODE, SAY);
        let number = line.number_of("StartMediaStreaming");
        end(&mut line, number);
        assert_eq!((heard(&line).as_str(), stops(&line)), ("bad", stopped));
    }
}

#[test]
fn a_start_of_unknown_fate_is_waited_for() {
    for result in [Settlement::Unknown { cause: "reset".to_owned() }, refused(400, 8585)] {
        let mut line = begun(NODE, SAY);
        let number = line.number_of("StartMediaStreaming");
        line.feed(&Input::Settled { number, result: result.clone() });
        line.event("MediaStreamingStarted", json!({}), Some(number));
        assert_eq!((heard(&line).as_str(), patience(&line)), ("", 35_000));
        let mut line = begun(NODE, SAY);
        line.feed(&Input::Settled { number, result });
        line.deadline();
        assert_eq!((heard(&line).as_str(), stops(&line)), ("bad", 1));
    }
}

#[test]
fn v8_a_stream_that_begins_after_it_was_given_up_is_stopped() {
    let (mut line, number) = reaching();
    line.deadline();
    line.settle_last(done());
    let stop = line.number_of("StopMediaStreaming");
    line.feed(&Input::Settled { number: stop, result: refused(400, 8585) });
    assert_eq!((stops(&line), line.call.streaming), (1, StreamPhase::Off));
    tell(&mut line, number, StreamNews::Begun);
    assert_eq!((heard(&line).as_str(), stops(&line)), ("bad", 2));
    line.event("MediaStreamingStarted", json!({}), Some(number));
    assert_eq!(stops(&line), 2, "it is being stopped");
    tell(&mut line, number, over(StreamEnd::Call));
    assert_eq!(line.call.streaming, StreamPhase::Off);
}

#[test]
fn who_hangs_up_leaves_nothing_behind() {
    let (mut line, number) = talking();
    line.roster(&[]);
    assert_eq!((line.count("Terminate"), stops(&line)), (1, 0));
    tell(&mut line, number, over(StreamEnd::Call));
    line.disconnected();
    assert_eq!(line.outcome(), "abandoned");
    tell(&mut line, number, over(StreamEnd::Call));
}

#[test]
fn after_a_restart_the_holder_of_the_sockets_is_heard_of_soon_or_taken_for_dead() {
    let (mut line, number) = talking();
    line.feed(&Input::Resumed);
    line.wait(10_000);
    tell(&mut line, number, StreamNews::Alive);
    assert_eq!(heard(&line), "");
    line.feed(&Input::Resumed);
    let began = line.now;
    while heard(&line).is_empty() {
        line.deadline();
    }
    assert_eq!((heard(&line).as_str(), line.now - began), ("bad", 17_000));
}

#[test]
fn v14_sensitive_digits_wait_until_nothing_goes_to_the_agent() {
    let ends: [(End, &str); 6] = [
        (
            |line, _| {
                let stop = line.number_of("StopMediaStreaming");
                line.event("MediaStreamingStopped", json!({}), Some(stop));
            },
            "PIN?",
        ),
        (
            |line, number| {
                line.event("MediaStreamingStopped", json!({}), Some(number));
            },
            "PIN?",
        ),
        (|line, number| tell(line, number, over(StreamEnd::Call)), "PIN?"),
        (
            |line, _| {
                let number = line.number_of("StopMediaStreaming");
                line.feed(&Input::Settled { number, result: refused(400, 8585) });
            },
            "PIN?",
        ),
        (
            |line, _| {
                line.deadline();
                assert_eq!((heard(line).as_str(), stops(line)), ("", 2), "ordered again");
                let stop = line.number_of("StopMediaStreaming");
                line.event("MediaStreamingStopped", json!({}), Some(stop));
            },
            "PIN?",
        ),
        (
            |line, _| {
                line.deadline();
                line.deadline();
            },
            "bad",
        ),
    ];
    for (at, (end, words)) in ends.into_iter().enumerate() {
        let (mut line, number) = talking_before(SECRET);
        tell(&mut line, number, over(StreamEnd::Agent));
        assert_eq!((heard(&line).as_str(), stops(&line)), ("", 1), "{at}");
        end(&mut line, number);
        assert_eq!(heard(&line), words, "{at}");
    }
}

#[test]
fn one_talk_begins_when_the_other_is_over() {
    let again = "stream: { to: other, next: end, failed: bad }";
    let (mut line, number) = talking_before(again);
    tell(&mut line, number, over(StreamEnd::Agent));
    assert_eq!(line.count("StartMediaStreaming"), 1);
    let stop = line.number_of("StopMediaStreaming");
    line.feed(&Input::Settled { number: stop, result: done() });
    line.event("MediaStreamingStopped", json!({}), Some(stop));
    let second = line.number_of("StartMediaStreaming");
    assert!(second > stop);
    // The end of the first, late: not that of the second.
    line.event("MediaStreamingStopped", json!({}), Some(number));
    tell(&mut line, number, over(StreamEnd::Call));
    tell(&mut line, second, StreamNews::Begun);
    assert_eq!((heard(&line).as_str(), line.call.phase.node()), ("", Some("good")));
    line.roster(&[CALLER]);
    tell(&mut line, second, over(StreamEnd::Agent));
    assert_eq!(line.last().action.name(), "Terminate");
}

/// What is late of the first talk says nothing of the second, whose agent may still hear.
#[test]
fn v14_the_end_of_an_earlier_talk_is_not_that_of_a_later_one() {
    let flow = "flow: t\nstart: a\nnodes:\n  a: { stream: { to: x, next: b, failed: bad } }\n  b: { stream: { to: y, next: pin, failed: bad } }\n  pin: { collect: { prompt: \"PIN?\", into: pin, min: 4, max: 4, sensitive: true, next: end, otherwise: bad } }\n  bad: { say: { text: bad, next: end } }\n  end: { hangup: {} }\n";
    let mut line = Line::with_flow(flow);
    line.connect();
    let mut ends = Vec::new();
    for _ in 0..2 {
        let number = line.number_of("StartMediaStreaming");
        tell(&mut line, number, StreamNews::Begun);
        tell(&mut line, number, over(StreamEnd::Agent));
        ends.push((number, line.number_of("StopMediaStreaming")));
        if ends.len() == 1 {
            line.event("MediaStreamingStopped", json!({}), Some(ends[0].1));
        }
    }
    for late in [ends[0].0, ends[0].1] {
        line.event("MediaStreamingStopped", json!({}), Some(late));
        tell(&mut line, late, over(StreamEnd::Call));
        assert_eq!(heard(&line), "");
    }
    line.event("MediaStreamingStopped", json!({}), Some(ends[1].0));
    assert_eq!(heard(&line), "PIN?");
}

#[test]
fn music_stops_before_the_talk_and_the_call_is_answered_with_a_socket() {
    let flow = "flow: t\nstart: a\nnodes:\n  a: { add: { who: { phone: \"+18005550101\" }, next: b, failed: b } }\n  b: { stream: { to: helper, next: end, failed: end } }\n  end: { hangup: {} }\n";
    let mut line = Line::with_flow(flow);
    line.connect();
    let answer = &line.sent[0].action;
    assert!(matches!(answer, engine::call::Action::Answer { streaming: true, .. }), "{answer:?}");
    let added = line.number_of("AddParticipant");
    line.event("AddParticipantFailed", json!({}), Some(added));
    let names = line.names();
    assert_eq!(names[names.len() - 2..], ["CancelAllMediaOperations", "StartMediaStreaming"]);
}
