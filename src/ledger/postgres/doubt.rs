//! Commits whose outcome the connection did not tell: looked up by an event of theirs.

use std::time::Duration;

use engine::{Millis, call::CallId};

use crate::ledger::port::{Claim, LedgerError, Outgoing};

use super::{
    link::{Doing, Tx},
    store::Inner,
    unit::{Flushed, Journal, Unit},
};

/// So long is asked before the senders are told that it is not known.
const PATIENCE: Millis = 1_500;
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(100);

/// By what a transaction is known again, in a call that it has locked or made.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// An event in the journal.
    Event { call: CallId, event: Vec<u8> },
    /// A command of this process.
    Command { call: CallId, claim: Claim },
}

/// A transaction that may have been committed, and commands of it that were certainly not sent.
pub(super) struct Doubtful {
    mark: Mark,
    commands: Vec<Outgoing>,
}

impl Mark {
    /// The first journal row's event, made up if it has none. None if the transaction writes nothing.
    pub(super) fn of(
        journal: &mut Journal,
        name: impl FnOnce(i64) -> Option<CallId>,
        made_up: impl FnOnce() -> [u8; 16],
    ) -> Option<Self> {
        let call = journal.call.first().copied().and_then(name)?;
        let first = journal.event.first_mut()?;
        let event = first.get_or_insert_with(|| made_up().to_vec()).clone();
        Some(Self::Event { call, event })
    }

    /// The first of these commands. None if there is none: then nothing is lost by not knowing.
    pub(super) fn of_commands(commands: &[Outgoing]) -> Option<Self> {
        let first = commands.first()?;
        Some(Self::Command { call: first.call.clone(), claim: first.claim() })
    }

    fn call(&self) -> &str {
        match self {
            Self::Event { call, .. } | Self::Command { call, .. } => call.as_str(),
        }
    }
}

/// Commits, and makes sure that it knows the outcome. `commands` are those that the transaction orders.
pub(super) async fn commit(
    inner: &Inner,
    unit: Unit<'_>,
    mark: Option<Mark>,
    commands: Vec<Outgoing>,
) -> Result<(), LedgerError> {
    match unit.commit().await {
        Flushed::Done => Ok(()),
        Flushed::Undone(error) => Err(error),
        Flushed::Unknown(error) => resolve(inner, mark, commands, error).await,
    }
}

/// Ok if it was committed; the error if not, or if that cannot be found out now.
async fn resolve(
    inner: &Inner,
    mark: Option<Mark>,
    commands: Vec<Outgoing>,
    error: LedgerError,
) -> Result<(), LedgerError> {
    let Some(mark) = mark else { return Err(error) };
    let until = inner.clock.now() + PATIENCE;
    loop {
        match was_committed(inner, &mark).await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(error),
            Err(again) => {
                tracing::warn!(
                    name: "ledger.commit_unknown",
                    error = &again as &dyn std::error::Error,
                    "whether a transaction was committed is not known yet"
                );
            }
        }
        if inner.clock.now() >= until {
            break;
        }
        inner.clock.sleep(PAUSE).await;
    }
    if !commands.is_empty() {
        inner.doubtful(Doubtful { mark, commands });
    }
    Err(LedgerError::Database {
        doing: "tell whether a commit succeeded: send it again, a duplicate does no harm",
        source: Box::new(InDoubt),
    })
}

/// Nobody knows whether the transaction was committed.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
struct InDoubt;

/// Whether what was asked may be durable all the same. It must not be tried again here: what has no event
/// would be decided upon twice. The senders do that, with the event by which it is known again.
pub(super) fn is_in_doubt(error: &LedgerError) -> bool {
    matches!(error, LedgerError::Database { source, .. } if source.is::<InDoubt>())
}

/// Commands of transactions that were committed after all. What cannot be found out stays for the next time.
pub(super) async fn clear_up(inner: &Inner) -> Vec<Outgoing> {
    let mut found = Vec::new();
    for doubtful in inner.take_doubtful() {
        match was_committed(inner, &doubtful.mark).await {
            Ok(true) => found.extend(doubtful.commands),
            Ok(false) => {}
            Err(_) => inner.doubtful(doubtful),
        }
    }
    found
}

/// Waits for the other transaction to end, if it has not: it holds the call's row, or has made it.
async fn was_committed(inner: &Inner, mark: &Mark) -> Result<bool, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    tx.batch("SET LOCAL lock_timeout = '2s'").await.doing("be patient")?;
    let call = mark.call();
    let sql = "INSERT INTO call (id, created_at, phase, engine) VALUES ($1, 0, 'New', 0)
        ON CONFLICT (id) DO NOTHING";
    tx.execute(sql, &[&call], "wait for a call").await?;
    let sql = "SELECT row FROM call WHERE id = $1 FOR UPDATE";
    tx.query(sql, &[&call], "lock a call").await?;
    let found = match mark {
        Mark::Event { event, .. } => {
            let sql = "SELECT 1 FROM journal WHERE event = $1";
            tx.query_opt(sql, &[event], "look for an event").await?
        }
        Mark::Command { claim, .. } => {
            let sql = "SELECT 1 FROM outbox JOIN call ON call.row = outbox.call
                WHERE call.id = $1 AND number = $2 AND owner = $3";
            let number = i64::from(claim.number);
            tx.query_opt(sql, &[&call, &number, &claim.owner], "look for a command").await?
        }
    };
    let found = found.is_some();
    tx.rollback().await;
    Ok(found)
}
