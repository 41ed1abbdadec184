//! What is drawn of a flow.

use std::collections::BTreeMap;

use engine::flow::{Flow, WayKind};

/// A node that more ways than this lead to is referred to by name: lines to it would cover everything else.
const BUSY: usize = 4;

/// A flow as boxes and arrows.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The flow's name.
    pub name: String,
    /// The boxes, the start first.
    pub boxes: Vec<Node>,
    /// The arrows, by box and in the order of its ways.
    pub arrows: Vec<Arrow>,
}

/// A node of the flow.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its kind, a word of the language.
    pub word: &'static str,
    /// What it says or waits for, in its author's words; may be empty.
    pub gist: String,
}

/// A way from one node to another.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// Index of the box it leaves.
    pub from: usize,
    /// Index of the box it leads to.
    pub to: usize,
    /// What makes a call take it; may be empty.
    pub label: String,
    /// What kind of thing that is.
    pub kind: WayKind,
    /// Whether it is drawn as the target's name instead of a line: it leads back, or to a node that very many
    /// ways lead to.
    pub refers: bool,
}

impl Chart {
    /// The chart of a flow that the checker accepted.
    pub fn of(flow: &Flow) -> Self {
        let order = flow.in_order();
        let index: BTreeMap<&str, usize> =
            order.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let nodes = order.iter().filter_map(|name| Some((*name, flow.nodes.get(*name)?)));
        let (mut boxes, mut arrows) = (Vec::new(), Vec::new());
        for (from, (name, node)) in nodes.enumerate() {
            boxes.push(Node { name: name.clone(), word: node.word(), gist: node.gist() });
            arrows.extend(node.ways().into_iter().filter_map(|way| {
                let to = *index.get(way.target.as_str())?;
                Some(Arrow { from, to, label: way.label, kind: way.kind, refers: false })
            }));
        }
        let mut chart = Self { name: flow.name.clone(), boxes, arrows };
        chart.refer();
        chart
    }

    /// Indexes of the arrows that leave a box.
    pub(super) fn leaving(&self, from: usize) -> impl Iterator<Item = usize> {
        let arrows = self.arrows.iter().enumerate();
        arrows.filter(move |(_, arrow)| arrow.from == from).map(|(at, _)| at)
    }

    /// Decides which arrows are references, so that what is left has no circle. Arrows are in the order of the
    /// walk from the start: the one that closes a circle is the one that leads back.
    fn refer(&mut self) {
        let mut coming = vec![0_usize; self.boxes.len()];
        for arrow in &self.arrows {
            if let Some(count) = coming.get_mut(arrow.to) {
                *count += 1;
            }
        }
        // The first line to a busy node stays, so that it hangs on something.
        let mut hangs = vec![false; self.boxes.len()];
        for at in 0..self.arrows.len() {
            let Some(Arrow { from, to, .. }) = self.arrows.get(at).cloned() else { continue };
            let busy = coming.get(to).is_some_and(|count| *count > BUSY);
            let hanging = hangs.get(to).copied().unwrap_or(false);
            let refers = (busy && hanging) || self.leads_to(to, from, at);
            if let (false, Some(hangs)) = (refers, hangs.get_mut(to)) {
                *hangs = true;
            }
            if let Some(arrow) = self.arrows.get_mut(at) {
                arrow.refers = refers;
            }
        }
    }

    /// Whether the lines among the first `decided` arrows lead from one box to another.
    fn leads_to(&self, from: usize, to: usize, decided: usize) -> bool {
        let mut seen = vec![false; self.boxes.len()];
        let mut waiting = vec![from];
        while let Some(at) = waiting.pop() {
            if at == to {
                return true;
            }
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                Some(_) | None => continue,
            }
            let lines = self.arrows.iter().take(decided).filter(|arrow| !arrow.refers);
            waiting.extend(lines.filter(|arrow| arrow.from == at).map(|arrow| arrow.to));
        }
        false
    }
}
