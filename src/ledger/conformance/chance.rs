//! Arbitrary arrivals, restarts included, against a model that fits on a page.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{super::Fate, Bench, Scripted, arrival, id, seen};

#[derive(Debug, Clone)]
enum Deed {
    /// An event for a call; `fragile` ones panic at their first decision.
    Event { call: u8, event: u8, fragile: bool },
    /// The runner tries a call's backlog again.
    Backlog { call: u8 },
    /// The process is killed and starts again.
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => (0..4_u8, any::<u8>(), prop::bool::weighted(0.1))
            .prop_map(|(call, event, fragile)| Deed::Event { call, event, fragile }),
        3 => (0..4_u8).prop_map(|call| Deed::Backlog { call }),
        1 => Just(Deed::Restart),
    ]
}

/// What a call should look like.
#[derive(Default)]
struct Model {
    decided: Vec<String>,
    waiting: Vec<String>,
}

/// No event is lost, doubled or overtaken, whatever happens in between.
pub(in crate::ledger) async fn any_arrivals_agree_with_the_model<B: Bench>() {
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(deed(), 1..60);
    for _ in 0..24 {
        let deeds = strategy.new_tree(&mut runner).unwrap().current();
        play::<B>(&deeds).await;
    }
}

async fn play<B: Bench>(deeds: &[Deed]) {
    let bench = B::new();
    let decider = Arc::new(Scripted::default());
    let mut ledger = bench.open(decider.clone());
    let mut models: BTreeMap<u8, Model> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for (now, deed) in (0_i64..).zip(deeds) {
        match *deed {
            Deed::Event { call, event, fragile } => {
                let text = if fragile { format!("fragile; {event}") } else { event.to_string() };
                let mut arrival = arrival(&call.to_string(), now, &[&text]);
                arrival.event = Some([event; 16]);
                decider.fragile.store(u32::from(fragile), Ordering::SeqCst);
                let fate = ledger.record(arrival).await.unwrap().fate;
                decider.fragile.store(0, Ordering::SeqCst);
                let expected = expect(&mut models, &mut known, call, event, (text, fragile));
                assert_eq!(fate, expected, "{deeds:?}");
            }
            Deed::Backlog { call } => {
                ledger.apply_backlog(&id(&call.to_string()), now).await.unwrap();
                if let Some(model) = models.get_mut(&call) {
                    model.decided.append(&mut model.waiting);
                }
            }
            Deed::Restart => {
                drop(ledger);
                ledger = bench.open(decider.clone());
            }
        }
    }
    for (call, model) in models {
        assert_eq!(seen(&*ledger, &call.to_string()).await, model.decided, "{deeds:?}");
        let journal = ledger.journal(&id(&call.to_string()), 0).await.unwrap();
        let rows: Vec<_> = journal.iter().map(|row| row.seq).collect();
        let last = i64::try_from(model.decided.len() + model.waiting.len()).unwrap();
        assert_eq!(rows, (1..=last).collect::<Vec<_>>(), "{deeds:?}");
    }
}

fn expect(
    models: &mut BTreeMap<u8, Model>,
    known: &mut BTreeSet<u8>,
    call: u8,
    event: u8,
    (text, fragile): (String, bool),
) -> Fate {
    if !known.insert(event) {
        return Fate::Duplicate;
    }
    let model = models.entry(call).or_default();
    if fragile || !model.waiting.is_empty() {
        model.waiting.push(text);
        return Fate::Unapplied;
    }
    model.decided.push(text);
    Fate::Applied
}
