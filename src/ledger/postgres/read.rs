//! What is asked without deciding anything. Each question is one statement: no transaction stays open.

use engine::call::{Call, CallId};
use tokio_postgres::Row;

use crate::{
    ledger::{
        port::{CallSummary, JournalRow, LedgerError},
        rows::{
            convert::{Sealed, from_json},
            entry::{open_snapshot, server_call_hashes},
            journal,
        },
    },
    sealing::CallKey,
};

use super::{
    link::{Doing, Param, column, connection},
    store::Inner,
};

/// Journal rows read by one statement.
const PAGE: i64 = 256;

impl Inner {
    /// One statement outside a transaction.
    pub(super) async fn list<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        doing: &'static str,
        read: impl Fn(&Row) -> Result<T, LedgerError>,
    ) -> Result<Vec<T>, LedgerError> {
        let client = connection(&self.pool).await?;
        let statement = client.prepare_cached(sql).await.doing(doing)?;
        let rows = client.query(&statement, params).await.doing(doing)?;
        rows.iter().map(read).collect()
    }

    /// One statement that changes something; it commits by itself.
    pub(super) async fn change(
        &self,
        sql: &str,
        params: &[Param<'_>],
        doing: &'static str,
    ) -> Result<u64, LedgerError> {
        let client = connection(&self.pool).await?;
        let statement = client.prepare_cached(sql).await.doing(doing)?;
        client.execute(&statement, params).await.doing(doing)
    }
}

/// The port's `waiting_queues`.
pub(super) async fn waiting_queues(inner: &Inner) -> Result<Vec<String>, LedgerError> {
    let sql = "SELECT DISTINCT queue FROM ticket JOIN call ON call.row = ticket.call
        WHERE NOT offered AND id <> ALL($1) ORDER BY queue";
    inner.list(sql, &[&inner.aside.calls()], "read the queues", |row| column(row, 0)).await
}

/// The port's `live_calls`.
pub(super) async fn live_calls(inner: &Inner) -> Result<Vec<CallId>, LedgerError> {
    let sql = "SELECT id FROM call WHERE outcome IS NULL ORDER BY row";
    inner.list(sql, &[], "read the live calls", |row| column(row, 0).map(CallId)).await
}

/// The port's `calls`.
pub(super) async fn calls(inner: &Inner, limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
    let sql = "SELECT id, created_at, phase, outcome, ended_at FROM call
        ORDER BY created_at DESC, row DESC LIMIT $1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    inner.list(sql, &[&limit], "list calls", summary).await
}

/// A line in a list of calls.
pub(super) fn summary(row: &Row) -> Result<CallSummary, LedgerError> {
    Ok(CallSummary {
        id: column(row, 0)?,
        created_at: column(row, 1)?,
        phase: column(row, 2)?,
        outcome: column(row, 3)?,
        ended_at: column(row, 4)?,
    })
}

/// A call's row number and key; no key after erasure.
pub(super) async fn key_of(
    inner: &Inner,
    call: &CallId,
) -> Result<Option<(i64, Option<CallKey>)>, LedgerError> {
    let sql = "SELECT row, wrapped_key FROM call WHERE id = $1";
    let found: Vec<(i64, Option<Vec<u8>>)> = inner
        .list(sql, &[&call.as_str()], "look for a call", |row| {
            Ok((column(row, 0)?, column(row, 1)?))
        })
        .await?;
    let Some((row, wrapped)) = found.into_iter().next() else { return Ok(None) };
    let unwrap = |wrapped: Vec<u8>| CallKey::unwrap(&inner.keys, call.as_str(), &wrapped).sealed();
    Ok(Some((row, wrapped.map(unwrap).transpose()?)))
}

/// The port's `bundles`.
pub(super) async fn bundles(inner: &Inner) -> Result<Vec<(String, String)>, LedgerError> {
    let sql = "SELECT hash, source FROM bundle ORDER BY kept";
    let bundle = |row: &Row| Ok((column(row, 0)?, column(row, 1)?));
    inner.list(sql, &[], "read the flow bundles", bundle).await
}

/// The port's `call_of_server_call`: the newest, whichever key of the ring was current then.
pub(super) async fn call_of_server_call(
    inner: &Inner,
    server_call_id: &str,
) -> Result<Option<CallId>, LedgerError> {
    let hashes: Vec<Vec<u8>> =
        server_call_hashes(&inner.keys, server_call_id).iter().map(|hash| hash.to_vec()).collect();
    let sql = "SELECT id FROM call WHERE server_call = ANY($1) ORDER BY row DESC LIMIT 1";
    let found = inner
        .list(sql, &[&hashes], "look for a conversation", |row| column(row, 0).map(CallId))
        .await?;
    Ok(found.into_iter().next())
}

/// The port's `call`.
pub(super) async fn call(inner: &Inner, call: &CallId) -> Result<Option<Call>, LedgerError> {
    let sql = "SELECT wrapped_key, snapshot FROM call
        WHERE id = $1 AND wrapped_key IS NOT NULL AND snapshot IS NOT NULL";
    let found: Vec<(Vec<u8>, Vec<u8>)> = inner
        .list(sql, &[&call.as_str()], "read a call", |row| Ok((column(row, 0)?, column(row, 1)?)))
        .await?;
    let Some((wrapped, snapshot)) = found.into_iter().next() else { return Ok(None) };
    let key = CallKey::unwrap(&inner.keys, call.as_str(), &wrapped).sealed()?;
    open_snapshot(&key, call, &snapshot).map(Some)
}

/// The port's `journal`.
pub(super) async fn journal(
    inner: &Inner,
    call: &CallId,
    after: i64,
) -> Result<Vec<JournalRow>, LedgerError> {
    let Some((row, key)) = key_of(inner, call).await? else { return Ok(Vec::new()) };
    let sql = "SELECT seq, at, kind, engine, applied, decision, sealed, event FROM journal
        WHERE call = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let mut rows: Vec<JournalRow> = Vec::new();
    loop {
        let last = rows.last().map_or(after, |row| row.seq);
        let page = inner
            .list(sql, &[&row, &last, &PAGE], "read the journal", |row| {
                journal_row(row, call, key.as_ref())
            })
            .await?;
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

fn journal_row(row: &Row, call: &CallId, key: Option<&CallKey>) -> Result<JournalRow, LedgerError> {
    let (seq, decision, sealed): (i64, &str, &[u8]) =
        (column(row, 0)?, column(row, 5)?, column(row, 6)?);
    let personal = key
        .map(|key| {
            let bytes = key.open(journal::place(call, seq), sealed).sealed()?;
            journal::personal_from(&bytes, call, seq)
        })
        .transpose()?;
    Ok(JournalRow {
        decision: from_json(decision.as_bytes(), || format!("journal {call}/{seq}"))?,
        seq,
        at: column(row, 1)?,
        kind: column(row, 2)?,
        engine: u16::try_from(column::<i32>(row, 3)?).unwrap_or(u16::MAX),
        applied: column::<i64>(row, 4)? == journal::applied::DONE,
        event: column::<Option<&[u8]>>(row, 7)?.and_then(|key| key.try_into().ok()),
        personal,
    })
}
