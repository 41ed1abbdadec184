//! What a deployment's kind of number does not allow.

use crate::{
    call::Profile,
    flow::{
        codes::Code,
        model::{Flow, Node, Target, TargetKind},
    },
};

use super::At;

/// Nodes that the profile cannot carry out.
pub(super) fn check(flow: &Flow, profile: &Profile) -> Vec<At> {
    let lacks = |(name, node): (&String, &Node)| {
        let what = lacking(node, profile)?;
        Some(At {
            code: Code::NotInProfile,
            node: name.clone(),
            message: format!("`{name}` {what}, which profile {} does not allow", profile.name),
            hint: None,
        })
    };
    flow.nodes.iter().filter_map(lacks).collect()
}

fn lacking(node: &Node, profile: &Profile) -> Option<&'static str> {
    if matches!(node, Node::Redirect(_)) && !profile.redirect {
        return Some("redirects a call");
    }
    if matches!(node, Node::Hold(_)) && !profile.hold {
        return Some("puts the caller on hold");
    }
    let rings = matches!(node, Node::Queue(_))
        || targets(node).into_iter().any(|target| target.kind == TargetKind::TeamsUser);
    (rings && !profile.add_teams_user).then_some("calls Teams users by their object id")
}

/// Whom a node calls by address.
fn targets(node: &Node) -> Vec<&Target> {
    if let Node::Ring(ring) = node {
        ring.people.iter().collect()
    } else if let Node::Add(add) = node {
        vec![&add.who]
    } else if let Node::Transfer(transfer) = node {
        vec![&transfer.to]
    } else {
        Vec::new()
    }
}
