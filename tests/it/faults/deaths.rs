//! kill -9 at chosen instants, and a stop in the middle of calls. Kills at drawn instants: `tests/crash`.

use emulator::{
    control::{Condition, EnvelopeSchema, FaultAction},
    world::{CallId, ClientState},
};
use tokio::time::{Duration, Instant};

use super::{always, asked, eventually, refuse};
use crate::{
    calls::fault,
    last_resort::stuck,
    rig::{Rig, count},
};

async fn rig() -> Rig {
    let mut rig = Rig::at_speed(1.0).await;
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    rig
}

fn heard(call: CallId, text: &str) -> Condition {
    Condition::Heard(call, text.to_owned())
}

fn rings() -> Condition {
    Condition::Client("adele".to_owned(), ClientState::Ringing)
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_a_call_that_was_not_committed_is_answered_at_the_next_delivery() {
    let mut rig = rig().await;
    let lock = stuck(&rig);
    let call = rig.dial();
    rig.until(Condition::CallRinging(call)).await;
    rig.kill();
    drop(lock);
    rig.serve();
    rig.until(heard(call, "Welcome")).await;
    assert_eq!(asked(&rig, "answer"), [200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_an_answer_that_had_not_left_leaves_after_the_restart() {
    let mut rig = rig().await;
    rig.control().add_fault(always("answer", refuse(500)));
    let call = rig.dial();
    eventually(&rig, "a try", || !asked(&rig, "answer").is_empty()).await;
    rig.kill();
    rig.control().clear_faults();
    let restarted = Instant::now();
    rig.serve();
    rig.until(heard(call, "Welcome")).await;
    assert!(restarted.elapsed() < Duration::from_secs(15), "while it rings");
    let answered = asked(&rig, "answer").into_iter().filter(|status| *status == 200).count();
    assert_eq!(answered, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_an_answer_whose_result_was_not_kept_is_repeated_under_its_id() {
    let mut rig = rig().await;
    rig.control().add_fault(fault("answer", Some(1), FaultAction::Hang { ms: 20_000 }));
    let call = rig.dial();
    rig.until(Condition::Connected(call)).await;
    rig.kill();
    rig.serve();
    rig.until(heard(call, "For flight status")).await;
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    assert_eq!(count(&trace, "command", "Answer"), 1, "{trace:#}");
    let requests = rig.control().requests(0);
    let answers: Vec<_> = requests.iter().filter(|one| one.operation == "answer").collect();
    let fresh = answers.iter().filter(|one| one.status == 200 && !one.repeated).count();
    assert!(fresh <= 1, "no second leg: {answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_prompt_of_unknown_fate_may_begin_again_and_the_flow_goes_on() {
    let mut rig = rig().await;
    rig.control().add_fault(fault("play", Some(1), FaultAction::Hang { ms: 20_000 }));
    let call = rig.dial();
    rig.until(heard(call, "Welcome")).await;
    rig.kill();
    rig.serve();
    rig.until(heard(call, "For flight status")).await;
}

/// One at the menu, one whose agent is rung, one who waits behind.
#[tokio::test(flavor = "multi_thread")]
async fn f17_calls_in_every_phase_go_on_when_nobody_lived_for_a_while() {
    // An agent is rung for 10 s.
    let mut rig = Rig::at_speed(2.0).await;
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    let asking = rig.dial();
    rig.until(heard(asking, "For flight status")).await;
    let offered = rig.dial();
    rig.press(offered, "0").await;
    rig.until(rings()).await;
    let waiting = rig.dial();
    rig.press(waiting, "0").await;
    rig.until(heard(waiting, "One moment")).await;
    rig.kill();
    rig.serve();
    rig.until(rings()).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(offered, "adele".to_owned())).await;
    rig.press(asking, "2").await;
    rig.until(heard(asking, "Bags come to belt")).await;
    rig.control().hang_up(offered).unwrap();
    rig.until(rings()).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(waiting, "adele".to_owned())).await;
    assert_eq!(asked(&rig, "answer").len(), 3, "nobody was answered twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_a_stop_with_live_calls_fails_no_delivery_and_the_next_process_goes_on() {
    let mut rig = Rig::start().await;
    let calls: Vec<_> = (0..8).map(|_| rig.dial()).collect();
    for call in &calls {
        rig.until(heard(*call, "For flight status")).await;
    }
    let told = Instant::now();
    assert_eq!(rig.terminate(), Some(0), "{}", rig.log());
    assert!(told.elapsed() < Duration::from_secs(25), "{:?}", told.elapsed());
    rig.serve();
    for call in &calls {
        rig.press(*call, "2").await;
        rig.until(heard(*call, "Bags come to belt")).await;
    }
    let deliveries = rig.control().deliveries(0);
    let failed: Vec<_> = deliveries.iter().filter(|one| one.status >= Some(400)).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(asked(&rig, "answer").len(), calls.len());
}
