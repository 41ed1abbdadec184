//! How long data is kept, whose it is, which keys it needs.

use webhooks::RawId;

use super::{
    super::{Fate, Forgotten, KeptSince, Ledger, rows::quarantine},
    Bench, id, open, record,
};

async fn listed(ledger: &dyn Ledger) -> Vec<String> {
    ledger.calls(9).await.unwrap().into_iter().map(|call| call.id).collect()
}

async fn ended_calls(ledger: &dyn Ledger) {
    for (name, at) in [("a", 10), ("b", 20), ("c", 30)] {
        record(ledger, name, at, &["name Ada; play; terminate"]).await;
        record(ledger, name, at + 1, &["end"]).await;
    }
}

pub(in crate::ledger) async fn old_calls_are_deleted_in_small_steps<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    ended_calls(&*ledger).await;
    record(&*ledger, "live", 1, &["play"]).await;
    ledger.quarantine(Some(&id("a")), "test", b"Ada", 11).await.unwrap();
    let before = KeptSince { ended: Some(31), quarantined: None };
    let one = Forgotten { calls: 1, bodies: 0 };
    assert_eq!(ledger.forget_old(before, 1).await.unwrap(), one);
    assert_eq!(listed(&*ledger).await, ["c", "b", "live"], "the oldest first");
    assert!(ledger.journal(&id("a"), 0).await.unwrap().is_empty());
    assert!(ledger.quarantined(&id("a")).await.unwrap().is_empty());
    assert_eq!(ledger.forget_old(before, 9).await.unwrap(), one, "one ended at the limit");
    assert_eq!(ledger.forget_old(before, 9).await.unwrap(), Forgotten::default());
    assert_eq!(listed(&*ledger).await, ["c", "live"], "a live call is never old");
}

pub(in crate::ledger) async fn nothing_of_a_deleted_call_is_sent<B: Bench>() {
    let bench = B::new();
    let ledger = open(&bench);
    ended_calls(&*ledger).await;
    record(&*ledger, "live", 1, &["play"]).await;
    let before = KeptSince { ended: Some(99), quarantined: None };
    assert_eq!(ledger.forget_old(before, 9).await.unwrap().calls, 3);
    drop(ledger);
    let ledger = open(&bench);
    let orphans = ledger.adopt_orphans().await.unwrap();
    let calls: Vec<_> = orphans.into_iter().map(|one| one.call).collect();
    assert_eq!(calls, [id("live")]);
    assert_eq!(record(&*ledger, "live", 40, &["play"]).await.fate, Fate::Applied);
}

pub(in crate::ledger) async fn old_bodies_are_deleted_apart_from_calls<B: Bench>() {
    let ledger = open(&B::new());
    ended_calls(&*ledger).await;
    for at in [5, 6, 7] {
        ledger.quarantine(None, "test", b"?", at).await.unwrap();
    }
    ledger.quarantine(Some(&id("c")), "test", b"Ada", 31).await.unwrap();
    let before = KeptSince { ended: None, quarantined: Some(7) };
    let found = ledger.forget_old(before, 1).await.unwrap();
    assert_eq!(found, Forgotten { calls: 0, bodies: 1 });
    let found = ledger.forget_old(before, 9).await.unwrap();
    assert_eq!(found, Forgotten { calls: 0, bodies: 1 });
    assert_eq!(listed(&*ledger).await.len(), 3);
    let kept = ledger.quarantined(&id("c")).await.unwrap();
    assert_eq!(kept[0].body.as_deref(), Some(&b"Ada"[..]));
    assert_eq!((kept.len(), kept[0].at, kept[0].reason.as_str()), (1, 31, "test"));
    let nothing = ledger.forget_old(KeptSince::default(), 9).await.unwrap();
    assert_eq!(nothing, Forgotten::default());
}

pub(in crate::ledger) async fn a_caller_is_found_until_erased<B: Bench>() {
    let ledger = open(&B::new());
    ended_calls(&*ledger).await;
    record(&*ledger, "d", 40, &["name Bob; end"]).await;
    let of = async |name: &str, limit| {
        let found = ledger.calls_of_caller(&RawId::new(name), limit).await.unwrap();
        found.into_iter().map(|call| call.id).collect::<Vec<_>>()
    };
    assert_eq!(of("4:Ada", 9).await, ["c", "b", "a"]);
    assert_eq!(of("4:Ada", 2).await, ["c", "b"]);
    assert_eq!(of("4:Bob", 9).await, ["d"]);
    assert!(of("4:Eve", 9).await.is_empty());
    ledger.erase(&id("b")).await.unwrap();
    assert_eq!(of("4:Ada", 9).await, ["c", "a"]);
    ledger.quarantine(Some(&id("c")), "test", b"Ada", 50).await.unwrap();
    ledger.erase(&id("c")).await.unwrap();
    assert_eq!(ledger.quarantined(&id("c")).await.unwrap()[0].body, None);
}

pub(in crate::ledger) async fn keys_in_use_are_counted<B: Bench>() {
    let ledger = open(&B::new());
    assert!(ledger.key_use().await.unwrap().is_empty());
    ended_calls(&*ledger).await;
    ledger.quarantine(None, "test", b"?", 5).await.unwrap();
    ledger.quarantine(Some(&id("c")), "test", b"Ada", 31).await.unwrap();
    let uses = ledger.key_use().await.unwrap();
    assert_eq!(uses.values().copied().collect::<Vec<_>>(), [4]);
    ledger.erase(&id("b")).await.unwrap();
    assert_eq!(ledger.key_use().await.unwrap().values().sum::<u64>(), 3);
}

pub(in crate::ledger) async fn f08_the_quarantine_is_bounded_and_drops_the_oldest<B: Bench>() {
    let ledger = open(&B::new());
    record(&*ledger, "a", 1, &["one"]).await;
    let most = quarantine::MOST;
    for at in 1..=most + 3 {
        let body = at.to_string();
        ledger.quarantine(Some(&id("a")), "unreadable", body.as_bytes(), at).await.unwrap();
    }
    let kept = ledger.quarantined(&id("a")).await.unwrap();
    let times: Vec<_> = kept.iter().map(|body| body.at).collect();
    assert_eq!(times, (4..=most + 3).collect::<Vec<_>>(), "the newest stay");
    assert_eq!(record(&*ledger, "b", 9, &["one"]).await.fate, Fate::Applied, "calls go on");
}
