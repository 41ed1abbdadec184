//! What follows a commit: commands go to dispatch, deadlines and queues are woken, watchers are told.
//! Wakes are hints only: what they did not say is found again in the ledger. Commands are more: one that is
//! lost on its way to dispatch stays claimed by this process, and is found when another one takes over. So
//! they are told without waiting and without a bound, and refused only once the service stops.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use engine::{Millis, call::CallId};
use tokio::sync::{Notify, broadcast, mpsc};

use crate::ledger::{Fate, Outgoing, Recorded};

use super::alone::{Alone, AloneWith};

/// Follows commits. Cheap to clone.
#[derive(Clone)]
pub struct Consequences {
    commands: mpsc::UnboundedSender<Vec<Outgoing>>,
    wakes: Wakes,
    alone: AloneWith,
}

/// What the loops of the runner, and watchers of traces, wait on. Cheap to clone.
#[derive(Clone)]
pub struct Wakes {
    /// A deadline earlier than the one being waited for, or a backlog.
    pub deadline: Arc<Notify>,
    /// A queue has something to assign.
    pub queue: Arc<Notify>,
    /// The ledger works again after a time without.
    pub recovered: Arc<Notify>,
    /// The deadline being waited for, ms since 1970.
    pub awaited: Arc<AtomicI64>,
    /// Ids of calls whose journal grew. Slow readers lose hints, not entries.
    pub grown: broadcast::Sender<String>,
    /// Calls that have ended in this process. Slow readers lose hints.
    pub ended: broadcast::Sender<CallId>,
}

impl Consequences {
    /// The follower, and the stream of commands that dispatch reads.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Vec<Outgoing>>) {
        let (commands, stream) = mpsc::unbounded_channel();
        let wakes = Wakes {
            deadline: Arc::new(Notify::new()),
            queue: Arc::new(Notify::new()),
            recovered: Arc::new(Notify::new()),
            awaited: Arc::new(AtomicI64::new(Millis::MAX)),
            grown: broadcast::channel(256).0,
            ended: broadcast::channel(1_024).0,
        };
        (Self { commands, wakes, alone: AloneWith::default() }, stream)
    }

    /// What can be waited on.
    pub fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    /// To be held over the commit of an input and until it is followed: those of one call go one after the other.
    pub async fn alone_with(&self, call: &CallId) -> Alone {
        self.alone.of(call).await
    }

    /// The same without waiting; none where another task commits an input of this call.
    pub(super) fn try_alone_with(&self, call: &CallId) -> Option<Alone> {
        self.alone.try_of(call)
    }

    /// Follows one commit.
    pub fn follow(&self, recorded: Recorded) {
        report(&recorded);
        let sooner =
            recorded.next_due.is_some_and(|due| due < self.wakes.awaited.load(Ordering::Relaxed));
        if sooner || recorded.fate == Fate::Unapplied {
            self.wakes.deadline.notify_one();
        }
        if recorded.queue_woke {
            self.wakes.queue.notify_one();
        }
        self.send(recorded.outgoing);
        if let Some(call) = recorded.call.as_ref().filter(|_| recorded.ended) {
            let _ = self.wakes.ended.send(call.clone());
        }
        if let Some(call) = recorded.call {
            // Nobody watching is the usual case.
            let _ = self.wakes.grown.send(call.to_string());
        }
    }

    fn send(&self, commands: Vec<Outgoing>) {
        if !commands.is_empty() && self.commands.send(commands).is_err() {
            tracing::warn!("commands stay in the ledger: dispatch has stopped");
        }
    }
}

fn report(recorded: &Recorded) {
    for name in &recorded.violations {
        tracing::error!(invariant = name, call.id = ?recorded.call, "an invariant does not hold");
    }
}
