//! Flow bundles, quarantine and erasure.

use engine::{Millis, call::CallId};

use crate::{
    ledger::{
        port::LedgerError,
        rows::{convert::Sealed, entry::Entry, quarantine},
    },
    sealing::{CallKey, Place},
};

use super::{
    link::{Param, Tx, column},
    store::Inner,
    unit::Unit,
};

/// The name under which bodies of unknown calls are sealed, each with a key of its own.
const NO_CALL: &str = "";

/// Puts a body there and drops the oldest beyond the most; tells how many.
const QUARANTINE: &str = "WITH put AS
        (INSERT INTO quarantine (call, at, reason, wrapped_key, sealed) VALUES ($1, $2, $3, $4, $5)
         RETURNING id)
    DELETE FROM quarantine WHERE id IN
        (SELECT old.id FROM quarantine old, put WHERE old.id <= put.id - $6::bigint
         ORDER BY old.id LIMIT 100 FOR UPDATE OF old SKIP LOCKED)";

/// The port's `keep_bundle`.
pub(super) async fn keep_bundle(
    inner: &Inner,
    hash: &str,
    source: &str,
) -> Result<(), LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let sql = "INSERT INTO bundle (hash, source) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&hash, &source], "keep a flow bundle").await?;
    tx.commit().await
}

/// The port's `quarantine`. The call is not locked: its key never changes.
pub(super) async fn quarantine(
    inner: &Inner,
    call: Option<&CallId>,
    reason: &str,
    body: &[u8],
    now: Millis,
) -> Result<(), LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let found = match call {
        Some(call) => {
            let sql = "SELECT row, wrapped_key FROM call WHERE id = $1 AND wrapped_key IS NOT NULL";
            tx.query_opt(sql, &[&call.as_str()], "look for a call").await?.zip(Some(call))
        }
        None => None,
    };
    let (row, wrapped, sealed): (Option<i64>, Option<Vec<u8>>, Vec<u8>) =
        if let Some((found, call)) = found {
            let wrapped: Vec<u8> = column(&found, 1)?;
            let key = CallKey::unwrap(&inner.keys, call.as_str(), &wrapped).sealed()?;
            let sealed = key.seal(place(call.as_str(), now), body).sealed()?;
            (Some(column(&found, 0)?), None, sealed)
        } else {
            let (key, wrapped) = CallKey::generate(&inner.keys, NO_CALL).sealed()?;
            (None, Some(wrapped), key.seal(place(NO_CALL, now), body).sealed()?)
        };
    let columns: [Param<'_>; 6] = [&row, &now, &reason, &wrapped, &sealed, &quarantine::MOST];
    let dropped = tx.execute(QUARANTINE, &columns, "put a body in quarantine").await?;
    tx.commit().await?;
    quarantine::tell_dropped(usize::try_from(dropped).unwrap_or(usize::MAX));
    Ok(())
}

impl Unit<'_> {
    /// Seals a body with its call's key, so that erasing the caller covers it.
    pub(super) async fn put_in_quarantine(
        &self,
        entry: &Entry,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        let sealed = entry.key.seal(place(entry.call.id.as_str(), now), body).sealed()?;
        let columns: [Param<'_>; 6] =
            [&entry.row, &now, &reason, &None::<Vec<u8>>, &sealed, &quarantine::MOST];
        let dropped = self.tx.execute(QUARANTINE, &columns, "put a body in quarantine").await?;
        quarantine::tell_dropped(usize::try_from(dropped).unwrap_or(usize::MAX));
        Ok(())
    }
}

/// The port's `erase`. A live call keeps its key until it is over: the caller is not left alone.
pub(super) async fn erase(inner: &Inner, call: &CallId) -> Result<bool, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let sql = "SELECT row, outcome IS NULL OR unapplied > 0 FROM call WHERE id = $1 FOR UPDATE";
    let Some(found) = tx.query_opt(sql, &[&call.as_str()], "lock a call").await? else {
        tx.rollback().await;
        return Ok(false);
    };
    let (row, live): (i64, bool) = (column(&found, 0)?, column(&found, 1)?);
    let sql = if live {
        "UPDATE call SET erase = true WHERE row = $1"
    } else {
        "WITH gone AS (DELETE FROM outbox WHERE call = $1),
              unheard AS (DELETE FROM parked WHERE call = $1)
         UPDATE call SET wrapped_key = NULL, snapshot = NULL, server_call = NULL, caller = NULL,
            next_due = NULL, unapplied = 0, erase = true WHERE row = $1"
    };
    tx.execute(sql, &[&row], "erase a call").await?;
    tx.commit().await?;
    Ok(true)
}

/// Where a body in quarantine is sealed for.
pub(super) fn place(call: &str, at: Millis) -> Place<'_> {
    Place { table: "quarantine", call, row: at }
}
