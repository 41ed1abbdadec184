//! An arrival is kept within 2 s, or its sender is told to try again.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use engine::{
    Millis,
    call::{CallId, Input, Resort},
};
use futures_util::FutureExt as _;
use tokio::{runtime::Handle, task::JoinHandle};
use tokio_util::task::TaskTracker;

use crate::{
    clock::Clock,
    going_on::GoingOn,
    ledger::{Arrival, Fate, Ledger, LedgerError, Recorded},
    runner::{Alone, Consequences},
};

use super::{
    door::{Door, door},
    last_resort::{LastResort, Stranded},
    newest::Newest,
    pressure::Pressure,
};

/// The ledger has so long, a new call's turn included; what is kept later is kept all the same
/// (RELIABILITY.md F23). The last resort has 1.5 s and its note 0.5 s after that, so that with database and
/// Call Automation both hanging the sender is answered within 4 s.
const PATIENCE: Duration = Duration::from_secs(2);
/// A new call waits for its turn no longer than this.
const TURN: Duration = Duration::from_millis(500);

/// Lets arrivals into the ledger. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Arc<dyn Ledger>,
    consequences: Consequences,
    clock: Clock,
    pressure: Pressure,
    newest: Newest,
    last_resort: Option<LastResort>,
    runtime: Handle,
    tracker: TaskTracker,
}

/// An arrival could not be kept; its sender must try again.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// The ledger failed.
    #[error("the ledger could not keep it")]
    Ledger(#[from] LedgerError),
    /// The ledger took too long. It may keep it yet; another delivery is then a duplicate.
    #[error("the ledger did not keep it within {PATIENCE:?}: look at the database and its disk")]
    Late,
    /// So many events of one call are on their way that this one is not taken.
    #[error("too many events of this call are on their way")]
    Crowded,
    /// Its task ended without a word.
    #[error("keeping it panicked")]
    Panicked,
}

/// What was committed; alone with the call until that is followed.
struct Kept {
    recorded: Recorded,
    alone: Alone,
}

impl Admission {
    /// Lets arrivals into `ledger`; must be called within a tokio runtime. Without a last resort, senders of
    /// new calls are told to try again.
    pub fn new(
        ledger: Arc<dyn Ledger>,
        consequences: Consequences,
        clock: Clock,
        tracker: TaskTracker,
        last_resort: Option<LastResort>,
    ) -> Self {
        let (pressure, newest) = (Pressure::new(clock), Newest::new(clock));
        let runtime = Handle::current();
        let inner =
            Inner { ledger, consequences, clock, pressure, newest, last_resort, runtime, tracker };
        Self { inner: Arc::new(inner) }
    }

    /// Keeps what belongs to a call that is known, and follows the commit.
    ///
    /// # Errors
    /// [`Unkept`]: the sender must be told to try again.
    pub async fn keep(&self, arrival: Arrival) -> Result<Fate, Unkept> {
        let Inner { clock, tracker, runtime, .. } = &*self.inner;
        let admission = self.clone();
        let keeping = async move {
            admission.clone().record(arrival).await.map(|kept| admission.follow(kept))
        };
        // Goes on when nobody waits any more: the commit may have happened, and must be followed.
        let keeping = AssertUnwindSafe(keeping).catch_unwind();
        let keeping = GoingOn::new(tracker, runtime, keeping);
        tokio::select! {
            biased;
            kept = keeping => kept.unwrap_or(Err(Unkept::Panicked)),
            () = clock.sleep(PATIENCE) => Err(Unkept::Late),
        }
    }

    /// Keeps a new call, or does for the caller what can be done without the ledger.
    ///
    /// # Errors
    /// [`Unkept`] if nothing could be done.
    pub async fn keep_call(&self, arrival: Arrival, stranded: Stranded) -> Result<Fate, Unkept> {
        let Inner { pressure, newest, clock, tracker, runtime, .. } = &*self.inner;
        let (call, came) = (arrival.call.clone(), clock.now());
        let way = door(pressure.speed(), self.age(&stranded));
        if way != Door::In && self.turn_away(&call, &stranded, way).await.is_some() {
            return Ok(Fate::Applied);
        }
        let turn = newest.enter(TURN).await;
        if turn.is_none() {
            return self.strand(&call, &stranded, Unkept::Late).await;
        }
        let mut recording = tracker.spawn_on(self.clone().record(arrival), runtime);
        let kept = tokio::select! {
            biased;
            kept = &mut recording => Some(kept.unwrap_or(Err(Unkept::Panicked))),
            () = clock.sleep_until(came.saturating_add(Millis::try_from(PATIENCE.as_millis()).unwrap_or(0))) => None,
        };
        drop(turn);
        match kept {
            Some(Ok(kept)) => Ok(self.follow(kept)),
            Some(Err(unkept)) => self.strand(&call, &stranded, unkept).await,
            None => {
                let how = self.turn_away(&call, &stranded, Door::Elsewhere).await;
                let told = how.map(|how| Input::TurnedAway(Box::new(stranded.turned_away(how))));
                tracker.spawn_on(self.clone().reconcile(call, recording, told), runtime);
                if how.is_some() { Ok(Fate::Applied) } else { Err(Unkept::Late) }
            }
        }
    }

    /// The ledger does not have the call.
    async fn strand(
        &self,
        call: &CallId,
        stranded: &Stranded,
        unkept: Unkept,
    ) -> Result<Fate, Unkept> {
        let how = self.turn_away(call, stranded, Door::Elsewhere).await;
        if how.is_some() { Ok(Fate::Applied) } else { Err(unkept) }
    }

    async fn turn_away(&self, call: &CallId, stranded: &Stranded, way: Door) -> Option<Resort> {
        let resort = self.inner.last_resort.as_ref()?;
        resort.help(call, stranded, way, self.age(stranded)).await
    }

    fn age(&self, stranded: &Stranded) -> Millis {
        self.inner.clock.now().saturating_sub(stranded.incoming.rang_at)
    }

    /// A call that the ledger kept after all, too late. What the caller got instead ends it, before its
    /// answer leaves.
    async fn reconcile(
        self,
        call: CallId,
        recording: JoinHandle<Result<Kept, Unkept>>,
        told: Option<Input>,
    ) {
        let Ok(Ok(kept)) = recording.await else { return };
        let Some(input) = told.filter(|_| kept.recorded.fate == Fate::Applied) else {
            self.follow(kept);
            return;
        };
        drop(kept);
        let (inputs, now) = (vec![input], self.inner.clock.now());
        let arrival = Arrival { call, opens: false, event: None, inputs, settles: None, now };
        match self.clone().record(arrival).await {
            Ok(kept) => _ = self.follow(kept),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "a call was turned away, and its journal does not say so");
            }
        }
    }

    fn follow(&self, kept: Kept) -> Fate {
        let Kept { recorded, alone } = kept;
        let fate = recorded.fate;
        if fate != Fate::UnknownCall {
            self.inner.consequences.follow(recorded);
        }
        drop(alone);
        fate
    }

    async fn record(self, arrival: Arrival) -> Result<Kept, Unkept> {
        let Inner { ledger, pressure, consequences, .. } = &*self.inner;
        let under_way = pressure.begin(&arrival.call).ok_or(Unkept::Crowded)?;
        let alone = consequences.alone_with(&arrival.call).await;
        let recorded = ledger.record(arrival).await;
        // A call that cannot be read is not the ledger's weakness.
        if recorded.as_ref().err().is_none_or(LedgerError::is_unreadable) {
            under_way.kept();
        } else {
            under_way.failed();
        }
        Ok(Kept { recorded: recorded?, alone })
    }
}
