//! Gathers arrivals into transactions. While some are on their way to the database, the next gather; the
//! arrivals of one call are never on two ways at once, so that they keep their order.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use engine::call::CallId;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    batch::{self, Job},
    store::Inner,
};

/// Most arrivals looked at for the next transaction.
const WINDOW: usize = 4_096;

/// Which arrivals wait, and which are under way.
pub(super) struct Batcher {
    inner: Arc<Inner>,
    waiting: VecDeque<Job>,
    busy: HashSet<CallId>,
    flights: FuturesUnordered<JoinHandle<Vec<CallId>>>,
    batch: usize,
    at_once: usize,
}

impl Batcher {
    pub(super) fn new(inner: Arc<Inner>, batch: usize, at_once: usize) -> Self {
        Self {
            inner,
            waiting: VecDeque::new(),
            busy: HashSet::new(),
            flights: FuturesUnordered::new(),
            batch: batch.max(1),
            at_once: at_once.max(1),
        }
    }

    /// Works until all senders are gone and everything is answered.
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut open = true;
        while open || !self.waiting.is_empty() || !self.flights.is_empty() {
            tokio::select! {
                job = jobs.recv(), if open && self.waiting.len() < WINDOW => match job {
                    Some(job) => {
                        self.waiting.push_back(job);
                        while self.waiting.len() < WINDOW && let Ok(job) = jobs.try_recv() {
                            self.waiting.push_back(job);
                        }
                    }
                    None => open = false,
                },
                Some(landed) = self.flights.next(), if !self.flights.is_empty() => self.landed(landed),
            }
            self.depart();
        }
    }

    fn landed(&mut self, landed: Result<Vec<CallId>, tokio::task::JoinError>) {
        match landed {
            Ok(calls) => {
                for call in calls {
                    self.busy.remove(&call);
                }
            }
            Err(error) => {
                // Whose they were went down with it: nothing waits for anything that is not under way.
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a transaction panicked, which is a mistake of this program"
                );
                if self.flights.is_empty() {
                    self.busy.clear();
                }
            }
        }
    }

    fn depart(&mut self) {
        while self.flights.len() < self.at_once {
            let batch = self.next_batch();
            if batch.is_empty() {
                return;
            }
            let mut calls: Vec<_> = batch.iter().map(|job| job.arrival.call.clone()).collect();
            calls.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
            calls.dedup();
            self.busy.extend(calls.iter().cloned());
            let inner = self.inner.clone();
            let flight = inner.flights.depart();
            self.flights.push(self.inner.tracker.spawn(async move {
                batch::run(&inner, batch).await;
                drop(flight);
                calls
            }));
        }
    }

    /// The oldest arrivals whose calls are not under way. What is passed over keeps its place, and so does
    /// everything of its call behind it.
    fn next_batch(&mut self) -> Vec<Job> {
        let mut batch = Vec::new();
        let mut kept = VecDeque::with_capacity(self.waiting.len());
        while let Some(job) = self.waiting.pop_front() {
            if batch.len() < self.batch && !self.busy.contains(&job.arrival.call) {
                batch.push(job);
            } else {
                kept.push_back(job);
            }
            if batch.len() >= self.batch {
                break;
            }
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        batch
    }
}
