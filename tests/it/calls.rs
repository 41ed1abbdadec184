//! Calls under faults: what the caller hears and what is left behind.

use emulator::{
    control::{Alteration, Condition, EnvelopeSchema, FaultAction, FaultRule, WrongClaim},
    world::ClientState,
};

use crate::rig::{Rig, count};

pub(crate) fn fault(on: &str, nth: Option<u32>, action: FaultAction) -> FaultRule {
    FaultRule { nth, ..FaultRule::new(on, action) }
}

async fn rig_with(faults: Vec<FaultRule>) -> Rig {
    let rig = Rig::start().await;
    for rule in faults {
        rig.control().add_fault(rule);
    }
    rig
}

/// Plays the whole call: menu, person, conversation, hang-up.
pub(crate) async fn whole_call(rig: &Rig) -> serde_json::Value {
    let call = rig.dial();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    rig.until(Condition::Recording(call)).await;
    rig.control().hang_up(call).unwrap();
    rig.until(Condition::Ended(call)).await;
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "connected", "{trace:#}");
    assert_eq!(count(&trace, "command", "Answer"), 1);
    assert_eq!(count(&trace, "command", "AddParticipant"), 1);
    assert_eq!(count(&trace, "command", "StartRecording"), 1);
    trace
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_events_bring_calls_too() {
    let mut rig = Rig::without_service().await;
    rig.serve();
    rig.subscribe(EnvelopeSchema::CloudEvents).await;
    whole_call(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_twice_changes_nothing() {
    let names = [
        "IncomingCall",
        "CallConnected",
        "ParticipantsUpdated",
        "PlayCompleted",
        "RecognizeCompleted",
        "AddParticipantSucceeded",
        "RecordingStateChanged",
        "CallDisconnected",
    ];
    let rig =
        rig_with(names.iter().map(|name| fault(name, None, FaultAction::Duplicate)).collect())
            .await;
    whole_call(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_overtake_the_answer_to_their_command_are_kept() {
    let hang = |on| fault(on, None, FaultAction::Hang { ms: 1_500 });
    let rig = rig_with(vec![hang("answer"), hang("addParticipant")]).await;
    whole_call(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_success_was_hidden_is_repeated_once_in_effect() {
    let rig =
        rig_with(vec![fault("answer", Some(1), FaultAction::FailAfter { status: 500 })]).await;
    whole_call(&rig).await;
    let answers =
        rig.control().requests(0).iter().filter(|entry| entry.operation == "answer").count();
    assert_eq!(answers, 2, "sent twice, with one repeatability id");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_add_because_of_throttling_is_tried_again() {
    let refuse = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(1) };
    let rig = rig_with(vec![fault("addParticipant", Some(1), refuse)]).await;
    whole_call(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_end_of_the_greeting_is_noticed() {
    let rig = rig_with(vec![fault("PlayCompleted", Some(1), FaultAction::Drop)]).await;
    let trace = whole_call(&rig).await;
    assert_eq!(count(&trace, "command", "GetCall"), 1, "{trace:#}");
}

/// The call is there, the list of its participants is not: that is no call which is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_participants_that_is_not_found_denies_no_call() {
    let missing = FaultAction::Refuse { status: 404, sub_code: None, retry_after: None };
    let rig = rig_with(vec![
        fault("PlayCompleted", Some(1), FaultAction::Drop),
        fault("getParticipants", None, missing),
    ])
    .await;
    let trace = whole_call(&rig).await;
    assert_eq!(count(&trace, "command", "GetCall"), 1, "{trace:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_play_that_failed_after_its_effect_starts_again() {
    let rig = rig_with(vec![fault("play", Some(1), FaultAction::FailAfter { status: 500 })]).await;
    whole_call(&rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_with_a_forged_token_is_refused_and_its_loss_is_noticed() {
    for claim in [WrongClaim::Audience, WrongClaim::Issuer, WrongClaim::Expiry] {
        let rig =
            rig_with(vec![fault("PlayCompleted", Some(1), FaultAction::Forge { claim })]).await;
        let trace = whole_call(&rig).await;
        assert_eq!(count(&trace, "command", "GetCall"), 1, "{trace:#}");
        let statuses = |name: &str| {
            let deliveries = rig.control().deliveries(0);
            let of_name = deliveries.into_iter().filter(|entry| entry.event == name);
            of_name.filter_map(|entry| entry.status).collect::<Vec<_>>()
        };
        assert_eq!(statuses("PlayCompleted")[0], 401, "{claim:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_newer_service_are_understood() {
    for with in [Alteration::ExtraMembers, Alteration::UnknownValues, Alteration::NoResult] {
        let rig = rig_with(vec![fault("*", None, FaultAction::Alter { with })]).await;
        whole_call(&rig).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_signing_keys_are_fetched_and_no_event_is_lost() {
    let rig = Rig::start().await;
    let call = rig.dial();
    rig.until(Condition::Listening(call)).await;
    rig.control().rotate_keys().unwrap();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.control().hang_up(call).unwrap();
    assert_eq!(rig.trace().await["outcome"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_a_lane_leave_in_order_and_other_lanes_do_not_wait() {
    // V11. A request is numbered when it is answered: had the question not waited for the slow answer to
    // the greeting's play, it would have the lower number.
    let rig = rig_with(vec![fault("play", Some(1), FaultAction::Hang { ms: 1_500 })]).await;
    whole_call(&rig).await;
    let requests = rig.control().requests(0);
    let nth = |operation: &str, nth: usize| {
        let mut found = requests.iter().filter(|entry| entry.operation == operation);
        found.nth(nth).unwrap().n
    };
    assert!(nth("play", 0) < nth("recognize", 0), "the question waits for the greeting");

    let rig = rig_with(vec![fault("play", Some(2), FaultAction::Hang { ms: 2_500 })]).await;
    whole_call(&rig).await;
    let requests = rig.control().requests(0);
    let added = requests.iter().find(|entry| entry.operation == "addParticipant").unwrap().n;
    let slow = requests.iter().filter(|entry| entry.operation == "play").nth(1);
    assert!(
        slow.is_none_or(|slow| slow.n > added),
        "the invitation does not wait for the announcement"
    );
}
