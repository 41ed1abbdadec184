//! The service on PostgreSQL: a whole call, and calls over kill -9. Left out where `SWITCHBOARD_TEST_POSTGRES`
//! names no database; `tests/run postgres` starts one.

use emulator::{control::Condition, world::ClientState};

use crate::rig::{ADELE, Rig, count};

macro_rules! rig {
    () => {
        match Rig::start_on_postgres().await {
            Some(rig) => rig,
            None => return eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set"),
        }
    };
}

async fn rings(rig: &Rig) {
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
}

async fn finish(rig: &Rig, call: emulator::world::CallId) -> serde_json::Value {
    rig.control().hang_up(call).unwrap();
    rig.until(Condition::Ended(call)).await;
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "connected", "{trace:#}");
    assert_eq!(trace["agent"], ADELE);
    assert_eq!(count(&trace, "command", "Answer"), 1, "answered once");
    trace
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_reaches_an_agent() {
    let rig = rig!();
    let call = rig.dial();
    rig.press(call, "0").await;
    rings(&rig).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_the_menu() {
    let mut rig = rig!();
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    rig.kill();
    rig.serve();
    rig.press(call, "0").await;
    rings(&rig).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_the_offer() {
    let mut rig = rig!();
    let call = rig.dial();
    rig.press(call, "0").await;
    rings(&rig).await;
    rig.kill();
    rig.serve();
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    rig.until(Condition::Recording(call)).await;
    let trace = finish(&rig, call).await;
    assert_eq!(count(&trace, "command", "AddParticipant"), 1, "rung once: {trace:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_left_while_nobody_lived_is_noticed() {
    let mut rig = rig!();
    let call = rig.dial();
    rig.press(call, "0").await;
    rings(&rig).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.kill();
    rig.control().hang_up(call).unwrap();
    rig.serve();
    rig.until(Condition::Ended(call)).await;
    assert_eq!(rig.trace().await["outcome"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_graceful_and_the_next_start_goes_on() {
    let mut rig = rig!();
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    assert_eq!(rig.terminate(), Some(0), "{}", rig.log());
    rig.serve();
    rig.press(call, "0").await;
    rings(&rig).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}
