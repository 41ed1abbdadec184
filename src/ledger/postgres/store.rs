//! Open, stop, and the port.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use deadpool_postgres::Pool;
use engine::{
    Millis,
    call::{Call, CallId},
};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use webhooks::RawId;

use crate::{
    clock::Clock,
    ids,
    ledger::port::{
        Arrival, CallSummary, Claim, Decider, Due, Forgotten, Holding, JournalRow, KeptSince,
        Ledger, LedgerError, Outgoing, PresentAgent, Quarantined, Recorded,
    },
    sealing::KeyRing,
};

use super::{
    aside::Aside,
    assign, backlog,
    batch::Job,
    batcher::Batcher,
    connect::{self, PostgresOptions},
    doubt::Doubtful,
    due, keeping,
    members::Members,
    orphans, read, schema, vault,
};

/// A stop does not wait longer for what is under way: the database has its own limits.
const STOP: Duration = Duration::from_secs(5);
/// What other replicas leave behind is found within this.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Between two looks for commands of the dead.
const LOOK: Millis = 200;

/// The shared store. Dropping it lets go of the database as a crash would, but finishes what was handed in.
pub struct PostgresLedger {
    pub(super) inner: Arc<Inner>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    read_only: bool,
}

/// What all parts of an open ledger share.
pub(super) struct Inner {
    pub(super) pool: Pool,
    pub(super) keys: Arc<KeyRing>,
    pub(super) decider: Arc<dyn Decider>,
    pub(super) members: Members,
    pub(super) aside: Aside,
    pub(super) clock: Clock,
    pub(super) tracker: TaskTracker,
    pub(super) flights: Flights,
    /// Half of the connections: so many calls are tried by themselves at once.
    pub(super) turns: Semaphore,
    closing: CancellationToken,
    /// Durable commands of this process that nobody took over to send.
    unheard: Mutex<Vec<Outgoing>>,
    /// Transactions that may have been committed.
    doubtful: Mutex<Vec<Doubtful>>,
    made_up: AtomicU64,
    looked_at: AtomicI64,
    look: Millis,
}

impl PostgresLedger {
    /// Opens the ledger for reading and writing, brings its tables up to date and joins the replicas that
    /// work on it. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the database cannot be reached, was written by a newer release, or refuses.
    pub async fn open(
        options: PostgresOptions,
        keys: Arc<KeyRing>,
        decider: Arc<dyn Decider>,
    ) -> Result<Self, LedgerError> {
        let (batch, at_once, look) = (options.batch, options.at_once, options.look);
        let (pool, heart) = connect::pools(options)?;
        schema::migrate(&pool).await?;
        let inner = Arc::new(Inner::new(pool, keys, decider, look));
        inner.members.join(&inner.pool).await?;
        // The release before set them aside for everybody.
        for sql in [
            "UPDATE call SET aside = false WHERE aside",
            "UPDATE outbox SET aside = false WHERE aside",
        ] {
            inner.change(sql, &[], "take up what was set aside").await?;
        }
        let (sender, jobs) = mpsc::channel(1_024);
        inner.tracker.spawn(Batcher::new(inner.clone(), batch, at_once).run(jobs));
        let beating = inner.clone();
        inner.tracker.spawn(async move {
            let beats = beating.members.run(&heart);
            beating.closing.run_until_cancelled(beats).await;
        });
        Ok(Self { inner, jobs: Mutex::new(Some(sender)), read_only: false })
    }

    /// Opens the ledger for reading beside running replicas. What would change it fails with
    /// [`LedgerError::ReadOnly`].
    ///
    /// # Errors
    /// When there is no ledger, or it was written by a newer release.
    pub async fn open_read_only(
        options: PostgresOptions,
        keys: Arc<KeyRing>,
    ) -> Result<Self, LedgerError> {
        let look = options.look;
        let (pool, _) = connect::pools(options)?;
        schema::check(&pool).await?;
        let inner = Arc::new(Inner::new(pool, keys, Arc::new(Undecided), look));
        Ok(Self { inner, jobs: Mutex::new(None), read_only: true })
    }

    fn writable(&self) -> Result<(), LedgerError> {
        if self.read_only { Err(LedgerError::ReadOnly) } else { Ok(()) }
    }

    fn sender(&self) -> Result<mpsc::Sender<Job>, LedgerError> {
        self.writable()?;
        locked(&self.jobs).clone().ok_or(LedgerError::Closed)
    }

    /// Does it in a task of its own, so that nobody who goes away leaves it half done. Commands whose
    /// receiver is gone are kept for `adopt_orphans`.
    async fn see_through<T, W, F>(&self, work: W) -> Result<T, LedgerError>
    where
        T: Commands + Send + 'static,
        W: FnOnce(Arc<Inner>) -> F,
        F: Future<Output = Result<T, LedgerError>> + Send + 'static,
    {
        self.writable()?;
        let (reply, answer) = oneshot::channel();
        let (inner, work) = (self.inner.clone(), work(self.inner.clone()));
        let flight = inner.flights.depart();
        self.inner.tracker.spawn(async move {
            if let Err(Ok(unheard)) = reply.send(work.await) {
                inner.unheard(unheard.commands());
            }
            drop(flight);
        });
        let mut awaited = Awaited { answer, inner: &self.inner };
        (&mut awaited.answer).await.unwrap_or(Err(LedgerError::Closed))
    }
}

/// Opens for reading decide nothing.
struct Undecided;

impl Decider for Undecided {
    fn decide(&self, call: Call, _input: &engine::call::Input, _now: Millis) -> engine::call::Step {
        engine::call::Step { call, commands: Vec::new(), notes: Vec::new() }
    }

    fn render(&self, _call: &Call, _command: &engine::call::Command) -> Vec<u8> {
        Vec::new()
    }
}

/// What would be lost with an answer.
pub(super) trait Commands {
    fn commands(self) -> Vec<Outgoing>;
}

impl Commands for Recorded {
    fn commands(self) -> Vec<Outgoing> {
        self.outgoing
    }
}

impl Commands for Vec<Recorded> {
    fn commands(self) -> Vec<Outgoing> {
        self.into_iter().flat_map(Commands::commands).collect()
    }
}

impl Commands for Vec<Outgoing> {
    fn commands(self) -> Vec<Outgoing> {
        self
    }
}

/// An answer on its way. If whoever waits for it goes away when it has come unread, its commands are kept.
struct Awaited<'a, T: Commands> {
    answer: oneshot::Receiver<Result<T, LedgerError>>,
    inner: &'a Inner,
}

impl<T: Commands> Drop for Awaited<'_, T> {
    fn drop(&mut self) {
        self.answer.close();
        if let Ok(Ok(unheard)) = self.answer.try_recv() {
            self.inner.unheard(unheard.commands());
        }
    }
}

impl Inner {
    fn new(
        pool: Pool,
        keys: Arc<KeyRing>,
        decider: Arc<dyn Decider>,
        look: Option<Millis>,
    ) -> Self {
        let clock = Clock::start();
        let turns = Semaphore::new((pool.status().max_size / 2).max(1));
        Self {
            pool,
            keys,
            decider,
            members: Members::new(clock),
            aside: Aside::new(clock),
            clock,
            tracker: TaskTracker::new(),
            flights: Flights::default(),
            turns,
            closing: CancellationToken::new(),
            unheard: Mutex::default(),
            doubtful: Mutex::default(),
            made_up: AtomicU64::new(0),
            looked_at: AtomicI64::new(Millis::MIN),
            look: look.unwrap_or(LOOK),
        }
    }

    /// Says no more that it lives.
    #[cfg(test)]
    pub(super) fn stand_still(&self) {
        self.closing.cancel();
    }

    /// Keeps commands that nobody has sent.
    pub(super) fn unheard(&self, commands: Vec<Outgoing>) {
        locked(&self.unheard).extend(commands);
    }

    pub(super) fn take_unheard(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *locked(&self.unheard))
    }

    pub(super) fn doubtful(&self, doubtful: Doubtful) {
        locked(&self.doubtful).push(doubtful);
    }

    pub(super) fn take_doubtful(&self) -> Vec<Doubtful> {
        std::mem::take(&mut *locked(&self.doubtful))
    }

    /// An event for a transaction that has none of its own: never the same twice.
    pub(super) fn made_up_event(&self) -> [u8; 16] {
        let count = self.made_up.fetch_add(1, Ordering::Relaxed);
        ids::event_key(&format!("commit of replica {}", self.members.owner()), &count.to_string())
    }

    /// Looking for commands of the dead is not free, and asked for more often than it is needed.
    pub(super) fn is_time_to_look(&self) -> bool {
        let now = self.clock.now();
        let last = self.looked_at.load(Ordering::Relaxed);
        if now.saturating_sub(last) < self.look {
            return false;
        }
        self.looked_at.store(now, Ordering::Relaxed);
        true
    }
}

/// Transactions under way, so that one can wait for those that began before it.
#[derive(Default)]
pub(super) struct Flights {
    state: Arc<FlightState>,
}

#[derive(Default)]
struct FlightState {
    under_way: Mutex<(u64, BTreeSet<u64>)>,
    landed: Notify,
}

/// One of them; it lands when this is dropped.
pub(super) struct Flight {
    number: u64,
    state: Arc<FlightState>,
}

impl Flights {
    pub(super) fn depart(&self) -> Flight {
        let mut under_way = locked(&self.state.under_way);
        under_way.0 += 1;
        let number = under_way.0;
        under_way.1.insert(number);
        Flight { number, state: self.state.clone() }
    }

    /// The number of the newest.
    pub(super) fn newest(&self) -> u64 {
        locked(&self.state.under_way).0
    }

    /// Waits for all up to this number.
    pub(super) async fn landed(&self, newest: u64) {
        loop {
            let mut landed = std::pin::pin!(self.state.landed.notified());
            // From here on no landing is missed.
            landed.as_mut().enable();
            let oldest = locked(&self.state.under_way).1.first().copied();
            if oldest.is_none_or(|oldest| oldest > newest) {
                return;
            }
            landed.await;
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        locked(&self.state.under_way).1.remove(&self.number);
        self.state.landed.notify_waiters();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for PostgresLedger {
    fn drop(&mut self) {
        self.inner.closing.cancel();
    }
}

#[async_trait]
impl Ledger for PostgresLedger {
    async fn record(&self, arrival: Arrival) -> Result<Recorded, LedgerError> {
        let sender = self.sender()?;
        let (reply, answer) = oneshot::channel();
        sender.send(Job { arrival, reply }).await.map_err(|_| LedgerError::Closed)?;
        drop(sender);
        let mut awaited = Awaited { answer, inner: &self.inner };
        (&mut awaited.answer).await.unwrap_or(Err(LedgerError::Closed))
    }

    async fn postpone(
        &self,
        call: &CallId,
        claim: Claim,
        attempts: u32,
    ) -> Result<bool, LedgerError> {
        self.writable()?;
        let sql = "UPDATE outbox SET attempts = $3
            WHERE call = (SELECT row FROM call WHERE id = $1) AND number = $2 AND owner = $4";
        let (number, attempts) = (i64::from(claim.number), i64::from(attempts));
        self.inner
            .change(sql, &[&call.as_str(), &number, &attempts, &claim.owner], "postpone a command")
            .await
            .map(|rows| rows > 0)
    }

    async fn adopt_orphans(&self) -> Result<Vec<Outgoing>, LedgerError> {
        let before = self.inner.flights.newest();
        self.see_through(move |inner| async move { orphans::adopt(&inner, before).await }).await
    }

    async fn due(&self, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
        self.writable()?;
        due::due(&self.inner, now, limit).await
    }

    async fn set_aside(&self, call: &CallId) -> Result<(), LedgerError> {
        self.writable()?;
        self.inner.aside.add(call.clone());
        // Another replica may try at once.
        let sql = "UPDATE call SET claimed_by = 0, claimed_until = 0
            WHERE id = $1 AND claimed_by = $2";
        let owner = self.inner.members.owner();
        self.inner.change(sql, &[&call.as_str(), &owner], "set a call aside").await.map(|_| ())
    }

    async fn next_due(&self) -> Result<Option<Millis>, LedgerError> {
        due::next_due(&self.inner).await
    }

    async fn apply_backlog(&self, call: &CallId, now: Millis) -> Result<Recorded, LedgerError> {
        let call = call.clone();
        self.see_through(move |inner| async move { backlog::apply(&inner, &call, now).await }).await
    }

    async fn waiting_queues(&self) -> Result<Vec<String>, LedgerError> {
        read::waiting_queues(&self.inner).await
    }

    async fn assign(
        &self,
        queue: &str,
        agents: Vec<PresentAgent>,
        now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let queue = queue.to_owned();
        self.see_through(
            move |inner| async move { assign::assign(&inner, &queue, &agents, now).await },
        )
        .await
    }

    async fn live_calls(&self) -> Result<Vec<CallId>, LedgerError> {
        read::live_calls(&self.inner).await
    }

    async fn call_of_server_call(
        &self,
        server_call_id: &str,
    ) -> Result<Option<CallId>, LedgerError> {
        read::call_of_server_call(&self.inner, server_call_id).await
    }

    async fn call(&self, call: &CallId) -> Result<Option<Call>, LedgerError> {
        read::call(&self.inner, call).await
    }

    async fn calls(&self, limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
        read::calls(&self.inner, limit).await
    }

    async fn journal(&self, call: &CallId, after: i64) -> Result<Vec<JournalRow>, LedgerError> {
        read::journal(&self.inner, call, after).await
    }

    async fn keep_bundle(&self, hash: &str, source: &str) -> Result<(), LedgerError> {
        self.writable()?;
        vault::keep_bundle(&self.inner, hash, source).await
    }

    async fn bundles(&self) -> Result<Vec<(String, String)>, LedgerError> {
        read::bundles(&self.inner).await
    }

    async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        self.writable()?;
        vault::quarantine(&self.inner, call, reason, body, now).await
    }

    async fn erase(&self, call: &CallId) -> Result<bool, LedgerError> {
        self.writable()?;
        vault::erase(&self.inner, call).await
    }

    async fn forget_old(&self, before: KeptSince, limit: usize) -> Result<Forgotten, LedgerError> {
        self.writable()?;
        keeping::forget_old(&self.inner, before, limit).await
    }

    async fn calls_of_caller(
        &self,
        caller: &RawId,
        limit: usize,
    ) -> Result<Vec<CallSummary>, LedgerError> {
        keeping::calls_of_caller(&self.inner, caller, limit).await
    }

    async fn quarantined(&self, call: &CallId) -> Result<Vec<Quarantined>, LedgerError> {
        keeping::quarantined(&self.inner, call).await
    }

    async fn key_use(&self) -> Result<BTreeMap<String, u64>, LedgerError> {
        keeping::key_use(&self.inner).await
    }

    fn holding(&self, claim: Claim) -> Holding {
        self.inner.members.holding(claim.owner)
    }

    fn look_again(&self) -> Duration {
        LOOK_AGAIN
    }

    async fn is_eldest(&self) -> Result<bool, LedgerError> {
        self.inner.members.is_eldest(&self.inner.pool).await
    }

    async fn lease(&self, name: &str, span: Millis) -> Result<bool, LedgerError> {
        self.writable()?;
        self.inner.members.lease(&self.inner.pool, name, span).await
    }

    fn clock_offset(&self) -> Option<Millis> {
        self.inner.members.offset()
    }

    /// Also strikes this replica from the list, so that the others take over at once.
    async fn stop(&self) {
        locked(&self.jobs).take();
        self.inner.closing.cancel();
        self.inner.tracker.close();
        let finished = tokio::time::timeout(STOP, self.inner.tracker.wait()).await.is_ok();
        if !finished {
            tracing::warn!(name: "ledger.stop", "some transactions did not finish in time");
        }
        if !self.read_only
            && !self.inner.pool.is_closed()
            && let Err(error) = self.inner.members.leave(&self.inner.pool).await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(name: "ledger.stop", error, "this replica was not struck from the list");
        }
        self.inner.pool.close();
    }
}
