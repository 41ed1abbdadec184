//! A ledger that keeps nothing and orders nothing.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use engine::{
    Millis,
    call::{Call, CallId},
};
use switchboard::ledger::{
    Arrival, CallSummary, Claim, Due, Forgotten, Holding, JournalRow, KeptSince, Ledger,
    LedgerError, Outgoing, PresentAgent, Recorded, port::Quarantined,
};
use webhooks::RawId;

/// Nobody waits for anything.
const RARELY: Duration = Duration::from_hours(1);

/// The ledger.
pub(crate) struct Nothing;

#[async_trait]
impl Ledger for Nothing {
    async fn record(&self, arrival: Arrival) -> Result<Recorded, LedgerError> {
        Ok(Recorded { call: Some(arrival.call), ..Recorded::default() })
    }

    async fn postpone(
        &self,
        _call: &CallId,
        _claim: Claim,
        _attempts: u32,
    ) -> Result<bool, LedgerError> {
        Ok(false)
    }

    async fn adopt_orphans(&self) -> Result<Vec<Outgoing>, LedgerError> {
        Ok(Vec::new())
    }

    async fn due(&self, _now: Millis, _limit: usize) -> Result<Vec<Due>, LedgerError> {
        Ok(Vec::new())
    }

    async fn set_aside(&self, _call: &CallId) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn next_due(&self) -> Result<Option<Millis>, LedgerError> {
        Ok(None)
    }

    async fn apply_backlog(&self, _call: &CallId, _now: Millis) -> Result<Recorded, LedgerError> {
        Ok(Recorded::default())
    }

    async fn waiting_queues(&self) -> Result<Vec<String>, LedgerError> {
        Ok(Vec::new())
    }

    async fn assign(
        &self,
        _queue: &str,
        _agents: Vec<PresentAgent>,
        _now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError> {
        Ok(Vec::new())
    }

    async fn live_calls(&self) -> Result<Vec<CallId>, LedgerError> {
        Ok(Vec::new())
    }

    async fn call_of_server_call(
        &self,
        _server_call_id: &str,
    ) -> Result<Option<CallId>, LedgerError> {
        Ok(None)
    }

    async fn call(&self, _call: &CallId) -> Result<Option<Call>, LedgerError> {
        Ok(None)
    }

    async fn calls(&self, _limit: usize) -> Result<Vec<CallSummary>, LedgerError> {
        Ok(Vec::new())
    }

    async fn journal(&self, _call: &CallId, _after: i64) -> Result<Vec<JournalRow>, LedgerError> {
        Ok(Vec::new())
    }

    async fn keep_bundle(&self, _hash: &str, _source: &str) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn bundles(&self) -> Result<Vec<(String, String)>, LedgerError> {
        Ok(Vec::new())
    }

    async fn quarantine(
        &self,
        _call: Option<&CallId>,
        _reason: &str,
        _body: &[u8],
        _now: Millis,
    ) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn erase(&self, _call: &CallId) -> Result<bool, LedgerError> {
        Ok(false)
    }

    async fn forget_old(
        &self,
        _before: KeptSince,
        _limit: usize,
    ) -> Result<Forgotten, LedgerError> {
        Ok(Forgotten::default())
    }

    async fn calls_of_caller(
        &self,
        _caller: &RawId,
        _limit: usize,
    ) -> Result<Vec<CallSummary>, LedgerError> {
        Ok(Vec::new())
    }

    async fn quarantined(&self, _call: &CallId) -> Result<Vec<Quarantined>, LedgerError> {
        Ok(Vec::new())
    }

    async fn key_use(&self) -> Result<BTreeMap<String, u64>, LedgerError> {
        Ok(BTreeMap::new())
    }

    fn holding(&self, _claim: Claim) -> Holding {
        Holding::Sure
    }

    fn look_again(&self) -> Duration {
        RARELY
    }

    async fn is_eldest(&self) -> Result<bool, LedgerError> {
        Ok(true)
    }

    async fn lease(&self, _name: &str, _span: Millis) -> Result<bool, LedgerError> {
        Ok(true)
    }

    fn clock_offset(&self) -> Option<Millis> {
        None
    }

    async fn stop(&self) {}
}
