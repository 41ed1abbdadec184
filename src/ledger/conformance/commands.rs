//! The outbox: settling, orphans, the end of a call.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use super::{Bench, Scripted, arrival, id, record};

pub(in crate::ledger) async fn commands_are_settled_by_number<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    let recorded = record(&*ledger, "a", 10, &["name Ada; play; terminate"]).await;
    let names: Vec<_> = recorded.outgoing.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Play", "Terminate"]);
    let first = &recorded.outgoing[0];
    assert_eq!((first.number, first.attempts, first.first_sent, first.orphan), (1, 0, 10, false));
    assert_eq!(first.payload, b"Play Ada");

    let (first_claim, second) = (first.claim(), recorded.outgoing[1].claim());
    let mut settled = arrival("a", 20, &["settled"]);
    settled.settles = Some(first_claim);
    ledger.record(settled).await.unwrap();
    assert!(ledger.postpone(&id("a"), second, 3).await.unwrap());
    assert!(!ledger.postpone(&id("a"), first_claim, 3).await.unwrap(), "it is gone");
    assert!(!ledger.postpone(&id("b"), first_claim, 3).await.unwrap());
    assert!(ledger.adopt_orphans().await.unwrap().is_empty(), "they are ours");
    drop(ledger);
    let orphans = bench.open(Arc::new(Scripted::default())).adopt_orphans().await.unwrap();
    let found: Vec<_> = orphans.iter().map(|one| (one.number, one.attempts)).collect();
    assert_eq!(found, [(2, 3)]);
}

pub(in crate::ledger) async fn commands_of_a_dead_process_are_adopted_once<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    let sent = record(&*ledger, "a", 10, &["name Ada; play"]).await.outgoing;
    record(&*ledger, "b", 11, &["play"]).await;
    drop(ledger);
    let ledger = bench.open(Arc::new(Scripted::default()));
    let orphans = ledger.adopt_orphans().await.unwrap();
    assert_eq!(orphans.len(), 2);
    let orphan = &orphans[0];
    assert!(orphans.iter().all(|one| one.orphan));
    assert_eq!((&orphan.call, orphan.number, orphan.lane), (&id("a"), 1, sent[0].lane));
    assert_eq!((orphan.first_sent, orphan.expires), (10, sent[0].expires));
    assert_eq!(orphan.payload, sent[0].payload, "a retry sends the same bytes");
    assert!(ledger.adopt_orphans().await.unwrap().is_empty());
}

pub(in crate::ledger) async fn commands_nobody_heard_of_are_found_unsent<B: Bench>() {
    // The webhook's connection goes away: before the answer has come, or when it has come unread.
    for unread in [false, true] {
        let ledger = B::new().open(Arc::new(Scripted::default()));
        let mut unheard = Box::pin(ledger.record(arrival("a", 10, &["play"])));
        let once =
            |context: &mut Context<'_>| Poll::Ready(unheard.as_mut().poll(context).is_ready());
        let heard = std::future::poll_fn(once).await;
        // Jobs are done in order: after another one, the first has been answered and let go.
        if unread {
            record(&*ledger, "b", 11, &["nothing"]).await;
        }
        drop(unheard);
        record(&*ledger, "b", 12, &["nothing"]).await;
        record(&*ledger, "b", 13, &["nothing"]).await;
        let orphans = ledger.adopt_orphans().await.unwrap();
        assert_eq!(orphans.len(), usize::from(!heard), "unread: {unread}");
        assert!(orphans.iter().all(|one| !one.orphan), "never sent");
        assert!(ledger.adopt_orphans().await.unwrap().is_empty());
    }
}

pub(in crate::ledger) async fn the_end_of_a_call_leaves_only_clean_up<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    let sent = record(&*ledger, "a", 10, &["play; terminate"]).await.outgoing;
    let recorded = record(&*ledger, "a", 11, &["play", "end"]).await;
    assert!(recorded.ended);
    assert!(recorded.outgoing.is_empty(), "a command the same transaction made void is not sent");
    assert!(!record(&*ledger, "a", 12, &["late"]).await.ended);
    assert!(!ledger.postpone(&id("a"), sent[0].claim(), 1).await.unwrap(), "nobody waits for it");
    assert!(ledger.postpone(&id("a"), sent[1].claim(), 1).await.unwrap());
    drop(ledger);
    let orphans = bench.open(Arc::new(Scripted::default())).adopt_orphans().await.unwrap();
    let names: Vec<_> = orphans.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Terminate"]);
}
