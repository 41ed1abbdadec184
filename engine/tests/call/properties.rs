//! Random conversations: whatever comes in whatever order, every invariant holds and the call can end.

use engine::call::{FetchResult, Input, Inspection, Refusal, Settlement, SettlementFacts};
use proptest::prelude::*;
use serde_json::json;
use webhooks::{CallConnectionId, InvitationId, RawId, RecordingId};

use crate::line::{ADELE, CALLER, Line, event};

#[derive(Debug, Clone)]
enum Happening {
    Event(usize, u32),
    Settled(usize, u32),
    Fetched(bool, u32),
    Inspected(usize, u32),
    Roster(usize),
    Recording(bool),
    Offer,
    Unavailable,
    Deadline,
    Wait(i64),
    Resumed,
    StepFailed,
}

fn happening() -> impl Strategy<Value = Happening> {
    let number = 1_u32..24;
    prop_oneof![
        6 => (0_usize..16, number.clone()).prop_map(|(kind, n)| Happening::Event(kind, n)),
        4 => (0_usize..6, number.clone()).prop_map(|(kind, n)| Happening::Settled(kind, n)),
        1 => (any::<bool>(), number.clone()).prop_map(|(ok, n)| Happening::Fetched(ok, n)),
        2 => (0_usize..4, number).prop_map(|(kind, n)| Happening::Inspected(kind, n)),
        2 => (0_usize..4).prop_map(Happening::Roster),
        2 => any::<bool>().prop_map(Happening::Recording),
        2 => Just(Happening::Offer),
        1 => Just(Happening::Unavailable),
        3 => Just(Happening::Deadline),
        3 => (0_i64..40_000).prop_map(Happening::Wait),
        1 => Just(Happening::Resumed),
        1 => Just(Happening::StepFailed),
    ]
}

const EVENTS: [&str; 14] = [
    "CallConnected",
    "PlayStarted",
    "PlayCompleted",
    "PlayFailed",
    "PlayCanceled",
    "RecognizeFailed",
    "RecognizeCanceled",
    "AddParticipantSucceeded",
    "AddParticipantFailed",
    "CancelAddParticipantSucceeded",
    "RemoveParticipantSucceeded",
    "StartRecordingFailed",
    "HoldFailed",
    "AnswerFailed",
];

/// Two in three events speak of the command that is really awaited.
fn number(line: &Line, drawn: u32) -> u32 {
    let pending: Vec<u32> = line.call.pending.keys().copied().collect();
    match pending.get(drawn as usize % pending.len().max(1)) {
        Some(awaited) if !drawn.is_multiple_of(3) => *awaited,
        _ => drawn,
    }
}

fn apply(line: &mut Line, happening: &Happening, index: u32) {
    match happening {
        Happening::Event(kind, drawn) => {
            let number = number(line, *drawn);
            let choice =
                json!({ "recognitionType": "choices", "choiceResult": { "label": "person" } });
            let digits =
                json!({ "recognitionType": "dtmf", "dtmfResult": { "tones": ["one", "four"] } });
            let event = match EVENTS.get(*kind) {
                Some(name) => event(name, index, json!({}), Some(number)),
                None if kind % 2 == 0 => event("RecognizeCompleted", index, choice, Some(number)),
                None => event("RecognizeCompleted", index, digits, Some(number)),
            };
            line.feed(&Input::Event(Box::new(event)));
        }
        Happening::Settled(kind, drawn) => {
            let number = number(line, *drawn);
            line.feed(&Input::Settled { number, result: settlement(*kind) });
        }
        Happening::Fetched(ok, drawn) => {
            let number = number(line, *drawn);
            let result = if *ok {
                FetchResult::Answer { status: 200, body: json!({ "status": "late" }) }
            } else {
                FetchResult::Failed { cause: "down".to_owned() }
            };
            line.feed(&Input::Fetched { number, result });
        }
        Happening::Inspected(kind, drawn) => {
            let number = number(line, *drawn);
            let alive = |ids: &[&str]| Inspection::Live {
                state: "connected".to_owned(),
                participants: ids.iter().map(|id| RawId::new(*id)).collect(),
            };
            let view = match kind {
                0 => Inspection::Gone,
                1 => Inspection::Unknown { cause: "down".to_owned() },
                2 => alive(&[CALLER]),
                _ => alive(&[CALLER, &format!("8:orgid:{ADELE}")]),
            };
            line.feed(&Input::Inspected { number, view });
        }
        Happening::Roster(kind) => {
            let agent = format!("8:orgid:{ADELE}");
            let lists: [&[&str]; 4] = [&[CALLER], &[CALLER, &agent], &[&agent], &[]];
            line.roster(lists[*kind]);
        }
        Happening::Recording(active) => {
            let state = if *active { "active" } else { "inactive" };
            let data = json!({ "recordingId": "rec-1", "state": state });
            line.event("RecordingStateChanged", data, None);
        }
        Happening::Offer => {
            line.offer(ADELE);
        }
        Happening::Unavailable => {
            line.feed(&Input::Unavailable { queue: "support".to_owned(), why: Vec::new() });
        }
        Happening::Deadline if line.call.is_over() => {}
        Happening::Deadline => {
            line.deadline();
        }
        Happening::Wait(millis) => line.wait(*millis),
        Happening::Resumed => {
            line.feed(&Input::Resumed);
        }
        Happening::StepFailed => {
            line.feed(&Input::StepFailed { seq: 3 });
        }
    }
}

fn settlement(kind: usize) -> Settlement {
    match kind {
        0 => Settlement::Unknown { cause: "reset".to_owned() },
        1 => Settlement::Expired,
        2 => Settlement::Refused(Refusal { status: 404, sub_code: Some(8522) }),
        3 => Settlement::Refused(Refusal { status: 412, sub_code: Some(8583) }),
        _ => Settlement::Done(SettlementFacts {
            connection: Some(CallConnectionId::from("conn-1")),
            invitation: Some(InvitationId::from("inv-1")),
            recording: Some(RecordingId::from("rec-1")),
            ..SettlementFacts::default()
        }),
    }
}

/// A flow that records, takes a message, and asks for digits that no recording may have (V14).
const RECORDED: &str = r#"
flow: test
start: told
nodes:
  told: { consent: { text: "This call is recorded.", next: begin, failed: pin } }
  begin: { record: { action: start, next: pin, failed: pin } }
  pin: { collect: { prompt: "Type.", into: pin, min: 1, max: 4, attempts: 2, sensitive: true, next: pause, otherwise: pause } }
  pause: { record: { action: pause, next: again, failed: again } }
  again: { record: { action: resume, next: message, failed: message } }
  message: { voicemail: { prompt: "Speak.", max: 20s, next: second, failed: second } }
  second: { collect: { prompt: "Again.", into: cvv, min: 1, max: 4, attempts: 2, sensitive: true, next: people, otherwise: people } }
  people: { queue: { name: support, announce: "Hold.", music: hold.wav, overflow: { after: 60s, next: bye }, record: { consent: "Recorded." } } }
  bye: { hangup: {} }
"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// `Line::feed` checks the invariants after every step.
    #[test]
    fn every_conversation_keeps_the_invariants_and_comes_to_an_end(
        happenings in proptest::collection::vec(happening(), 0..60),
        start in 0_u8..5,
    ) {
        let mut line = match start {
            0 => { let mut line = Line::new(); line.ring(); line }
            1 => Line::connected(),
            2 => Line::waiting(),
            3 => { let mut line = Line::with_flow(RECORDED); line.connect(); line }
            _ => Line::talking(),
        };
        for (index, happening) in happenings.iter().enumerate() {
            let index = u32::try_from(index).unwrap() + 1_000;
            apply(&mut line, happening, index);
        }
        // Left alone, with Call Automation silent for good, the call still ends.
        for _ in 0..500 {
            if line.call.is_over() {
                break;
            }
            line.deadline();
        }
        prop_assert!(line.call.is_over(), "{:#?}", line.call);
        prop_assert!(line.call.outcome.is_some());
        prop_assert!(line.count("Answer") <= 1);
    }

    /// V6 in small: a snapshot that went through JSON decides the same.
    #[test]
    fn snapshots_survive_storage(happenings in proptest::collection::vec(happening(), 0..40)) {
        let mut line = Line::connected();
        for (index, happening) in happenings.iter().enumerate() {
            let stored = serde_json::to_string(&line.call).unwrap();
            line.call = serde_json::from_str(&stored).unwrap();
            apply(&mut line, happening, u32::try_from(index).unwrap() + 1_000);
        }
    }
}
