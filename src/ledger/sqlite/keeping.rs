//! How long data is kept, who it belongs to, and which keys it needs.

use std::collections::BTreeMap;

use engine::call::CallId;
use rusqlite::{Connection, Row};
use webhooks::RawId;

use crate::{
    ledger::port::{CallSummary, Forgotten, KeptSince, LedgerError, Quarantined},
    sealing::{CallKey, KeyRing, LookUp},
};

use super::{
    convert::{Doing, Sealed},
    read::{key_of, list, summary, to_limit},
    session::Session,
    vault,
};

/// Tables with rows of a call, and the column that holds the call's row number.
const OF_A_CALL: [&str; 6] = [
    "DELETE FROM journal WHERE call = ?1",
    "DELETE FROM outbox WHERE call = ?1",
    "DELETE FROM ticket WHERE call = ?1",
    "DELETE FROM reservation WHERE call = ?1",
    "DELETE FROM quarantine WHERE call = ?1",
    "DELETE FROM call WHERE row = ?1",
];

impl Session<'_> {
    /// The port's `forget_old`.
    pub(super) fn forget_old(
        &mut self,
        before: KeptSince,
        limit: usize,
    ) -> Result<Forgotten, LedgerError> {
        let mut forgotten = Forgotten::default();
        if let Some(ended) = before.ended {
            let sql = "SELECT row, id FROM call WHERE ended_at < ?1 AND unapplied = 0
                ORDER BY ended_at LIMIT ?2";
            let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, CallId(row.get(1)?)));
            let old = list(self.conn, sql, (ended, to_limit(limit)), row, "look for old calls")?;
            for (row, call) in old {
                self.cache.take(&call);
                self.delete_call(row)?;
                forgotten.calls += 1;
            }
        }
        if let Some(at) = before.quarantined {
            forgotten.bodies = self
                .conn
                .execute(
                    "DELETE FROM quarantine WHERE id IN
                        (SELECT id FROM quarantine WHERE at < ?1 ORDER BY id LIMIT ?2)",
                    (at, to_limit(limit)),
                )
                .doing("delete old bodies in quarantine")
                .map(|bodies| u64::try_from(bodies).unwrap_or(0))?;
        }
        // Keys were deleted: they must not stay in the WAL.
        *self.cut_wal |= forgotten != Forgotten::default();
        Ok(forgotten)
    }

    fn delete_call(&self, row: i64) -> Result<(), LedgerError> {
        for sql in OF_A_CALL {
            self.conn
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute([row]))
                .doing("delete an old call")?;
        }
        Ok(())
    }
}

/// The port's `calls_of_caller`.
pub(super) fn calls_of_caller(
    conn: &Connection,
    keys: &KeyRing,
    caller: &RawId,
    limit: usize,
) -> Result<Vec<CallSummary>, LedgerError> {
    let sql = "SELECT id, created_at, phase, outcome, ended_at FROM call WHERE caller = ?1
        ORDER BY created_at DESC LIMIT ?2";
    let mut found = Vec::new();
    for hash in keys.look_up_hashes(LookUp::Caller, caller.expose()) {
        found.extend(list(conn, sql, (hash, to_limit(limit)), summary, "look for a caller")?);
    }
    found.sort_by_key(|call| std::cmp::Reverse(call.created_at));
    found.truncate(limit);
    Ok(found)
}

/// The port's `quarantined`.
pub(super) fn quarantined(
    conn: &Connection,
    keys: &KeyRing,
    call: &CallId,
) -> Result<Vec<Quarantined>, LedgerError> {
    let Some((row, key)) = key_of(conn, keys, call)? else { return Ok(Vec::new()) };
    let sql = "SELECT at, reason, sealed FROM quarantine WHERE call = ?1 ORDER BY id";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?));
    let stored = list(conn, sql, [row], read, "read the quarantine")?;
    let open = |key: &CallKey, at, sealed: &[u8]| key.open(vault::place(call.as_str(), at), sealed);
    stored
        .into_iter()
        .map(|(at, reason, sealed)| {
            let body = key.as_ref().map(|key| open(key, at, &sealed)).transpose().sealed()?;
            Ok(Quarantined { at, reason, body })
        })
        .collect()
}

/// The port's `key_use`.
pub(super) fn key_use(conn: &Connection) -> Result<BTreeMap<String, u64>, LedgerError> {
    let mut uses = BTreeMap::new();
    for sql in ["SELECT wrapped_key FROM call", "SELECT wrapped_key FROM quarantine"] {
        // One row at a time: there may be many.
        conn.prepare_cached(sql)
            .and_then(|mut statement| {
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let wrapped = row.get_ref(0)?.as_blob_or_null()?;
                    if let Some(id) = wrapped.and_then(KeyRing::wrapped_by) {
                        *uses.entry(id.to_owned()).or_default() += 1;
                    }
                }
                Ok(())
            })
            .doing("count the uses of keys")?;
    }
    Ok(uses)
}
