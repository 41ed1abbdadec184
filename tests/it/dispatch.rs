//! Commands whose answers are lost or which are refused for a while, against an emulator that executes a
//! Repeatability id once and refuses one that comes with other bytes (contract section 2).

use emulator::control::{Condition, FaultAction};

use crate::{calls::fault, rig::Rig};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_is_the_same_to_the_byte() {
    let rig = Rig::start().await;
    let once = ["answer", "addParticipant"];
    for operation in once {
        rig.control().add_fault(fault(operation, Some(1), FaultAction::FailAfter { status: 500 }));
    }
    crate::calls::whole_call(&rig).await;
    let requests = rig.control().requests(0);
    for operation in once {
        let tries: Vec<_> = requests.iter().filter(|one| one.operation == operation).collect();
        let statuses: Vec<_> = tries.iter().map(|one| one.status).collect();
        assert_eq!(tries.len(), 2, "{operation}: {statuses:?}");
        // The emulator compares a hash of target and body before it says so.
        assert!(tries[1].repeated && tries[1].status < 300, "{operation}: {:?}", tries[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_asked_of_one_command_holds_for_the_others() {
    let rig = Rig::start().await;
    let slower = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(1) };
    rig.control().add_fault(fault("recognize", Some(1), slower));
    let first = rig.dial();
    rig.until(Condition::Listening(first)).await;
    let tries = || {
        let requests = rig.control().requests(0).into_iter();
        requests
            .filter(|one| one.operation == "recognize")
            .map(|one| (one.status, one.at))
            .collect()
    };
    let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
    let tries: Vec<(u16, i64)> = loop {
        let tries: Vec<_> = tries();
        if tries.len() > 1 {
            break tries;
        }
        assert!(tokio::time::Instant::now() < deadline, "{tries:?}\n{}", rig.log());
        tokio::task::yield_now().await;
    };
    assert_eq!(tries[0].0, 429);
    let waited = tries[1].1 - tries[0].1;
    assert!(waited >= 1_000, "tried again after {waited} ms: {:?}", rig.log());
    assert!(rig.log().contains("asks for a pause"), "{}", rig.log());
}
