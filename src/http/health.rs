//! Probes. Start-up: everything was loaded and the calls of a dead process are taken up. Liveness: the event
//! loop ticks. Readiness: new connections are wanted. None fails when the database or ACS is down: an ingress
//! that answers for us would lose callers, and restarting cures neither.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use actix_web::{HttpResponse, web::Data};
use engine::Millis;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

use super::Shared;

/// The event loop shows so often that it lives.
const TICK: std::time::Duration = std::time::Duration::from_millis(500);
/// An event loop silent for so long is taken for dead, in ms.
const SILENT: Millis = 10_000;

/// What the probes tell. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Health {
    clock: Clock,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    started: AtomicBool,
    ready: AtomicBool,
    ticked_at: AtomicI64,
    /// What people should know though all is well enough; no personal data.
    remark: Mutex<Option<String>>,
}

impl Health {
    /// Neither started nor ready.
    pub fn new(clock: Clock) -> Self {
        let ticked_at = AtomicI64::new(clock.now());
        let (started, ready) = (AtomicBool::new(false), AtomicBool::new(false));
        Self {
            clock,
            state: Arc::new(State { started, ready, ticked_at, remark: Mutex::default() }),
        }
    }

    /// The start is over.
    pub fn set_started(&self) {
        self.state.started.store(true, Ordering::Relaxed);
    }

    /// Sets whether new connections are wanted.
    pub fn set_ready(&self, ready: bool) {
        self.state.ready.store(ready, Ordering::Relaxed);
    }

    /// Whether new connections are wanted.
    pub fn is_ready(&self) -> bool {
        self.state.ready.load(Ordering::Relaxed)
    }

    /// Sets what readiness tells besides; none takes it back. It changes no status: an ingress that turned us off for it
    /// would lose callers.
    pub fn remark(&self, remark: Option<String>) {
        *self.state.remark.lock().unwrap_or_else(PoisonError::into_inner) = remark;
    }

    /// What readiness tells besides.
    pub fn remarked(&self) -> Option<String> {
        self.state.remark.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows that the event loop it runs on lives, until stopped.
    pub async fn tick(self, stopping: CancellationToken) {
        loop {
            self.state.ticked_at.store(self.clock.now(), Ordering::Relaxed);
            if stopping.run_until_cancelled(self.clock.sleep(TICK)).await.is_none() {
                return;
            }
        }
    }

    fn is_live(&self) -> bool {
        let silent = self.clock.now().saturating_sub(self.state.ticked_at.load(Ordering::Relaxed));
        silent < SILENT
    }
}

/// `GET /health/startup`
pub(super) async fn startup(shared: Data<Shared>) -> HttpResponse {
    let started = shared.health.state.started.load(Ordering::Relaxed);
    tell(started, "started\n", "starting\n").await
}

/// `GET /health/live`
pub(super) async fn live(shared: Data<Shared>) -> HttpResponse {
    tell(shared.health.is_live(), "live\n", "the event loop is stuck\n").await
}

/// `GET /health/ready`
pub(super) async fn ready(shared: Data<Shared>) -> HttpResponse {
    let remark = shared.health.remarked();
    let remark = remark.map(|remark| format!("{remark}\n")).unwrap_or_default();
    tell(shared.health.is_ready(), &format!("ready\n{remark}"), "not ready\n").await
}

async fn tell(good: bool, yes: &str, no: &str) -> HttpResponse {
    let mut response = if good { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    std::future::ready(response.force_close().body(if good { yes } else { no }.to_owned())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_event_loop_that_no_longer_ticks_is_told() {
        let health = Health::new(Clock::start());
        assert!(health.is_live());
        health.state.ticked_at.fetch_sub(SILENT, Ordering::Relaxed);
        assert!(!health.is_live());
        let stopping = CancellationToken::new();
        let tracker = tokio_util::task::TaskTracker::new();
        let ticking = tracker.spawn(health.clone().tick(stopping.clone()));
        while !health.is_live() {
            tokio::task::yield_now().await;
        }
        stopping.cancel();
        ticking.await.unwrap();
    }
}
