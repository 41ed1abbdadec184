//! Digits typed by the caller.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    graph::Role,
    model::{Collect, Confirm, Node},
    pattern::Pattern,
};

use super::{Finding, Reader, Receiver, fields::Fields, prompts::Reply, values::DurationRule};

const FIELDS: &[&str] = &[
    "prompt",
    "into",
    "min",
    "max",
    "stop",
    "between",
    "pattern",
    "luhn",
    "confirm",
    "sensitive",
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
        let sensitive = self.flag(&fields, "sensitive");
        let into = self.receiver(&fields, sensitive);
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
        let pattern = match fields.get("pattern") {
            Some(tree) => self.pattern(tree, sensitive).map(Some),
            None => Some(None),
        };
        let luhn = self.flag(&fields, "luhn");
        let confirm = match fields.get("confirm") {
            Some(tree) => self.confirm(tree).map(Some),
            None => Some(None),
        };
        self.stop_of_sensitive(&fields, stop.filter(|_| sensitive));
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
            pattern: pattern?,
            luhn,
            confirm: confirm?,
            sensitive,
            retry: retry?,
            next: next?,
        }))
    }

    fn receiver(&mut self, fields: &Fields<'_>, sensitive: bool) -> Option<String> {
        let tree = self.required(fields, "into", "name the variable that receives the digits")?;
        let name = self.plain(tree, "`into`")?;
        self.variable(name, tree.span);
        self.receivers.push(Receiver {
            name: name.to_owned(),
            span: tree.span,
            node: self.node.clone(),
            sensitive,
        });
        Some(name.to_owned())
    }

    fn pattern(&mut self, tree: &Tree, sensitive: bool) -> Option<Pattern> {
        let source = self.plain(tree, "`pattern`")?;
        if sensitive {
            let message = "what sensitive digits look like is not looked at";
            let hint = "leave `pattern` out: `min`, `max` and `luhn` are checked";
            self.report(Finding::error(Code::Sensitive, tree.span, message).hint(hint));
        }
        match Pattern::parse(source) {
            Ok(pattern) => Some(pattern),
            Err(fault) => {
                let message = format!("`pattern` is no pattern of digits: {fault}");
                let hint = "write for example [1-9][0-9]{3} or (19|20)[0-9]{2}";
                self.report(Finding::error(Code::BadPattern, tree.span, message).hint(hint));
                None
            }
        }
    }

    /// `confirm: { prompt: "…", yes: "1", no: "2" }`
    fn confirm(&mut self, tree: &Tree) -> Option<Confirm> {
        let fields = self.fields(tree, tree.span, "a confirm", &["prompt", "yes", "no"])?;
        let prompt = self.spoken(&fields, "prompt");
        let key = |reader: &mut Self, name: &'static str, default| match fields.get(name) {
            Some(tree) => reader.tone(tree, name),
            None => Some(default),
        };
        let (yes, no) = (key(self, "yes", '1'), key(self, "no", '2'));
        if yes.is_some() && yes == no {
            let span =
                fields.get("no").or_else(|| fields.get("yes")).map_or(tree.span, |tree| tree.span);
            let message = "yes and no have the same key";
            self.report(Finding::error(Code::KeyClash, span, message));
        }
        Some(Confirm { prompt: prompt?, yes: yes?, no: no? })
    }

    /// Sensitive digits are counted without the key that ends them, by somebody who does not know the flow.
    fn stop_of_sensitive(&mut self, fields: &Fields<'_>, stop: Option<char>) {
        if let (Some(tree), Some(digit)) = (fields.get("stop"), stop.filter(char::is_ascii_digit)) {
            let message = format!("`{digit}` is a digit: it cannot end sensitive digits");
            let hint = "use \"#\" or \"*\"";
            self.report(Finding::error(Code::Sensitive, tree.span, message).hint(hint));
        }
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
