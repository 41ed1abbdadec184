//! A copy of the SQLite ledger, made while `serve` goes on.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    ledger::port::{Ledger, LedgerError},
    sealing::KeyRing,
};

use super::SqliteLedger;

/// A backup could not be made, or is not one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is there already.
    #[error("{} is there already: a backup is never written over, choose another name", .0.display())]
    Exists(PathBuf),
    /// The file cannot be made.
    #[error("{} cannot be written: check the folder and the room on its disk", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// SQLite refused.
    #[error("SQLite could not {doing}")]
    Sqlite {
        /// What it was asked to do.
        doing: &'static str,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// The copy is damaged.
    #[error("{} is damaged: {found}; take another backup", .path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        found: String,
    },
    /// It cannot be read as a ledger.
    #[error("the backup cannot be read as a ledger")]
    Ledger(#[from] LedgerError),
}

/// What a whole backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Calls.
    pub calls: usize,
    /// Those without an outcome, all of which could be opened with the key ring.
    pub live: usize,
}

/// Copies the ledger as it is at one instant. The copy is one file without a WAL. Calls go on
/// meanwhile; the WAL is not emptied until it is done.
///
/// # Errors
/// When the target exists, or SQLite or the disk refuses; then nothing is left behind.
pub fn make_backup(ledger: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let fresh = to.with_added_extension("part");
    let file = |source| BackupError::File { path: fresh.clone(), source };
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(error)),
        Ok(()) | Err(_) => {}
    }
    let copied = copy(ledger, &fresh).and_then(|()| {
        let made = std::fs::File::open(&fresh).map_err(file)?;
        #[cfg(unix)]
        {
            let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            made.set_permissions(owner).map_err(file)?;
        }
        made.sync_all().map_err(file)?;
        std::fs::rename(&fresh, to).map_err(file)
    });
    if copied.is_err() {
        // What is half done is of no use to anybody.
        let _ = std::fs::remove_file(&fresh);
    }
    copied
}

fn copy(ledger: &Path, to: &Path) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sqlite = |doing| move |source| BackupError::Sqlite { doing, source };
    let conn = Connection::open_with_flags(ledger, flags)
        .map_err(sqlite("open the ledger: check ledger.path"))?;
    let target = to.to_string_lossy();
    conn.execute("VACUUM INTO ?1", [target.as_ref()])
        .map_err(sqlite("copy the ledger: check the room on the disk"))
        .map(|_| ())
}

/// Reads a backup whole: SQLite's own check, its schema, and every live call with the key ring.
///
/// # Errors
/// When it is damaged, of a newer release, or the ring lacks a key.
pub async fn check_backup(file: &Path, keys: Arc<KeyRing>) -> Result<Checked, BackupError> {
    integrity(file)?;
    let ledger = SqliteLedger::open_read_only(file, keys)?;
    let live = ledger.live_calls().await?;
    for call in &live {
        ledger.call(call).await?;
    }
    let calls = ledger.calls(usize::MAX).await?.len();
    Ok(Checked { calls, live: live.len() })
}

fn integrity(file: &Path) -> Result<(), BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sqlite = |doing| move |source| BackupError::Sqlite { doing, source };
    let conn = Connection::open_with_flags(file, flags).map_err(sqlite("open the backup"))?;
    let found: String = conn
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(sqlite("check the backup: it is no ledger, or damaged"))?;
    if found == "ok" {
        return Ok(());
    }
    Err(BackupError::Damaged { path: file.to_owned(), found })
}
