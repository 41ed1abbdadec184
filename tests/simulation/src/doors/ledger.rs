//! The ledger, with its troubles, and the crash before and after each commit.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use engine::{
    Millis,
    call::{Call, CallId},
};
use switchboard::ledger::{
    Arrival, CallSummary, Claim, Due, Forgotten, Holding, JournalRow, KeptSince, Ledger,
    LedgerError, Outgoing, PresentAgent, Quarantined, Recorded, SqliteLedger,
};
use webhooks::RawId;

use crate::{
    plan::{CrashPoint, LedgerTrouble},
    world::World,
};

/// The real SQLite ledger behind a door that may be shut.
pub struct LedgerDoor {
    /// The real one, without threads.
    pub inner: SqliteLedger,
    /// The world.
    pub world: Arc<World>,
}

impl LedgerDoor {
    /// One transaction: it may be slow, fail, or be the last thing that this process does.
    async fn change<T>(
        &self,
        work: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        self.world.lock().asked();
        let (number, trouble, latency) = self.world.lock().transaction();
        self.world.pause(latency).await;
        match trouble {
            Some(LedgerTrouble::Refuses) => return Err(refused()),
            Some(LedgerTrouble::CommitFails) => self.inner.fail_next_commit(),
            Some(LedgerTrouble::Slow(ms)) => self.world.pause(ms).await,
            None => {}
        }
        self.world.maybe_crash(CrashPoint::BeforeCommit(number)).await;
        let result = work.await;
        self.world.maybe_crash(CrashPoint::AfterCommit(number)).await;
        self.world.pause(1).await;
        result
    }

    async fn look<T>(
        &self,
        work: impl Future<Output = Result<T, LedgerError>> + Send,
    ) -> Result<T, LedgerError> {
        self.world.alive().await;
        self.world.lock().asked();
        if self.world.lock().ledger_is_down() {
            return Err(refused());
        }
        work.await
    }
}

fn refused() -> LedgerError {
    LedgerError::Database { doing: "be reached", source: "a simulated trouble".into() }
}

#[async_trait]
impl Ledger for LedgerDoor {
    async fn record(&self, arrival: Arrival) -> Result<Recorded, LedgerError> {
        self.change(self.inner.record(arrival)).await
    }

    async fn postpone(
        &self,
        call: &CallId,
        claim: Claim,
        attempts: u32,
    ) -> Result<bool, LedgerError> {
        self.change(self.inner.postpone(call, claim, attempts)).await
    }

    async fn adopt_orphans(&self) -> Result<Vec<Outgoing>, LedgerError> {
        self.change(self.inner.adopt_orphans()).await
    }

    async fn due(&self, now: Millis, limit: usize) -> Result<Vec<Due>, LedgerError> {
        self.look(self.inner.due(now, limit)).await
    }

    async fn set_aside(&self, call: &CallId) -> Result<(), LedgerError> {
        self.change(self.inner.set_aside(call)).await
    }

    async fn next_due(&self) -> Result<Option<Millis>, LedgerError> {
        self.look(self.inner.next_due()).await
    }

    async fn apply_backlog(&self, call: &CallId, now: Millis) -> Result<Recorded, LedgerError> {
        self.change(self.inner.apply_backlog(call, now)).await
    }

    async fn waiting_queues(&self) -> Result<Vec<String>, LedgerError> {
        self.look(self.inner.waiting_queues()).await
    }

    async fn assign(
        &self,
        queue: &str,
        agents: Vec<PresentAgent>,
        now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError> {
        self.change(self.inner.assign(queue, agents, now)).await
    }

    async fn live_calls(&self) -> Result<Vec<CallId>, LedgerError> {
        self.look(self.inner.live_calls()).await
    }

    async fn call_of_server_call(
        &self,
        server_call_id: &str,
    ) -> Result<Option<CallId>, LedgerError> {
        self.look(self.inner.call_of_server_call(server_call_id)).await
    }

    async fn call(&self, call: &CallId) -> Result<Option<Call>, LedgerError> {
        self.look(self.inner.call(call)).await
    }

    async fn calls(&self, limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
        self.look(self.inner.calls(limit)).await
    }

    async fn journal(&self, call: &CallId, after: i64) -> Result<Vec<JournalRow>, LedgerError> {
        self.look(self.inner.journal(call, after)).await
    }

    async fn keep_bundle(&self, hash: &str, source: &str) -> Result<(), LedgerError> {
        self.change(self.inner.keep_bundle(hash, source)).await
    }

    async fn bundles(&self) -> Result<Vec<(String, String)>, LedgerError> {
        self.look(self.inner.bundles()).await
    }

    async fn quarantine(
        &self,
        call: Option<&CallId>,
        reason: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<(), LedgerError> {
        self.change(self.inner.quarantine(call, reason, body, now)).await
    }

    async fn erase(&self, call: &CallId) -> Result<bool, LedgerError> {
        self.change(self.inner.erase(call)).await
    }

    async fn forget_old(&self, before: KeptSince, limit: usize) -> Result<Forgotten, LedgerError> {
        self.change(self.inner.forget_old(before, limit)).await
    }

    async fn calls_of_caller(
        &self,
        caller: &RawId,
        limit: usize,
    ) -> Result<Vec<CallSummary>, LedgerError> {
        self.look(self.inner.calls_of_caller(caller, limit)).await
    }

    async fn quarantined(&self, call: &CallId) -> Result<Vec<Quarantined>, LedgerError> {
        self.look(self.inner.quarantined(call)).await
    }

    async fn key_use(&self) -> Result<BTreeMap<String, u64>, LedgerError> {
        self.look(self.inner.key_use()).await
    }

    fn holding(&self, claim: Claim) -> Holding {
        self.inner.holding(claim)
    }

    fn look_again(&self) -> Duration {
        self.inner.look_again()
    }

    async fn is_eldest(&self) -> Result<bool, LedgerError> {
        self.look(self.inner.is_eldest()).await
    }

    async fn lease(&self, name: &str, span: Millis) -> Result<bool, LedgerError> {
        self.change(self.inner.lease(name, span)).await
    }

    fn clock_offset(&self) -> Option<Millis> {
        self.inner.clock_offset()
    }

    async fn stop(&self) {
        self.inner.stop().await;
    }
}
