//! Runs the assignment of each queue in which somebody waits.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    agents::PresencePoller,
    clock::Clock,
    ledger::{Ledger, LedgerError},
};

use super::Consequences;

/// Looks again after this: a pause of an agent may be over.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// An agent about to be offered is looked up again if what is known is older.
const FRESH: Duration = Duration::from_millis(250);
/// No call waits longer for Graph.
const GRAPH_PATIENCE: Duration = Duration::from_secs(1);

/// Runs until stopped.
pub async fn run_queues(
    ledger: Arc<dyn Ledger>,
    agents: Arc<PresencePoller>,
    clock: Clock,
    consequences: Consequences,
    stopping: CancellationToken,
) {
    let woken = consequences.wakes().queue.clone();
    while !stopping.is_cancelled() {
        if let Err(error) = assign_all(&*ledger, &agents, clock, &consequences).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a queue could not be assigned"
            );
        }
        tokio::select! {
            // The same order on every run: each branch only ends the wait.
            biased;
            () = woken.notified() => {}
            () = agents.changed() => {}
            () = clock.sleep(LOOK_AGAIN) => {}
            () = stopping.cancelled() => {}
        }
    }
}

async fn assign_all(
    ledger: &dyn Ledger,
    agents: &PresencePoller,
    clock: Clock,
    consequences: &Consequences,
) -> Result<(), LedgerError> {
    let queues = ledger.waiting_queues().await?;
    if queues.is_empty() {
        return Ok(());
    }
    agents.refresh_if_older_than(FRESH, GRAPH_PATIENCE).await;
    for queue in queues {
        let now = clock.now();
        match ledger.assign(&queue, agents.present(&queue, now), now).await {
            Ok(records) => records.into_iter().for_each(|recorded| consequences.follow(recorded)),
            // The others are not to wait for it.
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(queue, error, "a queue could not be assigned: tried again");
            }
        }
    }
    Ok(())
}
