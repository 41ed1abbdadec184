//! The `call` table: finding, locking and making rows.

use std::sync::Arc;

use engine::{
    Millis,
    call::{Call, CallId},
};
use tokio_postgres::Row;

use crate::{
    ledger::{
        port::LedgerError,
        rows::{
            convert::{Sealed, to_bytes},
            entry::{Entry, open_snapshot, snapshot_place},
        },
    },
    sealing::{CallKey, KeyRing},
};

use super::{link::column, unit::Unit};

/// The columns that [`Stored::read`] expects.
pub(super) const COLUMNS: &str = "id, row, seq, unapplied, erase, wrapped_key, snapshot";

/// What a look for a call found.
pub(super) enum Found {
    /// The call, locked.
    Here(Box<Entry>),
    /// Its key was deleted: nothing more is kept of it.
    Erased,
    /// There is none.
    Unknown,
}

/// Columns of a row as they are stored.
pub(super) struct Stored {
    pub(super) id: CallId,
    row: i64,
    seq: i64,
    unapplied: i64,
    erase: bool,
    wrapped_key: Option<Vec<u8>>,
    snapshot: Option<Vec<u8>>,
}

impl Stored {
    /// From a row of [`COLUMNS`].
    pub(super) fn read(row: &Row) -> Result<Self, LedgerError> {
        Ok(Self {
            id: CallId(column(row, 0)?),
            row: column(row, 1)?,
            seq: column(row, 2)?,
            unapplied: column(row, 3)?,
            erase: column(row, 4)?,
            wrapped_key: column(row, 5)?,
            snapshot: column(row, 6)?,
        })
    }

    /// Opens the call; none if it was erased.
    pub(super) fn open(&self, keys: &KeyRing) -> Result<Option<Entry>, LedgerError> {
        let (Some(wrapped), Some(snapshot)) = (&self.wrapped_key, &self.snapshot) else {
            return Ok(None);
        };
        let key = CallKey::unwrap(keys, self.id.as_str(), wrapped).sealed()?;
        Ok(Some(Entry {
            row: self.row,
            call: open_snapshot(&key, &self.id, snapshot)?,
            key: Arc::new(key),
            seq: self.seq,
            unapplied: self.unapplied,
            erase: self.erase,
            columns_hold: false,
        }))
    }
}

impl Unit<'_> {
    /// Waits for the call's lock, for as long as the connection's `lock_timeout` says.
    pub(super) async fn find(&self, call: &CallId) -> Result<Found, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM call WHERE id = $1 FOR UPDATE");
        let row = self.tx.query_opt(&sql, &[&call.as_str()], "lock a call").await?;
        let Some(row) = row else { return Ok(Found::Unknown) };
        let opened = Stored::read(&row)?.open(self.keys)?;
        Ok(opened.map_or(Found::Erased, |entry| Found::Here(Box::new(entry))))
    }

    /// Rows and keys for new calls. Those that somebody else has made meanwhile are not among what comes
    /// back.
    pub(super) async fn create(&self, new: &[(CallId, Millis)]) -> Result<Vec<Entry>, LedgerError> {
        let mut entries = Vec::new();
        for (id, now) in new {
            let (key, wrapped) = CallKey::generate(self.keys, id.as_str()).sealed()?;
            entries.push((Call::new(id.clone(), *now), *now, Arc::new(key), wrapped));
        }
        // In the order of ids, so that two transactions that make the same calls do not wait in a circle.
        entries.sort_by(|one, other| one.0.id.as_str().cmp(other.0.id.as_str()));
        let ids: Vec<&str> = entries.iter().map(|(call, ..)| call.id.as_str()).collect();
        let times: Vec<i64> = entries.iter().map(|(_, now, ..)| *now).collect();
        let phases: Vec<&str> = entries.iter().map(|(call, ..)| call.phase.name()).collect();
        let wrapped: Vec<&[u8]> = entries.iter().map(|(.., wrapped)| wrapped.as_slice()).collect();
        let engine = i32::from(engine::ENGINE_VERSION);
        let rows = self
            .tx
            .query(
                "INSERT INTO call (id, created_at, phase, engine, wrapped_key)
                 SELECT id, created_at, phase, $5, wrapped_key
                 FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])
                    AS new (id, created_at, phase, wrapped_key)
                 ORDER BY id COLLATE \"C\"
                 ON CONFLICT (id) DO NOTHING RETURNING id, row",
                &[&ids, &times, &phases, &wrapped, &engine],
                "insert a call",
            )
            .await?;
        let mut made = Vec::new();
        for row in &rows {
            let (id, row): (&str, i64) = (column(row, 0)?, column(row, 1)?);
            let at = entries.iter().position(|(call, ..)| call.id.as_str() == id);
            if let Some((call, _, key, _)) = at.map(|at| entries.swap_remove(at)) {
                made.push(Entry {
                    row,
                    key,
                    call,
                    seq: 0,
                    unapplied: 0,
                    erase: false,
                    columns_hold: false,
                });
            }
        }
        Ok(made)
    }
}

/// A snapshot as its column.
pub(super) fn seal_snapshot(entry: &Entry) -> Result<Vec<u8>, LedgerError> {
    let call = &entry.call;
    entry.key.seal(snapshot_place(&call.id), &to_bytes(call)?).sealed()
}
