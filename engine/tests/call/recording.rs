//! Recordings that the flow makes, pauses for sensitive digits, and takes messages with.

use engine::call::{Action, Input, RecordingPhase, Refusal, Settlement, SettlementFacts};
use serde_json::json;
use webhooks::RecordingId;

use crate::line::{CALLER, Line, spoken};

fn flow(nodes: &str) -> String {
    format!(
        "flow: t\nstart: told\nnodes:\n  told: {{ consent: {{ text: \"This call is recorded.\", next: on, failed: bad }} }}\n  on: {{ record: {{ action: start, next: a, failed: bad }} }}\n{nodes}\n  good: {{ say: {{ text: \"good\", next: end }} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    )
}

fn last_words(line: &Line) -> String {
    let heard = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| heard(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

/// A line whose recording was ordered.
fn starting(nodes: &str) -> Line {
    let mut line = Line::with_flow(&flow(nodes));
    line.connect();
    line.played();
    assert_eq!(line.last().action.name(), "StartRecording");
    line
}

/// A line whose recording runs.
fn recorded(nodes: &str) -> Line {
    let mut line = starting(nodes);
    started(&mut line);
    line
}

fn started(line: &mut Line) {
    let facts = SettlementFacts {
        recording: Some(RecordingId::from("rec-1")),
        ..SettlementFacts::default()
    };
    line.settle_last(Settlement::Done(facts));
}

fn state(line: &mut Line, state: &str) {
    line.event("RecordingStateChanged", json!({ "recordingId": "rec-1", "state": state }), None);
}

fn accepted(line: &mut Line) {
    line.settle_last(Settlement::Done(SettlementFacts::default()));
}

fn refused(line: &mut Line) {
    line.settle_last(Settlement::Refused(Refusal { status: 400, sub_code: Some(8568) }));
}

#[test]
fn the_flow_waits_for_each_change_of_the_recording() {
    let nodes = "  a: { record: { action: pause, next: b, failed: bad } }
  b: { record: { action: resume, next: c, failed: bad } }
  c: { record: { action: stop, next: d, failed: bad } }
  d: { record: { action: stop, next: good, failed: bad } }";
    let mut line = recorded(nodes);
    assert_eq!(line.last().action.name(), "PauseRecording");
    accepted(&mut line);
    assert_eq!(line.last().action.name(), "PauseRecording", "accepted is not yet paused");
    state(&mut line, "inactive");
    assert_eq!(line.last().action.name(), "ResumeRecording");
    state(&mut line, "active");
    assert_eq!(line.last().action.name(), "StopRecording");
    accepted(&mut line);
    // What is so already is done.
    assert_eq!(last_words(&line), "good");
    assert!(matches!(line.call.recording, RecordingPhase::Stopped { .. }));
}

#[test]
fn a_change_that_fails_or_does_not_come_takes_its_way() {
    let pause = "  a: { record: { action: pause, next: good, failed: bad } }";
    let mut line = recorded(pause);
    refused(&mut line);
    assert_eq!(last_words(&line), "bad");
    let mut line = recorded(pause);
    accepted(&mut line);
    line.deadline();
    assert_eq!(last_words(&line), "bad");
    let mut line = recorded(pause);
    state(&mut line, "inactive");
    accepted(&mut line);
    assert_eq!(last_words(&line), "good", "the event came first");
    for fails in [
        refused,
        |line: &mut Line| {
            line.event("StartRecordingFailed", json!({}), None);
        },
        |line: &mut Line| {
            line.deadline();
        },
    ] {
        let mut line = starting("  a: { say: { text: \"good\", next: end } }\n  b: { hangup: {} }");
        fails(&mut line);
        assert_eq!(last_words(&line), "bad");
    }
    // Resuming where nothing is paused, pausing where nothing runs.
    let mut line = recorded(
        "  a: { record: { action: stop, next: b, failed: bad } }\n  b: { record: { action: resume, next: good, failed: bad } }",
    );
    accepted(&mut line);
    assert_eq!(last_words(&line), "bad");
}

#[test]
fn a_recording_that_begins_after_it_was_given_up_is_ended() {
    let mut line = starting("  a: { say: { text: \"good\", next: end } }");
    line.deadline();
    assert_eq!(last_words(&line), "bad");
    state(&mut line, "active");
    assert_eq!(line.last().action.name(), "StopRecording");
    let sent = line.sent.len();
    state(&mut line, "active");
    assert_eq!(line.sent.len(), sent, "told twice, ended once");
}

#[test]
fn nobody_is_recorded_who_did_not_hear_the_sentence() {
    let mut line = Line::with_flow(&flow("  a: { say: { text: \"good\", next: end } }"));
    line.connect();
    let number = line.media();
    line.event("PlayFailed", json!({}), Some(number));
    assert_eq!(last_words(&line), "bad");
    assert_eq!(line.count("StartRecording"), 0);
}

const SECRET: &str = "  a: { collect: { prompt: \"Type\", into: pin, min: 4, max: 4, attempts: 1, sensitive: true, next: b, otherwise: bad } }
  b: { http: { url: \"https://test.org/pin\", body: { pin: vars.pin }, next: good, failed: bad } }";

fn typed(line: &mut Line) {
    let number = line.media();
    let data =
        json!({ "recognitionType": "withheld", "withheldResult": { "digits": 4, "luhn": true } });
    line.event("RecognizeCompleted", data, Some(number));
}

#[test]
fn v14_sensitive_digits_are_asked_for_while_the_recording_is_paused_and_it_goes_on_with_a_reason() {
    let mut line = recorded(SECRET);
    assert_eq!(line.last().action.name(), "PauseRecording");
    accepted(&mut line);
    assert_eq!(line.count("Recognize"), 0, "not before the pause is confirmed");
    state(&mut line, "inactive");
    assert_eq!(line.last().action.name(), "Recognize");
    typed(&mut line);
    let names: Vec<_> = line.sent.iter().rev().take(2).map(|sent| sent.action.name()).collect();
    assert_eq!(names, ["Fetch", "ResumeRecording"]);
    let told = |note: &String| note.starts_with("the recording goes on");
    assert_eq!(line.notes.iter().filter(|note| told(note)).count(), 1);
    // Also where the digits do not come.
    let mut line = recorded(SECRET);
    accepted(&mut line);
    state(&mut line, "inactive");
    line.recognize_failed(8510);
    assert_eq!((last_words(&line).as_str(), line.count("ResumeRecording")), ("bad", 1));
}

#[test]
fn a_second_sensitive_question_finds_the_recording_paused() {
    let nodes = SECRET.replace("next: b", "next: a2")
        + "\n  a2: { collect: { prompt: \"Again\", into: cvv, min: 4, max: 4, attempts: 1, sensitive: true, next: b, otherwise: bad } }";
    let mut line = recorded(&nodes);
    accepted(&mut line);
    state(&mut line, "inactive");
    typed(&mut line);
    assert_eq!((last_words(&line).as_str(), line.count("ResumeRecording")), ("Again", 0));
    typed(&mut line);
    assert_eq!((line.count("PauseRecording"), line.count("ResumeRecording")), (1, 1));
}

#[test]
fn f16_a_recording_that_cannot_be_paused_is_ended_and_without_that_no_digits_are_asked_for() {
    for fails in [
        refused,
        |line: &mut Line| {
            accepted(line);
            line.deadline();
        },
        |line: &mut Line| {
            line.settle_last(Settlement::Unknown { cause: "kill -9".to_owned() });
            line.feed(&Input::Resumed);
            line.deadline();
        },
    ] {
        let mut line = recorded(SECRET);
        fails(&mut line);
        assert_eq!((line.last().action.name(), line.count("Recognize")), ("StopRecording", 0));
        accepted(&mut line);
        assert_eq!(line.last().action.name(), "Recognize");
        typed(&mut line);
        assert_eq!(line.count("ResumeRecording"), 0, "what was ended does not go on");
        let mut line = recorded(SECRET);
        fails(&mut line);
        refused(&mut line);
        assert_eq!(last_words(&line), "bad");
    }
}

const MESSAGE: &str = "flow: t\nstart: a\nnodes:\n  a: { voicemail: { prompt: \"Please speak.\", max: 20s, silence: 2s, next: good, failed: bad } }\n  good: { say: { text: \"good\", next: end } }\n  bad: { say: { text: \"bad\", next: end } }\n  end: { hangup: {} }\n";

fn after_the_beep() -> Line {
    let mut line = Line::with_flow(MESSAGE);
    line.connect();
    assert_eq!(last_words(&line), "Please speak. + music/beep.wav");
    line.played();
    assert_eq!(line.last().action.name(), "StartRecording");
    line
}

fn speaking() -> Line {
    let mut line = after_the_beep();
    started(&mut line);
    let Action::Recognize { target, .. } = &line.last().action else { panic!("it listens") };
    assert_eq!(target.expose(), CALLER);
    line
}

fn said(line: &mut Line) {
    let number = line.media();
    let data = json!({ "recognitionType": "speech", "speechResult": { "speech": "Call me." } });
    line.event("RecognizeCompleted", data, Some(number));
}

#[test]
fn a_message_ends_by_silence_a_key_or_its_longest_time() {
    let ends: [fn(&mut Line); 4] = [
        said,
        |line| {
            line.keys(&["pound"]);
        },
        |line| {
            line.recognize_failed(8563);
        },
        |line| {
            let before = line.now;
            line.deadline();
            assert_eq!(line.now - before, 20_000);
            assert_eq!(line.count("CancelAllMediaOperations"), 1);
        },
    ];
    for end in ends {
        let mut line = speaking();
        end(&mut line);
        assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("good", 1));
        line.played();
        line.disconnected();
        assert_eq!(line.outcome(), "voicemail");
    }
}

#[test]
fn who_hangs_up_while_he_speaks_has_left_a_message() {
    let mut line = speaking();
    line.disconnected();
    assert_eq!(line.outcome(), "voicemail");
}

#[test]
fn silence_or_no_recording_is_no_message() {
    let mut line = speaking();
    line.recognize_failed(8510);
    assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("bad", 1));
    line.played();
    line.disconnected();
    assert_eq!(line.outcome(), "completed");
    let mut line = after_the_beep();
    refused(&mut line);
    assert_eq!((last_words(&line).as_str(), line.count("Recognize")), ("bad", 0));
    // An unknown fate of listening: listened once more.
    let mut line = speaking();
    line.settle_last(Settlement::Unknown { cause: "reset".to_owned() });
    line.deadline();
    assert_eq!(line.count("Recognize"), 2);
    said(&mut line);
    assert_eq!(last_words(&line), "good");
}

#[test]
fn a_message_within_a_recording_is_part_of_it() {
    let nodes =
        "  a: { voicemail: { prompt: \"Please speak.\", max: 20s, next: good, failed: bad } }";
    let mut line = recorded(nodes);
    line.played();
    assert_eq!(line.last().action.name(), "Recognize");
    said(&mut line);
    assert_eq!((last_words(&line).as_str(), line.count("StopRecording")), ("good", 0));
}
