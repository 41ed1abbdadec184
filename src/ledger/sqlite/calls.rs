//! The `call` table: one row per call, with its snapshot and the wrapped key.

use std::sync::Arc;

use engine::{
    Millis,
    call::{Call, CallId},
};
use rusqlite::{OptionalExtension, named_params};

use crate::{
    ledger::{
        port::LedgerError,
        rows::entry::{Entry, open_snapshot, snapshot_place},
    },
    sealing::{CallKey, LookUp},
};

use super::{
    convert::{Doing, Sealed, to_bytes},
    session::Session,
};

/// What a look for a call found.
pub(super) enum Found {
    /// The call.
    Here(Box<Entry>),
    /// Its key was deleted: nothing more is kept of it.
    Erased,
    /// There is none.
    Unknown,
}

/// Columns of a row as they are stored.
struct Stored {
    row: i64,
    seq: i64,
    unapplied: i64,
    erase: bool,
    wrapped_key: Option<Vec<u8>>,
    snapshot: Option<Vec<u8>>,
}

impl Session<'_> {
    /// The call, from memory or from its row. It has to be put back with [`Session::save`].
    pub(super) fn find(&mut self, call: &CallId) -> Result<Found, LedgerError> {
        if let Some(entry) = self.cache.take(call) {
            return Ok(Found::Here(Box::new(entry)));
        }
        let Some(stored) = self.stored(call)? else { return Ok(Found::Unknown) };
        let (Some(wrapped), Some(snapshot)) = (stored.wrapped_key, stored.snapshot) else {
            return Ok(Found::Erased);
        };
        let key = CallKey::unwrap(self.keys, call.as_str(), &wrapped).sealed()?;
        Ok(Found::Here(Box::new(Entry {
            row: stored.row,
            call: open_snapshot(&key, call, &snapshot)?,
            key: Arc::new(key),
            seq: stored.seq,
            unapplied: stored.unapplied,
            erase: stored.erase,
            columns_hold: false,
        })))
    }

    fn stored(&self, call: &CallId) -> Result<Option<Stored>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT row, seq, unapplied, erase, wrapped_key, snapshot FROM call WHERE id = ?1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([call.as_str()], |row| {
                        Ok(Stored {
                            row: row.get(0)?,
                            seq: row.get(1)?,
                            unapplied: row.get(2)?,
                            erase: row.get(3)?,
                            wrapped_key: row.get(4)?,
                            snapshot: row.get(5)?,
                        })
                    })
                    .optional()
            })
            .doing("read a call")
    }

    /// A row and a key for a new call.
    pub(super) fn create(&self, call: &CallId, now: Millis) -> Result<Entry, LedgerError> {
        let (key, wrapped) = CallKey::generate(self.keys, call.as_str()).sealed()?;
        let call = Call::new(call.clone(), now);
        self.conn
            .prepare_cached(
                "INSERT INTO call (id, created_at, phase, engine, seq, unapplied, wrapped_key)
                 VALUES (?1, ?2, ?3, ?4, 0, 0, ?5)",
            )
            .and_then(|mut statement| {
                let columns = (call.id.as_str(), now, call.phase.name(), call.version, wrapped);
                statement.insert(columns)
            })
            .doing("insert a call")
            .map(|row| Entry {
                row,
                key: Arc::new(key),
                call,
                seq: 0,
                unapplied: 0,
                erase: false,
                columns_hold: false,
            })
    }

    /// Writes the row and holds the call in memory; deletes its key if that was asked for and the
    /// call is over. A call that was set aside is back, unless inputs still wait: they may be what
    /// cannot be read.
    pub(super) fn save(&mut self, mut entry: Entry, now: Millis) -> Result<(), LedgerError> {
        if entry.columns_hold && entry.unapplied == 0 {
            self.go_on(&entry)?;
        } else {
            self.update(&entry, now)?;
            entry.columns_hold = entry.unapplied == 0;
        }
        if entry.erase && entry.call.is_over() && entry.unapplied == 0 {
            return self.delete_key(entry.row);
        }
        self.cache.put(entry);
        Ok(())
    }

    /// Writes what changes with every input, and leaves alone the indexes of all that did not change.
    fn go_on(&self, entry: &Entry) -> Result<(), LedgerError> {
        let call = &entry.call;
        let snapshot = sealed_snapshot(entry)?;
        let next_due = call.next_deadline().map(|(at, _)| at);
        let columns = (call.phase.name(), call.version, entry.seq, next_due, snapshot, entry.row);
        self.conn
            .prepare_cached(
                "UPDATE call SET phase = ?1, engine = ?2, seq = ?3, next_due = ?4, snapshot = ?5
                 WHERE row = ?6",
            )
            .and_then(|mut statement| statement.execute(columns))
            .doing("update a call")
            .map(|_| ())
    }

    fn update(&self, entry: &Entry, now: Millis) -> Result<(), LedgerError> {
        let call = &entry.call;
        let snapshot = sealed_snapshot(entry)?;
        let hash = |purpose, text: &str| self.keys.look_up_hash(purpose, text);
        let server_call =
            call.server_call_id.as_ref().map(|id| hash(LookUp::ServerCall, id.as_str()));
        let caller = call.caller.as_ref().map(|raw| hash(LookUp::Caller, raw.expose()));
        self.conn
            .prepare_cached(
                "UPDATE call SET phase = :phase, outcome = :outcome, engine = :engine, seq = :seq,
                    next_due = :next_due, unapplied = :unapplied, snapshot = :snapshot,
                    server_call = :server_call, caller = :caller,
                    aside = CASE WHEN :unapplied = 0 THEN 0 ELSE aside END,
                    ended_at = CASE WHEN :outcome IS NULL THEN NULL ELSE coalesce(ended_at, :now) END
                 WHERE row = :row",
            )
            .and_then(|mut statement| {
                statement.execute(named_params! {
                    ":phase": call.phase.name(),
                    ":outcome": call.outcome.map(engine::call::Outcome::name),
                    ":engine": call.version,
                    ":seq": entry.seq,
                    ":next_due": call.next_deadline().map(|(at, _)| at),
                    ":unapplied": entry.unapplied,
                    ":snapshot": snapshot,
                    ":server_call": server_call,
                    ":caller": caller,
                    ":now": now,
                    ":row": entry.row,
                })
            })
            .doing("update a call")
            .map(|_| ())
    }

    /// Deletes the key, and what else could lead back to the caller.
    pub(super) fn delete_key(&mut self, row: i64) -> Result<(), LedgerError> {
        self.conn
            .execute(
                "UPDATE call SET wrapped_key = NULL, snapshot = NULL, server_call = NULL,
                    caller = NULL, next_due = NULL, unapplied = 0, erase = 1 WHERE row = ?1",
                [row],
            )
            .and_then(|_| self.conn.execute("DELETE FROM outbox WHERE call = ?1", [row]))
            .doing("delete a call's key")?;
        *self.cut_wal = true;
        Ok(())
    }
}

fn sealed_snapshot(entry: &Entry) -> Result<Vec<u8>, LedgerError> {
    let bytes = to_bytes(&entry.call)?;
    entry.key.seal(snapshot_place(&entry.call.id), &bytes).sealed()
}
