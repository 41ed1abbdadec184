//! The ledger is stuck: what becomes of callers, and what people can read of it afterwards.

use emulator::control::Condition;

use crate::rig::{CALLER, Rig};

const FALLBACK: &str = "+442079460100";

/// A service whose calls go to the fallback while the ledger is away.
async fn with_fallback() -> Rig {
    start_with_fallback(Rig::without_service().await).await
}

/// Starts the service of a world, with a fallback number.
pub(crate) async fn start_with_fallback(mut rig: Rig) -> Rig {
    let resort = format!("redirect = \"{FALLBACK}\"\nown_numbers = [\"{}\"]", crate::rig::LINE);
    rig.change_settings("[last_resort]", &format!("[last_resort]\n{resort}"));
    rig.serve();
    rig.subscribe(emulator::control::EnvelopeSchema::EventGrid).await;
    rig
}

/// Nobody else writes while this lives.
pub(crate) fn stuck(rig: &Rig) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(rig.path("ledger.db")).unwrap();
    other.busy_timeout(crate::rig::PATIENCE).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

fn asked(rig: &Rig, operation: &str) -> Vec<u16> {
    let requests = rig.control().requests(0);
    requests.iter().filter(|one| one.operation == operation).map(|one| one.status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_ledger_cannot_take_is_redirected_and_found_afterwards() {
    let rig = with_fallback().await;
    let lock = stuck(&rig);
    rig.dial();
    let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
    while asked(&rig, "redirect").is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "not redirected\n{}", rig.log());
        tokio::task::yield_now().await;
    }
    assert_eq!(asked(&rig, "redirect"), [204], "{}", rig.log());
    drop(lock);
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "redirected", "{trace:#}");
    assert_eq!(asked(&rig, "answer"), [] as [u16; 0], "nobody answered it as well");
    let spool = std::fs::read(rig.path("turned-away"))
        .or_else(|_| std::fs::read(rig.path("turned-away.importing")))
        .unwrap_or_default();
    let leaked = spool.windows(CALLER.len()).any(|bytes| bytes == CALLER.as_bytes());
    assert!(!leaked, "the spool holds no number in plain");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_noted_while_the_ledger_was_away_is_imported_at_the_next_start() {
    let mut rig = with_fallback().await;
    let lock = stuck(&rig);
    rig.dial();
    let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
    while !rig.path("turned-away").exists() {
        assert!(tokio::time::Instant::now() < deadline, "not noted\n{}", rig.log());
        tokio::task::yield_now().await;
    }
    // Killed before the ledger heard of it.
    rig.kill();
    drop(lock);
    rig.serve();
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "redirected", "{trace:#}");
    assert!(trace.to_string().contains("0123"), "the caller is found: {trace:#}");
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
}
