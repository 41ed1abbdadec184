//! kill -9 in the middle of a call, then restart: the call goes on. Each is a test on SQLite here, and on
//! PostgreSQL in `replicas`.

use emulator::{control::Condition, world::ClientState};

use crate::rig::{ADELE, Rig, count};

/// A test for each of these, in a world of its own; none where there is none.
macro_rules! each {
    ($rig:expr; $($name:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(rig) = $rig.await {
                    $crate::crash::$name(rig).await;
                }
            }
        )+
    };
}
pub(crate) use each;

mod on_sqlite {
    async fn rig() -> Option<crate::rig::Rig> {
        Some(crate::rig::Rig::start().await)
    }

    super::each!(rig();
        during_the_menu,
        a_key_pressed_while_nobody_lives_is_asked_for_again,
        during_the_offer,
        while_connected,
        a_caller_who_left_while_nobody_lived_is_noticed,
        a_stop_in_the_middle_of_a_call_is_graceful_and_the_next_start_goes_on,
    );
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

pub(crate) async fn a_whole_call(rig: Rig) {
    let call = rig.dial();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}

pub(crate) async fn during_the_menu(mut rig: Rig) {
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    rig.kill();
    rig.serve();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}

pub(crate) async fn a_key_pressed_while_nobody_lives_is_asked_for_again(mut rig: Rig) {
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    rig.kill();
    rig.press(call, "0").await;
    rig.serve();
    // The event of the key may come by a late retry, or be lost: then the menu is spoken again.
    let rings = Condition::Client("adele".to_owned(), ClientState::Ringing);
    let control = rig.control();
    tokio::select! {
        found = control.wait(&rings, crate::rig::PATIENCE) => assert!(found, "{}", rig.log()),
        () = rig.press(call, "0") => rig.until(rings.clone()).await,
    }
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    finish(&rig, call).await;
}

pub(crate) async fn during_the_offer(mut rig: Rig) {
    let call = rig.dial();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.kill();
    rig.serve();
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    rig.until(Condition::Recording(call)).await;
    let trace = finish(&rig, call).await;
    assert_eq!(count(&trace, "command", "AddParticipant"), 1, "rung once: {trace:#}");
}

pub(crate) async fn while_connected(mut rig: Rig) {
    let call = rig.dial();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.kill();
    rig.serve();
    let trace = finish(&rig, call).await;
    assert_eq!(count(&trace, "command", "StartRecording"), 1, "recorded once");
}

pub(crate) async fn a_caller_who_left_while_nobody_lived_is_noticed(mut rig: Rig) {
    let call = rig.dial();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.kill();
    rig.control().hang_up(call).unwrap();
    rig.serve();
    rig.until(Condition::Ended(call)).await;
    assert_eq!(rig.trace().await["outcome"], "connected");
}

pub(crate) async fn a_stop_in_the_middle_of_a_call_is_graceful_and_the_next_start_goes_on(
    mut rig: Rig,
) {
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    assert_eq!(rig.terminate(), Some(0), "{}", rig.log());
    rig.serve();
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    finish(&rig, call).await;
}
