//! What can be said only of a flow as a whole, with its sub-flows in it.
//!
//! | module | what it proves |
//! |---|---|
//! | `answered` | nothing is redirected or refused after the call was answered |
//! | `listening` | callers are listened to in languages that are understood |
//! | `profile` | nothing is done that the deployment's kind of number cannot do |
//! | `recording` | nobody is recorded who was not told of it |
//! | `unanswered` | a call is answered before its caller gives up |
//! | `types` | expressions have values, of the kind that is wanted (each file on its own) |

mod answered;
mod listening;
mod profile;
mod recording;
mod types;
mod unanswered;

pub(crate) use answered::returns_to;
pub(crate) use types::check as types;
pub(crate) use unanswered::BEFORE_ANSWER;

use std::collections::BTreeMap;

use crate::call::Profile;

use super::{
    codes::Code,
    diagnostic::{Diagnostic, Severity, Span},
    model::Flow,
    read::Finding,
};

/// Where the nodes of a file stand.
pub(crate) type Places = BTreeMap<String, Span>;

/// All findings on a flow whose every node could be read.
pub(crate) fn whole(
    source: &str,
    flow: &Flow,
    places: &Places,
    profile: Option<&Profile>,
) -> Vec<Diagnostic> {
    if flow.is_sub {
        return Vec::new();
    }
    let errors = answered::check(flow).into_iter().chain(recording::check(flow));
    let errors =
        errors.chain(profile.into_iter().flat_map(|profile| profile::check(flow, profile)));
    let errors = errors.map(|found| (Severity::Error, found));
    let warnings = unanswered::check(flow).into_iter().chain(listening::check(flow));
    let warnings = warnings.map(|found| (Severity::Warning, found));
    errors
        .chain(warnings)
        .map(|(severity, found)| {
            let (own, _) = found.node.split_once('/').unwrap_or((&found.node, ""));
            let span = places.get(own).copied().unwrap_or_default();
            let At { code, message, hint, .. } = found;
            let finding = Finding { code, severity, span, message, hint };
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
