//! Which calls want something done. A replica that is told of one has it to itself for [`CLAIM`]: two
//! replicas that look at the same moment do not both handle a deadline. Should they, nothing is lost:
//! a deadline that has been handled is no longer one.

use engine::{ENGINE_VERSION, Millis, call::CallId};

use crate::ledger::port::{Due, LedgerError};

use super::{
    link::{Tx, column},
    store::Inner,
};

/// So long a call that is due belongs to the replica that was told of it, ms of the database's clock.
const CLAIM: Millis = 2_000;

/// Calls under this many earliest deadlines are looked at for the next one.
const LOOKED_AT: i64 = 64;

/// The column `aside` is of the release before, and part of the indexes; what this replica sets aside it
/// tells itself (`aside.rs`).
///
/// Each branch asks for the claim itself, so that each goes over its own index: what they have in common,
/// written once, would be all calls, also the ended ones. Rows are named by an array for the same reason.
pub(super) const DUE: &str = "WITH clock AS (
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now),
    wanted AS (
        (SELECT row, 0 AS due FROM call WHERE unapplied > 0 AND NOT aside AND engine <= $4
            AND id <> ALL($6)
            AND (claimed_by = $3 OR claimed_until < (SELECT now FROM clock)
                OR NOT EXISTS (SELECT 1 FROM replica WHERE owner = claimed_by)) LIMIT $2)
        UNION ALL
        (SELECT row, 0 FROM call WHERE row = ANY(ARRAY(SELECT DISTINCT call FROM parked))
            AND unapplied = 0 AND engine <= $4 AND id <> ALL($6)
            AND (claimed_by = $3 OR claimed_until < (SELECT now FROM clock)
                OR NOT EXISTS (SELECT 1 FROM replica WHERE owner = claimed_by)) LIMIT $2)
        UNION ALL
        (SELECT row, next_due FROM call WHERE next_due <= $1 AND unapplied = 0 AND NOT aside
            AND engine <= $4 AND id <> ALL($6)
            AND (claimed_by = $3 OR claimed_until < (SELECT now FROM clock)
                OR NOT EXISTS (SELECT 1 FROM replica WHERE owner = claimed_by))
            AND NOT EXISTS (SELECT 1 FROM parked WHERE parked.call = call.row)
         ORDER BY next_due LIMIT $2)
        ORDER BY due LIMIT $2),
    locked AS (
        SELECT row FROM call WHERE row = ANY(ARRAY(SELECT row FROM wanted))
            AND (claimed_by = $3 OR claimed_until < (SELECT now FROM clock)
                OR NOT EXISTS (SELECT 1 FROM replica WHERE owner = claimed_by))
        FOR UPDATE SKIP LOCKED)
    UPDATE call SET claimed_by = $3, claimed_until = (SELECT now FROM clock) + $5
    WHERE row = ANY(ARRAY(SELECT row FROM locked))
    RETURNING id,
        unapplied > 0 OR EXISTS (SELECT 1 FROM parked WHERE parked.call = call.row) AS backlog,
        next_due";

/// Deadlines of a later engine's calls are not this replica's: see [`DUE`].
pub(super) const NEXT: &str = "WITH clock AS (
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now)
    SELECT min(CASE WHEN claimed_by <> $1 AND claimed_until > clock.now
        THEN greatest(next_due, claimed_until) ELSE next_due END)
    FROM clock, (SELECT next_due, claimed_by, claimed_until FROM call
        WHERE next_due IS NOT NULL AND NOT aside AND engine <= $3 AND id <> ALL($4)
        ORDER BY next_due LIMIT $2) AS soonest";

/// The port's `due`.
pub(super) async fn due(inner: &Inner, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (owner, engine) = (inner.members.owner(), i32::from(ENGINE_VERSION));
    let tx = Tx::begin(&inner.pool).await?;
    let aside = inner.aside.calls();
    let params: [super::link::Param<'_>; 6] = [&now, &limit, &owner, &engine, &CLAIM, &aside];
    let rows = tx.query(DUE, &params, "read what is due").await?;
    tx.commit().await?;
    let mut due = rows
        .iter()
        .map(|row| {
            let one = Due { call: CallId(column(row, 0)?), backlog: column(row, 1)? };
            let at: Option<i64> = column(row, 2)?;
            Ok((at.filter(|_| !one.backlog), one))
        })
        .collect::<Result<Vec<_>, LedgerError>>()?;
    due.sort_by_key(|(at, _)| *at);
    Ok(due.into_iter().map(|(_, one)| one).collect())
}

/// The port's `next_due`. What another replica handles right now counts from the end of its claim.
pub(super) async fn next_due(inner: &Inner) -> Result<Option<Millis>, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let (owner, engine) = (inner.members.owner(), i32::from(ENGINE_VERSION));
    let aside = inner.aside.calls();
    let params: [super::link::Param<'_>; 4] = [&owner, &LOOKED_AT, &engine, &aside];
    let row = tx.query_opt(NEXT, &params, "read the next deadline").await?;
    tx.commit().await?;
    row.as_ref().map_or(Ok(None), |row| column(row, 0))
}
