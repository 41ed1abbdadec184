//! The service behind its doors: everything between ledger, world and time. `app` gives it the real ones,
//! the simulator its own; what runs is the same.

use std::{sync::Arc, time::Duration};

use engine::{
    Millis,
    call::{CallId, Input},
};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    agents::PresencePoller,
    clock::Clock,
    dispatch::{Dispatch, Transmit},
    ledger::{Arrival, Ledger, LedgerError, Outgoing, Recorded},
    runner::{Consequences, run_deadlines, run_queues},
};

/// By then every replica that has died does not count among the living any more.
const LAST_WORD: Duration = Duration::from_secs(2);

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

    /// Takes over the commands of a dead process, and asks what became of every call that was live, unless
    /// other replicas have seen to them all the while.
    ///
    /// # Errors
    /// When the ledger cannot be read. A single call that cannot be taken up is logged and left.
    pub async fn resume(&self) -> Result<(), LedgerError> {
        let outgoing = self.ledger.adopt_orphans().await?;
        self.consequences.follow(Recorded { outgoing, ..Recorded::default() });
        if self.ledger.is_eldest().await? {
            return self.resume_calls().await;
        }
        let service = self.clone();
        self.tracker.spawn(async move {
            let looked = service.clock.sleep(LAST_WORD);
            if service.stopping.run_until_cancelled(looked).await.is_none() {
                return;
            }
            if let Err(error) = service.resume_if_eldest().await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "live calls could not be taken up");
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
        for call in live {
            self.resume_one(call, self.clock.now()).await;
        }
        Ok(())
    }

    /// A call that cannot be read must not keep the service from starting.
    async fn resume_one(&self, call: CallId, now: Millis) {
        let inputs = vec![Input::Resumed];
        let arrival =
            Arrival { call: call.clone(), opens: false, event: None, inputs, settles: None, now };
        match self.ledger.record(arrival).await {
            Ok(recorded) => self.consequences.follow(recorded),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(call.id = %call, error, "a live call could not be taken up");
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
