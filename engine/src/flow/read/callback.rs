//! A number at which the caller wishes to be called back.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    graph::Role,
    model::{Callback, Node},
};

use super::{Finding, Reader, prompts::Reply, values::DurationRule};

const FIELDS: &[&str] = &[
    "prompt",
    "own",
    "min",
    "max",
    "between",
    "attempts",
    "silence",
    "no_input",
    "no_match",
    "otherwise",
    "next",
];

impl Reader<'_> {
    pub(super) fn callback(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a callback", FIELDS)?;
        let prompt = self.spoken(&fields, "prompt");
        let own = match fields.get("own") {
            Some(tree) => self.tone(tree, "own"),
            None => Some('1'),
        };
        let limit = |reader: &mut Self, name: &'static str, default: u8| match fields.get(name) {
            Some(tree) => reader.whole(tree, name, 3..=15),
            None => Some(default),
        };
        let (min, max) = (limit(self, "min", 5), limit(self, "max", 15));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            let message = format!("`min` is {min}, more than `max`, which is {max}");
            let span = fields.get("min").or_else(|| fields.get("max")).map_or(at, |tree| tree.span);
            self.report(Finding::error(Code::OutOfRange, span, message));
        }
        let between = self.duration(
            &fields,
            &DurationRule {
                name: "between",
                default: 4_000,
                limits: 1_000..=60_000,
                whole_seconds: true,
            },
        );
        let retry = self.retry(&fields, Reply::Digits, false);
        let next = self.target(&fields, "next", Role::Caller);
        Some(Node::Callback(Callback {
            prompt: prompt?,
            own: own?,
            min: min?,
            max: max?,
            between,
            retry: retry?,
            next: next?,
        }))
    }
}
