//! Deliveries that come often, late, broken or all at once.

use emulator::control::{Condition, EnvelopeSchema, FaultAction};

use super::{always, asked, counted, deliver, eventually, listed, old_ring};
use crate::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn f01_five_deliveries_of_one_ring_are_one_call() {
    let rig = Rig::start().await;
    rig.control().add_fault(always("IncomingCall", FaultAction::Copies { n: 5 }));
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    assert_eq!(asked(&rig, "answer"), [200], "{}", rig.log());
    assert_eq!(listed(&rig).len(), 1);
    let deliveries = rig.control().deliveries(0);
    let rings: Vec<_> = deliveries.iter().filter(|one| one.event == "IncomingCall").collect();
    assert_eq!(rings.len(), 5);
    assert!(rings.iter().all(|one| one.status == Some(200)), "{rings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f02_a_ring_of_long_ago_is_kept_as_expired_and_not_answered() {
    let rig = Rig::start().await;
    assert_eq!(deliver(&rig, &[old_ring("late", "context")]).await, 200);
    assert_eq!(rig.trace().await["outcome"], "expired");
    assert!(asked(&rig, "answer").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn f07_one_bad_event_of_a_batch_takes_no_other_with_it() {
    let rig = Rig::start().await;
    let bad = serde_json::json!({
        "id": "bad", "topic": "t", "subject": "s", "eventTime": "2026-01-01T00:00:00Z",
        "eventType": "Microsoft.Communication.IncomingCall", "dataVersion": "1.0", "data": 7,
    });
    let stray = serde_json::json!({
        "id": "stray", "topic": "t", "subject": "/recording/call/x/serverCallId/y/recordingId/z",
        "eventTime": "2026-01-01T00:00:00Z", "dataVersion": "1.0",
        "eventType": "Microsoft.Communication.RecordingFileStatusUpdated",
        "data": { "recordingStorageInfo": { "recordingChunks": [] } },
    });
    let batch = [old_ring("first", "one"), bad, stray, old_ring("last", "two")];
    assert_eq!(deliver(&rig, &batch).await, 200, "all or none is acknowledged");
    assert_eq!(listed(&rig).len(), 2, "{}", rig.log());
    assert_eq!(counted(&rig, "SELECT count(*) FROM quarantine"), 1, "{}", rig.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn f09_of_two_bodies_under_one_event_id_the_first_wins() {
    let rig = Rig::start().await;
    assert_eq!(deliver(&rig, &[old_ring("same", "first")]).await, 200);
    let first = listed(&rig);
    assert_eq!(deliver(&rig, &[old_ring("same", "first")]).await, 200);
    let told = || rig.log().contains("under an event id that another had");
    assert!(!told(), "a second delivery is nothing unusual: {}", rig.log());
    assert_eq!(deliver(&rig, &[old_ring("same", "second")]).await, 200, "not to be sent again");
    assert!(told(), "{}", rig.log());
    assert_eq!(listed(&rig), first);
}

/// Event Grid delivers what has piled up during an outage: old rings by the hundred, and one that still rings. On a
/// slow machine that one may be answered at its second delivery, after 10 s.
#[tokio::test(flavor = "multi_thread")]
async fn f49_among_a_herd_of_old_rings_the_one_that_still_rings_is_answered() {
    let mut rig = Rig::at_speed(1.0).await;
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    let herd = (0..10).map(|batch| {
        let delivered_late = |n| old_ring(&format!("{batch}-{n}"), &format!("context-{batch}-{n}"));
        (0..20).map(delivered_late).collect::<Vec<_>>()
    });
    let herd: Vec<_> = herd.collect();
    let until_taken = async |batch: &Vec<_>| {
        let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
        while deliver(&rig, batch).await != 200 {
            assert!(tokio::time::Instant::now() < deadline, "{}", rig.log());
        }
    };
    let delivered = futures_util::future::join_all(herd.iter().map(until_taken));
    let ours = async {
        let call = rig.dial();
        rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    };
    tokio::join!(delivered, ours);
    assert_eq!(asked(&rig, "answer"), [200], "one Answer, and no command for the others");
    let expired = "SELECT count(*) FROM call WHERE outcome = 'expired'";
    eventually(&rig, "a note of each", || counted(&rig, expired) == 200).await;
}
