//! Tables and migrations. Forward only: `user_version` counts the migrations that a file has seen, and the
//! table `migration` has their hashes.

use rusqlite::{Connection, TransactionBehavior};

use crate::ledger::{
    port::LedgerError,
    rows::migration::{Applied, Migration, pending},
};

use super::convert::Doing;

/// All migrations, oldest first. A released one is never changed.
const MIGRATIONS: [Migration; 2] = [
    Migration { number: 1, sql: FIRST_CALL, oldest_release: 1 },
    Migration { number: 2, sql: RETENTION, oldest_release: 1 },
];

/// `call.id` and `agent` texts are ours or Entra's; `sealed`, `snapshot` and `wrapped_key` hold what is
/// personal; `server_call` and `caller` are peppered hashes. `aside` marks what could not be read since
/// the file was opened. `outbox.id` grows in the order in which this process claimed the rows.
const FIRST_CALL: &str = "
CREATE TABLE call (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    phase TEXT NOT NULL,
    outcome TEXT,
    engine INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    next_due INTEGER,
    unapplied INTEGER NOT NULL,
    erase INTEGER NOT NULL DEFAULT 0,
    aside INTEGER NOT NULL DEFAULT 0,
    wrapped_key BLOB,
    snapshot BLOB,
    server_call BLOB,
    caller BLOB
) STRICT;
CREATE INDEX call_created ON call (created_at);
CREATE INDEX call_due ON call (next_due) WHERE next_due IS NOT NULL AND aside = 0;
CREATE INDEX call_backlog ON call (row) WHERE unapplied > 0 AND aside = 0;
CREATE INDEX call_aside ON call (row) WHERE aside = 1;
CREATE INDEX call_live ON call (row) WHERE outcome IS NULL;
CREATE INDEX call_server_call ON call (server_call) WHERE server_call IS NOT NULL;
CREATE INDEX call_caller ON call (caller) WHERE caller IS NOT NULL;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    call INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    event BLOB,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    applied INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    engine INTEGER NOT NULL,
    decision TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_call ON journal (call, seq);
CREATE INDEX journal_waiting ON journal (call, seq) WHERE applied = 0;
CREATE UNIQUE INDEX journal_event ON journal (event) WHERE event IS NOT NULL;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    call INTEGER NOT NULL,
    number INTEGER NOT NULL,
    lane TEXT NOT NULL,
    expires INTEGER NOT NULL,
    first_sent INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    aside INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_number ON outbox (call, number);

CREATE TABLE ticket (
    call INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    since INTEGER NOT NULL,
    tried TEXT NOT NULL,
    offered INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_waiting ON ticket (queue, since) WHERE offered = 0;

CREATE TABLE reservation (
    agent TEXT NOT NULL,
    slot INTEGER NOT NULL,
    call INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (agent, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_call ON reservation (call);

CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    idle_since INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    wrap_up INTEGER NOT NULL,
    missed_pause INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle (
    hash TEXT PRIMARY KEY,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    call INTEGER,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    wrapped_key BLOB,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX quarantine_call ON quarantine (call) WHERE call IS NOT NULL;
";

/// Old calls and bodies are looked for by age.
const RETENTION: &str = "
CREATE INDEX call_ended ON call (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX quarantine_at ON quarantine (at);
";

/// The schema this release writes.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The schema of the file.
pub(super) fn found(conn: &Connection) -> Result<i64, LedgerError> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0)).doing("read its schema version")
}

/// Refuses a file of a newer release that this one cannot work on, and one that something else has made.
pub(super) fn check(conn: &Connection) -> Result<i64, LedgerError> {
    let (found, known) = (found(conn)?, known());
    let applied = applied(conn)?;
    pending(&MIGRATIONS, &applied)?;
    let counted = i64::try_from(applied.len()).unwrap_or(i64::MAX);
    if found > known && found > counted {
        return Err(LedgerError::Newer { found, known });
    }
    Ok(found)
}

/// What the file says of its migrations. Files of the first releases say nothing.
fn applied(conn: &Connection) -> Result<Vec<Applied>, LedgerError> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
    let there = conn.prepare(sql).and_then(|mut statement| statement.exists([]));
    if !there.doing("look for its migrations")? {
        return Ok(Vec::new());
    }
    conn.prepare("SELECT number, hash, oldest_release FROM migration ORDER BY number")
        .and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                let (number, hash, oldest_release) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Applied { number, hash, oldest_release })
            };
            statement.query_map([], read)?.collect()
        })
        .doing("read its migrations")
}

/// Brings the file to this release's schema, each migration in its own transaction.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), LedgerError> {
    let mut found = check(conn)?;
    while let Some(migration) = usize::try_from(found).ok().and_then(|at| MIGRATIONS.get(at)) {
        let transaction = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .doing("begin a migration")?;
        transaction.execute_batch(migration.sql).doing("migrate its tables")?;
        found += 1;
        transaction.pragma_update(None, "user_version", found).doing("count a migration")?;
        transaction.commit().doing("commit a migration")?;
    }
    note(conn)
}

/// Notes the hashes of migrations, also of those that an earlier release carried out without doing so.
fn note(conn: &Connection) -> Result<(), LedgerError> {
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
            number INTEGER PRIMARY KEY,
            hash TEXT NOT NULL,
            oldest_release INTEGER NOT NULL
        ) STRICT",
    )
    .doing("keep count of migrations")?;
    for migration in &MIGRATIONS {
        conn.execute(
            "INSERT INTO migration (number, hash, oldest_release) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
            (migration.number, migration.hash(), migration.oldest_release),
        )
        .doing("count a migration")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_changes_nothing_and_a_newer_file_is_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn).unwrap();
        migrate(&mut conn).unwrap();
        assert_eq!(found(&conn).unwrap(), known());
        conn.pragma_update(None, "user_version", known() + 1).unwrap();
        assert!(matches!(migrate(&mut conn), Err(LedgerError::Newer { .. })));
    }

    #[test]
    fn the_next_release_may_have_written_it_and_nothing_else() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn).unwrap();
        let next = known() + 1;
        conn.pragma_update(None, "user_version", next).unwrap();
        let insert = "INSERT INTO migration VALUES (?1, 'x', ?2)";
        conn.execute(insert, (next, known())).unwrap();
        migrate(&mut conn).unwrap();
        conn.execute("UPDATE migration SET oldest_release = ?1 WHERE number = ?1", [next]).unwrap();
        assert!(matches!(migrate(&mut conn), Err(LedgerError::Newer { .. })));
        conn.execute("UPDATE migration SET hash = 'x' WHERE number = 1", []).unwrap();
        assert!(matches!(migrate(&mut conn), Err(LedgerError::Foreign { number: 1 })));
    }
}
