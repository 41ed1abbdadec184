//! Connections, the lock file, and what is refused at the start.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{ledger::port::LedgerError, sealing::SealingError};

use super::{convert::Doing, schema};

/// SQLite before 3.51.3 could corrupt a WAL when it began anew (RELIABILITY.md, SQLite facts).
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a connection waits for another one's lock.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Sizes and limits of an open ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// Jobs that may wait for the writer before callers wait to hand theirs in.
    pub queue: usize,
    /// Most jobs in one transaction.
    pub batch: usize,
    /// Most calls held in memory with their keys.
    pub cached_calls: usize,
    /// Threads that read.
    pub readers: usize,
    /// No threads: every job runs at once where it is handed in, one transaction each. For the
    /// simulator, whose runs must be the same every time; a service's event loop would wait for the disk.
    pub inline: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { queue: 1_024, batch: 256, cached_calls: 4_096, readers: 2, inline: false }
    }
}

/// Fails if the SQLite in this binary is older than what is known to be safe.
pub(super) fn check_library() -> Result<(), LedgerError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(LedgerError::SqliteTooOld { found: rusqlite::version() });
    }
    Ok(())
}

/// Takes the lock beside the database; it is free again when the file is closed.
pub(super) fn lock(database: &Path) -> Result<File, LedgerError> {
    let path = database.with_added_extension("lock");
    let file = private(&path).doing_io("open its lock file")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(LedgerError::InUse { path: path.display().to_string() })
        }
        Err(TryLockError::Error(source)) => Err(source).doing_io("lock its lock file"),
    }
}

/// Marks the outbox rows of this process: random, positive, never the same after a restart.
pub(super) fn random_owner() -> Result<i64, LedgerError> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| LedgerError::Sealing(Box::new(SealingError::NoRandomness)))?;
    Ok((i64::from_be_bytes(bytes) & i64::MAX).max(1))
}

/// Creates the file if there is none, readable by its owner only.
pub(super) fn create(path: &Path) -> Result<(), LedgerError> {
    private(path).doing_io("open its file").map(|_| ())
}

/// The writer's connection. Creates the tables, but never the file: one that vanished is not replaced
/// by an empty one.
pub(super) fn writer(path: &Path, inline: bool) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(path, flags, inline).doing("open its file")?;
    conn.busy_timeout(BUSY).doing("set its patience")?;
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .doing("switch to WAL (the file must be on a local disk)")?;
    if !mode.eq_ignore_ascii_case("wal") {
        let source = io::Error::other(format!("journal mode stayed {mode}"));
        return Err(source).doing_io("switch to WAL (the file must be on a local disk)");
    }
    // secure_delete: a deleted key must not stay in free space of a page. Checkpoints come every 1,000
    // pages (4 MB); after a long reader the WAL is cut back to 16 MB.
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = OFF;
         PRAGMA wal_autocheckpoint = 1000;
         PRAGMA journal_size_limit = 16777216;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;",
    )
    .doing("set its pragmas")?;
    conn.set_prepared_statement_cache_capacity(64);
    schema::migrate(&mut conn)?;
    Ok(conn)
}

/// Without threads the file is locked once for this process, and not for each transaction: half of all system
/// calls of a simulated call were such locks.
fn connect(path: &Path, flags: OpenFlags, inline: bool) -> rusqlite::Result<Connection> {
    if inline && cfg!(unix) {
        return Connection::open_with_flags_and_vfs(path, flags, c"unix-excl");
    }
    Connection::open_with_flags(path, flags)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, inline: bool) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = connect(path, flags, inline).doing("open its file for reading")?;
    conn.busy_timeout(BUSY).doing("set its patience")?;
    let found = schema::check(&conn)?;
    if found == 0 {
        let source = io::Error::other("the file holds no ledger yet");
        return Err(source).doing_io("be read: start `serve` once to create it");
    }
    conn.set_prepared_statement_cache_capacity(32);
    Ok(conn)
}

/// Opens or creates a file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

trait DoingIo<T> {
    fn doing_io(self, doing: &'static str) -> Result<T, LedgerError>;
}

impl<T> DoingIo<T> for io::Result<T> {
    fn doing_io(self, doing: &'static str) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Database { doing, source: Box::new(source) })
    }
}
