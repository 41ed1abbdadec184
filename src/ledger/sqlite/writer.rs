//! The thread that drains its queue into one transaction: while one commit waits for the disk, the next
//! batch gathers. A savepoint around each job keeps one failure from taking others with it.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use engine::Millis;
use rusqlite::Connection;
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
};

use crate::{
    clock::Clock,
    ledger::{
        port::{Decider, Forgotten, LedgerError, Outgoing, Recorded},
        rows::outbox::Unheard,
    },
    sealing::KeyRing,
};

use super::{
    cache::Cache,
    convert::{Cause, Doing, Shared},
    open,
    session::Session,
};

/// Between two tries to empty the WAL.
const BETWEEN_CUTS: Duration = Duration::from_secs(1);

/// A job's way through the writer.
pub(super) trait Work: Send {
    /// Does it, inside the transaction. False: roll this job back.
    fn run(&mut self, session: &mut Session<'_>) -> bool;
    /// Tells the sender, after the commit. Returns commands whose sender is no longer there to hear.
    fn reply(self: Box<Self>, commit: Result<(), Shared>) -> Vec<Unheard>;
}

/// What a job answers with.
pub(super) trait Answer: Send {
    /// Commands that would be lost with the answer until the next start.
    fn commands(&self) -> Vec<Unheard> {
        Vec::new()
    }
}

impl Answer for () {}
impl Answer for bool {}
impl Answer for Forgotten {}

impl Answer for Recorded {
    fn commands(&self) -> Vec<Unheard> {
        self.outgoing.commands()
    }
}

impl Answer for Vec<Recorded> {
    fn commands(&self) -> Vec<Unheard> {
        self.iter().flat_map(Answer::commands).collect()
    }
}

impl Answer for Vec<Outgoing> {
    fn commands(&self) -> Vec<Unheard> {
        self.iter().map(Unheard::from).collect()
    }
}

/// A job made of a closure.
pub(super) struct Job<T, F> {
    work: Option<F>,
    result: Result<T, LedgerError>,
    reply: oneshot::Sender<Result<T, LedgerError>>,
}

impl<T, F> Job<T, F>
where
    T: Answer + 'static,
    F: FnOnce(&mut Session<'_>) -> Result<T, LedgerError> + Send + 'static,
{
    /// The job, and where its answer comes.
    pub(super) fn pack(work: F) -> (Box<dyn Work>, oneshot::Receiver<Result<T, LedgerError>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(Self { work: Some(work), result: Err(LedgerError::Closed), reply }), answer)
    }
}

impl<T, F> Work for Job<T, F>
where
    T: Answer,
    F: FnOnce(&mut Session<'_>) -> Result<T, LedgerError> + Send,
{
    fn run(&mut self, session: &mut Session<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        self.result = catch_unwind(AssertUnwindSafe(|| work(session)))
            .unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
        self.result.is_ok()
    }

    fn reply(self: Box<Self>, commit: Result<(), Shared>) -> Vec<Unheard> {
        let result = match commit {
            Ok(()) => self.result,
            Err(cause) => self
                .result
                .and(Err(LedgerError::Database { doing: "commit", source: Box::new(cause) })),
        };
        match self.reply.send(result) {
            Ok(()) | Err(Err(_)) => Vec::new(),
            Err(Ok(unheard)) => unheard.commands(),
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> LedgerError {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    LedgerError::Database {
        doing: "do a job: it panicked, which is a mistake of this program",
        source: text.into(),
    }
}

/// The writer's own state.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) conn: Option<Connection>,
    pub(super) cache: Cache,
    pub(super) keys: Arc<KeyRing>,
    pub(super) decider: Arc<dyn Decider>,
    pub(super) owner: i64,
    pub(super) batch: usize,
    /// As [`super::OpenOptions::inline`].
    pub(super) inline: bool,
    /// Keys were deleted that are still in the WAL.
    pub(super) cut_wal: bool,
    /// When that was last tried.
    pub(super) cut_at: Option<Millis>,
    pub(super) clock: Clock,
    /// Tests and the simulator make the next commit fail.
    pub(super) fail_commit: Arc<std::sync::atomic::AtomicBool>,
}

impl Writer {
    /// Works until all senders are gone and the queue is empty; then empties the WAL into the file.
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Box<dyn Work>>) {
        while let Some(first) = self.next(&mut jobs) {
            let mut batch = vec![first];
            while batch.len() < self.batch
                && let Ok(next) = jobs.try_recv()
            {
                batch.push(next);
            }
            self.transact(batch);
        }
        self.empty_wal();
    }

    /// The next job. While there is none, what was deleted is taken out of the WAL.
    fn next(&mut self, jobs: &mut mpsc::Receiver<Box<dyn Work>>) -> Option<Box<dyn Work>> {
        while self.cut_wal {
            let Ok(runtime) = Builder::new_current_thread().enable_time().build() else { break };
            let next = async { tokio::time::timeout(BETWEEN_CUTS, jobs.recv()).await };
            if let Ok(next) = runtime.block_on(next) {
                return next;
            }
            self.cut();
        }
        jobs.blocking_recv()
    }

    /// One transaction of these jobs, each told what became of it.
    pub(super) fn transact(&mut self, mut batch: Vec<Box<dyn Work>>) {
        let outcome = self.attempt(&mut batch).map_err(Shared::from);
        if outcome.is_err() {
            // Whatever the disk did, this connection is not trusted again (RELIABILITY.md F27).
            self.cache.clear();
            self.conn = None;
        }
        let unheard: Vec<_> =
            batch.into_iter().flat_map(|work| work.reply(outcome.clone())).collect();
        self.disown(unheard);
        if self.cut_wal {
            self.cut();
        }
    }

    fn attempt(&mut self, batch: &mut [Box<dyn Work>]) -> Result<(), Cause> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::writer(&self.path, self.inline)?,
        };
        let result = self.attempt_on(&conn, batch);
        self.conn = Some(conn);
        result
    }

    fn attempt_on(&mut self, conn: &Connection, batch: &mut [Box<dyn Work>]) -> Result<(), Cause> {
        run(conn, "BEGIN IMMEDIATE")?;
        for work in batch {
            run(conn, "SAVEPOINT job")?;
            let mut session = Session {
                conn,
                cache: &mut self.cache,
                keys: &self.keys,
                decider: self.decider.as_ref(),
                owner: self.owner,
                cut_wal: &mut self.cut_wal,
            };
            if !work.run(&mut session) {
                // Fails where SQLite has already rolled back everything (disk full, input or output error).
                run(conn, "ROLLBACK TO job")?;
                self.cache.clear();
            }
            run(conn, "RELEASE job")?;
        }
        if self.fail_commit.swap(false, std::sync::atomic::Ordering::Relaxed) {
            return Err("a test lets it fail".into());
        }
        run(conn, "COMMIT")?;
        Ok(())
    }

    fn disown(&mut self, unheard: Vec<Unheard>) {
        let Some(job) = disown(unheard) else { return };
        if let Err(error) = self.attempt(&mut [job]) {
            tracing::warn!(
                name: "ledger.disown",
                error = %error,
                "commands without a sender wait for the next start"
            );
            self.cache.clear();
            self.conn = None;
        }
    }

    /// Empties the WAL, if it was not just tried. Nobody waits for readers: a backup may take minutes.
    fn cut(&mut self) {
        let now = self.clock.now();
        let between = Millis::try_from(BETWEEN_CUTS.as_millis()).unwrap_or(Millis::MAX);
        if self.cut_at.is_some_and(|last| now.saturating_sub(last) < between) {
            return;
        }
        self.cut_at = Some(now);
        self.empty_wal();
    }

    /// Moves the WAL into the file and cuts it to nothing. A reader may stand in the way: then later.
    fn empty_wal(&mut self) {
        let Some(conn) = &self.conn else { return };
        let busy = conn.busy_timeout(Duration::ZERO).and_then(|()| cut_wal(conn));
        if let Err(error) = conn.busy_timeout(open::BUSY) {
            tracing::warn!(name: "ledger.checkpoint", error = %error, "its patience was not set");
        }
        match busy.doing("empty its WAL") {
            Ok(0) => self.cut_wal = false,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(name: "ledger.checkpoint", error = %error, "the WAL was not emptied");
            }
        }
    }
}

/// Tells whether somebody was in the way.
fn cut_wal(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
}

/// Lets go of commands whose sender went away before the answer: this process never sent them, and
/// `adopt_orphans` finds them. If this fails, the next start finds them.
pub(super) fn disown(unheard: Vec<Unheard>) -> Option<Box<dyn Work>> {
    if unheard.is_empty() {
        return None;
    }
    let (job, _) = Job::pack(move |session: &mut Session<'_>| {
        unheard.iter().try_for_each(|command| session.disown(command))
    });
    Some(job)
}

fn run(conn: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    conn.prepare_cached(sql)?.execute([]).map(|_| ())
}
