//! Order around sending: commands of one lane leave one after the other, each until
//! it is settled; lanes do not wait for each other, so hang-up overtakes a slow prompt.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use engine::call::{CallId, Lane};
use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    ledger::{Ledger, Outgoing},
    runner::Consequences,
};

use super::{gate::Gates, transmit::Transmit};

type LaneKey = (CallId, Lane);

/// Sends what the ledger has committed. Cheap to clone.
#[derive(Clone)]
pub struct Dispatch {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    lanes: Mutex<HashMap<LaneKey, VecDeque<Outgoing>>>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) sender: Arc<dyn Transmit>,
    pub(super) gates: Gates,
    pub(super) clock: Clock,
    pub(super) consequences: Consequences,
    tracker: TaskTracker,
    runtime: Handle,
    pub(super) stopping: CancellationToken,
}

impl Dispatch {
    /// A dispatch that sends through `sender` and tells results to `ledger`.
    pub fn new(
        ledger: Arc<dyn Ledger>,
        sender: Arc<dyn Transmit>,
        clock: Clock,
        consequences: Consequences,
        tracker: TaskTracker,
        stopping: CancellationToken,
    ) -> Self {
        let lanes = Mutex::new(HashMap::new());
        let gates = Gates::new(clock);
        let runtime = Handle::current();
        Self {
            inner: Arc::new(Inner {
                lanes,
                ledger,
                sender,
                gates,
                clock,
                consequences,
                tracker,
                runtime,
                stopping,
            }),
        }
    }

    /// Takes commands that are durable. Once stopping, they stay in the ledger for the next start.
    pub fn send(&self, commands: Vec<Outgoing>) {
        for command in commands {
            let key = (command.call.clone(), command.lane);
            let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = !lanes.contains_key(&key);
            lanes.entry(key.clone()).or_default().push_back(command);
            drop(lanes);
            if idle {
                self.spawn_lane(key);
            }
        }
    }

    fn spawn_lane(&self, key: LaneKey) {
        let lane: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(self.clone().run_lane(key));
        self.inner.tracker.spawn_on(lane, &self.inner.runtime);
    }

    async fn run_lane(self, key: LaneKey) {
        let _going_on = GoingOn { dispatch: &self, key: &key };
        while let Some(command) = self.next(&key) {
            if self.inner.stopping.is_cancelled() {
                return;
            }
            self.see_through(command).await;
        }
    }

    /// The lane's next command; an empty lane is closed in the same breath.
    fn next(&self, key: &LaneKey) -> Option<Outgoing> {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let command = lanes.get_mut(key).and_then(VecDeque::pop_front);
        if command.is_none() {
            lanes.remove(key);
        }
        command
    }
}

/// A panic over one command must not hold up the rest of its lane.
struct GoingOn<'a> {
    dispatch: &'a Dispatch,
    key: &'a LaneKey,
}

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.dispatch.spawn_lane(self.key.clone());
        }
    }
}
