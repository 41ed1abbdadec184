//! What all parts of a running emulator share: the world behind one lock, keys, logs, faults, and
//! the ways to tell that something changed.

mod exchange;
mod faults;
mod log;
mod repeats;
mod settle;
mod strikes;
mod trouble;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use exchange::{Exchange, Exchanges, Proof};
pub(crate) use faults::Struck;
pub use faults::{Alteration, FaultAction, FaultRule, Moment, WrongClaim};
pub(crate) use log::Log;
pub use log::{DeliveryEntry, RequestEntry};
pub(crate) use repeats::{Repeated, Repeats};
pub use strikes::FaultView;
pub(crate) use strikes::{Faults, Strike};
pub(crate) use trouble::{Denial, Trouble};

use crate::calling::{Desk, HttpRequest, HttpResponse, Served};
use crate::clock::{Clock, Millis, Work};
use crate::control::{Change, Subscription};
use crate::crypto::{Authority, KeyError, KeySet};
use crate::delivery::{self, Attempt, Courier, Grid, Outgoing};
use crate::directory::Directory;
use crate::ids::Ids;
use crate::options::Options;
use crate::ready::Ready;
use crate::wire::{Refusal, Route};
use crate::world::{Action, Effect, LogCounters, Reply, World, WorldView};

/// Everything behind the one lock.
pub(crate) struct State {
    pub(crate) world: World,
    /// Ids that are not of the world: tokens, subscriptions.
    pub(crate) ids: Ids,
    pub(crate) requests: Log<RequestEntry>,
    pub(crate) deliveries: Log<DeliveryEntry>,
    /// The bytes behind the newest requests.
    pub(crate) asked: Exchanges,
    /// The bytes behind the newest deliveries.
    pub(crate) posted: Exchanges,
    pub(crate) repeats: Repeats,
    pub(crate) faults: Faults,
    /// Callbacks on their way.
    pub(crate) courier: Courier,
    /// Signs Entra's tokens.
    pub(crate) entra_keys: KeySet,
    /// Signs callbacks.
    pub(crate) acs_keys: KeySet,
    pub(crate) subscriptions: Vec<Subscription>,
    /// What Event Grid remembers beside its subscriptions.
    pub(crate) grid: Grid,
    /// What Entra and Graph know beyond the world.
    pub(crate) directory: Directory,
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
    /// Deliveries that go on.
    pub(crate) work: Work,
    /// Held by whoever moves stepped time.
    pub(crate) stepping: tokio::sync::Mutex<()>,
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
            work: Work::none(),
            stepping: tokio::sync::Mutex::new(()),
        };
        (Arc::new(shared), effects)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies an action to the world and hands its effects on.
    pub(crate) fn apply(&self, action: Action) -> Result<Reply, Refusal> {
        let result = self.apply_quietly(action);
        self.changed();
        result
    }

    /// The same without a word to those who wait or watch: for the frames of a stream.
    pub(crate) fn apply_quietly(&self, action: Action) -> Result<Reply, Refusal> {
        let now = self.clock.now();
        let mut state = self.lock();
        let applied = state.world.apply(now, action);
        // Handed on while the lock is held, so that effects leave in the order they were caused.
        self.hand_on(&mut state, now, applied.effects);
        drop(state);
        self.nudge();
        applied.result
    }

    /// Executes a request to Call Automation; answers `deny` in place of what came of it.
    pub(crate) fn serve(
        &self,
        request: &HttpRequest,
        route: Option<&Route>,
        deny: Option<&Denial>,
    ) -> Served {
        let now = self.clock.now();
        let mut state = self.lock();
        let fail_with = deny.map(|denial| denial.refusal(true));
        let mut served = state.desk(now, self.clock.wall()).serve(request, route, fail_with);
        self.hand_on(&mut state, now, std::mem::take(&mut served.effects));
        drop(state);
        self.changed();
        self.nudge();
        served
    }

    /// Numbers a request, now that its answer leaves, and gives the answer.
    pub(crate) fn note_answer(&self, request: &HttpRequest, served: Served) -> HttpResponse {
        let at = self.clock.now();
        let mut state = self.lock();
        state.requests.add(|n| RequestEntry { n, at, ..served.entry });
        state.keep_request(request, &served.response);
        drop(state);
        self.changed();
        served.response
    }

    /// Refuses a request to Call Automation.
    pub(crate) fn refuse(
        &self,
        request: &HttpRequest,
        route: Option<&Route>,
        refusal: Refusal,
    ) -> HttpResponse {
        let now = self.clock.now();
        let refused = self.lock().desk(now, self.clock.wall()).refuse(request, route, refusal);
        self.note_answer(request, refused)
    }

    /// New signing keys; the ones before stay published once.
    pub(crate) fn rotate_keys(&self) -> Result<(), KeyError> {
        // Made before the lock is taken: an RSA key takes a while.
        let (acs, entra) = (KeySet::generate()?, KeySet::generate()?);
        let mut state = self.lock();
        state.acs_keys.change_to(acs);
        state.entra_keys.change_to(entra);
        Ok(())
    }

    /// The timers or deliveries may be due earlier than thought.
    pub(crate) fn nudge(&self) {
        self.wake.notify_one();
    }

    /// Tells everybody who waits or watches that something is different.
    pub(crate) fn changed(&self) {
        self.version.send_modify(|version| *version += 1);
        let _ = self.changes.send(Change::World);
    }

    fn hand_on(&self, state: &mut State, now: Millis, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Heard { call, text } => {
                    let _ = self.changes.send(Change::Heard { call, text });
                }
                Effect::Callback(callback) => {
                    if state.outgoing().callback(now, callback) {
                        state.rotate_now();
                    }
                }
                Effect::EventGrid(_) => {
                    // Ends when it is handed to its delivery.
                    self.work.begin();
                    // Closed only while the emulator stops.
                    let _ = self.outbox.send(effect);
                }
                // Closed only while the emulator stops.
                Effect::Socket(_) => drop(self.outbox.send(effect)),
            }
        }
    }

    /// Lets due timers happen and due deliveries start, until the emulator stops.
    pub(crate) async fn run_timers(self: Arc<Self>) {
        if self.clock.is_stepped() {
            return self.settle_often().await;
        }
        while !self.stop.is_cancelled() {
            let (attempts, due) = self.tick();
            delivery::start(&self, attempts);
            let wait = async {
                match due {
                    Some(due) => self.clock.until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = wait => {}
            }
        }
    }

    /// What is to be attempted now, and when the next thing is due.
    pub(crate) fn tick(&self) -> (Vec<Attempt>, Option<Millis>) {
        let now = self.clock.now();
        let mut state = self.lock();
        let fires = state.world.next_due().is_some_and(|due| due <= now);
        let effects = state.world.tick(now);
        self.hand_on(&mut state, now, effects);
        let attempts = state.courier.take(now);
        let due = earliest(state.world.next_due(), state.courier.next_due());
        drop(state);
        if fires {
            self.changed();
        }
        (attempts, due)
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

    /// Runs a delivery in the background: stepped time waits for it.
    pub(crate) fn spawn_delivery(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.spawn(self.work.of(work));
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

/// The earlier of two times that may not be.
pub(crate) fn earliest(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    one.into_iter().chain(other).min()
}

impl State {
    /// What a request is answered with.
    pub(crate) fn desk(&mut self, now: Millis, wall: Millis) -> Desk<'_> {
        Desk { now, wall, world: &mut self.world, repeats: &mut self.repeats }
    }

    /// Keeps the bytes of the request that was just logged.
    fn keep_request(&mut self, request: &HttpRequest, response: &HttpResponse) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let exchange = Exchange {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body: text(&request.body),
            answer: text(&response.body),
            proof: Proof::None,
        };
        self.asked.keep(self.requests.count(), exchange);
    }

    fn outgoing(&mut self) -> Outgoing<'_> {
        Outgoing {
            courier: &mut self.courier,
            faults: &mut self.faults,
            deliveries: &mut self.deliveries,
        }
    }

    /// New keys in the middle of things, as a fault wants them; the old ones stay if none can be made.
    fn rotate_now(&mut self) {
        if let Err(error) = self.acs_keys.rotate().and_then(|()| self.entra_keys.rotate()) {
            tracing::error!(%error, "the signing keys were not changed");
        }
    }
}
