//! Probes, and the way out: SIGTERM once, SIGTERM twice.

use reqwest::StatusCode;
use tokio::time::Instant;

use crate::rig::{PATIENCE, Rig};

async fn status(rig: &Rig, path: &str) -> StatusCode {
    rig.client().get(rig.url(path)).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_draining_the_service_is_not_ready_and_answers_and_a_second_signal_ends_it() {
    let mut rig = Rig::without_service().await;
    rig.change_settings("drain = \"1s\"", "drain = \"14s\"");
    rig.serve();
    for probe in ["startup", "live", "ready"] {
        assert_eq!(status(&rig, &format!("/health/{probe}")).await, StatusCode::OK, "{probe}");
    }
    let told = Instant::now();
    rig.signal();
    while status(&rig, "/health/ready").await == StatusCode::OK {
        assert!(told.elapsed() < PATIENCE, "{}", rig.log());
    }
    assert_eq!(status(&rig, "/health/live").await, StatusCode::OK);
    assert_eq!(status(&rig, "/health/startup").await, StatusCode::OK);
    // A delivery is still judged, and its connection closed afterwards.
    let answer = rig.client().post(rig.url("/webhooks/events")).body("[]").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["connection"], "close");
    let again = Instant::now();
    assert_eq!(rig.terminate(), Some(0), "{}", rig.log());
    assert!(again.elapsed().as_secs() < 10, "the second signal waits for nothing");
    assert!(rig.log().contains("stopped at once"));
}
