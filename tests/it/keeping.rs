//! Erasure, export, backup and the key ring, with the real commands beside a running `serve`.

use serde_json::Value;

use crate::rig::{CALLER, NAME, Rig};

/// A call from ring to end; its id.
async fn whole_call(rig: &Rig) -> String {
    let call = rig.dial();
    rig.press(call, "1").await;
    rig.control().hang_up(call).unwrap();
    rig.trace().await["id"].as_str().unwrap().to_owned()
}

fn export(rig: &Rig, which: &[&str]) -> Value {
    let arguments = [&["export"], which].concat();
    serde_json::from_str(&rig.command(&arguments)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_exported_and_erased_while_the_service_runs() {
    let rig = Rig::start().await;
    let id = whole_call(&rig).await;
    let known = export(&rig, &["--number", CALLER]);
    assert_eq!(known[0]["call"], id.as_str());
    assert!(known.to_string().contains(NAME), "an export is complete");
    let listed: Value =
        serde_json::from_str(&rig.command(&["trace", "--number", CALLER, "--json"])).unwrap();
    assert_eq!(listed[0]["id"], id.as_str());
    let event = known[0]["journal"][0]["event"].as_str().unwrap();
    assert_eq!(event.len(), 32, "the event that brought a row is named: {event}");

    let told = rig.command(&["erase", "--number", CALLER]);
    assert!(told.contains(&format!("{id}  erased: its key is gone")), "{told}");
    let left = export(&rig, &[&id]);
    assert_eq!(left[0]["trace"], Value::Null);
    assert!(!left.to_string().contains(NAME) && left[0]["journal"].as_array().unwrap().len() > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_is_whole_and_knows_what_was_erased_after_it() {
    let mut rig = Rig::start().await;
    let id = whole_call(&rig).await;
    let live = rig.dial();
    rig.until(emulator::control::Condition::Listening(live)).await;
    let copy = rig.path("copy.db").display().to_string();
    let told = rig.command(&["backup", &copy]);
    assert!(told.contains("whole, 2 calls, 1 of them live"), "{told}");
    rig.command(&["erase", &id]);
    rig.kill();

    // As docs/backup.md says: the copy in the ledger's place, without the old WAL.
    for old in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        let _ = std::fs::remove_file(rig.path(old));
    }
    std::fs::copy(&copy, rig.path("ledger.db")).unwrap();
    assert!(export(&rig, &[&id]).to_string().contains(NAME), "the copy is older than the erasure");
    rig.command(&["keys", "rotate"]);
    rig.serve();
    let told = rig.command(&["erase", &id]);
    assert!(told.contains("erased: its key is gone"), "{told}");

    // The call that was live goes on, with keys of the old ring.
    rig.press(live, "1").await;
    rig.control().hang_up(live).unwrap();
    assert_eq!(rig.trace().await["outcome"], "abandoned");
    let keys: Value = serde_json::from_str(&rig.command(&["keys", "list", "--json"])).unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    assert_eq!(keys["keys"][1]["sealed"], 1, "{keys}");
}
