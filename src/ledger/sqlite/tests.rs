//! What only SQLite has: the file, its lock, its WAL, the writer.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use engine::call::CallId;
use tempfile::TempDir;

use super::{OpenOptions, SqliteLedger};
use crate::{
    clock::Clock,
    ledger::{
        Decider, Fate, Ledger, LedgerError,
        conformance::{self, Bench, Scripted, arrival, id, record, seen},
    },
    sealing::KeyRing,
};

/// A folder of its own for each test.
struct SqliteBench {
    folder: TempDir,
    keys: Arc<KeyRing>,
    inline: bool,
}

impl SqliteBench {
    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn ledger(&self) -> Result<SqliteLedger, LedgerError> {
        self.with(Arc::new(Scripted::default()))
    }

    fn with(&self, decider: Arc<dyn Decider>) -> Result<SqliteLedger, LedgerError> {
        // Small limits, so that eviction and several batches are part of every test.
        let options =
            OpenOptions { queue: 4, batch: 8, cached_calls: 2, readers: 2, inline: self.inline };
        SqliteLedger::open(&self.path(), self.keys.clone(), decider, options)
    }

    /// Every byte of every file in the folder.
    fn bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

impl Bench for SqliteBench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, keys: Arc::new(KeyRing::ephemeral().unwrap()), inline: false }
    }

    fn open(&self, decider: Arc<dyn Decider>) -> Arc<dyn Ledger> {
        Arc::new(self.with(decider).unwrap())
    }

    fn scramble(&self, call: &CallId) {
        let conn = rusqlite::Connection::open(self.path()).unwrap();
        let read = "SELECT wrapped_key FROM call WHERE id = ?1";
        let mut key: Vec<u8> = conn.query_row(read, [call.as_str()], |row| row.get(0)).unwrap();
        *key.last_mut().unwrap() ^= 1;
        let write = "UPDATE call SET wrapped_key = ?2 WHERE id = ?1";
        assert_eq!(conn.execute(write, (call.as_str(), key)).unwrap(), 1);
    }
}

conformance::suite!(SqliteBench);

/// The same store without threads, as the simulator runs it.
mod inline {
    use super::*;

    struct InlineBench(SqliteBench);

    impl Bench for InlineBench {
        fn new() -> Self {
            Self(SqliteBench { inline: true, ..SqliteBench::new() })
        }

        fn open(&self, decider: Arc<dyn Decider>) -> Arc<dyn Ledger> {
            self.0.open(decider)
        }

        fn scramble(&self, call: &CallId) {
            self.0.scramble(call);
        }
    }

    conformance::suite!(InlineBench);
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        // The shared memory of the WAL does not survive a crash of the machine.
        if path.extension().is_none_or(|extension| extension != "db-shm") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    for number in 0..50 {
        record(&ledger, "a", number, &["play"]).await;
        if number % 10 == 0 {
            // The files as kill -9 at this instant would leave them.
            let folder = tempfile::tempdir().unwrap();
            copy(bench.folder.path(), folder.path());
            let after = SqliteBench { folder, keys: bench.keys.clone(), inline: false };
            let after = after.ledger().unwrap();
            let expected = usize::try_from(number).unwrap() + 1;
            assert_eq!(after.journal(&id("a"), 0).await.unwrap().len(), expected);
            assert_eq!(after.adopt_orphans().await.unwrap().len(), expected);
            assert_eq!(seen(&after, "a").await.len(), expected);
        }
    }
}

#[tokio::test]
async fn no_personal_data_stands_in_the_files() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    let canary = "name Zebulon +15550199887 4929123; server canary-conversation; play";
    record(&ledger, "a", 1, &[canary, "panic", "due 50"]).await;
    ledger.quarantine(Some(&id("a")), "test", canary.as_bytes(), 2).await.unwrap();
    ledger.quarantine(None, "test", canary.as_bytes(), 3).await.unwrap();
    ledger.apply_backlog(&id("a"), 4).await.unwrap();
    let canaries = ["Zebulon", "+15550199887", "4929123", "canary-conversation"];
    for stopped in [false, true] {
        if stopped {
            ledger.stop().await;
        }
        let bytes = bench.bytes();
        assert!(holds(&bytes, b"quarantine"), "the files are looked at");
        for canary in canaries {
            assert!(!holds(&bytes, canary.as_bytes()), "{canary}, stopped: {stopped}");
        }
    }
}

#[tokio::test]
async fn who_reads_for_long_does_not_hold_up_those_who_erase_and_record() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["end"]).await;
    let reader = rusqlite::Connection::open(bench.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM call").unwrap();
    let clock = Clock::start();
    let began = clock.now();
    assert!(ledger.erase(&id("a")).await.unwrap());
    for number in 0..4 {
        record(&ledger, "b", number, &["play"]).await;
    }
    // A connection's patience is 5 s: waiting for the reader but once is longer than all of this.
    assert!(clock.now() - began < 4_000);
    reader.execute_batch("ROLLBACK").unwrap();
    let wal = bench.folder.path().join("ledger.db-wal");
    until("the WAL is emptied without another job", || fs::metadata(&wal).unwrap().len() == 0)
        .await;
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let clock = Clock::start();
    let end = clock.now() + 20_000;
    while !holds() {
        assert!(clock.now() < end, "waited in vain: {what}");
        clock.sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_key_is_gone_from_file_and_wal() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    for number in 0..30 {
        record(&ledger, &format!("call {number}"), number, &["name Ada; play"]).await;
    }
    record(&ledger, "call 7", 40, &["end"]).await;
    let conn = rusqlite::Connection::open(bench.path()).unwrap();
    let wrapped: Vec<u8> = conn
        .query_row("SELECT wrapped_key FROM call WHERE id = 'call 7'", [], |row| row.get(0))
        .unwrap();
    drop(conn);
    assert!(holds(&bench.bytes(), &wrapped));
    ledger.erase(&id("call 7")).await.unwrap();
    until("the key is nowhere", || !holds(&bench.bytes(), &wrapped)).await;
    assert!(ledger.call(&id("call 8")).await.unwrap().is_some());
}

#[tokio::test]
async fn one_process_writes_and_others_may_read() {
    let bench = SqliteBench::new();
    let keys = bench.keys.clone();
    assert!(SqliteLedger::open_read_only(&bench.path(), keys.clone()).is_err(), "there is none");
    let ledger = bench.ledger().unwrap();
    assert!(matches!(bench.ledger(), Err(LedgerError::InUse { .. })));
    let reader = SqliteLedger::open_read_only(&bench.path(), keys).unwrap();
    record(&ledger, "a", 1, &["one"]).await;
    assert_eq!(seen(&reader, "a").await, ["one"]);
    let refused = reader.record(arrival("a", 2, &["two"])).await;
    assert!(matches!(refused, Err(LedgerError::ReadOnly)));
    drop(ledger);
    record(&bench.ledger().unwrap(), "a", 3, &["two"]).await;
    assert_eq!(seen(&reader, "a").await, ["one", "two"]);
    drop(reader);
    let alone = SqliteLedger::open_read_only(&bench.path(), bench.keys.clone()).unwrap();
    assert_eq!(seen(&alone, "a").await, ["one", "two"]);
}

#[tokio::test]
async fn stopping_finishes_what_was_handed_in_and_empties_the_wal() {
    let bench = SqliteBench::new();
    let ledger = Arc::new(bench.ledger().unwrap());
    let jobs = (0..20).map(|number| {
        let ledger = ledger.clone();
        async move { ledger.record(arrival("a", number, &["play"])).await }
    });
    let recorded = futures_util::future::join_all(jobs).await;
    assert!(recorded.iter().all(Result::is_ok));
    ledger.stop().await;
    ledger.stop().await;
    let wal = bench.folder.path().join("ledger.db-wal");
    assert_eq!(fs::metadata(wal).map_or(0, |wal| wal.len()), 0);
    let refused = ledger.record(arrival("a", 99, &["late"])).await;
    assert!(matches!(refused, Err(LedgerError::Closed)));
    assert!(matches!(ledger.call(&id("a")).await, Err(LedgerError::Closed)));
}

#[tokio::test]
async fn a_failed_commit_is_told_and_nothing_of_it_stays() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["one"]).await;
    ledger.fail_next_commit();
    let failed = ledger.record(arrival("a", 2, &["two; play"])).await;
    assert!(matches!(failed, Err(LedgerError::Database { doing: "commit", .. })), "{failed:?}");
    // The writer has a new connection, and what it held in memory is forgotten.
    let recorded = record(&ledger, "a", 3, &["three; play"]).await;
    assert_eq!((recorded.fate, recorded.outgoing[0].number), (Fate::Applied, 1));
    assert_eq!(seen(&ledger, "a").await, ["one", "three; play"]);
    assert_eq!(ledger.journal(&id("a"), 0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn one_failing_job_takes_no_other_with_it() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["one"]).await;
    let broken = ledger.write(|session| -> Result<(), LedgerError> {
        session.record(&arrival("a", 2, &["undone; play"]))?;
        Err(LedgerError::Closed)
    });
    let panicking = ledger.write(|session| -> Result<(), LedgerError> {
        session.record(&arrival("a", 2, &["undone; play"]))?;
        panic!("a mistake of ours")
    });
    let sound = ledger.record(arrival("b", 2, &["other"]));
    let (broken, panicking, sound) = tokio::join!(broken, panicking, sound);
    assert!(broken.is_err() && panicking.is_err());
    assert_eq!(sound.unwrap().fate, Fate::Applied);
    let recorded = record(&ledger, "a", 3, &["two; play"]).await;
    assert_eq!(recorded.outgoing[0].number, 1);
    assert_eq!(seen(&ledger, "a").await, ["one", "two; play"]);
    assert_eq!(seen(&ledger, "b").await, ["other"]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_the_ledger_goes_on_when_there_is_space() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["one"]).await;
    set_most_pages(&ledger, 40).await;
    let long = "x".repeat(20_000);
    let mut refused = None;
    for number in 0..40 {
        refused = ledger.record(arrival("a", number, &[&long])).await.err();
        if refused.is_some() {
            break;
        }
    }
    assert!(matches!(refused, Some(LedgerError::Database { .. })), "{refused:?}");
    let kept = seen(&ledger, "a").await.len();
    assert_eq!(ledger.journal(&id("a"), 0).await.unwrap().len(), kept);
    set_most_pages(&ledger, 1_000_000).await;
    assert_eq!(record(&ledger, "a", 99, &["last"]).await.fate, Fate::Applied);
    assert_eq!(seen(&ledger, "a").await.len(), kept + 1);
}

/// Lets SQLite believe that the disk ends there.
async fn set_most_pages(ledger: &SqliteLedger, pages: i64) {
    ledger
        .write(move |session| {
            session.conn.pragma_update(None, "max_page_count", pages).unwrap();
            Ok(())
        })
        .await
        .unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["one"]).await;
    for file in fs::read_dir(bench.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
}

impl SqliteBench {
    fn damage(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.path()).unwrap();
        assert_eq!(conn.execute(sql, []).unwrap(), 1);
    }

    /// Number and orphan mark of what a new process adopts.
    async fn adopted(&self) -> Vec<(u32, bool)> {
        let adopted = conformance::adopted(&self.ledger().unwrap()).await;
        adopted.into_iter().map(|(_, number, orphan)| (number, orphan)).collect()
    }
}

#[tokio::test]
async fn a_damaged_command_stands_still_while_its_lane_goes_on() {
    let bench = SqliteBench::new();
    record(&bench.ledger().unwrap(), "a", 1, &["play; play; play; terminate"]).await;
    bench.damage("UPDATE outbox SET number = -1 WHERE number = 1");
    assert_eq!(bench.adopted().await, [(2, false), (3, false), (4, true)]);
    bench.damage("UPDATE outbox SET number = 1 WHERE number = -1");
    // The process that adopted the second may have sent it.
    assert_eq!(bench.adopted().await, [(1, true), (2, true), (3, false), (4, true)]);
}

#[tokio::test]
async fn a_damaged_ticket_is_passed_over_once() {
    let bench = SqliteBench::new();
    let ledger = bench.ledger().unwrap();
    record(&ledger, "a", 1, &["seek support 1"]).await;
    record(&ledger, "b", 2, &["seek support 2"]).await;
    bench.damage("UPDATE ticket SET tried = 'damaged' WHERE since = 1");
    let adele = conformance::queues::free(&["adele"]);
    let records = ledger.assign("support", adele.clone(), 10).await.unwrap();
    assert_eq!(conformance::queues::who(&records), ["b"]);
    assert!(ledger.waiting_queues().await.unwrap().is_empty());
    record(&ledger, "b", 20, &["release adele"]).await;
    record(&ledger, "a", 21, &["seek support 1"]).await;
    let records = ledger.assign("support", adele, 500).await.unwrap();
    assert_eq!(conformance::queues::who(&records), ["a"]);
}

#[tokio::test]
async fn a_key_that_left_the_ring_takes_only_its_calls_away() {
    let mut bench = SqliteBench::new();
    let old = bench.keys.clone();
    record(&bench.ledger().unwrap(), "a", 1, &["play; due 10"]).await;
    bench.keys = Arc::new(KeyRing::ephemeral().unwrap());
    let ledger = bench.ledger().unwrap();
    record(&ledger, "b", 2, &["play; due 20"]).await;
    assert!(ledger.adopt_orphans().await.unwrap().is_empty());
    assert!(ledger.call(&id("a")).await.unwrap_err().is_unreadable());
    ledger.set_aside(&id("a")).await.unwrap();
    assert_eq!(conformance::due(&ledger, 99).await, ["b"]);
    drop(ledger);
    bench.keys = old;
    let ledger = bench.ledger().unwrap();
    assert_eq!(conformance::due(&ledger, 99).await, ["a", "b"]);
    assert_eq!(seen(&ledger, "a").await, ["play; due 10"]);
}
