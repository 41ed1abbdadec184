//! Tickets, reservations, assignment.

use std::sync::Arc;

use engine::queue::Availability;

use super::{
    super::{Ledger, PresentAgent, Recorded},
    Bench, Scripted, id, record, seen,
};

pub(super) fn agent(name: &str, availability: Availability) -> PresentAgent {
    PresentAgent {
        id: name.to_owned(),
        name: name.to_owned(),
        availability,
        presence_age: 5,
        wrap_up: 100,
        missed_pause: 1_000,
    }
}

pub(in crate::ledger) fn free(names: &[&str]) -> Vec<PresentAgent> {
    names.iter().map(|name| agent(name, Availability::Free)).collect()
}

async fn assign(ledger: &dyn Ledger, names: &[&str], now: i64) -> Vec<Recorded> {
    ledger.assign("support", free(names), now).await.unwrap()
}

pub(in crate::ledger) fn who(records: &[Recorded]) -> Vec<String> {
    records.iter().filter_map(|one| one.call.as_ref()).map(ToString::to_string).collect()
}

pub(in crate::ledger) async fn an_agent_is_never_promised_twice<B: Bench>() {
    let bench = B::new();
    let ledger = bench.open(Arc::new(Scripted::default()));
    assert!(record(&*ledger, "late", 2, &["seek support 2"]).await.queue_woke);
    record(&*ledger, "early", 3, &["seek support 1"]).await;
    record(&*ledger, "other", 3, &["seek sales 0"]).await;
    assert_eq!(ledger.waiting_queues().await.unwrap(), ["sales", "support"]);

    let all = (0..8).map(|_| assign(&*ledger, &["adele"], 10));
    let records = futures_util::future::join_all(all).await.concat();
    assert_eq!(who(&records), ["early"], "the longest waiting, once");
    assert_eq!(seen(&*ledger, "early").await, ["seek support 1", "offered adele"]);
    drop(ledger);

    let ledger = bench.open(Arc::new(Scripted::default()));
    assert!(assign(&*ledger, &["adele"], 20).await.is_empty(), "still reserved after a restart");
    assert_eq!(who(&assign(&*ledger, &["adele", "diego"], 20).await), ["late"]);
    assert_eq!(ledger.waiting_queues().await.unwrap(), ["sales"]);
}

pub(in crate::ledger) async fn release_gives_rest_and_idle_time<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["seek support 1"]).await;
    record(&*ledger, "b", 2, &["seek support 2"]).await;
    assert_eq!(who(&assign(&*ledger, &["adele"], 10).await), ["a"]);
    assert!(record(&*ledger, "a", 20, &["release adele"]).await.queue_woke);
    assert!(assign(&*ledger, &["adele"], 119).await.is_empty(), "wrap-up lasts 100 ms");
    assert_eq!(who(&assign(&*ledger, &["adele"], 120).await), ["b"]);
    a_missed_offer_gives_a_longer_rest(&*ledger).await;
}

/// `b`, offered to Adele, comes back to the queue without her; she rests for 1,000 ms.
async fn a_missed_offer_gives_a_longer_rest(ledger: &dyn Ledger) {
    record(ledger, "b", 130, &["miss adele; seek support 2 adele"]).await;
    record(ledger, "c", 130, &["seek support 3"]).await;
    let records = assign(ledger, &["adele"], 140).await;
    assert_eq!(who(&records), ["b"], "nobody is left for b");
    assert_eq!(seen(ledger, "b").await.last().unwrap(), "Unavailable");
    assert!(assign(ledger, &["adele"], 1_129).await.is_empty());
    // Diego has never had a call: and is idle longest.
    assert_eq!(who(&assign(ledger, &["adele", "diego"], 1_130).await), ["c"]);
    assert_eq!(seen(ledger, "c").await.last().unwrap(), "offered diego");
}

pub(in crate::ledger) async fn only_the_holder_releases<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["seek support 1"]).await;
    record(&*ledger, "b", 2, &["seek support 2"]).await;
    assert_eq!(who(&assign(&*ledger, &["adele"], 10).await), ["a"]);
    assert!(!record(&*ledger, "b", 20, &["release adele"]).await.queue_woke);
    assert!(assign(&*ledger, &["adele"], 5_000).await.is_empty());
}

pub(in crate::ledger) async fn nobody_available_is_told_once<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["seek support 1"]).await;
    let away = vec![agent("adele", Availability::Away)];
    assert_eq!(ledger.assign("support", away.clone(), 2).await.unwrap().len(), 1);
    assert!(ledger.assign("support", away, 3).await.unwrap().is_empty());
    assert_eq!(seen(&*ledger, "a").await, ["seek support 1", "Unavailable"]);
    record(&*ledger, "a", 4, &["seek support 1"]).await;
    record(&*ledger, "a", 5, &["leave"]).await;
    assert!(ledger.waiting_queues().await.unwrap().is_empty());
}

pub(in crate::ledger) async fn the_end_of_a_call_frees_queue_and_agent<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["seek support 1"]).await;
    assign(&*ledger, &["adele"], 10).await;
    let ended = record(&*ledger, "a", 20, &["end"]).await;
    assert!(ended.ended && ended.queue_woke);
    record(&*ledger, "b", 21, &["seek support 2", "end"]).await;
    assert!(ledger.waiting_queues().await.unwrap().is_empty());
    record(&*ledger, "c", 22, &["seek support 3"]).await;
    assert_eq!(who(&assign(&*ledger, &["adele"], 500).await), ["c"]);
    assert!(ledger.call(&id("b")).await.unwrap().unwrap().is_over());
}
