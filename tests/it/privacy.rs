//! No personal data in logs or on disk: canaries go through a whole call, then everything written is searched.

use emulator::{control::Condition, world::ClientState};

use crate::rig::{CALLER, NAME, Rig};

#[tokio::test(flavor = "multi_thread")]
async fn canaries_appear_in_no_log_and_in_no_file() {
    let mut rig = Rig::start().await;
    let call = rig.dial();
    rig.press(call, "1").await;
    rig.until(Condition::Heard(call, "Type your flight number".to_owned())).await;
    rig.press(call, "8642#").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    let told = trace.to_string();
    for canary in [NAME, CALLER, "8642"] {
        assert!(
            told.contains(canary),
            "the operator's trace shows {canary}, else this test proves nothing"
        );
    }
    rig.kill();

    let digits = CALLER.trim_start_matches('+');
    let log = rig.log();
    assert!(
        log.contains("event taken") && log.contains("command tried"),
        "the log tells what happened"
    );
    assert!(!stands_alone(&log, "8642"), "the log shows the digits");
    for canary in [NAME, "Ada", digits, "Bearer ey", "flights/"] {
        assert!(!log.contains(canary), "the log shows {canary}");
    }
    for file in ["ledger.db", "ledger.db-wal"] {
        let Ok(bytes) = std::fs::read(rig.path(file)) else { continue };
        for canary in [NAME, digits, "8642", "incomingCallContext"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{file} shows {canary}");
        }
    }
}

/// Whether these digits stand there as a number: not as a part of a time stamp.
fn stands_alone(text: &str, number: &str) -> bool {
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    text.match_indices(number).any(|(at, _)| {
        !is_digit(text[..at].chars().next_back())
            && !is_digit(text[at + number.len()..].chars().next())
    })
}
