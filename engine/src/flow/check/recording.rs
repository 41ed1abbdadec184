//! Nobody is recorded who was not told of it. Who leaves a message after a beep knows.

use std::collections::BTreeSet;

use crate::flow::{
    codes::Code,
    model::{Consent, Flow, Node, RecordingChange},
};

use super::{At, answered::returns_to};

/// Queues that record without a sentence of consent, on a way without a consent node that was agreed to.
pub(super) fn check(flow: &Flow) -> Vec<At> {
    let mut waiting: Vec<&str> = vec![flow.start.as_str()];
    let mut untold = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(node) = flow.nodes.get(name) else { continue };
        if untold.insert(name) {
            let agreed = agreement(node);
            let ways = node.ways().into_iter();
            waiting.extend(
                ways.filter(|way| Some(way.key.as_str()) != agreed).map(|way| way.target.as_str()),
            );
            waiting.extend(returns_to(flow, name, node));
        }
    }
    let records = |name: &&String| match flow.nodes.get(*name) {
        Some(Node::Queue(queue)) => {
            queue.record.as_ref().is_some_and(|record| record.consent.is_none())
        }
        Some(Node::Record(record)) => record.change == RecordingChange::Start,
        Some(_) | None => false,
    };
    flow.nodes
        .keys()
        .filter(|name| untold.contains(name.as_str()))
        .filter(records)
        .map(|name| At {
            code: Code::RecordingWithoutConsent,
            node: name.clone(),
            message: format!("`{name}` records, and a way leads to it on which nobody was told so"),
            hint: Some(remedy(flow, name).to_owned()),
        })
        .collect()
}

fn remedy(flow: &Flow, name: &str) -> &'static str {
    match flow.nodes.get(name) {
        Some(Node::Record(_)) => "put a consent node before it",
        Some(_) | None => {
            "write record: { consent: \"This call is recorded.\" }, or put a consent node before it"
        }
    }
}

/// The way that a caller takes who agrees to be recorded.
fn agreement(node: &Node) -> Option<&'static str> {
    let Node::Consent(consent) = node else { return None };
    Some(match consent {
        Consent::Told { .. } => "next",
        Consent::Asked(_) => "yes",
    })
}
