//! Open, stop, and the port.

use std::{
    collections::BTreeMap,
    fs::File,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    Millis,
    call::{Call, CallId},
};
use tokio::sync::{mpsc, oneshot};
use webhooks::RawId;

use crate::{
    clock::Clock,
    ledger::port::{
        Arrival, CallSummary, Claim, Decider, Due, Forgotten, Holding, JournalRow, KeptSince,
        Ledger, LedgerError, Outgoing, PresentAgent, Quarantined, Recorded,
    },
    sealing::KeyRing,
};

use super::{
    aside,
    cache::Cache,
    keeping,
    open::{self, OpenOptions},
    read,
    readers::Readers,
    session::Session,
    writer::{Answer, Job, Work, Writer, disown},
};

/// Nobody else does anything: this finds what hints did not say.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The embedded store. Dropping it finishes what was handed in; [`Ledger::stop`] also empties the WAL.
pub struct SqliteLedger {
    writer: Writing,
    readers: Readers,
    keys: Arc<KeyRing>,
    /// Held as long as the ledger is open.
    _lock: Option<File>,
    fail_commit: Arc<AtomicBool>,
}

/// Who writes.
enum Writing {
    /// Nobody: the file is open for reading.
    Nobody,
    /// The thread with group commit.
    Thread(WriterThread),
    /// Whoever asks, at once.
    Inline(Box<Mutex<Writer>>),
}

struct WriterThread {
    sender: Mutex<Option<mpsc::Sender<Box<dyn Work>>>>,
    done: Mutex<Option<oneshot::Receiver<()>>>,
    thread: Option<JoinHandle<()>>,
}

impl SqliteLedger {
    /// Opens the ledger for reading and writing; creates the file if there is none.
    ///
    /// # Errors
    /// When another process has it open, the file was written by a newer release, it does not lie on a
    /// local disk, or SQLite refuses.
    pub fn open(
        path: &Path,
        keys: Arc<KeyRing>,
        decider: Arc<dyn Decider>,
        options: OpenOptions,
    ) -> Result<Self, LedgerError> {
        open::check_library()?;
        let lock = open::lock(path)?;
        open::create(path)?;
        let conn = open::writer(path, options.inline)?;
        aside::take_up(&conn)?;
        let writer = Writer {
            path: path.to_owned(),
            conn: Some(conn),
            cache: Cache::new(options.cached_calls),
            keys: keys.clone(),
            decider,
            owner: open::random_owner()?,
            batch: options.batch.max(1),
            inline: options.inline,
            cut_wal: false,
            cut_at: None,
            clock: Clock::start(),
            fail_commit: Arc::default(),
        };
        let fail_commit = writer.fail_commit.clone();
        let (readers, writer) = if options.inline {
            (Readers::inline(path)?, Writing::Inline(Box::new(Mutex::new(writer))))
        } else {
            let readers = Readers::start(path, options.readers)?;
            (readers, Writing::Thread(WriterThread::start(writer, options.queue.max(1))?))
        };
        Ok(Self { fail_commit, writer, readers, keys, _lock: Some(lock) })
    }

    /// Opens the ledger for reading beside a running `serve`. What would change it fails with
    /// [`LedgerError::ReadOnly`].
    ///
    /// # Errors
    /// When there is no ledger, or it was written by a newer release.
    pub fn open_read_only(path: &Path, keys: Arc<KeyRing>) -> Result<Self, LedgerError> {
        open::check_library()?;
        Ok(Self {
            writer: Writing::Nobody,
            readers: Readers::start(path, 1)?,
            keys,
            _lock: None,
            fail_commit: Arc::default(),
        })
    }

    /// For tests and the simulator: the next transaction fails at its commit, as on a full disk. All of it
    /// is rolled back, everybody in it is told, and the connection is opened anew.
    pub fn fail_next_commit(&self) {
        self.fail_commit.store(true, Ordering::Relaxed);
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Answer + 'static,
        F: FnOnce(&mut Session<'_>) -> Result<T, LedgerError> + Send + 'static,
    {
        let (job, mut answer) = Job::pack(work);
        let writer = match &self.writer {
            Writing::Nobody => return Err(LedgerError::ReadOnly),
            Writing::Inline(writer) => {
                writer.lock().map_err(|_| LedgerError::Closed)?.transact(vec![job]);
                return answer.try_recv().unwrap_or(Err(LedgerError::Closed));
            }
            Writing::Thread(writer) => writer,
        };
        let sender = writer.sender()?;
        sender.send(job).await.map_err(|_| LedgerError::Closed)?;
        drop(sender);
        Awaited { answer, writer }.heard().await
    }
}

/// An answer on its way. If whoever waits for it goes away when it has already come, its commands are
/// let go; the writer itself does so when it comes later.
struct Awaited<'a, T: Answer + 'static> {
    answer: oneshot::Receiver<Result<T, LedgerError>>,
    writer: &'a WriterThread,
}

impl<T: Answer + 'static> Awaited<'_, T> {
    async fn heard(mut self) -> Result<T, LedgerError> {
        (&mut self.answer).await.unwrap_or(Err(LedgerError::Closed))
    }
}

impl<T: Answer + 'static> Drop for Awaited<'_, T> {
    fn drop(&mut self) {
        self.answer.close();
        if let Ok(Ok(unheard)) = self.answer.try_recv()
            && let Ok(sender) = self.writer.sender()
            && let Some(job) = disown(unheard.commands())
            && sender.try_send(job).is_err()
        {
            tracing::warn!(
                name: "ledger.disown",
                "commands without a sender wait for the next start: the writer's queue is full"
            );
        }
    }
}

impl WriterThread {
    fn start(writer: Writer, queue: usize) -> Result<Self, LedgerError> {
        let (sender, jobs) = mpsc::channel(queue);
        let (finished, done) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("ledger-write".to_owned())
            .spawn(move || {
                writer.run(jobs);
                // Nobody may be waiting for it.
                let _ = finished.send(());
            })
            .map_err(|source| LedgerError::Database {
                doing: "start its writer",
                source: Box::new(source),
            })?;
        Ok(Self {
            sender: Mutex::new(Some(sender)),
            done: Mutex::new(Some(done)),
            thread: Some(thread),
        })
    }

    fn sender(&self) -> Result<mpsc::Sender<Box<dyn Work>>, LedgerError> {
        let sender = self.sender.lock().map_err(|_| LedgerError::Closed)?;
        sender.clone().ok_or(LedgerError::Closed)
    }

    fn close(&self) {
        if let Ok(mut sender) = self.sender.lock() {
            sender.take();
        }
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.close();
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has already told its callers that the ledger is closed.
            let _ = thread.join();
        }
    }
}

impl Drop for SqliteLedger {
    fn drop(&mut self) {
        self.readers.stop();
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn record(&self, arrival: Arrival) -> Result<Recorded, LedgerError> {
        self.write(move |session| session.record(&arrival)).await
    }

    async fn postpone(
        &self,
        call: &CallId,
        claim: Claim,
        attempts: u32,
    ) -> Result<bool, LedgerError> {
        let call = call.clone();
        self.write(move |session| session.postpone(&call, claim.number, attempts)).await
    }

    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough over the session's lifetime"
    )]
    async fn adopt_orphans(&self) -> Result<Vec<Outgoing>, LedgerError> {
        self.write(|session| session.adopt_orphans()).await
    }

    async fn due(&self, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
        self.readers.read(move |conn| read::due(conn, now, limit)).await
    }

    async fn set_aside(&self, call: &CallId) -> Result<(), LedgerError> {
        let call = call.clone();
        self.write(move |session| session.set_aside(&call)).await
    }

    async fn next_due(&self) -> Result<Option<Millis>, LedgerError> {
        self.readers.read(read::next_due).await
    }

    async fn apply_backlog(&self, call: &CallId, now: Millis) -> Result<Recorded, LedgerError> {
        let call = call.clone();
        self.write(move |session| session.apply_backlog(&call, now)).await
    }

    async fn waiting_queues(&self) -> Result<Vec<String>, LedgerError> {
        self.readers.read(read::waiting_queues).await
    }

    async fn assign(
        &self,
        queue: &str,
        agents: Vec<PresentAgent>,
        now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let queue = queue.to_owned();
        self.write(move |session| session.assign(&queue, &agents, now)).await
    }

    async fn live_calls(&self) -> Result<Vec<CallId>, LedgerError> {
        self.readers.read(read::live_calls).await
    }

    async fn call_of_server_call(
        &self,
        server_call_id: &str,
    ) -> Result<Option<CallId>, LedgerError> {
        let (keys, id) = (self.keys.clone(), server_call_id.to_owned());
        self.readers.read(move |conn| read::call_of_server_call(conn, &keys, &id)).await
    }

    async fn call(&self, call: &CallId) -> Result<Option<Call>, LedgerError> {
        let (keys, call) = (self.keys.clone(), call.clone());
        self.readers.read(move |conn| read::call(conn, &keys, &call)).await
    }

    async fn calls(&self, limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
        self.readers.read(move |conn| read::calls(conn, limit)).await
    }

    async fn journal(&self, call: &CallId, after: i64) -> Result<Vec<JournalRow>, LedgerError> {
        let (keys, call) = (self.keys.clone(), call.clone());
        self.readers.read(move |conn| read::journal(conn, &keys, &call, after)).await
    }

    async fn keep_bundle(&self, hash: &str, source: &str) -> Result<(), LedgerError> {
        let (hash, source) = (hash.to_owned(), source.to_owned());
        self.write(move |session| session.keep_bundle(&hash, &source)).await
    }

    async fn bundles(&self) -> Result<Vec<(String, String)>, LedgerError> {
        self.readers.read(read::bundles).await
    }

    async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        let (call, reason, body) = (call.cloned(), reason.to_owned(), body.to_vec());
        self.write(move |session| session.quarantine(call.as_ref(), &reason, &body, now)).await
    }

    async fn erase(&self, call: &CallId) -> Result<bool, LedgerError> {
        let call = call.clone();
        self.write(move |session| session.erase(&call)).await
    }

    async fn forget_old(&self, before: KeptSince, limit: usize) -> Result<Forgotten, LedgerError> {
        self.write(move |session| session.forget_old(before, limit)).await
    }

    async fn calls_of_caller(
        &self,
        caller: &RawId,
        limit: usize,
    ) -> Result<Vec<CallSummary>, LedgerError> {
        let (keys, caller) = (self.keys.clone(), caller.clone());
        self.readers.read(move |conn| keeping::calls_of_caller(conn, &keys, &caller, limit)).await
    }

    async fn quarantined(&self, call: &CallId) -> Result<Vec<Quarantined>, LedgerError> {
        let (keys, call) = (self.keys.clone(), call.clone());
        self.readers.read(move |conn| keeping::quarantined(conn, &keys, &call)).await
    }

    async fn key_use(&self) -> Result<BTreeMap<String, u64>, LedgerError> {
        self.readers.read(keeping::key_use).await
    }

    fn holding(&self, _claim: Claim) -> Holding {
        Holding::Sure
    }

    fn look_again(&self) -> Duration {
        LOOK_AGAIN
    }

    async fn is_eldest(&self) -> Result<bool, LedgerError> {
        Ok(true)
    }

    async fn lease(&self, _name: &str, _span: Millis) -> Result<bool, LedgerError> {
        Ok(true)
    }

    fn clock_offset(&self) -> Option<Millis> {
        None
    }

    /// Also empties the WAL into the file.
    async fn stop(&self) {
        self.readers.stop();
        let Writing::Thread(writer) = &self.writer else { return };
        writer.close();
        let done = writer.done.lock().ok().and_then(|mut done| done.take());
        if let Some(done) = done {
            // An error means that the thread is gone, which is as good.
            let _ = done.await;
        }
    }
}
