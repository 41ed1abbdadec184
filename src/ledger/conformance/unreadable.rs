//! A call that cannot be read: the others go on, and it comes back when it can.

use std::sync::{Arc, atomic::Ordering};

use engine::queue::Availability;

use super::{
    super::{Fate, Ledger},
    Bench, Scripted, adopted, arrival, due, id, open,
    queues::{agent, free, who},
    record, seen,
};

pub(in crate::ledger) async fn its_commands_do_not_stop_the_others<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    record(&*ledger, "a", 1, &["play; play"]).await;
    record(&*ledger, "b", 2, &["play"]).await;
    drop(ledger);

    bench.scramble(&id("a"));
    let ledger = open(&bench);
    let b = ("b".to_owned(), 1, true);
    assert_eq!(adopted(&*ledger).await, std::slice::from_ref(&b));
    bench.scramble(&id("a"));
    assert!(adopted(&*ledger).await.is_empty(), "not tried again before the next start");
    drop(ledger);
    let a = [("a".to_owned(), 1, true), ("a".to_owned(), 2, false)];
    assert_eq!(adopted(&*open(&bench)).await, [&a[..], &[b]].concat());
}

pub(in crate::ledger) async fn it_is_set_aside_until_it_can_be_read<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    record(&*ledger, "a", 1, &["due 10"]).await;
    record(&*ledger, "b", 1, &["due 20"]).await;
    drop(ledger);

    bench.scramble(&id("a"));
    let ledger = open(&bench);
    assert_eq!(due(&*ledger, 99).await, ["a", "b"]);
    nothing_of_it_can_be_read(&*ledger, "a").await;
    ledger.set_aside(&id("a")).await.unwrap();
    ledger.set_aside(&id("nobody")).await.unwrap();
    assert_eq!(due(&*ledger, 99).await, ["b"]);
    assert_eq!(ledger.next_due().await.unwrap(), Some(20));
    assert_eq!(ledger.live_calls().await.unwrap(), [id("a"), id("b")]);
    drop(ledger);

    bench.scramble(&id("a"));
    let ledger = open(&bench);
    assert_eq!(due(&*ledger, 99).await, ["a", "b"], "with its deadline");
    assert_eq!(record(&*ledger, "a", 40, &["end"]).await.fate, Fate::Applied);
}

async fn nothing_of_it_can_be_read(ledger: &dyn Ledger, name: &str) {
    assert!(ledger.call(&id(name)).await.unwrap_err().is_unreadable());
    assert!(ledger.journal(&id(name), 0).await.unwrap_err().is_unreadable());
    assert!(ledger.record(arrival(name, 30, &["x"])).await.unwrap_err().is_unreadable());
    assert!(ledger.apply_backlog(&id(name), 30).await.unwrap_err().is_unreadable());
}

pub(in crate::ledger) async fn a_decision_brings_it_back<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    record(&*ledger, "a", 1, &["due 10"]).await;
    ledger.set_aside(&id("a")).await.unwrap();
    assert!(due(&*ledger, 99).await.is_empty());
    record(&*ledger, "a", 2, &["still there"]).await;
    assert_eq!(due(&*ledger, 99).await, ["a"]);
}

pub(in crate::ledger) async fn a_backlog_set_aside_waits_for_the_next_start<B: Bench>() {
    let bench = B::new();
    let decider = Arc::new(Scripted::default());
    decider.fragile.store(1, Ordering::SeqCst);
    let ledger = bench.open(decider);
    record(&*ledger, "a", 1, &["fragile", "due 10"]).await;
    ledger.set_aside(&id("a")).await.unwrap();
    assert_eq!(record(&*ledger, "a", 2, &["three"]).await.fate, Fate::Unapplied);
    assert!(due(&*ledger, 99).await.is_empty(), "nothing of it was decided upon");
    drop(ledger);

    let ledger = open(&bench);
    assert_eq!(due(&*ledger, 5).await, ["a"]);
    ledger.apply_backlog(&id("a"), 5).await.unwrap();
    assert_eq!(seen(&*ledger, "a").await, ["fragile", "due 10", "three"]);
    assert_eq!(due(&*ledger, 99).await, ["a"]);
}

pub(in crate::ledger) async fn its_turn_in_the_queue_goes_to_the_next<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    for (name, script) in [("a", "seek support 1"), ("b", "seek support 2"), ("c", "seek sales 1")]
    {
        record(&*ledger, name, 1, &[script]).await;
    }
    drop(ledger);

    bench.scramble(&id("a"));
    bench.scramble(&id("c"));
    let ledger = open(&bench);
    let records = ledger.assign("support", free(&["adele"]), 10).await.unwrap();
    assert_eq!(who(&records), ["b"]);
    let away = vec![agent("diego", Availability::Away)];
    assert!(ledger.assign("sales", away, 10).await.unwrap().is_empty());
    assert!(ledger.waiting_queues().await.unwrap().is_empty(), "not tried again");
    drop(ledger);

    bench.scramble(&id("a"));
    let ledger = open(&bench);
    assert_eq!(ledger.waiting_queues().await.unwrap(), ["sales", "support"]);
    assert!(ledger.assign("support", free(&["adele"]), 20).await.unwrap().is_empty());
    let records = ledger.assign("support", free(&["adele", "diego"]), 20).await.unwrap();
    assert_eq!(who(&records), ["a"]);
    assert_eq!(seen(&*ledger, "a").await, ["seek support 1", "offered diego"]);
}
