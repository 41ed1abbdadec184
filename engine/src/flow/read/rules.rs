//! The nodes that the rules of an entry file become.

use std::{collections::BTreeMap, rc::Rc};

use crate::flow::{
    diagnostic::Span,
    expression::Expression,
    graph::{Edge, Role},
    hours::Hours,
    library::Part,
    model::{Branch, Node, NodeName, Set, SubFlow},
};

use super::DraftNode;

/// What the names of these nodes begin with: no flow's file can be named so.
pub(super) const OWN: &str = "entry-";

/// A rule that could be read.
pub(super) struct Rule {
    pub(super) span: Span,
    /// From 1, in the order of the file.
    pub(super) number: usize,
    pub(super) conditions: Vec<Condition>,
    /// In which its callers are spoken to.
    pub(super) language: String,
    /// The node that leads into its flow.
    pub(super) target: NodeName,
    /// The flow's file.
    pub(super) file: String,
}

/// What must hold for a call that a rule takes.
pub(super) enum Condition {
    /// One of these is true: of the number that was dialled.
    Called(Vec<Expression>),
    /// One of these is true: of the caller's number.
    Caller(Vec<Expression>),
    /// It is open.
    Open(Box<Hours>),
}

impl Condition {
    fn word(&self) -> &'static str {
        match self {
            Self::Called(_) => "called",
            Self::Caller(_) => "caller",
            Self::Open(_) => "hours",
        }
    }

    fn node(&self, holds: &str, otherwise: &str) -> Node {
        let (holds, otherwise) = (holds.to_owned(), otherwise.to_owned());
        match self {
            Self::Called(any) | Self::Caller(any) => {
                let when = any.iter().map(|one| (one.clone(), holds.clone())).collect();
                Node::Branch(Branch { when, otherwise })
            }
            Self::Open(clock) => Node::Hours(Box::new(Hours {
                open: holds,
                closed: otherwise.clone(),
                holiday: otherwise,
                ..clock.as_ref().clone()
            })),
        }
    }
}

impl Rule {
    fn named(&self, what: &str) -> NodeName {
        format!("{OWN}{}-{what}", self.number)
    }

    /// Behind all conditions the caller is given his language.
    fn last_node(&self) -> NodeName {
        self.named("language")
    }

    pub(super) fn first_node(&self) -> NodeName {
        let first = self.conditions.first();
        first.map_or_else(|| self.last_node(), |condition| self.named(condition.word()))
    }

    /// One node for each condition; where one does not hold the call goes to the next rule.
    fn nodes(&self, next_rule: &str) -> Vec<DraftNode> {
        let names = self.conditions.iter().skip(1).map(|condition| self.named(condition.word()));
        let behind = names.chain([self.last_node()]);
        let tests = self.conditions.iter().zip(behind).map(|(condition, holds)| {
            let node = condition.node(&holds, next_rule);
            drafted(self.named(condition.word()), self.span, node, &[&holds, next_rule])
        });
        let set = Node::Set(Set {
            vars: Vec::new(),
            language: Some(self.language.clone()),
            next: self.target.clone(),
            failed: self.target.clone(),
        });
        tests.chain([drafted(self.last_node(), self.span, set, &[&self.target])]).collect()
    }
}

/// All nodes: those of the rules, and one for each flow.
pub(super) fn nodes(rules: &[Rule], flows: &[(NodeName, Rc<Part>)]) -> Vec<DraftNode> {
    let mut nodes = Vec::new();
    for (rule, next) in rules.iter().zip(1..) {
        // The last rule has no conditions, or there is a finding.
        let next = rules.get(next).map_or_else(|| rule.last_node(), Rule::first_node);
        nodes.extend(rule.nodes(&next));
    }
    for (name, part) in flows {
        let Some(rule) = rules.iter().find(|rule| rule.target == *name) else { continue };
        let start = part.compiled.flow.as_ref().map(|flow| format!("{name}/{}", flow.start));
        let node = start.map(|start| {
            Node::Flow(SubFlow {
                file: rule.file.clone(),
                with: Vec::new(),
                set: Vec::new(),
                exits: BTreeMap::new(),
                // It takes no parameters and never comes back.
                next: start.clone(),
                failed: start.clone(),
                start,
            })
        });
        // Its own nodes were checked with its own file: here nothing is known of where it ends.
        nodes.push(DraftNode {
            name: name.clone(),
            span: rule.span,
            node,
            edges: Vec::new(),
            open: true,
        });
    }
    nodes
}

fn drafted(name: NodeName, span: Span, node: Node, targets: &[&str]) -> DraftNode {
    let lead = |target: &&str| Edge { target: (*target).to_owned(), span, role: Role::Free };
    let edges = targets.iter().map(lead).collect();
    DraftNode { name, span, node: Some(node), edges, open: false }
}
