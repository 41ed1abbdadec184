//! The service behind its doors: everything between ledger, world and time. `app` gives it the real ones,
//! the simulator its own; what runs is the same.

use std::{sync::Arc, time::Duration};

use engine::{
    Millis,
    call::{CallId, Input},
};
use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    agents::PresencePoller,
    clock::Clock,
    dispatch::{Dispatch, Transmit},
    ledger::{Arrival, Ledger, LedgerError, Outgoing, Recorded},
    runner::{Consequences, run_deadlines, run_queues},
};

/// Replicas that find the ledger again within this time, in ms, ask about live calls once between them.
const AFTER_OUTAGE: Millis = 15_000;
/// By then every replica that has died does not count among the living any more.
const LAST_WORD: Duration = Duration::from_secs(2);

/// A live call that the ledger refuses to take up is tried so often, and so far apart.
const RESUME_TRIES: u32 = 3;
const RESUMED_AGAIN: Duration = Duration::from_secs(1);

/// So many live calls are taken up together, in one transaction as a rule.
const AT_ONCE: usize = 50;
/// The next follow after this, in ms: 200 calls a second, as with deadlines.
const PACE: Millis = 250;

/// Runs what follows from commits: sends commands, keeps deadlines, assigns queues. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    ledger: Arc<dyn Ledger>,
    clock: Clock,
    consequences: Consequences,
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Service {
    /// Starts sending what is committed from now on; must be called within a tokio runtime.
    pub fn start(ledger: Arc<dyn Ledger>, world: Arc<dyn Transmit>, clock: Clock) -> Self {
        let (consequences, commands) = Consequences::new();
        let (tracker, stopping) = (TaskTracker::new(), CancellationToken::new());
        let dispatch = Dispatch::new(
            ledger.clone(),
            world,
            clock,
            consequences.clone(),
            tracker.clone(),
            stopping.clone(),
        );
        tracker.spawn(feed(dispatch, commands, stopping.clone()));
        Self { ledger, clock, consequences, tracker, stopping }
    }

    /// Where inputs are kept.
    pub fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// What follows a commit: intake tells it of every one.
    pub fn consequences(&self) -> &Consequences {
        &self.consequences
    }

    /// Tasks that a stop waits for.
    pub fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Cancelled when the loops are to end.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Takes over the commands of a dead process. Before anything is recorded: what is ordered from now on
    /// stands behind them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn adopt(&self) -> Result<(), LedgerError> {
        let outgoing = self.ledger.adopt_orphans().await?;
        self.consequences.follow(Recorded { outgoing, ..Recorded::default() });
        Ok(())
    }

    /// Asks what became of every call that was live, unless other replicas have seen to them all the while.
    /// Returns when it is known which; they are asked about one after the other, while deadlines run.
    ///
    /// # Errors
    /// When the ledger cannot be read. A single call that cannot be taken up is logged and left.
    pub async fn resume(&self) -> Result<(), LedgerError> {
        if self.ledger.is_eldest().await? {
            return self.resume_calls().await;
        }
        let service = self.clone();
        self.tracker.spawn(async move {
            let looked = service.clock.sleep(LAST_WORD);
            if service.stopping.run_until_cancelled(looked).await.is_none() {
                return;
            }
            while let Err(error) = service.resume_if_eldest().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "live calls could not be taken up: tried again"
                );
                let again = service.clock.sleep(LAST_WORD);
                if service.stopping.run_until_cancelled(again).await.is_none() {
                    return;
                }
            }
        });
        Ok(())
    }

    /// What looked like an elder replica may have been one that had just died.
    async fn resume_if_eldest(&self) -> Result<(), LedgerError> {
        if self.ledger.is_eldest().await? {
            return self.resume_calls().await;
        }
        tracing::info!("other replicas are at work: live calls go on");
        Ok(())
    }

    async fn resume_calls(&self) -> Result<(), LedgerError> {
        let live = self.ledger.live_calls().await?;
        tracing::info!(calls = live.len(), "taking up live calls");
        let service = self.clone();
        self.tracker.spawn(async move {
            let asking = service.resume_paced(live);
            service.stopping.run_until_cancelled(asking).await;
        });
        Ok(())
    }

    /// Call Automation is asked about each of them: not about thousands at once (RELIABILITY.md F48).
    async fn resume_paced(&self, live: Vec<CallId>) {
        for some in live.chunks(AT_ONCE) {
            let began = self.clock.now();
            join_all(some.iter().map(|call| self.resume_one(call.clone(), began))).await;
            self.clock.sleep_until(began.saturating_add(PACE)).await;
        }
    }

    /// A call that cannot be read must not keep the service from starting; one that the ledger refused for a
    /// moment is not forgotten.
    async fn resume_one(&self, call: CallId, now: Millis) {
        for _ in 0..RESUME_TRIES {
            match self.try_to_resume(&call, now).await {
                Ok(()) => return,
                Err(error) => {
                    let unreadable = error.is_unreadable();
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(call.id = %call, error, "a live call could not be taken up");
                    if unreadable {
                        return;
                    }
                }
            }
            self.clock.sleep(RESUMED_AGAIN).await;
        }
    }

    async fn try_to_resume(&self, call: &CallId, now: Millis) -> Result<(), LedgerError> {
        let inputs = vec![Input::Resumed];
        let arrival =
            Arrival { call: call.clone(), opens: false, event: None, inputs, settles: None, now };
        let _alone = self.consequences.alone_with(call).await;
        self.consequences.follow(self.ledger.record(arrival).await?);
        Ok(())
    }

    /// After an outage of the ledger, asks what became of every live call: webhooks of that time may have been
    /// given up by their sender, so that nobody will tell of a caller who left. One replica does it for all.
    async fn resume_after_outages(self) {
        let recovered = self.consequences.wakes().recovered.clone();
        loop {
            recovered.notified().await;
            let asked = match self.ledger.lease("resume", AFTER_OUTAGE).await {
                Ok(true) => self.resume_calls().await,
                Ok(false) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = asked {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "live calls could not be taken up after an outage");
            }
        }
    }

    /// Starts the loops of deadlines and queues.
    pub fn run_loops(&self, agents: Arc<PresencePoller>) {
        let Self { ledger, clock, consequences, tracker, stopping } = self;
        let deadlines =
            run_deadlines(ledger.clone(), *clock, consequences.clone(), stopping.clone());
        tracker.spawn(deadlines);
        let queues =
            run_queues(ledger.clone(), agents, *clock, consequences.clone(), stopping.clone());
        tracker.spawn(queues);
        let (service, stopping) = (self.clone(), stopping.clone());
        tracker.spawn(async move {
            stopping.run_until_cancelled(service.resume_after_outages()).await;
        });
    }
}

/// Hands commands on until stopped.
async fn feed(
    dispatch: Dispatch,
    mut commands: UnboundedReceiver<Vec<Outgoing>>,
    stopping: CancellationToken,
) {
    while let Some(Some(batch)) = stopping.run_until_cancelled(commands.recv()).await {
        dispatch.send(batch);
    }
}
