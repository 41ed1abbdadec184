//! Flows drawn by chance, and callers who do anything.

pub(crate) mod chance;
pub(crate) mod conversation;
pub(crate) mod make;

use std::collections::BTreeMap;

use engine::flow::{Bundle, report::report};
use serde_json::json;

use chance::Chance;
use conversation::converse;

/// Conversations with each flow that the checker accepts; the first is with a caller who says nothing.
const CONVERSATIONS: u64 = 3;

/// What came of many flows.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    made: u64,
    accepted: u64,
    refused_for: BTreeMap<&'static str, u64>,
    conversations: u64,
    steps: u64,
    hops: u64,
    outcomes: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// For people and programs.
    pub(crate) fn json(&self) -> serde_json::Value {
        json!({
            "random_flows": self.made, "accepted": self.accepted, "refused_for": self.refused_for,
            "conversations": self.conversations, "steps": self.steps, "nodes_come_to": self.hops,
            "outcomes": self.outcomes,
        })
    }

    /// How many of a hundred flows the checker accepts.
    pub(crate) fn accepted_of_hundred(&self) -> u64 {
        self.accepted * 100 / self.made.max(1)
    }
}

/// Draws flows from seeds and plays the accepted ones.
///
/// # Errors
/// The first caller who was left without a next step: seed, flow, and what was said.
pub(crate) fn run(seeds: std::ops::Range<u64>) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for seed in seeds {
        let source = make::flow(&mut Chance::new(seed));
        tally.made += 1;
        let bundle = match Bundle::compile(&source) {
            Ok(bundle) => bundle,
            Err(findings) => {
                for finding in findings {
                    *tally.refused_for.entry(finding.code.as_str()).or_default() += 1;
                }
                continue;
            }
        };
        tally.accepted += 1;
        let longest = report(bundle.flow()).longest_wait.map(|path| path.takes);
        for number in 0..CONVERSATIONS {
            let mut chance = Chance::new(seed ^ (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let end = converse(&bundle, &mut chance, number == 0, longest).map_err(|problem| {
                format!("seed {seed}, conversation {number}: {problem}\n{source}")
            })?;
            tally.conversations += 1;
            tally.steps += end.steps;
            tally.hops += end.hops;
            *tally.outcomes.entry(end.outcome).or_default() += 1;
        }
    }
    Ok(tally)
}
