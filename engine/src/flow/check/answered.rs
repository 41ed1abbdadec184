//! Nothing is redirected or refused after the call was answered.

use std::collections::BTreeSet;

use crate::flow::{
    codes::Code,
    model::{Flow, Node},
};

use super::At;

/// Redirects and rejects behind a node that speaks or listens.
pub(super) fn check(flow: &Flow) -> Vec<At> {
    let after = after_answer(flow);
    flow.nodes
        .iter()
        .filter(|(name, node)| {
            matches!(node, Node::Redirect(_) | Node::Reject(_)) && after.contains(name.as_str())
        })
        .map(|(name, node)| At {
            code: Code::AlreadyAnswered,
            node: name.clone(),
            message: format!(
                "`{name}` comes after the call was answered: it cannot {} it",
                node.word()
            ),
            hint: Some("decide before the first node that speaks, or lead to a hangup".to_owned()),
        })
        .collect()
}

/// The nodes that a call can come to after it was answered.
fn after_answer(flow: &Flow) -> BTreeSet<&str> {
    let mut waiting: Vec<&str> = Vec::new();
    let mut after = BTreeSet::new();
    let reached = reachable(flow);
    for node in reached.iter().filter_map(|name| flow.nodes.get(*name)) {
        if node.needs_media() {
            waiting.extend(node.ways().into_iter().map(|way| way.target.as_str()));
        }
    }
    while let Some(name) = waiting.pop() {
        if after.insert(name)
            && let Some(node) = flow.nodes.get(name)
        {
            waiting.extend(node.ways().into_iter().map(|way| way.target.as_str()));
            waiting.extend(returns_to(flow, name, node));
        }
    }
    after
}

/// The nodes that a call can come to.
fn reachable(flow: &Flow) -> BTreeSet<&str> {
    let mut waiting: Vec<&str> = vec![flow.start.as_str()];
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if reached.insert(name)
            && let Some(node) = flow.nodes.get(name)
        {
            waiting.extend(node.ways().into_iter().map(|way| way.target.as_str()));
            waiting.extend(returns_to(flow, name, node));
        }
    }
    reached
}

/// Where a `return` leads: back to the ways of the node that entered the sub-flow.
pub(crate) fn returns_to<'f>(flow: &'f Flow, name: &str, node: &Node) -> Option<&'f str> {
    let Node::Return(ended) = node else { return None };
    let (outer, _) = name.rsplit_once('/')?;
    let Some(Node::Flow(sub)) = flow.nodes.get(outer) else { return None };
    let named = ended.exit.as_ref().and_then(|exit| sub.exits.get(exit));
    Some(named.unwrap_or(&sub.next).as_str())
}
