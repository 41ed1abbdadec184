//! The node that gives the caller to a voice agent.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    expression::Expression,
    graph::Role,
    model::{Node, NodeName, Stream},
};

use super::{Finding, Reader, Wanted, fields::Fields, texts::Place, values::DurationRule};

impl Reader<'_> {
    pub(super) fn stream(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &["to", "send", "max", "hand_over", "set", "next", "failed"];
        let fields = self.fields(tree, at, "a stream", known)?;
        let to = self.voice_agent(&fields);
        let send = self.sent_along(&fields);
        let max = self.duration(
            &fields,
            &DurationRule {
                name: "max",
                default: 600_000,
                limits: 10_000..=7_200_000,
                whole_seconds: false,
            },
        );
        let hand_over = self.hand_over(&fields);
        let set = self.handed(&fields);
        // A caller who says nothing comes there all the same, when the time is over.
        let next = self.target(&fields, "next", Role::Silence);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Stream(Stream {
            to: to?,
            send: send?,
            max,
            hand_over: hand_over?,
            set: set?,
            next: next?,
            failed: failed?,
        }))
    }

    fn voice_agent(&mut self, fields: &Fields<'_>) -> Option<String> {
        let hint = "write the voice agent's name, as in the settings";
        let tree = self.required(fields, "to", hint)?;
        let name = self.plain(tree, "`to`")?;
        self.name(name, tree.span, "a voice agent");
        Some(name.to_owned())
    }

    /// `send: { name: "expression" }`: what the agent is told.
    fn sent_along(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, Expression)>> {
        let Some(tree) = fields.get("send") else { return Some(Vec::new()) };
        let entries = self.entries(tree, "`send`", "of name: \"expression\"")?;
        let mut told = Vec::new();
        let mut complete = true;
        for (key, value) in entries {
            self.name(&key.name, key.span, "something that is sent");
            match self.value(value, &key.name, Place::Anywhere, Wanted::Anything) {
                Some(expression) => told.push((key.name.clone(), expression)),
                None => complete = false,
            }
        }
        complete.then_some(told)
    }

    /// `hand_over: { word: node }`. The agent decides, not the caller: a silent one may be handed over, too.
    fn hand_over(&mut self, fields: &Fields<'_>) -> Option<BTreeMap<String, NodeName>> {
        let Some(tree) = fields.get("hand_over") else { return Some(BTreeMap::new()) };
        let entries = self.entries(tree, "`hand_over`", "of word: node")?;
        if entries.is_empty() {
            let hint = "write for example { person: people }, or leave it out";
            let finding = Finding::error(Code::Empty, tree.span, "`hand_over` is empty");
            self.report(finding.hint(hint));
        }
        let mut ways = BTreeMap::new();
        let mut complete = true;
        for (key, target) in entries {
            self.name(&key.name, key.span, "a way to hand over");
            match self.target_in(target, &key.name, Role::Silence) {
                Some(target) => {
                    ways.insert(key.name.clone(), target);
                }
                None => complete = false,
            }
        }
        complete.then_some(ways)
    }

    fn handed(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, Expression)>> {
        let Some(tree) = fields.get("set") else { return Some(Vec::new()) };
        if fields.get("hand_over").is_none() {
            let message = "`set` takes what the agent hands over, and `hand_over` is missing";
            let hint = "write hand_over: { word: node }";
            self.report(Finding::error(Code::MissingField, tree.span, message).hint(hint));
        }
        self.assignments(tree, "set", Place::HandedOver)
    }
}
