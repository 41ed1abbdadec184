//! Digits typed by the caller.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    graph::Role,
    model::{Collect, Node},
};

use super::{Finding, Reader, fields::Fields, prompts::Reply, values::DurationRule};

const FIELDS: &[&str] = &[
    "prompt",
    "into",
    "min",
    "max",
    "stop",
    "between",
    "attempts",
    "silence",
    "no_input",
    "no_match",
    "otherwise",
    "next",
];

impl Reader<'_> {
    pub(super) fn collect(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a collect", FIELDS)?;
        let prompt = self.spoken(&fields, "prompt");
        let into = self.receiver(&fields);
        let digits = self.digits(&fields);
        let stop = match fields.get("stop") {
            Some(tree) => self.tone(tree, "stop"),
            None => Some('#'),
        };
        let between = self.duration(
            &fields,
            &DurationRule {
                name: "between",
                default: 3_000,
                limits: 1_000..=60_000,
                whole_seconds: true,
            },
        );
        let retry = self.retry(&fields, Reply::Digits, false);
        let next = self.target(&fields, "next", Role::Caller);
        let (min, max) = digits?;
        Some(Node::Collect(Collect {
            prompt: prompt?,
            into: into?,
            min,
            max,
            stop,
            between,
            retry: retry?,
            next: next?,
        }))
    }

    pub(super) fn receiver(&mut self, fields: &Fields<'_>) -> Option<String> {
        let tree = self.required(fields, "into", "name the variable that receives the digits")?;
        let name = self.plain(tree, "`into`")?;
        self.variable(name, tree.span);
        Some(name.to_owned())
    }

    fn digits(&mut self, fields: &Fields<'_>) -> Option<(u8, u8)> {
        let least = fields.get("min").map(|tree| (tree, self.whole(tree, "min", 1..=50)));
        let most = self.required(fields, "max", "write how many digits the caller may type")?;
        let max = self.whole(most, "max", 1..=50)?;
        let Some((tree, min)) = least else { return Some((1, max)) };
        let min = min?;
        if min > max {
            let message = format!("`min` is {min}, more than `max`, which is {max}");
            self.report(Finding::error(Code::OutOfRange, tree.span, message));
            return None;
        }
        Some((min, max))
    }
}
