//! Which nodes and ways of a flow were played, and which never.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    call::Hop,
    flow::{Flow, Node, WayKind},
};
use serde::Serialize;

/// What was played of a flow.
#[derive(Debug, Clone)]
pub struct Coverage<'f> {
    flow: &'f Flow,
    nodes: BTreeMap<String, u64>,
    ways: BTreeSet<(String, String)>,
}

/// Played and in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// So many were played.
    pub played: usize,
    /// Of so many.
    pub of: usize,
}

impl Share {
    /// In whole percent, rounded down; 100 of nothing.
    pub fn percent(self) -> usize {
        (self.played * 100).checked_div(self.of).unwrap_or(100)
    }
}

/// A way that no scenario took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The node it leads out of.
    pub node: String,
    /// Its name in the node, such as `choices.billing` or `otherwise`.
    pub way: String,
    /// What makes a call take it; empty where it simply goes on.
    pub label: String,
    /// The node it leads to.
    pub to: String,
    /// Whether it is for callers who give no answer, or for something that fails.
    pub failure: bool,
}

/// The whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Nodes.
    pub nodes: Share,
    /// Ways out of nodes, those of failures included.
    pub ways: Share,
    /// Ways of failures alone.
    pub failures: Share,
    /// Nodes that no scenario came to.
    pub missed_nodes: Vec<String>,
    /// Ways that no scenario took.
    pub missed_ways: Vec<Missed>,
}

impl<'f> Coverage<'f> {
    /// Nothing was played yet.
    pub fn of(flow: &'f Flow) -> Self {
        Self { flow, nodes: BTreeMap::new(), ways: BTreeSet::new() }
    }

    /// A call went this way.
    pub fn add(&mut self, hops: &[Hop]) {
        for hop in hops {
            *self.nodes.entry(hop.to.clone()).or_default() += 1;
            let left = hop.from.as_ref().and_then(|from| Some((from, self.flow.nodes.get(from)?)));
            if let Some((from, node)) = left
                && let Some(way) = way_of(node, hop)
            {
                self.ways.insert((from.clone(), way));
            }
        }
    }

    /// How often a node was come to.
    pub fn visits(&self, node: &str) -> u64 {
        self.nodes.get(node).copied().unwrap_or_default()
    }

    /// What was played and what was not, in the order of the flow.
    pub fn summary(&self) -> Summary {
        let mut nodes = Share::default();
        let (mut ways, mut failures) = (Share::default(), Share::default());
        let (mut missed_nodes, mut missed_ways) = (Vec::new(), Vec::new());
        for name in self.flow.in_order() {
            let Some(node) = self.flow.nodes.get(name) else { continue };
            count(&mut nodes, self.nodes.contains_key(name), || missed_nodes.push(name.clone()));
            for way in node.ways() {
                let played = self.ways.contains(&(name.clone(), way.key.clone()));
                let failure = way.kind == WayKind::Failure;
                if failure {
                    count(&mut failures, played, || {});
                }
                count(&mut ways, played, || {
                    missed_ways.push(Missed {
                        node: name.clone(),
                        way: way.key.clone(),
                        label: way.label.clone(),
                        to: way.target.clone(),
                        failure,
                    });
                });
            }
        }
        Summary { nodes, ways, failures, missed_nodes, missed_ways }
    }
}

fn count(share: &mut Share, played: bool, otherwise: impl FnOnce()) {
    share.of += 1;
    if played {
        share.played += 1;
    } else {
        otherwise();
    }
}

/// The way of a node that a hop took: as it says, or the only one that leads there.
fn way_of(node: &Node, hop: &Hop) -> Option<String> {
    let ways = node.ways();
    let named = hop.way.as_ref().and_then(|name| ways.iter().find(|way| way.key == *name));
    let leads = || ways.iter().find(|way| *way.target == hop.to);
    // A call that speaks the same again goes nowhere.
    let stays = hop.way.is_none() && hop.from.as_ref() == Some(&hop.to);
    named.or_else(leads).filter(|_| !stays).map(|way| way.key.clone())
}

/// The summary for people.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |name: &str, share: Share| {
            format!("{name} {} of {} ({} %)", share.played, share.of, share.percent())
        };
        let all = [
            share("nodes", self.nodes),
            share("ways", self.ways),
            share("failure ways", self.failures),
        ];
        writeln!(f, "coverage: {}", all.join(", "))?;
        if !self.missed_nodes.is_empty() {
            writeln!(f, "nodes never come to: {}", self.missed_nodes.join(", "))?;
        }
        if self.missed_ways.is_empty() {
            return Ok(());
        }
        writeln!(f, "ways never taken:")?;
        let width = |column: &dyn Fn(&Missed) -> usize| {
            self.missed_ways.iter().map(column).max().unwrap_or_default()
        };
        let label = |missed: &Missed| {
            let label = if missed.label.is_empty() { &missed.way } else { &missed.label };
            if missed.failure { format!("{label} (failure)") } else { label.clone() }
        };
        let nodes = width(&|missed| missed.node.chars().count());
        let labels = width(&|missed| label(missed).chars().count());
        for missed in &self.missed_ways {
            let label = label(missed);
            writeln!(f, "  {:<nodes$}  {label:<labels$}  → {}", missed.node, missed.to)?;
        }
        Ok(())
    }
}
