//! How long data is kept, whose it is, and which keys it needs.

use std::collections::BTreeMap;

use engine::call::CallId;
use futures_util::TryStreamExt;
use tokio_postgres::Row;
use webhooks::RawId;

use crate::{
    ledger::{
        port::{CallSummary, Forgotten, KeptSince, LedgerError, Quarantined},
        rows::convert::Sealed,
    },
    sealing::{CallKey, KeyRing, LookUp},
};

use super::{
    link::{Doing, Tx, column, connection},
    read::{key_of, summary},
    store::Inner,
    vault,
};

/// Calls that somebody is just changing are left for the next time. Lock order: calls, then what is theirs.
const OLD: &str = "SELECT row FROM call WHERE ended_at < $1 AND unapplied = 0
    ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED";

/// Everything that is known of calls, by their rows.
const OF_CALLS: [&str; 7] = [
    "DELETE FROM journal WHERE call = ANY($1)",
    "DELETE FROM outbox WHERE call = ANY($1)",
    // Also what was parked while its call was being deleted.
    "DELETE FROM parked WHERE call = ANY($1)
        OR NOT EXISTS (SELECT 1 FROM call WHERE call.row = parked.call)",
    "DELETE FROM ticket WHERE call = ANY($1)",
    "DELETE FROM reservation WHERE call = ANY($1)",
    "DELETE FROM quarantine WHERE call = ANY($1)",
    "DELETE FROM call WHERE row = ANY($1)",
];

/// The port's `forget_old`.
pub(super) async fn forget_old(
    inner: &Inner,
    before: KeptSince,
    limit: usize,
) -> Result<Forgotten, LedgerError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut forgotten = Forgotten::default();
    let tx = Tx::begin(&inner.pool).await?;
    if let Some(ended) = before.ended {
        let old = tx.query(OLD, &[&ended, &limit], "look for old calls").await?;
        let rows: Vec<i64> = old.iter().map(|row| column(row, 0)).collect::<Result<_, _>>()?;
        if !rows.is_empty() {
            for sql in OF_CALLS {
                tx.execute(sql, &[&rows], "delete old calls").await?;
            }
        }
        forgotten.calls = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    }
    if let Some(at) = before.quarantined {
        let sql = "DELETE FROM quarantine WHERE id IN
            (SELECT id FROM quarantine WHERE at < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)";
        forgotten.bodies =
            tx.execute(sql, &[&at, &limit], "delete old bodies in quarantine").await?;
    }
    tx.commit().await?;
    Ok(forgotten)
}

/// The port's `calls_of_caller`.
pub(super) async fn calls_of_caller(
    inner: &Inner,
    caller: &RawId,
    limit: usize,
) -> Result<Vec<CallSummary>, LedgerError> {
    let hashes = inner.keys.look_up_hashes(LookUp::Caller, caller.expose());
    let hashes: Vec<Vec<u8>> = hashes.map(|hash| hash.to_vec()).collect();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = "SELECT id, created_at, phase, outcome, ended_at FROM call WHERE caller = ANY($1)
        ORDER BY created_at DESC, row DESC LIMIT $2";
    inner.list(sql, &[&hashes, &limit], "look for a caller", summary).await
}

/// The port's `quarantined`.
pub(super) async fn quarantined(
    inner: &Inner,
    call: &CallId,
) -> Result<Vec<Quarantined>, LedgerError> {
    let Some((row, key)) = key_of(inner, call).await? else { return Ok(Vec::new()) };
    let sql = "SELECT at, reason, sealed FROM quarantine WHERE call = $1 ORDER BY id";
    let open = |key: &CallKey, at, sealed: &[u8]| {
        key.open(vault::place(call.as_str(), at), sealed).sealed()
    };
    let read = |row: &Row| {
        let (at, sealed): (i64, &[u8]) = (column(row, 0)?, column(row, 2)?);
        let body = key.as_ref().map(|key| open(key, at, sealed)).transpose()?;
        Ok(Quarantined { at, reason: column(row, 1)?, body })
    };
    inner.list(sql, &[&row], "read the quarantine", read).await
}

/// The port's `key_use`.
pub(super) async fn key_use(inner: &Inner) -> Result<BTreeMap<String, u64>, LedgerError> {
    let mut uses = BTreeMap::new();
    let client = connection(&inner.pool).await?;
    for sql in ["SELECT wrapped_key FROM call", "SELECT wrapped_key FROM quarantine"] {
        let doing = "count the uses of keys";
        // One row at a time: there may be many.
        let nothing: [&str; 0] = [];
        let rows = client.query_raw(sql, nothing).await.doing(doing)?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.try_next().await.doing(doing)? {
            let wrapped: Option<&[u8]> = column(&row, 0)?;
            if let Some(id) = wrapped.and_then(KeyRing::wrapped_by) {
                *uses.entry(id.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(uses)
}
