//! Which replicas live. Each says so every [`BEAT`]; one that has not been heard of for [`DEAD_AFTER`] is
//! taken off the list by another, and from that moment nothing counts that it says under its old name.
//! All of it goes by the database's clock.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use deadpool_postgres::Pool;
use engine::Millis;

use crate::{
    clock::Clock,
    ledger::port::{Holding, LedgerError},
};

use super::{
    link::{Tx, column},
    orphans::milliseconds,
};

/// A replica says that it lives.
pub(super) const BEAT: Millis = 400;
/// Not heard of for so long, it is dead: three beats and the time to look.
pub(super) const DEAD_AFTER: Millis = 1_300;

const _: () = assert!(BEAT * 3 < DEAD_AFTER, "one lost beat is not death");

/// Asked by every transaction that decides: none comes back if this replica was struck, and it cannot be
/// struck before the transaction has ended.
pub(super) const LISTED: &str = "SELECT 1 FROM replica WHERE owner = $1 FOR KEY SHARE";

/// Nobody: a replica that is not on the list.
const NOBODY: i64 = 0;

/// This replica's place among the living.
pub(super) struct Members {
    clock: Clock,
    /// Its name in claims; another one each time it is taken in.
    owner: AtomicI64,
    /// When it last heard that it is on the list, by its own clock.
    heard_at: AtomicI64,
    /// Since when it has been heard without a gap, by its own clock.
    steady_since: AtomicI64,
    /// How far its clock is behind the database's, ms; `Millis::MIN` as long as that is not known.
    offset: AtomicI64,
}

impl Members {
    /// Not yet on the list.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            owner: AtomicI64::new(NOBODY),
            heard_at: AtomicI64::new(0),
            steady_since: AtomicI64::new(Millis::MAX),
            offset: AtomicI64::new(Millis::MIN),
        }
    }

    /// Its name in claims.
    pub(super) fn owner(&self) -> i64 {
        self.owner.load(Ordering::SeqCst)
    }

    /// Whether claims under this name are good: it is the present one, and so recently confirmed that
    /// nobody can have taken it off the list.
    pub(super) fn holding(&self, owner: i64) -> Holding {
        let silent = self.clock.now().saturating_sub(self.heard_at.load(Ordering::SeqCst));
        if owner != self.owner() {
            return Holding::Lost;
        }
        if silent < DEAD_AFTER { Holding::Sure } else { Holding::Unsure }
    }

    /// Whether it may take others for dead: it has itself been heard for as long as that takes. After a
    /// pause of the database everybody gets the time to be heard again.
    pub(super) fn may_judge(&self) -> bool {
        let since = self.steady_since.load(Ordering::SeqCst);
        self.clock.now().saturating_sub(since) >= DEAD_AFTER
    }

    /// How far the process's clock is behind the database's.
    pub(super) fn offset(&self) -> Option<Millis> {
        Some(self.offset.load(Ordering::SeqCst)).filter(|offset| *offset != Millis::MIN)
    }

    /// Puts it on the list under a new name.
    pub(super) async fn join(&self, pool: &Pool) -> Result<(), LedgerError> {
        let tx = Tx::begin(pool).await?;
        let asked = self.clock.now();
        let sql = "INSERT INTO replica (release) VALUES ($1)
            RETURNING owner, (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
        let release = env!("CARGO_PKG_VERSION");
        let row = tx.query_opt(sql, &[&release], "list this replica").await?;
        let Some(row) = row else { return Err(LedgerError::Closed) };
        let (owner, database_now): (i64, i64) = (column(&row, 0)?, column(&row, 1)?);
        let answered = self.clock.now();
        tx.commit().await?;
        self.owner.store(owner, Ordering::SeqCst);
        self.steady_since.store(answered, Ordering::SeqCst);
        self.heard(asked, answered, database_now);
        Ok(())
    }

    /// Joins again if `owner` is still the name that was taken off the list.
    pub(super) async fn rejoin(&self, pool: &Pool, owner: i64) -> Result<(), LedgerError> {
        if self.owner() != owner {
            return Ok(());
        }
        tracing::warn!(
            name: "ledger.replica_listed_anew",
            "the other replicas took this one for dead: it goes on under a new name"
        );
        self.join(pool).await
    }

    /// Says that it lives.
    pub(super) async fn beat(&self, pool: &Pool) -> Result<(), LedgerError> {
        let (owner, asked) = (self.owner(), self.clock.now());
        let silent = asked.saturating_sub(self.heard_at.load(Ordering::SeqCst));
        let tx = Tx::begin(pool).await?;
        let sql = "UPDATE replica SET seen = clock_timestamp() WHERE owner = $1
            RETURNING (extract(epoch FROM seen) * 1000)::bigint";
        let row = tx.query_opt(sql, &[&owner], "say that this replica lives").await?;
        let answered = self.clock.now();
        tx.commit().await?;
        let Some(row) = row else { return self.rejoin(pool, owner).await };
        if silent >= DEAD_AFTER {
            self.steady_since.store(answered, Ordering::SeqCst);
        }
        self.heard(asked, answered, column(&row, 0)?);
        Ok(())
    }

    fn heard(&self, asked: Millis, answered: Millis, database_now: Millis) {
        // The list has the time of the answer at the latest: measured from the question, it is safe.
        self.heard_at.store(asked, Ordering::SeqCst);
        let took = answered.saturating_sub(asked);
        if took <= 100 || self.offset().is_none() {
            let here = asked + took / 2;
            self.offset.store(database_now.saturating_sub(here), Ordering::SeqCst);
        }
    }

    /// Says so until the future is dropped.
    pub(super) async fn run(&self, pool: &Pool) {
        let pause = Duration::from_millis(u64::try_from(BEAT).unwrap_or(400));
        loop {
            self.clock.sleep(pause).await;
            if let Err(error) = self.beat(pool).await {
                tracing::warn!(
                    name: "ledger.heartbeat",
                    error = &error as &dyn std::error::Error,
                    "the database did not hear that this replica lives"
                );
            }
        }
    }

    /// Takes it off the list: others may take over at once.
    pub(super) async fn leave(&self, pool: &Pool) -> Result<(), LedgerError> {
        let owner = self.owner.swap(NOBODY, Ordering::SeqCst);
        let tx = Tx::begin(pool).await?;
        tx.execute(
            "DELETE FROM lease WHERE owner = $1 AND name <> 'adopt'",
            &[&owner],
            "give leases back",
        )
        .await?;
        tx.execute("DELETE FROM replica WHERE owner = $1", &[&owner], "strike this replica")
            .await?;
        tx.commit().await
    }

    /// Whether nobody is on the list who was heard of lately and was taken in before.
    pub(super) async fn is_eldest(&self, pool: &Pool) -> Result<bool, LedgerError> {
        let tx = Tx::begin(pool).await?;
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM replica
            WHERE owner < $1 AND seen > clock_timestamp() - $2 * interval '1 ms')";
        let dead_after = milliseconds(DEAD_AFTER);
        let params: [super::link::Param<'_>; 2] = [&self.owner(), &dead_after];
        let row = tx.query_opt(sql, &params, "look for elder replicas").await?;
        let eldest = row.as_ref().map_or(Ok(true), |row| column(row, 0));
        tx.rollback().await;
        eldest
    }

    /// Takes or keeps a lease.
    pub(super) async fn lease(
        &self,
        pool: &Pool,
        name: &str,
        span: Millis,
    ) -> Result<bool, LedgerError> {
        let tx = Tx::begin(pool).await?;
        let span = milliseconds(span);
        let taken = tx
            .execute(
                "INSERT INTO lease (name, owner, until)
                 SELECT $1, owner, clock_timestamp() + $3 * interval '1 ms'
                 FROM replica WHERE owner = $2
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
                 WHERE lease.owner = excluded.owner OR lease.until < clock_timestamp()
                    OR NOT EXISTS (SELECT 1 FROM replica WHERE replica.owner = lease.owner)",
                &[&name, &self.owner(), &span],
                "take a lease",
            )
            .await?;
        tx.commit().await?;
        Ok(taken > 0)
    }
}
