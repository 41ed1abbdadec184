//! What can be said only of a flow as a whole, with its sub-flows in it.
//!
//! | module | what it proves |
//! |---|---|
//! | `answered` | nothing is redirected or refused after the call was answered |
//! | `recording` | nobody is recorded who was not told of it |

mod answered;
mod recording;

pub(crate) use answered::returns_to;

use std::collections::BTreeMap;

use super::{
    codes::Code,
    diagnostic::{Diagnostic, Span},
    model::Flow,
    read::Finding,
};

/// Where the nodes of a file stand.
pub(crate) type Places = BTreeMap<String, Span>;

/// All findings on a flow whose every node could be read.
pub(crate) fn whole(source: &str, flow: &Flow, places: &Places) -> Vec<Diagnostic> {
    if flow.is_sub {
        return Vec::new();
    }
    let findings = answered::check(flow).into_iter().chain(recording::check(flow));
    findings
        .map(|found| {
            let (own, _) = found.node.split_once('/').unwrap_or((&found.node, ""));
            let span = places.get(own).copied().unwrap_or_default();
            let finding =
                Finding { hint: found.hint, ..Finding::error(found.code, span, found.message) };
            finding.place(source, Some(&found.node))
        })
        .collect()
}

/// A finding at a node; one of a sub-flow is shown at the node that enters it.
struct At {
    code: Code,
    node: String,
    message: String,
    hint: Option<String>,
}
