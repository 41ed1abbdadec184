//! The disk under the ledger, and files of other times.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use emulator::{
    control::{Condition, EnvelopeSchema},
    world::ClientState,
};
use reqwest::StatusCode;

use super::{asked, eventually, listed};
use crate::{
    last_resort::start_with_fallback,
    rig::{Rig, count},
};

/// Somebody dials until a call is answered: for a second after a failure the ledger is taken for gone.
async fn answers_again(rig: &Rig) {
    let before = asked(rig, "answer").len();
    let deadline = tokio::time::Instant::now() + crate::rig::PATIENCE;
    while asked(rig, "answer").len() == before {
        assert!(tokio::time::Instant::now() < deadline, "{}", rig.log());
        let call = rig.dial();
        rig.until(Condition::Not(Box::new(Condition::CallRinging(call)))).await;
    }
}

/// The file itself, in another place, as after a restored backup.
fn put_back(rig: &Rig, copy: &str) {
    for tail in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(rig.path(&format!("ledger.db{tail}")));
    }
    std::fs::copy(rig.path(copy), rig.path("ledger.db")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_a_ledger_that_lost_its_last_commits_finds_out_how_its_calls_stand() {
    let mut rig = Rig::start().await;
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    let copy = rig.path("copy.db").display().to_string();
    rig.command(&["backup", &copy]);
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::Recording(call)).await;
    rig.kill();
    put_back(&rig, "copy.db");
    rig.serve();
    rig.control().hang_up(call).unwrap();
    rig.until(Condition::Ended(call)).await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Idle)).await;
    let trace = rig.trace().await;
    assert_eq!(count(&trace, "command", "Answer"), 1, "{trace:#}");
    assert_eq!(asked(&rig, "answer"), [200], "not answered a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn f29_and_f30_a_long_reader_stops_no_call_and_the_wal_is_cut_back() {
    let mut rig = Rig::start().await;
    let reader = rusqlite::Connection::open(rig.path("ledger.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM call;").unwrap();
    crate::calls::whole_call(&rig).await;
    let of_then: i64 = reader.query_row("SELECT count(*) FROM call", [], |row| row.get(0)).unwrap();
    assert_eq!(of_then, 0, "the reader held its view all the time");
    assert!(!rig.log().contains("database is locked"), "{}", rig.log());
    drop(reader);
    assert_eq!(rig.terminate(), Some(0));
    let wal = std::fs::metadata(rig.path("ledger.db-wal")).map_or(0, |wal| wal.len());
    assert_eq!(wal, 0);
}

/// `strace` that lets the next synchronisation of the process fail; gone with this.
struct Failing(Child);

impl Failing {
    /// None where there is no `strace` or it may not trace.
    fn next_sync_of(rig: &Rig) -> Option<Self> {
        let told = rig.path("strace.log");
        let child = Command::new("strace")
            .args(["-f", "-p", &rig.process().to_string(), "-o"])
            .arg(&told)
            .args(["-e", "trace=fsync,fdatasync"])
            .args(["-e", "inject=fsync,fdatasync:error=EIO:when=1"])
            .stderr(Stdio::from(std::fs::File::create(rig.path("strace.err")).unwrap()))
            .spawn()
            .ok()?;
        Some(Self(child))
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f27_a_disk_that_fails_once_acknowledges_nothing_and_the_next_call_is_kept() {
    let rig = start_with_fallback(Rig::without_service().await).await;
    let failing = Failing::next_sync_of(&rig);
    let attached = |text: String| text.contains("attached");
    let told = || std::fs::read_to_string(rig.path("strace.err")).unwrap_or_default();
    if failing.is_none() || told().contains("Operation not permitted") {
        return eprintln!("left out: strace is not there, or may not trace");
    }
    eventually(&rig, "strace", || attached(told())).await;
    rig.dial();
    eventually(&rig, "a redirect", || asked(&rig, "redirect") == [204]).await;
    let failed = std::fs::read_to_string(rig.path("strace.log")).unwrap();
    assert!(failed.contains("(INJECTED)"), "{failed}");
    drop(failing);
    assert!(asked(&rig, "answer").is_empty(), "the one that was not kept was not answered");
    answers_again(&rig).await;
    let turned_away = |call: &serde_json::Value| call["outcome"] == "redirected";
    eventually(&rig, "a note of the first", || listed(&rig).iter().any(turned_away)).await;
}

/// A disk of 3 MB.
struct Disk(PathBuf);

impl Disk {
    /// None where nothing may be mounted.
    fn at(folder: &Path) -> Option<Self> {
        std::fs::create_dir(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m,mode=700", "switchboard-test"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    /// Fills what is left.
    fn fill(&self) {
        let zeros = vec![0; 4 * 1024 * 1024];
        assert!(std::fs::write(self.0.join("filler"), zeros).is_err(), "it is full");
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f28_on_a_full_disk_callers_go_to_the_fallback_and_calls_are_kept_when_there_is_room() {
    let rig = Rig::without_service().await;
    let Some(disk) = Disk::at(&rig.path("disk")) else {
        return eprintln!("left out: only root may mount a disk of a few MB");
    };
    let (usual, small) = (rig.path("ledger.db"), rig.path("disk/ledger.db"));
    rig.change_settings(&usual.display().to_string(), &small.display().to_string());
    let rig = start_with_fallback(rig).await;
    let kept = rig.dial();
    rig.until(Condition::Heard(kept, "For flight status".to_owned())).await;
    disk.fill();
    // The WAL may have room in it: until it is used up, calls are kept.
    let mut dialled = 1;
    while asked(&rig, "redirect").is_empty() {
        assert!(dialled < 40, "{}", rig.log());
        let call = rig.dial();
        dialled += 1;
        let taken = || !asked(&rig, "redirect").is_empty();
        let control = rig.control();
        let connected = control.wait_for(crate::rig::PATIENCE, |world| {
            let answered =
                |one: &emulator::world::CallView| one.id == call && one.state != "ringing";
            taken() || world.calls.iter().any(answered)
        });
        assert!(connected.await, "{}", rig.log());
    }
    let live = rig.client().get(rig.url("/health/live")).send().await.unwrap().status();
    assert_eq!(live, StatusCode::OK);
    assert!(!listed(&rig).is_empty(), "what is there can be read");
    disk.make_room();
    answers_again(&rig).await;
    drop(rig);
    drop(disk);
}

/// What the release before has written (`tests/data/README.md`).
pub(super) fn old() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ledger-0.1")
}

/// The key ring that belongs to it.
pub(super) fn old_keys(rig: &Rig, name: &str) {
    std::fs::copy(old().join(name), rig.path("keys")).unwrap();
    let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(rig.path("keys"), owner).unwrap();
}

/// In it are a call that was over, and one at the menu when the process was killed.
pub(super) async fn reads_what_was_there(mut rig: Rig) {
    let before = listed(&rig);
    let outcomes: Vec<_> = before.iter().map(|call| call["outcome"].as_str()).collect();
    assert_eq!(outcomes, [None, Some("connected")], "{before:#?}");
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    eventually(&rig, "the end of the old call", || listed(&rig)[0]["outcome"].is_string()).await;
    let id = listed(&rig)[1]["id"].as_str().unwrap().to_owned();
    let told: serde_json::Value =
        serde_json::from_str(&rig.command(&["trace", &id, "--json"])).unwrap();
    assert_eq!(count(&told, "command", "AddParticipant"), 1, "{told:#}");
    crate::crash::a_whole_call(rig).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_a_ledger_of_the_release_before_is_read_and_its_live_call_comes_to_its_end() {
    let rig = Rig::in_world(8.0, 8).await;
    std::fs::copy(old().join("ledger.sqlite"), rig.path("ledger.db")).unwrap();
    old_keys(&rig, "keys");
    reads_what_was_there(rig).await;
}

/// The recipe of what `f21_…` reads: `cargo test --workspace --features switchboard-webhooks/testing --test it -- --ignored
/// the_ledger_of_this_release`, then copy what it names to `tests/data/ledger-VERSION`.
#[ignore = "writes test data, once for each release that changes what is stored"]
#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_of_this_release() {
    let rig = live_and_killed(Rig::start().await).await;
    let to = place();
    let all = rusqlite::Connection::open(rig.path("ledger.db")).unwrap();
    all.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM;").unwrap();
    drop(all);
    std::fs::copy(rig.path("ledger.db"), to.join("ledger.sqlite")).unwrap();
    std::fs::copy(rig.path("keys"), to.join("keys")).unwrap();
    eprintln!("written to {}", to.display());
}

/// Where recipes put what they make.
pub(super) fn place() -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ledger-of-this-release");
    std::fs::create_dir_all(&to).unwrap();
    to
}

/// A call that is over and one at the menu when the process is killed.
pub(super) async fn live_and_killed(mut rig: Rig) -> Rig {
    crate::calls::whole_call(&rig).await;
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    rig.kill();
    rig
}
