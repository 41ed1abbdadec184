//! Deletes what is older than it may be kept.

use std::{sync::Arc, time::Duration};

use engine::Millis;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    ledger::{Forgotten, KeptSince, Ledger, LedgerError},
};

/// How often age is looked at.
const LOOK_AGAIN: Duration = Duration::from_mins(10);
/// A replica keeps the work for so long, in ms; one that died is followed by another.
const LEASE: Millis = 15 * 60 * 1_000;
/// Calls, and bodies, in one transaction: calls in progress wait for it.
const STEP: usize = 20;
/// Between two steps, so that calls in progress come first.
const PAUSE: Duration = Duration::from_millis(100);

/// For how long data is kept. None keeps it for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepFor {
    /// A call with everything known of it, from its end.
    pub calls: Option<Duration>,
    /// A body in quarantine.
    pub quarantine: Option<Duration>,
}

impl KeepFor {
    fn since(&self, now: Millis) -> KeptSince {
        let before = |kept: Option<Duration>| {
            let kept = Millis::try_from(kept?.as_millis()).unwrap_or(Millis::MAX);
            Some(now.saturating_sub(kept))
        };
        KeptSince { ended: before(self.calls), quarantined: before(self.quarantine) }
    }
}

/// Runs until stopped. Of several replicas one deletes at a time.
pub async fn run_retention(
    ledger: Arc<dyn Ledger>,
    keep: KeepFor,
    clock: Clock,
    stopping: CancellationToken,
) {
    while !stopping.is_cancelled() {
        match keep_house(&*ledger, keep, clock, &stopping).await {
            Ok(Forgotten { calls: 0, bodies: 0 }) => {}
            Ok(Forgotten { calls, bodies }) => {
                tracing::info!(calls, bodies, "deleted what was kept long enough");
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "old data could not be deleted: tried again in 10 minutes");
            }
        }
        stopping.run_until_cancelled(clock.sleep(LOOK_AGAIN)).await;
    }
}

async fn keep_house(
    ledger: &dyn Ledger,
    keep: KeepFor,
    clock: Clock,
    stopping: &CancellationToken,
) -> Result<Forgotten, LedgerError> {
    if !ledger.lease("retention", LEASE).await? {
        return Ok(Forgotten::default());
    }
    forget(ledger, keep.since(clock.now()), clock, stopping).await
}

async fn forget(
    ledger: &dyn Ledger,
    before: KeptSince,
    clock: Clock,
    stopping: &CancellationToken,
) -> Result<Forgotten, LedgerError> {
    let mut all = Forgotten::default();
    while !stopping.is_cancelled() {
        let step = ledger.forget_old(before, STEP).await?;
        if step == Forgotten::default() {
            break;
        }
        all.calls += step.calls;
        all.bodies += step.bodies;
        clock.sleep(PAUSE).await;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_become_times() {
        let day = Duration::from_hours(24);
        let keep = KeepFor { calls: Some(day), quarantine: None };
        let since = keep.since(90_000_000);
        assert_eq!(since, KeptSince { ended: Some(3_600_000), quarantined: None });
    }
}
