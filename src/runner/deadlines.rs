//! Feeds `DeadlineReached` when a call's deadline has come, and applies what intake could not.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use engine::{
    Millis,
    call::{CallId, Input},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    ledger::{Arrival, Due, Fate, Ledger, LedgerError, Recorded},
};

use super::Consequences;

/// So many calls are read at once, earliest first.
const BATCH: usize = 50;
/// A full batch is followed by the next one after this, in ms: 200 calls a second. After a pause of the process
/// thousands are due, and their commands must not reach Call Automation all at once (RELIABILITY.md F48).
const PACE: Millis = 250;
/// Looks again after this, whatever the hints said.
const LOOK_AGAIN: Millis = 5_000;

/// A deadline that cannot be handled is not tried in a tight loop.
const BREATH: Millis = 10;
/// A call that another task is alone with is come back to after this, in ms.
const BUSY: Millis = 25;
/// After a failure of the ledger deadlines wait this long: results that could not be kept meanwhile are
/// offered again every 500 ms, and a deadline that is told before them gives up what has long been answered.
const RESULTS_FIRST: Duration = Duration::from_millis(600);
/// The ledger was away if it failed for this long, in ms: webhooks may have been given up meanwhile.
const OUTAGE: Millis = 1_000;

/// Runs until stopped.
pub async fn run_deadlines(
    ledger: Arc<dyn Ledger>,
    clock: Clock,
    consequences: Consequences,
    stopping: CancellationToken,
) {
    let wakes = consequences.wakes().clone();
    let look_again = Millis::try_from(ledger.look_again().as_millis()).unwrap_or(LOOK_AGAIN);
    let mut failing: Option<Millis> = None;
    while !stopping.is_cancelled() {
        // From here on any new deadline wakes this loop: none falls between reading and waiting.
        wakes.awaited.store(Millis::MAX, Ordering::Relaxed);
        let busy = look(&*ledger, clock, &consequences, &mut failing).await;
        let breath = if busy { BUSY } else { BREATH };
        let (soonest, limit) = (clock.now() + breath, clock.now() + look_again);
        let next = ledger.next_due().await.ok().flatten().unwrap_or(limit).clamp(soonest, limit);
        wakes.awaited.store(next, Ordering::Relaxed);
        tokio::select! {
            // The same order on every run: each branch only ends the wait.
            biased;
            () = clock.sleep_until(next) => {}
            () = wakes.deadline.notified() => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// Handles what is due; true if a call was busy and is to be come back to. `failing` is since when the ledger has
/// failed, ms since 1970.
async fn look(
    ledger: &dyn Ledger,
    clock: Clock,
    consequences: &Consequences,
    failing: &mut Option<Millis>,
) -> bool {
    let began = clock.now();
    if failing.is_some() && ledger.next_due().await.is_ok() {
        clock.sleep(RESULTS_FIRST).await;
    }
    match handle_due(ledger, clock, consequences).await {
        Ok(busy) => {
            let since = failing.take();
            if since.is_some_and(|since| clock.now().saturating_sub(since) >= OUTAGE) {
                consequences.wakes().recovered.notify_one();
            }
            busy
        }
        Err(error) => {
            *failing = failing.or(Some(began));
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "deadlines could not be handled");
            false
        }
    }
}

async fn handle_due(
    ledger: &dyn Ledger,
    clock: Clock,
    consequences: &Consequences,
) -> Result<bool, LedgerError> {
    // Commands whose maker was cut off between commit and hand-over.
    let outgoing = ledger.adopt_orphans().await?;
    consequences.follow(Recorded { outgoing, ..Recorded::default() });
    loop {
        let began = clock.now();
        let due = ledger.due(began, BATCH).await?;
        let full = due.len() == BATCH;
        let (mut handled, mut busy) = (0, false);
        for one in due {
            // One call in a slow commit must not keep the others waiting: it is come back to.
            let Some(_alone) = consequences.try_alone_with(&one.call) else {
                busy = true;
                continue;
            };
            match handle_one(ledger, clock, consequences, &one).await {
                Ok(()) => handled += 1,
                Err(error) => set_aside(ledger, &one.call, &error).await?,
            }
        }
        if !full || handled == 0 {
            return Ok(busy);
        }
        clock.sleep_until(began.saturating_add(PACE)).await;
    }
}

/// One call that cannot be read must not keep the others waiting.
async fn set_aside(
    ledger: &dyn Ledger,
    call: &CallId,
    error: &LedgerError,
) -> Result<(), LedgerError> {
    tracing::error!(call.id = %call, error = error as &dyn std::error::Error, "a call could not be handled");
    if error.is_unreadable() {
        ledger.set_aside(call).await?;
    }
    Ok(())
}

/// The caller is alone with the call.
async fn handle_one(
    ledger: &dyn Ledger,
    clock: Clock,
    consequences: &Consequences,
    due: &Due,
) -> Result<(), LedgerError> {
    let call = &due.call;
    if due.backlog {
        let applied = ledger.apply_backlog(call, clock.now()).await?;
        let stuck = applied.fate == Fate::Unapplied;
        consequences.follow(applied);
        if stuck {
            return Ok(());
        }
    }
    let state = ledger.call(call).await?;
    let now = clock.now();
    let is_due = state.and_then(|state| state.next_deadline()).is_some_and(|(at, _)| at <= now);
    if is_due {
        let arrival = Arrival {
            call: call.clone(),
            opens: false,
            event: None,
            inputs: vec![Input::DeadlineReached],
            settles: None,
            now,
        };
        consequences.follow(ledger.record(arrival).await?);
    }
    Ok(())
}

#[cfg(test)]
#[path = "deadlines_tests.rs"]
mod tests;
