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

const DUE: &str = "WITH clock AS (
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now),
    free AS (
        SELECT call.row, unapplied, next_due FROM call, clock
        WHERE NOT aside AND engine <= $4 AND (claimed_by = $3 OR claimed_until < clock.now
            OR NOT EXISTS (SELECT 1 FROM replica WHERE owner = claimed_by))),
    wanted AS (
        (SELECT row, true AS backlog, 0 AS due FROM free WHERE unapplied > 0 LIMIT $2)
        UNION ALL
        (SELECT DISTINCT free.row, true, 0 FROM free JOIN parked ON parked.call = free.row
         WHERE unapplied = 0)
        UNION ALL
        (SELECT row, false, next_due FROM free
         WHERE next_due <= $1 AND unapplied = 0
            AND NOT EXISTS (SELECT 1 FROM parked WHERE parked.call = free.row)
         ORDER BY next_due LIMIT $2)
        ORDER BY due LIMIT $2),
    locked AS (
        SELECT call.row, backlog, due FROM wanted JOIN call ON call.row = wanted.row
        FOR UPDATE OF call SKIP LOCKED)
    UPDATE call SET claimed_by = $3, claimed_until = clock.now + $5
    FROM locked, clock WHERE call.row = locked.row
    RETURNING call.id, backlog, due";

const NEXT: &str = "WITH clock AS (
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now)
    SELECT min(CASE WHEN claimed_by <> $1 AND claimed_until > clock.now
        THEN greatest(next_due, claimed_until) ELSE next_due END)
    FROM clock, (SELECT next_due, claimed_by, claimed_until FROM call
        WHERE next_due IS NOT NULL AND NOT aside ORDER BY next_due LIMIT $2) AS soonest";

/// The port's `due`.
pub(super) async fn due(inner: &Inner, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (owner, engine) = (inner.members.owner(), i32::from(ENGINE_VERSION));
    let tx = Tx::begin(&inner.pool).await?;
    let rows = tx.query(DUE, &[&now, &limit, &owner, &engine, &CLAIM], "read what is due").await?;
    tx.commit().await?;
    let mut due = rows
        .iter()
        .map(|row| {
            let one = Due { call: CallId(column(row, 0)?), backlog: column(row, 1)? };
            Ok((column::<i64>(row, 2)?, one))
        })
        .collect::<Result<Vec<_>, LedgerError>>()?;
    due.sort_by_key(|(at, _)| *at);
    Ok(due.into_iter().map(|(_, one)| one).collect())
}

/// The port's `next_due`. What another replica handles right now counts from the end of its claim.
pub(super) async fn next_due(inner: &Inner) -> Result<Option<Millis>, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let params: [super::link::Param<'_>; 2] = [&inner.members.owner(), &LOOKED_AT];
    let row = tx.query_opt(NEXT, &params, "read the next deadline").await?;
    tx.commit().await?;
    row.as_ref().map_or(Ok(None), |row| column(row, 0))
}
