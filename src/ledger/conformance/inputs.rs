//! Arrivals: duplicates, order, panics, backlog, quarantine.

use std::sync::{Arc, atomic::Ordering};

use super::{
    super::{Due, Fate},
    Bench, Scripted, arrival, id, record, seen,
};

pub(in crate::ledger) async fn duplicates_change_nothing<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    let mut first = arrival("a", 10, &["play", "second"]);
    first.event = Some([7; 16]);
    let recorded = ledger.record(first.clone()).await.unwrap();
    assert_eq!((recorded.fate, recorded.outgoing.len()), (Fate::Applied, 1));
    let before = ledger.call(&id("a")).await.unwrap();

    first.now = 99;
    first.settles = Some(recorded.outgoing[0].claim());
    let again = ledger.record(first.clone()).await.unwrap();
    assert_eq!((again.fate, again.outgoing.len()), (Fate::Duplicate, 0));
    assert_eq!(again.call, Some(id("a")));
    first.call = id("b");
    let event = first.event;
    assert_eq!(ledger.record(first).await.unwrap().fate, Fate::Duplicate);
    assert_eq!(ledger.call(&id("a")).await.unwrap(), before);
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    let events: Vec<_> = journal.iter().map(|row| row.event).collect();
    assert_eq!(events, [event, None], "the event is known by its first input");
    assert!(event.is_some());
    drop(ledger);
    let ledger = bench.open(Arc::new(Scripted::default()));
    assert_eq!(ledger.adopt_orphans().await.unwrap().len(), 1, "a duplicate settles nothing");
}

pub(in crate::ledger) async fn inputs_are_decided_upon_in_order<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["one", "two"]).await;
    record(&*ledger, "b", 2, &["other"]).await;
    record(&*ledger, "a", 3, &["three"]).await;
    assert_eq!(seen(&*ledger, "a").await, ["one", "two", "three"]);
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    let rows: Vec<_> = journal.iter().map(|row| (row.seq, row.at, row.applied)).collect();
    assert_eq!(rows, [(1, 1, true), (2, 1, true), (3, 3, true)]);
    assert_eq!(ledger.journal(&id("a"), 2).await.unwrap().len(), 1);
    drop(ledger);
    let ledger = bench.open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 4, &["four"]).await;
    assert_eq!(seen(&*ledger, "a").await, ["one", "two", "three", "four"]);
}

pub(in crate::ledger) async fn unknown_calls_are_told<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    let mut stray = arrival("nobody", 1, &["play"]);
    stray.opens = false;
    let recorded = ledger.record(stray).await.unwrap();
    assert_eq!((recorded.fate, recorded.outgoing.len()), (Fate::UnknownCall, 0));
    assert!(ledger.call(&id("nobody")).await.unwrap().is_none());
    assert_eq!(ledger.apply_backlog(&id("nobody"), 1).await.unwrap().fate, Fate::UnknownCall);
    assert!(!ledger.erase(&id("nobody")).await.unwrap());
}

pub(in crate::ledger) async fn a_panic_keeps_the_input_and_what_follows_waits<B: Bench>() {
    let bench = B::new();
    let decider = Arc::new(Scripted::default());
    decider.fragile.store(1, Ordering::SeqCst);
    let ledger = bench.open(decider);
    let recorded = record(&*ledger, "a", 1, &["one", "fragile;play", "three"]).await;
    assert_eq!((recorded.fate, recorded.outgoing.len()), (Fate::Unapplied, 0));
    let recorded = record(&*ledger, "a", 2, &["four"]).await;
    assert_eq!(recorded.fate, Fate::Unapplied);
    assert_eq!(seen(&*ledger, "a").await, ["one"]);
    let backlog = Due { call: id("a"), backlog: true };
    assert_eq!(ledger.due(0, 9).await.unwrap(), [backlog], "a backlog is always due");
    assert_eq!(record(&*ledger, "b", 2, &["other"]).await.fate, Fate::Applied);
    drop(ledger);
    a_backlog_is_applied_after_a_restart(&bench).await;
}

async fn a_backlog_is_applied_after_a_restart<B: Bench>(bench: &B) {
    let ledger = bench.open(Arc::new(Scripted::default()));
    let recorded = ledger.apply_backlog(&id("a"), 50).await.unwrap();
    assert_eq!((recorded.fate, recorded.outgoing.len()), (Fate::Applied, 1));
    assert_eq!(seen(&*ledger, "a").await, ["one", "fragile;play", "three", "four"]);
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    assert!(journal.iter().all(|row| row.applied));
    let times: Vec<_> = journal.iter().map(|row| row.at).collect();
    assert_eq!(times, [1, 50, 50, 50], "the time of the decision, so that replay gives the same");
    assert_eq!(journal[1].decision.commands, [(1, "Play".to_owned())]);
    assert_eq!(journal[1].personal.as_ref().unwrap().commands.len(), 1);
    assert!(ledger.due(0, 9).await.unwrap().is_empty());
}

pub(in crate::ledger) async fn a_second_panic_quarantines_and_the_call_is_told<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["one", "panic", "three"]).await;
    let recorded = ledger.apply_backlog(&id("a"), 5).await.unwrap();
    assert_eq!(recorded.fate, Fate::Applied);
    assert_eq!(seen(&*ledger, "a").await, ["one", "three", "step 2 failed"]);
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    let applied: Vec<_> = journal.iter().map(|row| (row.seq, row.applied)).collect();
    assert_eq!(applied, [(1, true), (2, false), (3, true), (4, true)]);

    // An input that queued up behind and panics itself has its own two attempts.
    record(&*ledger, "a", 6, &["panic", "panic"]).await;
    assert_eq!(ledger.apply_backlog(&id("a"), 7).await.unwrap().fate, Fate::Unapplied);
    assert_eq!(ledger.apply_backlog(&id("a"), 8).await.unwrap().fate, Fate::Applied);
    let seen = seen(&*ledger, "a").await;
    assert_eq!(seen[3..], ["step 5 failed", "step 6 failed"]);
}

pub(in crate::ledger) async fn calls_do_not_wait_for_each_other<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    let mut jobs = Vec::new();
    for number in 0..40 {
        let ledger = ledger.clone();
        let text = if number % 10 == 3 { "panic" } else { "play" };
        let arrival = arrival(&format!("call {}", number % 20), number, &[text]);
        jobs.push(async move { ledger.record(arrival).await.unwrap() });
    }
    let recorded = futures_util::future::join_all(jobs).await;
    let applied = recorded.iter().filter(|one| one.fate == Fate::Applied).count();
    // Calls 3 and 13 panic, so their second inputs wait too.
    assert_eq!(applied, 36);
    let sent: usize = recorded.iter().map(|one| one.outgoing.len()).sum();
    assert_eq!(sent, 36);
}
