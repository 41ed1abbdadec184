use engine::call::{
    Action, FetchResult, Input, Inspection, Outcome, Phase, RecordingPhase, Refusal, Released,
    Settlement, SettlementFacts,
};
use serde_json::json;
use webhooks::{RawId, RecordingId};

use crate::line::{ADELE, CALLER, Line, spoken};

#[test]
fn a_person_at_the_first_try() {
    let mut line = Line::talking();
    assert!(matches!(line.call.phase, Phase::Talking { .. }));
    assert_eq!(line.last().action.name(), "StartRecording");
    let facts = SettlementFacts {
        recording: Some(RecordingId::from("rec-1")),
        ..SettlementFacts::default()
    };
    line.settle_last(Settlement::Done(facts));
    assert!(matches!(&line.call.recording, RecordingPhase::On { id } if id.as_str() == "rec-1"));
    line.roster(&[CALLER, &format!("8:orgid:{ADELE}")]);
    line.roster(&[&format!("8:orgid:{ADELE}")]);
    assert_eq!(line.last().action.name(), "Terminate");
    line.disconnected();
    assert_eq!(line.outcome(), "connected");
    assert_eq!(line.names().last(), Some(&"Release"));
}

#[test]
fn the_whole_order_of_commands() {
    let line = Line::talking();
    assert_eq!(
        line.names(),
        [
            "Answer",
            "Play",
            "Recognize",
            "Seek",
            "Play",
            "Play",
            "AddParticipant",
            "LeaveQueue",
            "CancelAllMediaOperations",
            "StartRecording"
        ]
    );
    let announcement = line.sent.iter().filter(|c| c.action.name() == "Play").nth(1).map(spoken);
    assert_eq!(announcement.as_deref(), Some("Please hold. This call is recorded."));
}

#[test]
fn an_agent_who_is_quicker_than_the_consent_is_recorded_only_after_it() {
    let mut line = Line::waiting();
    line.offer(ADELE);
    line.added();
    assert_eq!(line.count("StartRecording"), 0);
    line.played();
    assert_eq!(line.count("StartRecording"), 1);
}

#[test]
fn consent_that_failed_to_play_is_asked_again_and_without_it_nothing_is_recorded() {
    let mut line = Line::waiting();
    let number = line.media();
    line.event("PlayFailed", json!({}), Some(number));
    line.offer(ADELE);
    let commands = line.added();
    assert_eq!(spoken(&commands[1]), "This call is recorded.");
    let number = line.media();
    line.event("PlayFailed", json!({}), Some(number));
    assert_eq!(line.count("StartRecording"), 0);
    assert!(matches!(line.call.phase, Phase::Talking { .. }));
}

#[test]
fn silence_and_wrong_keys_are_answered_and_counted() {
    let mut line = Line::connected();
    line.played();
    line.recognize_failed(8510);
    assert_eq!(spoken(line.last()), "Nothing heard. Press 1 or 0.");
    let mut wrong = Line::connected();
    wrong.played();
    wrong.recognize_failed(8534);
    assert_eq!(spoken(wrong.last()), "Not a choice. Press 1 or 0.");
    for mut line in [line, wrong] {
        line.recognize_failed(8510);
        assert!(matches!(line.call.phase, Phase::Waiting(_)), "attempts are used: on to a person");
    }
}

#[test]
fn digits_are_looked_up_and_told() {
    let mut line = Line::connected();
    line.played();
    line.choice("status");
    let commands = line.keys(&["one", "two", "pound"]);
    let Action::Fetch { url, .. } = &commands[0].action else { panic!("{commands:?}") };
    assert_eq!(url.expose(), "https://lookup.test/12");
    let body = json!({ "status": "on time" });
    let number = commands[0].number;
    line.feed(&Input::Fetched { number, result: FetchResult::Answer { status: 200, body } });
    assert_eq!(spoken(line.last()), "It is on time.");
    line.played();
    assert_eq!(line.last().action.name(), "Terminate");
    line.disconnected();
    assert_eq!(line.outcome(), "completed");
}

#[test]
fn a_failed_look_up_takes_the_failure_path() {
    let answers = [
        FetchResult::Answer { status: 404, body: json!(null) },
        FetchResult::Answer { status: 200, body: json!({ "other": 1 }) },
        FetchResult::Failed { cause: "no answer in time".to_owned() },
    ];
    for result in answers {
        let mut line = Line::connected();
        line.played();
        line.choice("status");
        let number = line.keys(&["one", "pound"])[0].number;
        line.feed(&Input::Fetched { number, result });
        assert!(matches!(line.call.phase, Phase::Waiting(_)));
    }
}

#[test]
fn an_agent_who_declines_is_followed_by_the_next_at_the_same_place() {
    let mut line = Line::waiting();
    line.played();
    let since = line.now;
    line.wait(3_000);
    line.offer(ADELE);
    let commands = line.not_added(603, 0);
    assert!(matches!(&commands[0].action, Action::Release { after: Released::Missed, .. }));
    let Action::Seek { since: place, tried, .. } = &commands[1].action else {
        panic!("{commands:?}")
    };
    assert_eq!((*place, tried.as_slice()), (since, [ADELE.to_owned()].as_slice()));
    line.offer("22222222-2222-4222-8222-222222222222");
    line.added();
    assert!(matches!(line.call.phase, Phase::Talking { .. }));
}

#[test]
fn nobody_available_is_a_recorded_goodbye() {
    let mut line = Line::waiting();
    line.feed(&Input::Unavailable {
        queue: "support".to_owned(),
        why: vec!["Adele: away".to_owned()],
    });
    assert_eq!(spoken(line.last()), "Nobody is here. Goodbye.");
    line.played();
    line.disconnected();
    assert_eq!(line.outcome(), "voicemail");
}

#[test]
fn the_longest_wait_gives_up_a_ringing_agent_and_a_late_success_is_compensated() {
    let mut line = Line::waiting();
    line.played();
    line.wait(50_000);
    line.offer(ADELE);
    line.invited();
    line.wait(11_000);
    line.feed(&Input::DeadlineReached);
    let names = line.names();
    assert!(names.ends_with(&["LeaveQueue", "CancelAddParticipant", "Play"]), "{names:?}");
    line.added();
    let names = line.names();
    assert!(names.ends_with(&["RemoveParticipant", "Release"]), "{names:?}");
    let after = line.sent.last().map(|command| &command.action);
    let wraps_up = matches!(after, Some(Action::Release { after: Released::Served, .. }));
    assert!(wraps_up, "he is not rung at once for another call: {after:?}");
    assert!(
        matches!(line.call.phase, Phase::InFlow { .. }),
        "a stale success does not move the phase"
    );
}

#[test]
fn the_caller_may_hang_up_at_any_moment() {
    let mut ringing = Line::new();
    ringing.ring();
    for mut line in [ringing, Line::connected(), Line::waiting(), Line::talking()] {
        let talked = matches!(line.call.phase, Phase::Talking { .. });
        line.disconnected();
        assert_eq!(line.outcome(), if talked { "connected" } else { "abandoned" });
        assert!(line.call.next_deadline().is_none());
    }
}

#[test]
fn duplicates_and_stale_results_change_nothing() {
    let mut line = Line::connected();
    let number = line.media();
    line.played();
    let before = line.call.clone();
    let commands = line.event("PlayCompleted", json!({}), Some(number));
    assert!(commands.is_empty());
    assert_eq!(line.call, before);
    line.event("CallConnected", json!({}), None);
    assert_eq!(line.call.phase, before.phase);
    assert_eq!(line.count("Answer"), 1);
}

#[test]
fn disconnected_before_connected_ends_the_call() {
    let mut line = Line::new();
    line.ring();
    line.disconnected();
    let commands = line.event("CallConnected", json!({}), None);
    assert!(commands.is_empty());
    assert!(line.call.is_over());
}

#[test]
fn a_prompt_of_unknown_fate_starts_again_after_two_seconds() {
    let mut line = Line::connected();
    line.settle_last(Settlement::Unknown { cause: "restart".to_owned() });
    let (at, _) = line.call.next_deadline().unwrap();
    assert_eq!(at, line.now + 2_000);
    let commands = line.deadline();
    let names: Vec<_> = commands.iter().map(|command| command.action.name()).collect();
    assert_eq!(names, ["CancelAllMediaOperations", "Play"]);
    line.played();
    assert_eq!(line.last().action.name(), "Recognize");
    line.settle_last(Settlement::Unknown { cause: "restart".to_owned() });
    let names: Vec<_> = line.deadline().iter().map(|command| command.action.name()).collect();
    assert_eq!(names, ["CancelAllMediaOperations", "Recognize"]);
}

#[test]
fn a_lost_event_is_asked_for_and_the_flow_goes_on() {
    let mut line = Line::connected();
    let commands = line.deadline();
    assert_eq!(commands[0].action.name(), "GetCall");
    let view =
        Inspection::Live { state: "connected".to_owned(), participants: vec![RawId::new(CALLER)] };
    line.feed(&Input::Inspected { number: commands[0].number, view });
    assert_eq!(line.last().action.name(), "Recognize");
}

#[test]
fn an_inspection_that_finds_nothing_ends_the_call() {
    let mut line = Line::talking();
    let number = line.feed(&Input::Resumed)[0].number;
    line.denied_twice(number);
    assert_eq!(line.outcome(), "connected");
}

#[test]
fn a_conflict_of_media_is_cleared_once_and_then_passed_over() {
    let mut line = Line::connected();
    let conflict = || Settlement::Refused(Refusal { status: 412, sub_code: Some(8583) });
    line.settle_last(conflict());
    assert_eq!(line.names()[1..], ["Play", "CancelAllMediaOperations", "Play"]);
    line.settle_last(conflict());
    assert_eq!(line.last().action.name(), "Recognize");
}

#[test]
fn an_old_ring_is_not_answered() {
    let mut line = Line::new();
    line.now += 30_000;
    let incoming = engine::call::Incoming { rang_at: line.now - 26_000, ..line.bare_ring() };
    line.feed(&Input::IncomingCall(Box::new(incoming)));
    assert_eq!(line.call.outcome, Some(Outcome::Expired));
    assert_eq!(line.count("Answer"), 0);
}

#[test]
fn a_refused_answer_ends_the_call_and_is_not_repeated() {
    let mut line = Line::new();
    line.ring();
    line.settle_last(Settlement::Refused(Refusal { status: 404, sub_code: Some(8522) }));
    assert_eq!(line.outcome(), "failed");
    assert_eq!(line.count("Answer"), 1);
}

#[test]
fn terminate_is_ordered_twice_and_then_the_call_is_taken_as_over() {
    let mut line = Line::talking();
    line.roster(&[CALLER, &format!("8:orgid:{ADELE}")]);
    line.roster(&[CALLER]);
    assert_eq!(line.count("Terminate"), 1);
    while !line.call.is_over() {
        line.deadline();
    }
    assert_eq!(line.count("Terminate"), 2);
    assert_eq!(line.outcome(), "connected");
}
