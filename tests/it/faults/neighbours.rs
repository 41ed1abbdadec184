//! Graph, keys, clocks, files that never come, flows that are no flows.

use emulator::{
    control::{Condition, EnvelopeSchema, FaultAction},
    world::ClientState,
};

use super::{always, asked, deliver, eventually, old_ring, refuse};
use crate::{
    calls::whole_call,
    rig::{Rig, count},
};

#[tokio::test(flavor = "multi_thread")]
async fn f41_callers_reach_agents_while_graph_refuses_and_while_it_is_slow() {
    let rig = Rig::start().await;
    eventually(&rig, "presence", || asked(&rig, "getPresencesByUserId").contains(&200)).await;
    for trouble in [refuse(503), FaultAction::Delay { ms: 10_000 }] {
        rig.control().clear_faults();
        rig.control().add_fault(always("graph", trouble));
        whole_call(&rig).await;
        rig.until(Condition::Client("adele".to_owned(), ClientState::Idle)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f45_without_keys_senders_are_told_to_try_again_and_with_old_keys_calls_go_on() {
    let mut rig = Rig::without_service().await;
    rig.control().add_fault(always("keys", refuse(500)));
    rig.serve();
    let arrived = [old_ring("ring", "context")];
    assert_eq!(deliver(&rig, &arrived).await, 500, "our inability is never their 401");
    rig.control().clear_faults();
    let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
    while deliver(&rig, &arrived).await != 200 {
        assert!(tokio::time::Instant::now() < deadline, "{}", rig.log());
    }
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    whole_call(&rig).await;
    rig.control().add_fault(always("keys", refuse(500)));
    rig.control().add_fault(always("token", refuse(500)));
    whole_call(&rig).await;
    // A start in the middle of it: the keys were kept, whatever the issuer says.
    rig.kill();
    rig.serve();
    assert_eq!(deliver(&rig, &[old_ring("later", "another")]).await, 200, "{}", rig.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn f47_a_sender_half_a_minute_off_is_believed_and_one_an_hour_off_is_told() {
    let rig = Rig::start().await;
    rig.control().add_fault(always("*", FaultAction::Skew { ms: 30_000 }));
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    rig.control().clear_faults();
    rig.control().hang_up(call).unwrap();
    rig.trace().await;
    rig.control().add_fault(always("CallConnected", FaultAction::Skew { ms: -3_600_000 }));
    let call = rig.dial();
    eventually(&rig, "a refusal", || rig.log().contains("delivery not believed")).await;
    let refused = rig.control().deliveries(0).into_iter().filter(|one| one.status == Some(401));
    assert!(refused.count() > 0);
    rig.control().hang_up(call).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn f54_a_recording_whose_file_is_never_told_ends_its_call_like_any_other() {
    let rig = Rig::start().await;
    rig.control().add_fault(always("RecordingFileStatusUpdated", FaultAction::Drop));
    let trace = whole_call(&rig).await;
    assert!(trace["recording"].is_string(), "its id is kept, to be asked for: {trace:#}");
    let late = serde_json::json!({
        "id": "late", "topic": "t", "subject": "/recording/call/x/serverCallId/y/recordingId/z",
        "eventTime": "2026-01-01T00:00:00Z", "dataVersion": "1.0",
        "eventType": "Microsoft.Communication.RecordingFileStatusUpdated",
        "data": { "recordingStorageInfo": { "recordingChunks": [] } },
    });
    assert_eq!(deliver(&rig, &[late]).await, 200, "of a call that is gone: not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn f58_a_broken_flow_does_not_start_and_a_live_call_keeps_the_flow_it_began_with() {
    let mut rig = Rig::start().await;
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/airline/flow.yaml");
    let text = std::fs::read_to_string(&shipped).unwrap();
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    let other = rig.path("flow.yaml");
    rig.change_settings(&shipped.display().to_string(), &other.display().to_string());
    std::fs::write(&other, text.replace("start: greeting", "start: nowhere")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["serve", "--config"])
        .arg(rig.path("switchboard.toml"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{told}");
    assert!(told.contains("nowhere"), "it says what is wrong: {told}");
    std::fs::write(&other, text.replace("Bags come to belt 4", "Bags come to belt 9")).unwrap();
    rig.kill();
    rig.serve();
    rig.press(call, "2").await;
    rig.until(Condition::Heard(call, "belt 4".to_owned())).await;
    let newer = rig.dial();
    rig.press(newer, "2").await;
    rig.until(Condition::Heard(newer, "belt 9".to_owned())).await;
    rig.control().hang_up(newer).unwrap();
    assert_eq!(count(&rig.trace().await, "command", "Answer"), 1);
}
