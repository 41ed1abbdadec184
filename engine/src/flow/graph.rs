//! Where nodes lead: targets, reachability, circles, ends.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    codes::Code,
    diagnostic::{Diagnostic, Span},
    model::Node,
    nearest::nearest,
    read::{Draft, DraftNode, Finding},
};

/// One way out of a node.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) target: String,
    pub(crate) span: Span,
    pub(crate) role: Role,
}

/// What makes a call take a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Nothing: neither the caller does something nor is there a wait.
    Free,
    /// Silence of the caller, or a wait that ended.
    Silence,
    /// The caller chose or typed.
    Caller,
}

/// Checks how the nodes of a draft hang together.
pub(crate) fn check(source: &str, draft: &Draft) -> Vec<Diagnostic> {
    let mut graph = Graph::new(source, draft);
    graph.targets();
    graph.circles(Role::Free);
    graph.hopeless = graph.in_circle.clone();
    graph.circles(Role::Silence);
    if let Some(start) = graph.start() {
        graph.reach(start);
    }
    graph.found
}

/// What it takes to come to each return of a sub-flow: the least that a call must go through.
pub(crate) fn exits(draft: &Draft) -> BTreeMap<Option<String>, Role> {
    let mut exits: BTreeMap<Option<String>, Role> = BTreeMap::new();
    let graph = Graph::new("", draft);
    let Some(start) = graph.start() else { return exits };
    for role in [Role::Free, Role::Silence, Role::Caller] {
        let reached = graph.reachable(start, role);
        let here = |name: &str| graph.index.get(name).is_some_and(|at| reached.contains(at));
        for (_, exit) in draft.returns.iter().filter(|(node, _)| here(node)) {
            exits.entry(exit.clone()).or_insert(role);
        }
    }
    exits
}

struct Graph<'d> {
    source: &'d str,
    draft: &'d Draft,
    index: BTreeMap<&'d str, usize>,
    /// Per node: where it leads and why. A target with a slip of the pen counts as the node meant.
    ways: Vec<Vec<(usize, Role)>>,
    found: Vec<Diagnostic>,
    /// Nodes of the circles that were reported.
    in_circle: BTreeSet<usize>,
    /// Those of them whose circle is an error.
    hopeless: BTreeSet<usize>,
}

impl<'d> Graph<'d> {
    fn new(source: &'d str, draft: &'d Draft) -> Self {
        let index: BTreeMap<&str, usize> =
            draft.nodes.iter().enumerate().map(|(at, node)| (node.name.as_str(), at)).collect();
        let meant = |name: &str| {
            index.get(name).or_else(|| index.get(nearest(name, index.keys().copied())?)).copied()
        };
        let ways = draft
            .nodes
            .iter()
            .map(|node| {
                node.edges
                    .iter()
                    .filter_map(|edge| Some((meant(&edge.target)?, edge.role)))
                    .collect()
            })
            .collect();
        Self {
            source,
            draft,
            index,
            ways,
            found: Vec::new(),
            in_circle: BTreeSet::new(),
            hopeless: BTreeSet::new(),
        }
    }

    fn report(&mut self, finding: Finding, node: Option<usize>) {
        let name = node.and_then(|at| self.draft.nodes.get(at)).map(|node| node.name.as_str());
        self.found.push(finding.place(self.source, name));
    }

    fn node(&self, at: usize) -> Option<&'d DraftNode> {
        self.draft.nodes.get(at)
    }

    fn name(&self, at: usize) -> &'d str {
        self.node(at).map_or("", |node| &node.name)
    }

    fn ways_of(&self, at: usize) -> &[(usize, Role)] {
        self.ways.get(at).map_or(&[], Vec::as_slice)
    }

    fn targets(&mut self) {
        let draft = self.draft;
        if draft.nodes.is_empty() {
            return;
        }
        if let Some((start, span)) = &draft.start {
            self.target(start, *span, Code::UnknownStart, None);
        }
        for (at, node) in draft.nodes.iter().enumerate() {
            for edge in &node.edges {
                self.target(&edge.target, edge.span, Code::UnknownTarget, Some(at));
            }
        }
    }

    fn target(&mut self, name: &str, span: Span, code: Code, node: Option<usize>) {
        if self.index.contains_key(name) {
            return;
        }
        let hint =
            nearest(name, self.index.keys().copied()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no node `{}`", name.escape_debug());
        self.report(Finding::error(code, span, message).maybe_hint(hint), node);
    }

    /// Circles whose ways all have at most this role. Each node is reported in one circle only.
    fn circles(&mut self, role: Role) {
        for at in 0..self.draft.nodes.len() {
            if self.in_circle.contains(&at) {
                continue;
            }
            if let Some(circle) = self.circle_through(at, role) {
                self.report_circle(&circle, role);
                self.in_circle.extend(circle);
            }
        }
    }

    /// The shortest way from a node back to itself.
    fn circle_through(&self, start: usize, role: Role) -> Option<Vec<usize>> {
        let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut waiting = VecDeque::from([start]);
        while let Some(at) = waiting.pop_front() {
            for (to, _) in self.ways_of(at).iter().filter(|(_, why)| *why <= role) {
                if *to == start {
                    return Some(path_to(start, at, &came_from));
                }
                if !came_from.contains_key(to) {
                    came_from.insert(*to, at);
                    waiting.push_back(*to);
                }
            }
        }
        None
    }

    fn report_circle(&mut self, circle: &[usize], role: Role) {
        let Some(first) = circle.first().copied() else { return };
        let mut names: Vec<&str> = circle.iter().map(|at| self.name(*at)).collect();
        names.push(self.name(first));
        let path = names.join(" → ");
        let span = self.node(first).map_or(Span::default(), |node| node.span);
        let finding = if role == Role::Free {
            let message = format!("the call goes round without asking the caller: {path}");
            Finding::error(Code::CycleWithoutCaller, span, message)
                .hint("put a menu or a collect into the circle, or lead out of it")
        } else {
            let message = format!("a caller who stays silent goes round for ever: {path}");
            Finding::warning(Code::CycleInSilence, span, message)
                .hint("lead `otherwise` or `overflow` to an end")
        };
        self.report(finding, Some(first));
    }

    fn start(&self) -> Option<usize> {
        let (start, _) = self.draft.start.as_ref()?;
        self.index.get(start.as_str()).copied()
    }

    /// Nodes that nothing leads to, and nodes that lead to no end. Nothing is said where a node on the way could not be
    /// read: it may lead anywhere.
    fn reach(&mut self, start: usize) {
        let reached = self.reachable(start, Role::Caller);
        let open = |at: &usize| {
            let known = self.ways_of(*at).len();
            self.node(*at).is_none_or(|node| node.open || known < node.edges.len())
        };
        if reached.iter().any(open) {
            return;
        }
        for at in 0..self.draft.nodes.len() {
            if !reached.contains(&at) {
                let message =
                    format!("no path from `{}` leads to `{}`", self.name(start), self.name(at));
                let span = self.node(at).map_or(Span::default(), |node| node.span);
                let hint = "lead to it or remove it";
                self.report(
                    Finding::warning(Code::Unreachable, span, message).hint(hint),
                    Some(at),
                );
            }
        }
        self.ends(&reached);
    }

    /// The nodes that a call can come to by ways of at most this role.
    fn reachable(&self, start: usize, role: Role) -> BTreeSet<usize> {
        let mut reached = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            for (to, _) in self.ways_of(at).iter().filter(|(_, why)| *why <= role) {
                if reached.insert(*to) {
                    waiting.push(*to);
                }
            }
        }
        reached
    }

    fn ends(&mut self, reached: &BTreeSet<usize>) {
        let is_end =
            |at: usize| self.node(at).and_then(|node| node.node.as_ref()).is_some_and(Node::is_end);
        let mut ending: BTreeSet<usize> =
            reached.iter().copied().filter(|at| is_end(*at)).collect();
        loop {
            let more: Vec<usize> = reached
                .iter()
                .copied()
                .filter(|at| {
                    !ending.contains(at)
                        && self.ways_of(*at).iter().any(|(to, _)| ending.contains(to))
                })
                .collect();
            if more.is_empty() {
                break;
            }
            ending.extend(more);
        }
        let endless: Vec<usize> = reached.difference(&ending).copied().collect();
        // A circle was reported already, and says the same more exactly.
        if endless.iter().any(|at| self.hopeless.contains(at)) {
            return;
        }
        let Some(first) = endless.first().copied() else { return };
        let names: Vec<&str> = endless.iter().map(|at| self.name(*at)).collect();
        let message = format!("no path leads from here to an end: {}", names.join(", "));
        let span = self.node(first).map_or(Span::default(), |node| node.span);
        self.report(
            Finding::error(Code::NoEnd, span, message)
                .hint("lead one of the ways out to a hangup or another end"),
            Some(first),
        );
    }
}

fn path_to(start: usize, end: usize, came_from: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut path = vec![end];
    let mut at = end;
    while at != start {
        match came_from.get(&at) {
            Some(before) if path.len() <= came_from.len() => {
                at = *before;
                path.push(at);
            }
            Some(_) | None => break,
        }
    }
    path.reverse();
    path
}
