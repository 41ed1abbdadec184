//! What all parts of a running emulator share: the world behind one lock, keys, logs, faults, and
//! the ways to tell that something changed.

mod faults;
mod log;
mod repeats;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use faults::Faults;
pub use faults::{FaultAction, FaultRule};
pub(crate) use log::Log;
pub use log::{DeliveryEntry, RequestEntry};
pub(crate) use repeats::{Repeated, Repeats};

use crate::clock::Clock;
use crate::control::{Change, Subscription};
use crate::crypto::{Authority, KeySet};
use crate::ids::Ids;
use crate::options::Options;
use crate::ready::Ready;
use crate::wire::Refusal;
use crate::world::{Action, Effect, LogCounters, Reply, World, WorldView};

/// Everything behind the one lock.
pub(crate) struct State {
    pub(crate) world: World,
    /// Ids that are not of the world: tokens, subscriptions.
    pub(crate) ids: Ids,
    pub(crate) requests: Log<RequestEntry>,
    pub(crate) deliveries: Log<DeliveryEntry>,
    pub(crate) repeats: Repeats,
    pub(crate) faults: Faults,
    /// Signs Entra's tokens.
    pub(crate) entra_keys: KeySet,
    /// Signs callbacks.
    pub(crate) acs_keys: KeySet,
    pub(crate) subscriptions: Vec<Subscription>,
}

/// A running emulator, seen from inside.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) ready: Ready,
    pub(crate) authority: Authority,
    pub(crate) client: reqwest::Client,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) runtime: tokio::runtime::Handle,
    state: Mutex<State>,
    /// Counts changes; waiting for a condition looks again after each.
    version: watch::Sender<u64>,
    changes: broadcast::Sender<Change>,
    outbox: mpsc::UnboundedSender<Effect>,
    /// A timer may have become due earlier.
    wake: Notify,
}

/// What [`Shared`] is built from.
pub(crate) struct Parts {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) ready: Ready,
    pub(crate) authority: Authority,
    pub(crate) client: reqwest::Client,
    pub(crate) state: State,
}

/// Changes kept for a slow listener; it misses older ones and is told so.
const CHANGES_KEPT: usize = 1_024;

impl Shared {
    pub(crate) fn new(parts: Parts) -> (Arc<Self>, mpsc::UnboundedReceiver<Effect>) {
        let (outbox, effects) = mpsc::unbounded_channel();
        let shared = Self {
            options: parts.options,
            clock: parts.clock,
            ready: parts.ready,
            authority: parts.authority,
            client: parts.client,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            runtime: tokio::runtime::Handle::current(),
            state: Mutex::new(parts.state),
            version: watch::Sender::new(0),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            outbox,
            wake: Notify::new(),
        };
        (Arc::new(shared), effects)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies an action to the world and hands its effects on.
    pub(crate) fn apply(&self, action: Action) -> Result<Reply, Refusal> {
        let now = self.clock.now();
        let mut state = self.lock();
        let applied = state.world.apply(now, action);
        // Sent while the lock is held, so that effects leave in the order they were caused.
        self.hand_on(applied.effects);
        drop(state);
        self.changed();
        self.wake.notify_one();
        applied.result
    }

    /// Tells everybody who waits or watches that something is different.
    pub(crate) fn changed(&self) {
        self.version.send_modify(|version| *version += 1);
        let _ = self.changes.send(Change::World);
    }

    fn hand_on(&self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Heard { call, text } = effect {
                let _ = self.changes.send(Change::Heard { call, text });
            } else {
                // Closed only while the emulator stops.
                let _ = self.outbox.send(effect);
            }
        }
    }

    /// Lets due timers happen until the emulator stops.
    pub(crate) async fn run_timers(self: Arc<Self>) {
        loop {
            let due = self.lock().world.next_due();
            let wait = async {
                match due {
                    Some(due) => self.clock.until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = wait => self.tick(),
            }
        }
    }

    fn tick(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        let effects = state.world.tick(now);
        self.hand_on(effects);
        drop(state);
        self.changed();
    }

    /// What outsiders see.
    pub(crate) fn view(&self) -> WorldView {
        let state = self.lock();
        let mut view = state.world.view();
        view.log =
            LogCounters { requests: state.requests.count(), deliveries: state.deliveries.count() };
        view
    }

    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Runs something in the background until it ends or the emulator stops.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let work = async move {
            stop.run_until_cancelled(work).await;
        };
        self.tasks.spawn_on(work, &self.runtime);
    }
}
