//! Keeps what is known of the agents fresh.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use engine::Millis;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    Roster, Snapshot,
    roster::{Members, millis},
};
use crate::{
    clock::Clock,
    graph::{GraphError, PresenceSource},
    ledger::PresentAgent,
    settings,
};

/// A poll that takes longer is given up.
const POLL_LIMIT: Duration = Duration::from_secs(5);
/// Nobody who is about to be offered waits longer than this for Graph (DESIGN.md section 9).
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Between questions that fail: doubled from the first to the last.
const FIRST_PAUSE: Millis = 1_000;
const LAST_PAUSE: Millis = 30_000;

/// Polls presence of all agents of the roster, and refreshes it for those about to be offered.
pub struct PresencePoller {
    roster: Roster,
    source: Arc<dyn PresenceSource>,
    poll: Duration,
    clock: Clock,
    state: Mutex<State>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
    changed: Notify,
}

struct State {
    snapshot: Snapshot,
    /// Questions that failed since the last good one.
    failures: u32,
    /// Graph is not asked before this.
    not_before: Millis,
}

impl fmt::Debug for PresencePoller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresencePoller").field("roster", &self.roster).finish_non_exhaustive()
    }
}

impl PresencePoller {
    /// A poller that knows nobody yet; [`run`](Self::run) polls.
    pub fn new(
        roster: Roster,
        source: Arc<dyn PresenceSource>,
        settings: &settings::Graph,
        clock: Clock,
    ) -> Self {
        let snapshot = Snapshot::new(millis(settings.max_age));
        Self {
            roster,
            source,
            poll: settings.poll,
            clock,
            state: Mutex::new(State { snapshot, failures: 0, not_before: 0 }),
            asking: tokio::sync::Mutex::new(()),
            changed: Notify::new(),
        }
    }

    /// Polls until stopped; at once for the first time.
    pub async fn run(self: Arc<Self>, stopping: CancellationToken) {
        if self.roster.agent_ids().is_empty() {
            return;
        }
        stopping.run_until_cancelled(self.poll_for_ever()).await;
    }

    async fn poll_for_ever(&self) {
        loop {
            {
                let _only = self.asking.lock().await;
                self.ask(self.roster.agent_ids(), POLL_LIMIT).await;
            }
            let not_before = self.state().not_before;
            self.clock.sleep(self.poll).await;
            self.clock.sleep_until(not_before).await;
        }
    }

    /// Asks again about agents whose presence is older than `age`, and waits for the answer no longer
    /// than `within`, and never more than 1 s. Does nothing while Graph is failing or throttling.
    pub async fn refresh_if_older_than(&self, age: Duration, within: Duration) {
        let within = within.min(LONGEST_WAIT);
        let until = self.clock.now().saturating_add(millis(within));
        // A question under way is waited for: it may answer this one.
        let Ok(_only) = tokio::time::timeout(within, self.asking.lock()).await else { return };
        let now = self.clock.now();
        let Ok(left) = u64::try_from(until.saturating_sub(now)) else { return };
        let stale = {
            let state = self.state();
            if now < state.not_before {
                return;
            }
            state.snapshot.older_than(self.roster.agent_ids(), millis(age), now)
        };
        if left > 0 && !stale.is_empty() {
            self.ask(&stale, Duration::from_millis(left)).await;
        }
    }

    /// Waits until somebody's availability is another than before. A change while nobody waits is
    /// kept for the next who does; for one waiter.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The agents of a queue with what is known of them; nobody if there is no such queue.
    pub fn present(&self, queue: &str, now: Millis) -> Vec<PresentAgent> {
        let Some(members) = self.roster.queue(queue) else { return Vec::new() };
        let Members { agents, wrap_up, missed_pause } = members;
        let state = self.state();
        agents
            .iter()
            .map(|agent| {
                let (availability, presence_age) = if state.failures > 0 {
                    state.snapshot.last_known(&agent.id, now)
                } else {
                    state.snapshot.of(&agent.id, now)
                };
                PresentAgent {
                    id: agent.id.clone(),
                    name: agent.name.clone(),
                    availability,
                    presence_age,
                    wrap_up: *wrap_up,
                    missed_pause: *missed_pause,
                }
            })
            .collect()
    }

    /// The roster that is polled.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    async fn ask(&self, ids: &[String], within: Duration) {
        let at = self.clock.now();
        match self.source.presences(ids, within).await {
            Ok(answer) => {
                let mut state = self.state();
                if state.failures > 0 {
                    tracing::info!("presence is readable again");
                }
                (state.failures, state.not_before) = (0, 0);
                if state.snapshot.take(ids, &answer, at) {
                    self.changed.notify_one();
                }
            }
            Err(error) => self.pause(&error),
        }
    }

    fn pause(&self, error: &GraphError) {
        let now = self.clock.now();
        let mut state = self.state();
        let doubled = FIRST_PAUSE.saturating_mul(1 << state.failures.min(5)).min(LAST_PAUSE);
        let pause = match error {
            GraphError::Throttled(wait) => millis(*wait).max(FIRST_PAUSE),
            GraphError::Token(_)
            | GraphError::Unreachable(_)
            | GraphError::Body(_)
            | GraphError::Late(_)
            | GraphError::Refused { .. }
            | GraphError::Failed { .. }
            | GraphError::Unreadable => doubled,
        };
        state.failures = state.failures.saturating_add(1);
        state.not_before = now.saturating_add(pause);
        // The 1st, 2nd, 4th, 8th … time, so that a long outage does not fill the log.
        if state.failures.is_power_of_two() {
            let failures = state.failures;
            let error: &(dyn std::error::Error + 'static) = error;
            tracing::warn!(error, failures, retry_in_ms = pause, "presence could not be read");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "poller_tests.rs"]
mod tests;
