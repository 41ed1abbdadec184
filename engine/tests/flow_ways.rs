//! The ways out of nodes, as drawings and coverage see them.

use std::{collections::BTreeSet, fs, path::Path};

use engine::flow::{Flow, WayKind, compile};

fn shipped_flow() -> Flow {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/airline/flow.yaml");
    let source = fs::read_to_string(path).expect("the shipped flow is there");
    compile(&source).flow.expect("the shipped flow is sound")
}

#[test]
fn ways_have_stable_keys_and_words() {
    let flow = shipped_flow();
    let ways: Vec<(String, String, WayKind)> =
        flow.nodes["menu"].ways().into_iter().map(|way| (way.key, way.label, way.kind)).collect();
    let expected = [
        ("choices.person", "0 person", WayKind::Choice),
        ("choices.flight", "1 flight", WayKind::Choice),
        ("choices.baggage", "2 baggage", WayKind::Choice),
        ("choices.again", "9 again", WayKind::Choice),
        ("otherwise", "no answer", WayKind::Failure),
    ];
    let expected: Vec<_> =
        expected.map(|(key, label, kind)| (key.to_owned(), label.to_owned(), kind)).into();
    assert_eq!(ways, expected);
    let queue = flow.nodes["people"].ways();
    assert_eq!(queue.len(), 1, "unavailable leads where overflow leads: {queue:?}");
    assert_eq!(queue[0].label, "after 1m");
}

#[test]
fn keys_are_unique_in_a_node_and_targets_exist() {
    let flow = shipped_flow();
    for (name, node) in &flow.nodes {
        let ways = node.ways();
        let keys: BTreeSet<&str> = ways.iter().map(|way| way.key.as_str()).collect();
        assert_eq!(keys.len(), ways.len(), "{name}: {ways:?}");
        assert!(ways.iter().all(|way| flow.nodes.contains_key(way.target)), "{name}");
    }
}

#[test]
fn the_order_is_a_walk_from_the_start() {
    let flow = shipped_flow();
    let order = flow.in_order();
    assert_eq!(order.len(), flow.nodes.len());
    assert_eq!(order[..3], ["greeting", "menu", "people"]);
    let distinct: BTreeSet<_> = order.iter().collect();
    assert_eq!(distinct.len(), order.len());
}
