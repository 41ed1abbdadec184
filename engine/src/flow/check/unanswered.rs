//! A call is answered before its caller gives up.

use std::collections::BTreeMap;

use crate::{
    Millis,
    flow::{
        codes::Code,
        duration::format,
        model::{Flow, Node},
    },
};

use super::{At, answered::returns_to};

/// What a flow may take before the answer leaves, in ms. A line rings 30 s (contract 5.2), and the answer itself and the
/// connection take their part.
pub(crate) const BEFORE_ANSWER: Millis = 8_000;

/// Endpoints that are asked before the answer for longer than a caller would ring.
pub(super) fn check(flow: &Flow) -> Vec<At> {
    let mut known = BTreeMap::new();
    let (takes, nodes) = longest(flow, &flow.start, &mut known);
    let (Some(last), true) = (nodes.last(), takes > BEFORE_ANSWER) else { return Vec::new() };
    vec![At {
        code: Code::LateAnswer,
        node: last.clone(),
        message: format!(
            "the caller may hear it ring for {} before anything answers: {}",
            format(takes),
            nodes.join(", then ")
        ),
        hint: Some(format!(
            "give them a `timeout` of {} together, or say something first",
            format(BEFORE_ANSWER)
        )),
    }]
}

/// The longest time from here to the answer, with the endpoints asked. A circle counts once: the checker refuses one that
/// asks nobody.
fn longest<'f>(
    flow: &'f Flow,
    name: &'f str,
    known: &mut BTreeMap<&'f str, (Millis, Vec<String>)>,
) -> (Millis, Vec<String>) {
    if let Some(found) = known.get(name) {
        return found.clone();
    }
    known.insert(name, (0, Vec::new()));
    let Some(node) = flow.nodes.get(name).filter(|node| !node.needs_media()) else {
        return (0, Vec::new());
    };
    let ways = node.ways().into_iter().map(|way| way.target.as_str());
    let ahead = ways.chain(returns_to(flow, name, node));
    let rest = ahead.map(|target| longest(flow, target, known)).max_by_key(|(takes, _)| *takes);
    let (mut takes, mut nodes) = rest.unwrap_or_default();
    if let Node::Http(http) = node {
        takes = takes.saturating_add(http.longest());
        nodes.insert(0, name.to_owned());
    }
    known.insert(name, (takes, nodes.clone()));
    (takes, nodes)
}
