//! A stand-in for Azure that costs next to nothing, so that the service is what is measured: it answers each request
//! at once with the least that is allowed, notes when, and lets callers and their calls react. It checks nothing:
//! whether requests are right is the emulator's business.
//!
//! | file | what |
//! |---|---|
//! | `events` | what ACS and Event Grid send |
//! | `tokens` | the tokens they show |
//! | `answers` | what ACS answers, and what follows from each request |

mod answers;
mod events;
mod tokens;

pub(crate) use events::Event;
pub(crate) use tokens::{AUDIENCE, ISSUER, RESOURCE, TENANT};

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio_util::task::TaskTracker;

use crate::{
    time::now,
    trouble::Trouble,
    wire::{Authority, Job, Kind, Pool, serve},
};

use tokens::Tokens;

/// The stand-in. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Azure {
    inner: Arc<Inner>,
}

struct Inner {
    tokens: Tokens,
    next_call: AtomicU64,
    next_event: AtomicU64,
    /// Requests to answer calls are not answered: they stay pending.
    holding: AtomicBool,
    state: Mutex<State>,
}

/// What a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Listens to the menu and presses nothing: the call stays live.
    Stays,
    /// Presses a key, listens, and the service ends the call.
    Leaves,
}

/// What is known of the calls.
#[derive(Default)]
struct State {
    /// Where the calls' events go. None while no service is there.
    pool: Option<Pool>,
    /// Where the events of each answered call go, by its number.
    callbacks: HashMap<u64, Arc<str>>,
    /// When the news of each call was meant to leave.
    rang: HashMap<u64, Instant>,
    /// Answered calls whose callers stay.
    stays: HashSet<u64>,
    seen: Seen,
}

/// What the service asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// From the ring (when it was meant to leave) to the request to answer, first requests only.
    pub(crate) answers: Vec<Duration>,
    /// When each request to answer arrived.
    pub(crate) answered_at: Vec<(u64, Instant)>,
    /// When each look at a call arrived.
    pub(crate) looks: Vec<(u64, Instant)>,
    /// Callers sent elsewhere.
    pub(crate) redirected: u64,
    /// Callers refused.
    pub(crate) rejected: u64,
    /// Calls that the service ended.
    pub(crate) ended: u64,
    /// Callers who were listened to.
    pub(crate) listened: usize,
}

impl Azure {
    /// Starts it; where it listens.
    pub(crate) async fn start(
        authority: &Authority,
        tracker: &TaskTracker,
    ) -> Result<(Self, SocketAddr), Trouble> {
        let inner = Inner {
            tokens: Tokens::new()?,
            next_call: AtomicU64::new(1),
            next_event: AtomicU64::new(1),
            holding: AtomicBool::new(false),
            state: Mutex::default(),
        };
        let azure = Self { inner: Arc::new(inner) };
        let answering = azure.clone();
        let address = serve(authority, tracker, move |request| answering.answer(&request)).await?;
        Ok((azure, address))
    }

    /// From now on the calls' events go through this pool. Tokens are made anew.
    pub(crate) fn send_through(&self, pool: Option<Pool>) -> Result<(), Trouble> {
        self.inner.tokens.renew()?;
        self.state().pool = pool;
        Ok(())
    }

    /// Forgets all calls, and what was seen.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        let pool = state.pool.take();
        *state = State { pool, ..State::default() };
    }

    /// Whether requests to answer are left waiting.
    pub(crate) fn hold_answers(&self, hold: bool) {
        self.inner.holding.store(hold, Ordering::Relaxed);
    }

    /// What was seen since the last time this was asked.
    pub(crate) fn seen(&self) -> Seen {
        std::mem::take(&mut self.state().seen)
    }

    /// A look at what was seen so far.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.state().seen)
    }

    /// Calls that stay.
    pub(crate) fn live(&self) -> Vec<u64> {
        self.state().stays.iter().copied().collect()
    }

    /// How many calls stay.
    pub(crate) fn live_count(&self) -> usize {
        self.state().stays.len()
    }

    /// How many calls are answered and not over.
    pub(crate) fn answered_count(&self) -> usize {
        self.state().callbacks.len()
    }

    /// Calls that stay, which no service ever answered, with events to `path`: for endpoints that ask nothing.
    pub(crate) fn make_up(&self, calls: usize, path: &str) {
        let mut state = self.state();
        for _ in 0..calls {
            let call = self.inner.next_call.fetch_add(1, Ordering::Relaxed);
            state.stays.insert(call);
            state.callbacks.insert(call, path.into());
        }
    }

    /// A new call, to be handed to a pool.
    pub(crate) fn ring(&self, caller: Caller, intended: Instant) -> Job {
        let call = self.inner.next_call.fetch_add(1, Ordering::Relaxed);
        self.state().rang.insert(call, intended);
        let bytes = events::incoming(&self.inner.tokens, call, caller);
        Job { bytes, intended, kind: Kind::New, endless: false }
    }

    /// An event of a call, to be handed to a pool. None if the call was never answered.
    pub(crate) fn event(&self, call: u64, event: &Event, intended: Instant) -> Option<Job> {
        let path = self.state().callbacks.get(&call)?.clone();
        let id = self.inner.next_event.fetch_add(1, Ordering::Relaxed);
        let bytes = events::callback(&self.inner.tokens, &path, call, id, event);
        Some(Job { bytes, intended, kind: Kind::MidCall, endless: false })
    }

    /// Makes events of live calls one after another, each of the next call.
    pub(crate) fn rosters(&self) -> impl FnMut(Instant) -> Job + Send + 'static {
        let (azure, live) = (self.clone(), self.live());
        let mut sequence = 1_000_u64;
        let mut calls = live.into_iter().cycle();
        move |intended| {
            sequence += 1;
            let event = Event::ParticipantsUpdated { sequence };
            let job = calls.next().and_then(|call| azure.event(call, &event, intended));
            // Without live calls there is nothing to send an event of: a new call, then.
            job.unwrap_or_else(|| azure.ring(Caller::Leaves, intended))
        }
    }

    /// Something happens in a call, now.
    fn happens(&self, call: u64, event: &Event) {
        let job = self.event(call, event, now());
        let pool = self.state().pool.clone();
        if let (Some(job), Some(pool)) = (job, pool) {
            pool.send(job);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
