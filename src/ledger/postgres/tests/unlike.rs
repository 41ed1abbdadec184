//! Replicas that are not alike: one was started with another flow, another key ring, or is of a release that
//! cannot read a flow. What one cannot do it leaves to the others.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use engine::{
    Millis,
    call::{Call, Command, Input, Step},
};

use super::{Bench, PostgresBench, address};
use crate::{
    ledger::{
        Decider, Fate, Ledger, LedgerError, PostgresLedger,
        conformance::{Scripted, arrival, due, id, queues, record, seen},
    },
    sealing::KeyRing,
};

/// Left out where there is no database.
macro_rules! bench {
    () => {
        match address() {
            Some(_) => PostgresBench::new(),
            None => return eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set"),
        }
    };
}

/// Knows some flows, by their hashes, which are their sources here. `flow X` pins one.
struct Flows {
    inner: Scripted,
    known: Mutex<HashSet<String>>,
    reads_new_ones: bool,
}

fn flows(known: &str, reads_new_ones: bool) -> Arc<Flows> {
    let known = Mutex::new(HashSet::from([known.to_owned()]));
    Arc::new(Flows { inner: Scripted::default(), known, reads_new_ones })
}

impl Decider for Flows {
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step {
        let lost = self.lacks(&call).is_some();
        let mut step = self.inner.decide(call, input, now);
        let flow = step.call.tried.last().and_then(|text| text.strip_prefix("flow "));
        if let Some(hash) = flow.and_then(|rest| rest.split(';').next()) {
            step.call.bundle = Some(hash.to_owned());
        }
        if lost {
            step.call.tried.push("lost its flow".to_owned());
        }
        step
    }

    fn lacks(&self, call: &Call) -> Option<String> {
        call.bundle.clone().filter(|hash| !self.known.lock().unwrap().contains(hash))
    }

    fn learn(&self, source: &str) -> bool {
        self.reads_new_ones && self.known.lock().unwrap().insert(source.to_owned())
    }

    fn render(&self, call: &Call, command: &Command) -> Vec<u8> {
        self.inner.render(call, command)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_that_a_later_replica_brought_is_learned() {
    let bench = bench!();
    let (old, new) = (flows("old", true), flows("new", true));
    let (one, other) = (bench.replica(old).await, bench.replica(new).await);
    other.keep_bundle("new", "new").await.unwrap();
    record(&other, "a", 1, &["flow new"]).await;
    record(&other, "b", 1, &["flow new; seek support 1"]).await;
    assert_eq!(record(&one, "a", 2, &["two"]).await.fate, Fate::Applied);
    assert_eq!(seen(&one, "a").await, ["flow new", "two"]);

    let third = bench.replica(flows("old", true)).await;
    third.assign("support", queues::free(&["adele"]), 3).await.unwrap();
    assert_eq!(seen(&one, "b").await, ["flow new; seek support 1", "offered adele"]);
    let fourth = bench.replica(flows("old", true)).await;
    fourth.apply_backlog(&id("a"), 4).await.unwrap();
    record(&fourth, "a", 5, &["three"]).await;
    assert_eq!(seen(&one, "a").await, ["flow new", "two", "three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_a_flow_that_only_another_replica_can_read_are_left_to_that_one() {
    let bench = bench!();
    let (one, other) =
        (bench.replica(flows("old", false)).await, bench.replica(flows("new", true)).await);
    other.keep_bundle("new", "new").await.unwrap();
    record(&other, "a", 1, &["flow new; seek support 1; due 10"]).await;
    let mut two = arrival("a", 2, &["two"]);
    two.event = Some([2; 16]);
    assert_eq!(one.record(two.clone()).await.unwrap().fate, Fate::Unapplied, "kept");
    assert_eq!(one.record(two).await.unwrap().fate, Fate::Duplicate);
    assert!(due(&one, 99).await.is_empty(), "not its own");
    assert!(one.assign("support", queues::free(&["adele"]), 3).await.unwrap().is_empty());
    let refused = one.apply_backlog(&id("a"), 4).await;
    assert!(matches!(refused, Err(LedgerError::OtherFlow { .. })), "{refused:?}");

    assert_eq!(due(&other, 99).await, ["a"]);
    other.apply_backlog(&id("a"), 5).await.unwrap();
    assert_eq!(seen(&other, "a").await, ["flow new; seek support 1; due 10", "two"]);
    // Nobody is left who could: the engine leads the call to its end.
    other.stop().await;
    assert_eq!(record(&one, "a", 6, &["three"]).await.fate, Fate::Applied);
    assert_eq!(seen(&one, "a").await.last().unwrap(), "lost its flow");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_replica_without_the_key_sets_aside_the_others_go_on_with() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["play; due 10"]).await;
    let keys = Arc::new(KeyRing::ephemeral().unwrap());
    let stranger = PostgresLedger::open(bench.options(), keys, Arc::new(Scripted::default()));
    let stranger = stranger.await.unwrap();
    assert_eq!(due(&stranger, 99).await, ["a"]);
    assert!(due(&replica, 99).await.is_empty(), "the stranger was told of it");
    assert!(stranger.call(&id("a")).await.unwrap_err().is_unreadable());
    stranger.set_aside(&id("a")).await.unwrap();
    assert!(due(&stranger, 99).await.is_empty());
    assert_eq!(stranger.next_due().await.unwrap(), None);
    assert_eq!(due(&replica, 99).await, ["a"], "at once");

    // Commands of one that died, likewise.
    replica.stop().await;
    assert!(stranger.adopt_orphans().await.unwrap().is_empty());
    let heir = bench.another().await;
    assert_eq!(heir.adopt_orphans().await.unwrap().len(), 1);
}
