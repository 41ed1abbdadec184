//! Nodes that bring people into the call, and take them out.

use crate::{
    Millis,
    flow::{
        codes::Code,
        diagnostic::Span,
        document::{Shape, Tree},
        graph::Role,
        model::{Add, Hold, Node, Remove, Ring, Target, Transfer},
    },
};

use super::{
    Finding, Reader,
    fields::{Fields, kind},
    values::DurationRule,
};

/// What is heard where the flow names no music: the service has it.
const MUSIC: &str = "music/hold.wav";
/// Most people that are rung one after the other: a caller waits for all of them.
const MOST_PEOPLE: usize = 10;

impl Reader<'_> {
    pub(super) fn transfer(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a transfer", &["to", "failed"])?;
        let to = self.whom(&fields, "to");
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Transfer(Transfer { to: to?, failed: failed? }))
    }

    pub(super) fn ring(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a ring", &["people", "ring", "music", "otherwise"])?;
        let people = self.people(&fields);
        let ring = self.ring_time(&fields);
        let music = self.music(&fields);
        let otherwise = self.target(&fields, "otherwise", Role::Free);
        Some(Node::Ring(Ring { people: people?, ring, music: music?, otherwise: otherwise? }))
    }

    pub(super) fn add(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &["who", "ring", "music", "next", "failed"];
        let fields = self.fields(tree, at, "an add", known)?;
        let who = self.whom(&fields, "who");
        let ring = self.ring_time(&fields);
        let music = self.music(&fields);
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Add(Add { who: who?, ring, music: music?, next: next?, failed: failed? }))
    }

    pub(super) fn remove(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a remove", &["who", "next", "failed"])?;
        let who = self.whom(&fields, "who");
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Remove(Remove { who: who?, next: next?, failed: failed? }))
    }

    pub(super) fn hold(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a hold", &["length", "music", "next", "failed"])?;
        self.required(&fields, "length", "write how long, for example 30s");
        let rule = DurationRule {
            name: "length",
            default: 30_000,
            limits: 1_000..=600_000,
            whole_seconds: false,
        };
        let length = self.duration(&fields, &rule);
        let music = self.music(&fields);
        let next = self.target(&fields, "next", Role::Silence);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Hold(Hold { length, music: music?, next: next?, failed: failed? }))
    }

    fn whom(&mut self, fields: &Fields<'_>, name: &'static str) -> Option<Target> {
        let hint = "write for example { phone: \"+18005550100\" }";
        let tree = self.required(fields, name, hint)?;
        self.callee(tree)
    }

    fn people(&mut self, fields: &Fields<'_>) -> Option<Vec<Target>> {
        let hint = "write a list, for example [{ phone: \"+18005550100\" }]";
        let tree = self.required(fields, "people", hint)?;
        let Shape::List(items) = &tree.shape else {
            let message = format!("`people` must be a list, this is {}", kind(&tree.shape));
            self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
            return None;
        };
        if items.is_empty() {
            let message = "`people` is empty: nobody would be rung";
            self.report(Finding::error(Code::Empty, tree.span, message).hint(hint));
        }
        if items.len() > MOST_PEOPLE {
            let message = format!(
                "{} people are rung one after the other, at most {MOST_PEOPLE}",
                items.len()
            );
            let hint = "a queue is for more";
            self.report(Finding::error(Code::OutOfRange, tree.span, message).hint(hint));
        }
        let people: Vec<_> = items.iter().map(|item| self.callee(item)).collect();
        people.into_iter().collect()
    }

    fn ring_time(&mut self, fields: &Fields<'_>) -> Millis {
        let rule = DurationRule {
            name: "ring",
            default: 20_000,
            limits: 5_000..=180_000,
            whole_seconds: true,
        };
        self.duration(fields, &rule)
    }

    fn music(&mut self, fields: &Fields<'_>) -> Option<String> {
        match fields.get("music") {
            Some(tree) => self.sound(tree, "music"),
            None => Some(MUSIC.to_owned()),
        }
    }
}
