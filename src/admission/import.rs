//! From the spool into the ledger: whoever was turned away is found like any other caller.

use std::{sync::Arc, time::Duration};

use engine::call::Input;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    ledger::{Arrival, Ledger, LedgerError},
    runner::Consequences,
};

use super::spool::{Spool, SpoolError, Spooled};

/// Looks again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Imports what was noted, at once and now and then, until stopped.
pub async fn run_import(
    spool: Spool,
    ledger: Arc<dyn Ledger>,
    consequences: Consequences,
    clock: Clock,
    stopping: CancellationToken,
) {
    loop {
        import_all(&spool, &*ledger, &consequences, clock).await;
        if stopping.run_until_cancelled(clock.sleep(LOOK_AGAIN)).await.is_none() {
            return;
        }
    }
}

async fn import_all(spool: &Spool, ledger: &dyn Ledger, consequences: &Consequences, clock: Clock) {
    let lines = off_thread(spool, Spool::take).await.unwrap_or_default();
    if lines.is_empty() {
        return;
    }
    match import(spool, ledger, consequences, clock, &lines).await {
        Ok(()) => {
            off_thread(spool, Spool::imported).await;
            tracing::info!(calls = lines.len(), "calls that were turned away are in the ledger");
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "calls that were turned away wait for the ledger");
        }
    }
}

/// Twice is once: a call that the ledger knows, or a line imported before a crash, is a duplicate.
async fn import(
    spool: &Spool,
    ledger: &dyn Ledger,
    consequences: &Consequences,
    clock: Clock,
    lines: &[String],
) -> Result<(), LedgerError> {
    for line in lines {
        match spool.read_line(line) {
            Ok(spooled) => {
                let recorded = ledger.record(arrival(spooled, clock)).await?;
                consequences.follow(recorded);
            }
            Err(error) => {
                let reason = error.to_string();
                tracing::error!(reason, "a line of the spool is put into quarantine");
                ledger.quarantine(None, &reason, line.as_bytes(), clock.now()).await?;
            }
        }
    }
    Ok(())
}

fn arrival(spooled: Spooled, clock: Clock) -> Arrival {
    Arrival {
        call: spooled.call,
        opens: true,
        event: Some(spooled.event),
        inputs: vec![Input::TurnedAway(Box::new(spooled.away))],
        settles: None,
        now: clock.now(),
    }
}

/// Files block; a failure is logged, and tried again the next time.
async fn off_thread<T: Send + 'static>(
    spool: &Spool,
    work: impl FnOnce(&Spool) -> Result<T, SpoolError> + Send + 'static,
) -> Option<T> {
    let spool = spool.clone();
    let done = tokio::task::spawn_blocking(move || work(&spool)).await.ok()?;
    done.inspect_err(|error| {
        let error = error as &dyn std::error::Error;
        tracing::error!(error, "the spool of calls that were turned away cannot be used");
    })
    .ok()
}
