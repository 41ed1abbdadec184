//! Transactions on pooled connections.

use deadpool_postgres::{Client, Pool, PoolError};
use tokio_postgres::{
    Row,
    error::SqlState,
    types::{FromSql, ToSql},
};

use crate::ledger::port::LedgerError;

/// A parameter of a statement.
pub(super) type Param<'a> = &'a (dyn ToSql + Sync);

/// Turns PostgreSQL's errors into the port's, saying what was tried.
pub(super) trait Doing<T> {
    /// `doing` completes the sentence "the database could not …".
    fn doing(self, doing: &'static str) -> Result<T, LedgerError>;
}

impl<T> Doing<T> for Result<T, tokio_postgres::Error> {
    fn doing(self, doing: &'static str) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Database { doing, source: Box::new(source) })
    }
}

impl<T> Doing<T> for Result<T, PoolError> {
    fn doing(self, doing: &'static str) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Database { doing, source: Box::new(source) })
    }
}

/// A connection of the pool; within 300 ms or not at all (RELIABILITY.md F26).
pub(super) async fn connection(pool: &Pool) -> Result<Client, LedgerError> {
    if pool.is_closed() {
        return Err(LedgerError::Closed);
    }
    pool.get().await.doing("give a connection")
}

/// One column of a row.
pub(super) fn column<'a, T: FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, LedgerError> {
    row.try_get(index).doing("give a column the type that this release expects")
}

/// An open transaction. Dropped before its end, it takes its connection with it: whatever was under way
/// on it, nobody meets it again.
pub(super) struct Tx {
    client: Option<Client>,
}

impl Tx {
    /// Begins one.
    pub(super) async fn begin(pool: &Pool) -> Result<Self, LedgerError> {
        let tx = Self::reserve(pool).await?;
        tx.batch("BEGIN").await.doing("begin")?;
        Ok(tx)
    }

    /// Only takes a connection: the caller sends `BEGIN` together with its first statements.
    pub(super) async fn reserve(pool: &Pool) -> Result<Self, LedgerError> {
        Ok(Self { client: Some(connection(pool).await?) })
    }

    fn client(&self) -> Result<&Client, LedgerError> {
        self.client.as_ref().ok_or(LedgerError::Closed)
    }

    /// A statement without parameters.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        match &self.client {
            Some(client) => client.batch_execute(sql).await,
            None => Ok(()),
        }
    }

    /// Prepares a statement, so that it can be sent together with others.
    pub(super) async fn prepared(
        &self,
        sql: &str,
    ) -> Result<tokio_postgres::Statement, LedgerError> {
        self.client()?.prepare_cached(sql).await.doing("understand a statement")
    }

    /// Asks a prepared statement.
    pub(super) async fn ask(
        &self,
        statement: &tokio_postgres::Statement,
        params: &[Param<'_>],
        doing: &'static str,
    ) -> Result<Vec<Row>, LedgerError> {
        self.client()?.query(statement, params).await.doing(doing)
    }

    /// Prepares and asks.
    pub(super) async fn query(
        &self,
        sql: &str,
        params: &[Param<'_>],
        doing: &'static str,
    ) -> Result<Vec<Row>, LedgerError> {
        let statement = self.client()?.prepare_cached(sql).await.doing(doing)?;
        self.ask(&statement, params, doing).await
    }

    /// At most one row.
    pub(super) async fn query_opt(
        &self,
        sql: &str,
        params: &[Param<'_>],
        doing: &'static str,
    ) -> Result<Option<Row>, LedgerError> {
        Ok(self.query(sql, params, doing).await?.into_iter().next())
    }

    /// Tells how many rows were changed.
    pub(super) async fn execute(
        &self,
        sql: &str,
        params: &[Param<'_>],
        doing: &'static str,
    ) -> Result<u64, LedgerError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await.doing(doing)?;
        client.execute(&statement, params).await.doing(doing)
    }

    /// Makes it durable. An error leaves open whether it is.
    pub(super) async fn commit(self) -> Result<(), LedgerError> {
        self.batch("COMMIT").await.doing("commit")?;
        self.finished();
        Ok(())
    }

    /// Undoes it.
    pub(super) async fn rollback(self) {
        if self.batch("ROLLBACK").await.is_ok() {
            self.finished();
        }
    }

    /// The transaction is over: the connection may go back.
    pub(super) fn finished(mut self) {
        drop(self.client.take());
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Client::take(client));
        }
    }
}

/// What PostgreSQL calls the error, if it is one of its own.
pub(super) fn state(error: &LedgerError) -> Option<&SqlState> {
    let LedgerError::Database { source, .. } = error else { return None };
    source.downcast_ref::<tokio_postgres::Error>()?.code()
}

/// Somebody else held a lock for longer than this release waits.
pub(super) fn is_locked(error: &LedgerError) -> bool {
    state(error).is_some_and(|state| *state == SqlState::LOCK_NOT_AVAILABLE)
}

/// The connection is gone, or the server said that it closes it.
pub(super) fn is_lost(error: &LedgerError) -> bool {
    let LedgerError::Database { source, .. } = error else { return false };
    let Some(source) = source.downcast_ref::<tokio_postgres::Error>() else { return false };
    source.is_closed()
        || match source.code() {
            // Classes 57P (shut-down) and 08 (connection).
            Some(state) => state.code().starts_with("57P") || state.code().starts_with("08"),
            None => true,
        }
}
