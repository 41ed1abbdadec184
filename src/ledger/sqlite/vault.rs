//! Flow bundles, quarantine and erasure.

use engine::{Millis, call::CallId};
use rusqlite::OptionalExtension;

use crate::{
    ledger::{
        port::LedgerError,
        rows::{entry::Entry, quarantine},
    },
    sealing::{CallKey, Place},
};

use super::{
    calls::Found,
    convert::{Doing, Sealed},
    session::Session,
};

/// The name under which bodies of unknown calls are sealed, each with a key of its own.
const NO_CALL: &str = "";

impl Session<'_> {
    /// The port's `keep_bundle`.
    pub(super) fn keep_bundle(&self, hash: &str, source: &str) -> Result<(), LedgerError> {
        self.conn
            .execute(
                "INSERT INTO bundle (hash, source) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                (hash, source),
            )
            .doing("keep a flow bundle")
            .map(|_| ())
    }

    /// The port's `quarantine`.
    pub(super) fn quarantine(
        &mut self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        if let Some(call) = call
            && let Found::Here(entry) = self.find(call)?
        {
            self.put_in_quarantine(&entry, reason, body, now)?;
            self.cache.put(*entry);
            return Ok(());
        }
        let (key, wrapped) = CallKey::generate(self.keys, NO_CALL).sealed()?;
        let sealed = key.seal(place(NO_CALL, now), body).sealed()?;
        self.insert_quarantine((None, now, reason, Some(wrapped), sealed))
    }

    /// Seals a body with its call's key, so that erasing the caller covers it.
    pub(super) fn put_in_quarantine(
        &self,
        entry: &Entry,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        let sealed = entry.key.seal(place(entry.call.id.as_str(), now), body).sealed()?;
        self.insert_quarantine((Some(entry.row), now, reason, None, sealed))
    }

    fn insert_quarantine(
        &self,
        columns: (Option<i64>, Millis, &str, Option<Vec<u8>>, Vec<u8>),
    ) -> Result<(), LedgerError> {
        self.conn
            .execute(
                "INSERT INTO quarantine (call, at, reason, wrapped_key, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                columns,
            )
            .doing("put a body in quarantine")?;
        let oldest = self.conn.last_insert_rowid().saturating_sub(quarantine::MOST);
        self.conn
            .execute("DELETE FROM quarantine WHERE id <= ?1", [oldest])
            .doing("drop the oldest of the quarantine")
            .map(quarantine::tell_dropped)
    }

    /// The port's `erase`. A live call keeps its key until it is over: the caller is not left alone.
    pub(super) fn erase(&mut self, call: &CallId) -> Result<bool, LedgerError> {
        let known: Option<(i64, bool, bool)> = self
            .conn
            .query_row(
                "SELECT row, outcome IS NULL OR unapplied > 0, wrapped_key IS NULL FROM call
                 WHERE id = ?1",
                [call.as_str()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
            .doing("look for a call")?;
        let Some((row, live, gone)) = known else { return Ok(false) };
        if gone {
            return Ok(true);
        }
        // What is in memory would not know of it.
        self.cache.take(call);
        if live {
            self.conn
                .execute("UPDATE call SET erase = 1 WHERE row = ?1", [row])
                .doing("mark a call for erasure")?;
        } else {
            self.delete_key(row)?;
        }
        Ok(true)
    }
}

/// Where a body in quarantine is sealed for.
pub(super) fn place(call: &str, at: Millis) -> Place<'_> {
    Place { table: "quarantine", call, row: at }
}
