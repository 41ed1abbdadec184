//! Of the commands that a dead process left behind, which can have been sent.

use std::{
    pin::pin,
    task::{Context, Poll},
};

use super::{Bench, adopted, arrival, id, marks_of, open, record};

fn marks(expected: &[(&str, u32, bool)]) -> Vec<(String, u32, bool)> {
    expected.iter().map(|&(call, number, orphan)| (call.to_owned(), number, orphan)).collect()
}

/// Starts something and lets go of it at once, as when a connection is cut. False: it was done already.
async fn let_go(work: impl Future) -> bool {
    let mut work = pin!(work);
    let once = |context: &mut Context<'_>| Poll::Ready(work.as_mut().poll(context).is_pending());
    std::future::poll_fn(once).await
}

pub(in crate::ledger) async fn only_the_first_of_a_lane_can_have_been_sent<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    let recorded = record(&*ledger, "a", 10, &["play; play; terminate"]).await;
    record(&*ledger, "b", 11, &["play"]).await;
    record(&*ledger, "a", 12, &["play"]).await;
    let mut settled = arrival("a", 13, &["settled"]);
    settled.settles = Some(recorded.outgoing[0].claim());
    ledger.record(settled).await.unwrap();
    drop(ledger);
    let left = [("a", 2, true), ("a", 3, true), ("b", 1, true), ("a", 4, false)];
    assert_eq!(adopted(&*open(&bench)).await, marks(&left));
    // The next process dies as well: what it adopted may have left in the same order.
    let ledger = open(&bench);
    let orphans = ledger.adopt_orphans().await.unwrap();
    assert_eq!(marks_of(&orphans), marks(&left));
    ledger.postpone(&id("a"), orphans[3].claim(), 1).await.unwrap();
    drop(ledger);
    let again = adopted(&*open(&bench)).await;
    assert_eq!(again[3], ("a".to_owned(), 4, true), "its tries say that it was sent");
}

pub(in crate::ledger) async fn the_order_of_claims_is_the_order_of_sending<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    if !let_go(ledger.record(arrival("a", 10, &["play"]))).await {
        return;
    }
    record(&*ledger, "a", 11, &["play"]).await;
    record(&*ledger, "b", 12, &["nothing"]).await;
    // The second left first: nobody had heard of the first one.
    assert_eq!(adopted(&*ledger).await, marks(&[("a", 1, false)]));
    drop(ledger);
    assert_eq!(adopted(&*open(&bench)).await, marks(&[("a", 2, true), ("a", 1, false)]));
}

pub(in crate::ledger) async fn what_a_dead_process_sent_stays_an_orphan<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    record(&*ledger, "a", 10, &["play; play"]).await;
    drop(ledger);
    let ledger = open(&bench);
    let unheard = let_go(ledger.adopt_orphans()).await;
    record(&*ledger, "b", 11, &["nothing"]).await;
    record(&*ledger, "b", 12, &["nothing"]).await;
    let left = [("a", 1, true), ("a", 2, false)];
    assert_eq!(adopted(&*ledger).await, marks(if unheard { &left } else { &[] }));
}
