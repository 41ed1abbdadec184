//! Recordings of which news come late or not at all: nothing is recorded that nobody knows of.

use engine::call::{Input, RecordingPhase, Refusal, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::RecordingId;

use crate::line::{ADELE, Line, spoken};

const SENTENCE: &str =
    "  told: { consent: { text: \"This call is recorded.\", next: on, failed: bad } }
  on: { record: { action: start, next: a, failed: a } }";
const SECRET: &str = "{ collect: { prompt: \"Type\", into: pin, min: 4, max: 4, attempts: 2, sensitive: true, next: b, otherwise: bad } }
  b: { http: { url: \"https://test.org/pin\", body: { pin: vars.pin }, next: good, failed: bad } }";
const MESSAGE: &str =
    "{ voicemail: { prompt: \"Please speak.\", max: 20s, silence: 2s, next: good, failed: bad } }";

fn line(nodes: &str) -> Line {
    let flow = format!(
        "flow: t\nstart: told\nnodes:\n{nodes}\n  good: {{ say: {{ text: \"good\", next: end }} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    );
    let mut line = Line::with_flow(&flow);
    line.connect();
    line
}

/// The start of a recording was ordered, and nothing is heard of it until it is given up.
fn given_up(nodes: &str) -> (Line, u32) {
    let mut line = line(&format!("{SENTENCE}\n{nodes}"));
    line.played();
    let start = line.number_of("StartRecording");
    line.deadline();
    (line, start)
}

fn recorded(nodes: &str) -> Line {
    let mut line = line(&format!("{SENTENCE}\n{nodes}"));
    line.played();
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    line
}

fn begun(line: &mut Line, number: u32) {
    let recording = Some(RecordingId::from("rec-1"));
    let facts = SettlementFacts { recording, ..SettlementFacts::default() };
    line.feed(&Input::Settled { number, result: Settlement::Done(facts) });
}

fn accepted(line: &mut Line, number: u32) {
    let result = Settlement::Done(SettlementFacts::default());
    line.feed(&Input::Settled { number, result });
}

fn refused(line: &mut Line, number: u32, status: u16) {
    let result = Settlement::Refused(Refusal { status, sub_code: None });
    line.feed(&Input::Settled { number, result });
}

fn state(line: &mut Line, state: &str) {
    line.event("RecordingStateChanged", json!({ "recordingId": "rec-1", "state": state }), None);
}

fn last_words(line: &Line) -> String {
    let heard = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| heard(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

#[test]
fn a_start_that_is_answered_late_is_ended() {
    let (mut line, start) = given_up("  a: { say: { text: \"Hello.\", next: end } }");
    assert_eq!(last_words(&line), "Hello.");
    begun(&mut line, start);
    assert_eq!(line.last().action.name(), "StopRecording", "{:?}", line.notes);
    // Told once more by its event.
    state(&mut line, "active");
    assert_eq!(line.count("StopRecording"), 1);
}

#[test]
fn sensitive_digits_wait_for_a_start_of_unknown_fate() {
    // It runs: ended, then they are asked for.
    let (mut line, start) = given_up(&format!("  a: {SECRET}"));
    assert_eq!(line.count("Recognize"), 0, "they would be in the recording");
    begun(&mut line, start);
    assert_eq!((line.last().action.name(), line.count("Recognize")), ("StopRecording", 0));
    let stop = line.number_of("StopRecording");
    accepted(&mut line, stop);
    assert_eq!(last_words(&line), "Type");
    // It does not run.
    let (mut line, start) = given_up(&format!("  a: {SECRET}"));
    refused(&mut line, start, 400);
    assert_eq!(last_words(&line), "Type");
    // It may, whatever the service says.
    let (mut line, start) = given_up(&format!("  a: {SECRET}"));
    refused(&mut line, start, 500);
    assert_eq!((last_words(&line).as_str(), line.count("Recognize")), ("bad", 0));
    // Nobody says so: not asked for, however long the call lasts.
    let (mut line, start) = given_up(&format!("  a: {SECRET}"));
    let began = line.now;
    line.deadline();
    assert!(line.now - began <= 3_500);
    assert_eq!((last_words(&line).as_str(), line.count("Recognize")), ("bad", 0));
    // Its answer after all.
    begun(&mut line, start);
    assert_eq!(line.last().action.name(), "StopRecording");
}

/// The event of a recording that nobody awaits comes while the caller types.
#[test]
fn a_recording_that_begins_while_digits_are_typed_stops_the_question() {
    let (mut line, start) = given_up(&format!("  a: {SECRET}"));
    refused(&mut line, start, 400);
    assert_eq!(last_words(&line), "Type");
    state(&mut line, "active");
    assert_eq!(line.count("CancelAllMediaOperations"), 1, "{:?}", line.names());
    assert_eq!(line.count("Recognize"), 1);
    let stop = line.number_of("StopRecording");
    accepted(&mut line, stop);
    assert_eq!(line.count("Recognize"), 2);
}

#[test]
fn a_late_start_is_kept_in_a_conversation_that_is_to_be_recorded_and_in_no_other() {
    for (record, stops) in [("record: { consent: \"Recorded.\" },", 0), ("", 1)] {
        let queue = format!(
            "  a: {{ queue: {{ name: support, announce: \"Hold.\", music: hold.wav, {record} overflow: {{ after: 60s, next: end }} }} }}"
        );
        let (mut line, start) = given_up(&queue);
        line.offer(ADELE);
        line.added();
        begun(&mut line, start);
        assert_eq!(line.count("StopRecording"), stops, "{record}");
        let runs = matches!(line.call.recording, RecordingPhase::On { .. });
        assert!(runs, "{:?}", line.call.recording);
    }
}

/// The input after the beep could not be decided upon: the flow goes on, and what was recorded for it ends.
#[test]
fn a_message_that_is_left_otherwise_is_recorded_no_longer() {
    let mut line = line(&format!("  told: {MESSAGE}"));
    line.played();
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    assert_eq!(line.last().action.name(), "Recognize");
    line.feed(&Input::StepFailed { seq: 7 });
    assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("bad", 1));
    // The same before the recording has begun.
    let mut line = self::line(&format!("  told: {MESSAGE}"));
    line.played();
    let start = line.number_of("StartRecording");
    line.feed(&Input::StepFailed { seq: 7 });
    assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("bad", 0));
    begun(&mut line, start);
    assert_eq!(line.count("StopRecording"), 1, "{:?}", line.notes);
}

/// A message whose recording could not be started, then one within a recording of the flow.
#[test]
fn a_message_that_was_not_recorded_ends_no_other_recording() {
    let nodes = "  told: { voicemail: { prompt: \"First.\", max: 20s, next: end, failed: ask } }
  ask: { consent: { text: \"This call is recorded.\", next: on, failed: bad } }
  on: { record: { action: start, next: second, failed: bad } }
  second: { voicemail: { prompt: \"Second.\", max: 20s, next: good, failed: bad } }";
    let mut line = line(nodes);
    line.played();
    let start = line.number_of("StartRecording");
    refused(&mut line, start, 400);
    line.played();
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    line.played();
    assert_eq!(line.last().action.name(), "Recognize");
    let data = json!({ "recognitionType": "speech", "speechResult": { "speech": "Call me." } });
    let number = line.media();
    line.event("RecognizeCompleted", data, Some(number));
    assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("good", 0));
}

#[test]
fn an_end_that_is_refused_or_not_heard_of_is_ordered_again() {
    let nodes = "  a: { record: { action: stop, next: good, failed: bad } }";
    let mut line = recorded(nodes);
    let stop = line.number_of("StopRecording");
    refused(&mut line, stop, 400);
    assert_eq!(last_words(&line), "bad");
    let began = line.now;
    while line.count("StopRecording") < 2 {
        line.deadline();
    }
    assert!(line.now - began <= 5_000, "{}", line.now - began);
    let again = line.number_of("StopRecording");
    accepted(&mut line, again);
    assert!(matches!(line.call.recording, RecordingPhase::Stopped { .. }));
    // Nothing heard of it.
    let mut line = recorded(nodes);
    while line.count("StopRecording") < 2 {
        line.deadline();
    }
    // There is none any more: that is what was wanted.
    let again = line.number_of("StopRecording");
    refused(&mut line, again, 404);
    assert!(matches!(line.call.recording, RecordingPhase::Stopped { .. }));
    assert_eq!(line.call.pending.len(), 2, "the prompt and GetCall: {:?}", line.call.pending);
}

/// Ordered for ever, but ever more rarely.
#[test]
fn an_end_that_is_always_refused_is_not_asked_for_without_end() {
    let queue = "  a: { record: { action: stop, next: q, failed: q } }
  q: { queue: { name: support, announce: \"Hold.\", music: hold.wav, overflow: { after: 30m, next: end } } }";
    let mut line = recorded(queue);
    let began = line.now;
    while line.now - began < 20 * 60_000 {
        let commands = line.deadline();
        for command in commands {
            match command.action.name() {
                "StopRecording" => refused(&mut line, command.number, 400),
                "GetCall" => {
                    let participants = vec![webhooks::RawId::new(crate::line::CALLER)];
                    let state = "connected".to_owned();
                    let view = engine::call::Inspection::Live { state, participants };
                    line.feed(&Input::Inspected { number: command.number, view });
                }
                _ => {}
            }
        }
    }
    let orders = line.count("StopRecording");
    assert!((6..=20).contains(&orders), "{orders}");
}

const AFTER_MESSAGE: &str =
    "{ voicemail: { prompt: \"Please speak.\", max: 20s, silence: 2s, next: x, failed: bad } }";

/// A message was left, and the end of its recording is still under way.
fn message_left(next: &str) -> (Line, u32) {
    let mut line = line(&format!("  told: {AFTER_MESSAGE}\n  x: {next}"));
    line.played();
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    line.keys(&["pound"]);
    let stop = line.number_of("StopRecording");
    (line, stop)
}

#[test]
fn sensitive_digits_wait_for_the_end_of_a_recording_that_is_under_way() {
    let (mut line, stop) = message_left(SECRET);
    assert_eq!((line.count("PauseRecording"), line.count("Recognize")), (0, 1));
    accepted(&mut line, stop);
    assert_eq!(last_words(&line), "Type", "{:?}", line.notes);
    // It cannot be ended: paused, as any other.
    let (mut line, stop) = message_left(SECRET);
    refused(&mut line, stop, 400);
    assert_eq!((line.last().action.name(), line.count("Recognize")), ("PauseRecording", 1));
    let pause = line.number_of("PauseRecording");
    accepted(&mut line, pause);
    state(&mut line, "inactive");
    assert_eq!(last_words(&line), "Type");
}

/// A pause is refused because the recording has ended meanwhile: then nothing is in the way of the question.
#[test]
fn a_pause_of_what_has_ended_is_as_good_as_one() {
    let mut line = recorded(&format!("  a: {SECRET}"));
    let pause = line.number_of("PauseRecording");
    line.call.recording = RecordingPhase::Stopped { id: RecordingId::from("rec-1") };
    refused(&mut line, pause, 404);
    assert_eq!(last_words(&line), "Type", "{:?}", line.notes);
}

#[test]
fn what_begins_behind_an_end_begins_after_it() {
    let again = "{ consent: { text: \"This call is recorded.\", next: y, failed: bad } }
  y: { record: { action: start, next: good, failed: bad } }";
    let (mut line, stop) = message_left(again);
    line.played();
    assert_eq!(line.count("StartRecording"), 1, "the end is under way");
    accepted(&mut line, stop);
    assert_eq!(line.count("StartRecording"), 2);
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    assert_eq!(last_words(&line), "good");
    assert!(matches!(line.call.recording, RecordingPhase::On { .. }));

    let second = "{ voicemail: { prompt: \"Second.\", max: 20s, next: good, failed: bad } }";
    let (mut line, stop) = message_left(second);
    line.played();
    assert_eq!((line.count("StartRecording"), line.count("Recognize")), (1, 1));
    accepted(&mut line, stop);
    let start = line.number_of("StartRecording");
    begun(&mut line, start);
    assert_eq!(line.count("Recognize"), 2, "the second message is recorded");
}

#[test]
fn a_pause_that_is_told_late_or_never_can_be_ended() {
    let nodes = "  a: { record: { action: pause, next: good, failed: late } }
  late: { say: { text: \"late\", next: go_on } }
  go_on: { record: { action: resume, next: good, failed: bad } }";
    for told in [true, false] {
        let mut line = recorded(nodes);
        let pause = line.number_of("PauseRecording");
        accepted(&mut line, pause);
        line.deadline();
        assert_eq!(last_words(&line), "late");
        if told {
            state(&mut line, "inactive");
            assert!(matches!(line.call.recording, RecordingPhase::Paused { .. }));
        }
        line.played();
        assert_eq!(line.last().action.name(), "ResumeRecording", "told: {told}");
        state(&mut line, "active");
        assert_eq!(last_words(&line), "good");
    }
    // A conversation that is to be recorded is.
    let nodes = "  a: { record: { action: pause, next: q, failed: bad } }
  q: { queue: { name: support, announce: \"Hold.\", music: hold.wav, record: {}, overflow: { after: 60s, next: end } } }";
    let mut line = recorded(nodes);
    let pause = line.number_of("PauseRecording");
    accepted(&mut line, pause);
    state(&mut line, "inactive");
    line.offer(ADELE);
    line.added();
    assert_eq!(line.count("ResumeRecording"), 1, "{:?}", line.notes);
}

/// Of two ends that are ordered one was given up, and the caller waits for the other, of which nobody knows either.
#[test]
fn an_end_that_is_ordered_again_takes_nothing_from_the_node_that_waits_for_one() {
    let (mut line, stop) = message_left(SECRET);
    refused(&mut line, stop, 400);
    let pause = line.number_of("PauseRecording");
    refused(&mut line, pause, 400);
    let awaited = line.number_of("StopRecording");
    assert_ne!(awaited, stop);
    let unknown = Settlement::Unknown { cause: "reset".to_owned() };
    line.feed(&Input::Settled { number: awaited, result: unknown });
    for _ in 0..4 {
        line.deadline();
    }
    assert_eq!(line.count("Recognize"), 1, "the message: {:?}", line.names());
}
