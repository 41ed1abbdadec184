//! What readers ask. Each statement is short, so that the WAL can be emptied between them.

use engine::{
    Millis,
    call::{Call, CallId},
};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::{
    ledger::{
        port::{CallSummary, Due, JournalRow, LedgerError},
        rows::entry::{open_snapshot, server_call_hashes},
    },
    sealing::{CallKey, KeyRing},
};

use super::{
    convert::{Doing, Sealed, from_json},
    journal,
};

/// Journal rows read by one statement.
const PAGE: i64 = 256;

/// The port's `due`.
pub(super) fn due(conn: &Connection, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
    let sql = "SELECT id, 1 AS backlog, 0 AS due FROM call WHERE unapplied > 0 AND aside = 0
        UNION ALL
        SELECT id, 0 AS backlog, next_due AS due FROM call
        WHERE next_due <= ?1 AND unapplied = 0 AND aside = 0
        ORDER BY due LIMIT ?2";
    let due = |row: &Row<'_>| Ok(Due { call: CallId(row.get(0)?), backlog: row.get(1)? });
    list(conn, sql, (now, to_limit(limit)), due, "read what is due")
}

/// The port's `next_due`.
pub(super) fn next_due(conn: &Connection) -> Result<Option<Millis>, LedgerError> {
    conn.prepare_cached("SELECT min(next_due) FROM call WHERE next_due IS NOT NULL AND aside = 0")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing("read the next deadline")
}

/// The port's `waiting_queues`.
pub(super) fn waiting_queues(conn: &Connection) -> Result<Vec<String>, LedgerError> {
    let sql = "SELECT DISTINCT queue FROM ticket JOIN call ON call.row = ticket.call
        WHERE offered = 0 AND aside = 0 ORDER BY queue";
    list(conn, sql, [], |row| row.get(0), "read the queues")
}

/// The port's `live_calls`.
pub(super) fn live_calls(conn: &Connection) -> Result<Vec<CallId>, LedgerError> {
    let sql = "SELECT id FROM call WHERE outcome IS NULL ORDER BY row";
    list(conn, sql, [], |row| row.get(0).map(CallId), "read the live calls")
}

/// The port's `calls`.
pub(super) fn calls(conn: &Connection, limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
    let sql = "SELECT id, created_at, phase, outcome, ended_at FROM call
        ORDER BY created_at DESC, row DESC LIMIT ?1";
    list(conn, sql, [to_limit(limit)], summary, "list calls")
}

/// A line in a list of calls.
pub(super) fn summary(row: &Row<'_>) -> Result<CallSummary, rusqlite::Error> {
    Ok(CallSummary {
        id: row.get(0)?,
        created_at: row.get(1)?,
        phase: row.get(2)?,
        outcome: row.get(3)?,
        ended_at: row.get(4)?,
    })
}

/// The port's `bundles`.
pub(super) fn bundles(conn: &Connection) -> Result<Vec<(String, String)>, LedgerError> {
    let sql = "SELECT hash, source FROM bundle ORDER BY rowid";
    list(conn, sql, [], |row| Ok((row.get(0)?, row.get(1)?)), "read the flow bundles")
}

/// The port's `call_of_server_call`: the newest, whichever key of the ring was current then.
pub(super) fn call_of_server_call(
    conn: &Connection,
    keys: &KeyRing,
    server_call_id: &str,
) -> Result<Option<CallId>, LedgerError> {
    let mut newest: Option<(i64, CallId)> = None;
    for hash in server_call_hashes(keys, server_call_id) {
        let found = conn
            .prepare_cached(
                "SELECT row, id FROM call WHERE server_call = ?1 ORDER BY row DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement.query_row([hash], |row| Ok((row.get(0)?, CallId(row.get(1)?)))).optional()
            })
            .doing("look for a conversation")?;
        newest = newest.max(found);
    }
    Ok(newest.map(|(_, call)| call))
}

/// A call's row number and key; no key after erasure.
pub(super) fn key_of(
    conn: &Connection,
    keys: &KeyRing,
    call: &CallId,
) -> Result<Option<(i64, Option<CallKey>)>, LedgerError> {
    let found: Option<(i64, Option<Vec<u8>>)> = conn
        .prepare_cached("SELECT row, wrapped_key FROM call WHERE id = ?1")
        .and_then(|mut statement| {
            statement.query_row([call.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .doing("look for a call")?;
    let Some((row, wrapped)) = found else { return Ok(None) };
    let unwrap = |wrapped: Vec<u8>| CallKey::unwrap(keys, call.as_str(), &wrapped);
    Ok(Some((row, wrapped.map(unwrap).transpose().sealed()?)))
}

/// The port's `call`.
pub(super) fn call(
    conn: &Connection,
    keys: &KeyRing,
    call: &CallId,
) -> Result<Option<Call>, LedgerError> {
    let Some((row, Some(key))) = key_of(conn, keys, call)? else { return Ok(None) };
    let snapshot: Option<Vec<u8>> = conn
        .prepare_cached("SELECT snapshot FROM call WHERE row = ?1")
        .and_then(|mut statement| statement.query_row([row], |row| row.get(0)))
        .doing("read a call")?;
    snapshot.map(|snapshot| open_snapshot(&key, call, &snapshot)).transpose()
}

/// The port's `journal`.
pub(super) fn journal(
    conn: &Connection,
    keys: &KeyRing,
    call: &CallId,
    after: i64,
) -> Result<Vec<JournalRow>, LedgerError> {
    let Some((row, key)) = key_of(conn, keys, call)? else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    let mut last = after;
    loop {
        let page = page(conn, row, last)?;
        let Some(end) = page.last() else { return Ok(rows) };
        last = end.seq;
        for stored in page {
            rows.push(stored.open(call, key.as_ref())?);
        }
    }
}

fn page(conn: &Connection, row: i64, after: i64) -> Result<Vec<Stored>, LedgerError> {
    let sql = "SELECT seq, at, kind, engine, applied, decision, sealed, event FROM journal
        WHERE call = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    let stored = |row: &Row<'_>| {
        Ok(Stored {
            seq: row.get(0)?,
            at: row.get(1)?,
            kind: row.get(2)?,
            engine: row.get(3)?,
            applied: row.get::<_, i64>(4)? == journal::applied::DONE,
            decision: row.get(5)?,
            sealed: row.get(6)?,
            event: row.get(7)?,
        })
    };
    list(conn, sql, (row, after, PAGE), stored, "read the journal")
}

/// A journal row as it is stored.
struct Stored {
    seq: i64,
    at: Millis,
    kind: String,
    engine: u16,
    applied: bool,
    decision: String,
    sealed: Vec<u8>,
    event: Option<[u8; 16]>,
}

impl Stored {
    fn open(self, call: &CallId, key: Option<&CallKey>) -> Result<JournalRow, LedgerError> {
        let personal = key
            .map(|key| {
                let bytes = key.open(journal::place(call, self.seq), &self.sealed).sealed()?;
                journal::personal_from(&bytes, call, self.seq)
            })
            .transpose()?;
        let what = || format!("journal {call}/{}", self.seq);
        Ok(JournalRow {
            decision: from_json(self.decision.as_bytes(), what)?,
            seq: self.seq,
            at: self.at,
            kind: self.kind,
            engine: self.engine,
            applied: self.applied,
            event: self.event,
            personal,
        })
    }
}

pub(super) fn list<T, P: Params>(
    conn: &Connection,
    sql: &str,
    params: P,
    read: impl FnMut(&Row<'_>) -> Result<T, rusqlite::Error>,
    doing: &'static str,
) -> Result<Vec<T>, LedgerError> {
    conn.prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(params, read)?.collect::<Result<_, _>>())
        .doing(doing)
}

pub(super) fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
