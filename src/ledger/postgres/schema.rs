//! Tables and migrations. Forward only; the table `migration` has the number and the hash of each.

use deadpool_postgres::Pool;

use crate::ledger::{
    port::LedgerError,
    rows::migration::{Applied, Migration, pending},
};

use super::link::{Doing, Tx, column};

/// All migrations, oldest first. A released one is never changed. Each must leave the release before
/// it able to work, since both run while replicas are replaced.
pub(super) const MIGRATIONS: [Migration; 1] =
    [Migration { number: 1, sql: FIRST, oldest_release: 1 }];

/// As in SQLite's schema, and: `call.claimed_*` says which replica handles a deadline; `parked` has
/// inputs of calls that were locked; `replica.owner` is a replica's name in claims, new each time it is
/// taken in; `queue` has a row to lock for each queue.
const FIRST: &str = "
CREATE TABLE call (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE \"C\" NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    ended_at bigint,
    phase text NOT NULL,
    outcome text,
    engine integer NOT NULL,
    seq bigint NOT NULL DEFAULT 0,
    next_due bigint,
    unapplied bigint NOT NULL DEFAULT 0,
    erase boolean NOT NULL DEFAULT false,
    aside boolean NOT NULL DEFAULT false,
    claimed_by bigint NOT NULL DEFAULT 0,
    claimed_until bigint NOT NULL DEFAULT 0,
    wrapped_key bytea,
    snapshot bytea,
    server_call bytea,
    caller bytea
);
CREATE INDEX call_created ON call (created_at);
CREATE INDEX call_ended ON call (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX call_due ON call (next_due) WHERE next_due IS NOT NULL AND NOT aside;
CREATE INDEX call_backlog ON call (row) WHERE unapplied > 0 AND NOT aside;
CREATE INDEX call_aside ON call (row) WHERE aside;
CREATE INDEX call_live ON call (row) WHERE outcome IS NULL;
CREATE INDEX call_server_call ON call (server_call) WHERE server_call IS NOT NULL;
CREATE INDEX call_caller ON call (caller) WHERE caller IS NOT NULL;

CREATE TABLE journal (
    call bigint NOT NULL,
    seq bigint NOT NULL,
    event bytea,
    at bigint NOT NULL,
    kind text NOT NULL,
    applied bigint NOT NULL,
    attempts bigint NOT NULL,
    engine integer NOT NULL,
    decision text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (call, seq)
);
CREATE INDEX journal_waiting ON journal (call, seq) WHERE applied = 0;
CREATE UNIQUE INDEX journal_event ON journal (event) WHERE event IS NOT NULL;

CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call bigint NOT NULL,
    event bytea UNIQUE,
    at bigint NOT NULL,
    number bigint,
    owner bigint,
    sealed bytea NOT NULL
);
CREATE INDEX parked_call ON parked (call, id);

CREATE SEQUENCE outbox_order;
CREATE TABLE outbox (
    call bigint NOT NULL,
    number bigint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('outbox_order'),
    lane text NOT NULL,
    expires bigint NOT NULL,
    first_sent bigint NOT NULL,
    due bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    owner bigint NOT NULL,
    aside boolean NOT NULL DEFAULT false,
    name text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (call, number)
);

CREATE TABLE ticket (
    call bigint PRIMARY KEY,
    queue text NOT NULL,
    since bigint NOT NULL,
    tried text NOT NULL,
    offered boolean NOT NULL
);
CREATE INDEX ticket_waiting ON ticket (queue, since) WHERE NOT offered;

CREATE TABLE queue (name text PRIMARY KEY);

CREATE TABLE reservation (
    agent text NOT NULL,
    slot bigint NOT NULL,
    call bigint NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (agent, slot)
);
CREATE INDEX reservation_call ON reservation (call);

CREATE TABLE agent (
    id text PRIMARY KEY,
    idle_since bigint NOT NULL,
    not_before bigint NOT NULL,
    wrap_up bigint NOT NULL,
    missed_pause bigint NOT NULL
);

CREATE TABLE bundle (
    hash text PRIMARY KEY,
    kept bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL
);

CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call bigint,
    at bigint NOT NULL,
    reason text NOT NULL,
    wrapped_key bytea,
    sealed bytea NOT NULL
);
CREATE INDEX quarantine_call ON quarantine (call) WHERE call IS NOT NULL;
CREATE INDEX quarantine_at ON quarantine (at);

CREATE TABLE replica (
    owner bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    release text NOT NULL,
    seen timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

CREATE TABLE lease (
    name text PRIMARY KEY,
    owner bigint NOT NULL DEFAULT 0,
    until timestamptz NOT NULL DEFAULT 'epoch'
) WITH (fillfactor = 50);
INSERT INTO lease (name) VALUES ('adopt');

ALTER TABLE call SET (fillfactor = 80);
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE call SET (autovacuum_vacuum_scale_factor = 0.05);
";

/// The number of a lock that only migrations take ("switchbd"): replicas that start together take turns.
const TURN: i64 = 0x7377_6974_6368_6264;

/// Brings the database to this release's schema. Replicas of the release before may be at work.
pub(super) async fn migrate(pool: &Pool) -> Result<(), LedgerError> {
    let tx = Tx::begin(pool).await?;
    // Bound to the transaction, so that it also works behind a pooler.
    tx.batch("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '10min'")
        .await
        .doing("prepare a migration")?;
    tx.query("SELECT pg_advisory_xact_lock($1)", &[&TURN], "wait for another replica's migration")
        .await?;
    tx.batch(
        "CREATE TABLE IF NOT EXISTS migration (
            number bigint PRIMARY KEY,
            hash text NOT NULL,
            oldest_release bigint NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )",
    )
    .await
    .doing("keep count of migrations")?;
    for migration in pending(&MIGRATIONS, &applied(&tx).await?)? {
        tx.batch(migration.sql).await.doing("migrate its tables")?;
        tx.execute(
            "INSERT INTO migration (number, hash, oldest_release) VALUES ($1, $2, $3)",
            &[&migration.number, &migration.hash(), &migration.oldest_release],
            "count a migration",
        )
        .await?;
    }
    tx.commit().await
}

/// Refuses a database that this release cannot read, without changing anything.
pub(super) async fn check(pool: &Pool) -> Result<(), LedgerError> {
    let tx = Tx::begin(pool).await?;
    let found = applied(&tx).await?;
    tx.rollback().await;
    if pending(&MIGRATIONS, &found)?.is_empty() {
        return Ok(());
    }
    let source = "the database holds no ledger of this release yet".into();
    Err(LedgerError::Database { doing: "be read: start `serve` once to create it", source })
}

async fn applied(tx: &Tx) -> Result<Vec<Applied>, LedgerError> {
    let there =
        tx.query("SELECT to_regclass('migration') IS NOT NULL", &[], "look for its tables").await?;
    if !there.first().is_some_and(|row| row.get(0)) {
        return Ok(Vec::new());
    }
    let sql = "SELECT number, hash, oldest_release FROM migration ORDER BY number";
    let rows = tx.query(sql, &[], "read its migrations").await?;
    rows.iter()
        .map(|row| {
            Ok(Applied {
                number: column(row, 0)?,
                hash: column(row, 1)?,
                oldest_release: column(row, 2)?,
            })
        })
        .collect()
}
