//! Which of several flows takes a call: rules by called number, caller, hours and language.
//!
//! They become nodes of one flow, `entry-1-called`, `entry-1-hours` and so on (see `rules`), which lead into the flows as
//! into sub-flows. So a call keeps all of it in one bundle, and whatever reads a flow reads this one, too.

use std::rc::Rc;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Shape, Tree},
    expression::Expression,
    library::{NoPart, Part},
    model::{Flow, NodeName, TargetKind},
    nearest::nearest,
};

use super::{
    Draft, Finding, Reader,
    fields::{Fields, kind},
    rules::{Condition, OWN, Rule},
    values::shortened,
};

const FIELDS: &[&str] = &["entry", "rules"];
const RULE: &[&str] = &["called", "caller", "hours", "language", "flow"];
const CLOCK: &[&str] = &["zone", "week", "holidays", "calendar"];
/// Most rules.
const MAX_RULES: usize = 50;
/// Most numbers of one condition.
const MAX_NUMBERS: usize = 500;
/// So many numbers fit into an expression of 1 KB.
const AT_ONCE: usize = 40;
/// Stands for a caller without a number.
const UNKNOWN: &str = "unknown";

/// Whether a file begins with `entry:`.
pub(super) fn is_entry(tree: &Tree) -> bool {
    matches!(&tree.shape, Shape::Map(entries) if entries.iter().any(|(key, _)| key.name == "entry"))
}

impl Reader<'_> {
    /// Reads the whole tree of an entry file.
    pub(super) fn entry_file(&mut self, tree: &Tree, mut draft: Draft) -> Draft {
        draft.is_entry = true;
        let at = Span { offset: tree.span.offset, length: 0 };
        let Some(fields) = self.fields(tree, at, "an entry file", FIELDS) else { return draft };
        draft.name = self.required(&fields, "entry", "write entry: name").and_then(|tree| {
            let name = self.plain(tree, "`entry`")?;
            self.name(name, tree.span, "an entry file");
            Some(name.to_owned())
        });
        let rules = self.rules(&fields);
        if let Some(last) = rules.last() {
            draft.language.clone_from(&last.language);
        }
        draft.start = rules.first().map(|rule| (rule.first_node(), rule.span));
        draft.entered = std::mem::take(&mut self.entered);
        draft.nodes = super::rules::nodes(&rules, &draft.entered);
        draft
    }

    fn rules(&mut self, fields: &Fields<'_>) -> Vec<Rule> {
        let hint = "write a list of rules, the last without conditions: [{ flow: main.yaml }]";
        let Some(tree) = self.required(fields, "rules", hint) else { return Vec::new() };
        let Shape::List(items) = &tree.shape else {
            let message = format!("`rules` must be a list, this is {}", kind(&tree.shape));
            self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
            return Vec::new();
        };
        if !(1..=MAX_RULES).contains(&items.len()) {
            let message =
                format!("there are {} rules, there must be 1 to {MAX_RULES}", items.len());
            self.report(Finding::error(Code::BadEntry, tree.span, message).hint(hint));
        }
        self.catch_all(items);
        items.iter().zip(1..).filter_map(|(item, number)| self.rule(item, number)).collect()
    }

    /// The last rule, and no other, takes all calls.
    fn catch_all(&mut self, items: &[Tree]) {
        let takes_all = |tree: &Tree| match &tree.shape {
            Shape::Map(entries) => !entries
                .iter()
                .any(|(key, _)| matches!(key.name.as_str(), "called" | "caller" | "hours")),
            Shape::Null
            | Shape::Bool(_)
            | Shape::Whole(_)
            | Shape::Number
            | Shape::Text(_)
            | Shape::List(_) => false,
        };
        if let Some(last) = items.last().filter(|last| !takes_all(last)) {
            let message = "a call that fits no rule would find no flow";
            let hint = "end with a rule without conditions: { flow: main.yaml }";
            self.report(Finding::error(Code::BadEntry, last.span, message).hint(hint));
        }
        let first = items.iter().position(takes_all);
        if let Some(behind) = first.and_then(|first| items.get(first.saturating_add(1))) {
            let message = "no call comes to this rule: the one before it takes all";
            self.report(Finding::error(Code::BadEntry, behind.span, message));
        }
    }

    fn rule(&mut self, tree: &Tree, number: usize) -> Option<Rule> {
        let fields = self.fields(tree, tree.span, "a rule", RULE)?;
        let to = fields.get("called").map(|tree| self.called(tree));
        let from = fields.get("caller").map(|tree| self.caller(tree));
        let hours = fields.get("hours").map(|tree| {
            let inner = self.fields(tree, tree.span, "hours", CLOCK)?;
            Some(Condition::Open(Box::new(self.clock(&inner)?)))
        });
        let (target, file, part) = self.flow_of(&fields)?;
        let flow = part.compiled.flow.as_ref();
        let language = match fields.get("language") {
            Some(tree) => self.language_of(tree, flow)?,
            None => flow.map_or_else(|| self.language.clone(), |flow| flow.language.clone()),
        };
        // What stands there and cannot be read must not count as no condition.
        let conditions: Option<Vec<_>> = [to, from, hours].into_iter().flatten().collect();
        let conditions = conditions?;
        Some(Rule { span: tree.span, number, conditions, language, target, file })
    }

    fn called(&mut self, tree: &Tree) -> Option<Condition> {
        let hint = "write E.164 numbers, for example \"+18005550100\"";
        let numbers =
            self.numbers(tree, "called", hint, |it| TargetKind::Phone.raw_id(it).is_some())?;
        let parts = numbers.chunks(AT_ONCE).map(|some| match some {
            [one] => format!("called.number == '{one}'"),
            several => format!("[{}].exists(n, n == called.number)", quoted(several)),
        });
        Some(Condition::Called(self.written(tree, parts)?))
    }

    fn caller(&mut self, tree: &Tree) -> Option<Condition> {
        let hint = "write how numbers begin, for example \"+44\", or unknown";
        let fits = |it: &str| it == UNKNOWN || is_prefix(it);
        let numbers = self.numbers(tree, "caller", hint, fits)?;
        let known: Vec<&str> = numbers.iter().copied().filter(|it| *it != UNKNOWN).collect();
        let parts = known.chunks(AT_ONCE).map(|some| match some {
            [one] => format!("caller.number.startsWith('{one}')"),
            several => format!("[{}].exists(n, caller.number.startsWith(n))", quoted(several)),
        });
        let unknown = numbers.contains(&UNKNOWN).then(|| "caller.number == ''".to_owned());
        Some(Condition::Caller(self.written(tree, parts.chain(unknown))?))
    }

    /// A text or a list of texts.
    fn numbers<'t>(
        &mut self,
        tree: &'t Tree,
        what: &'static str,
        hint: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<Vec<&'t str>> {
        let one = std::slice::from_ref(tree);
        let items = if let Shape::List(items) = &tree.shape { items.as_slice() } else { one };
        if items.is_empty() {
            let message = format!("`{what}` is empty: the rule would apply to no call");
            self.report(Finding::error(Code::Empty, tree.span, message).hint(hint));
        }
        if items.len() > MAX_NUMBERS {
            let message = format!("`{what}` has {} numbers, at most {MAX_NUMBERS}", items.len());
            self.report(Finding::error(Code::BadEntry, tree.span, message));
        }
        let mut numbers = Vec::new();
        let mut complete = true;
        for item in items {
            let number = self.plain(item, &format!("`{what}`"));
            complete &= number.is_some();
            let Some(number) = number else { continue };
            if !fits(number) {
                let message = format!("`{}` is no number for `{what}`", shortened(number));
                self.report(Finding::error(Code::BadEntry, item.span, message).hint(hint));
                complete = false;
            }
            numbers.push(number);
        }
        (complete && !numbers.is_empty()).then_some(numbers)
    }

    fn written(
        &mut self,
        tree: &Tree,
        sources: impl Iterator<Item = String>,
    ) -> Option<Vec<Expression>> {
        let parsed: Result<Vec<Expression>, _> =
            sources.map(|source| Expression::parse(&source)).collect();
        parsed
            .map_err(|fault| {
                let message = format!("these numbers make no condition: {}", fault.message);
                self.report(Finding::error(Code::BadEntry, tree.span, message));
            })
            .ok()
    }

    /// The node that leads into the flow of a rule, its file, and the flow.
    fn flow_of(&mut self, fields: &Fields<'_>) -> Option<(NodeName, String, Rc<Part>)> {
        let tree = self.required(fields, "flow", "write the flow's file, for example main.yaml")?;
        let path = self.yaml_path(tree, "flow", "for example main.yaml")?;
        let name = path.strip_suffix(".yaml").unwrap_or(path).replace('/', "-");
        self.name(&name, tree.span, "a flow's file");
        let library = Rc::clone(&self.library);
        let refusal = match library.part(path) {
            Ok(part) if part.is_entry => "it is an entry file, too".to_owned(),
            Ok(part) if part.is_sub && part.is_yaml => "it does not begin with `flow:`".to_owned(),
            Ok(_) if name.starts_with(OWN) => {
                format!("a file's name cannot begin with `{OWN}` here")
            }
            Ok(part) => match self.entered.iter().find(|(known, _)| *known == name) {
                Some((_, known)) if Rc::ptr_eq(known, &part) => {
                    return Some((name, path.to_owned(), part));
                }
                Some(_) => format!("another file goes by the name of `{name}` here"),
                None => {
                    self.entered.push((name.clone(), Rc::clone(&part)));
                    return Some((name, path.to_owned(), part));
                }
            },
            Err(NoPart::Missing) => {
                self.missing_file(path, tree.span);
                return None;
            }
            Err(NoPart::Itself(_) | NoPart::TooDeep) => "it is this file itself".to_owned(),
        };
        let message = format!("`{}` cannot take calls: {refusal}", shortened(path));
        self.report(Finding::error(Code::BadEntry, tree.span, message));
        None
    }

    fn language_of(&mut self, tree: &Tree, flow: Option<&Flow>) -> Option<String> {
        let tag = self.plain(tree, "`language`")?;
        let Some(flow) = flow else { return Some(tag.to_owned()) };
        let known = flow.voices();
        if !known.contains_key(tag) {
            let near = nearest(tag, known.keys().map(String::as_str));
            let all: Vec<&str> = known.keys().map(String::as_str).collect();
            let hint = near.map_or_else(
                || format!("it has: {}", all.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("the flow has no language `{}`", shortened(tag));
            self.report(Finding::error(Code::UnknownLanguage, tree.span, message).hint(hint));
        }
        Some(tag.to_owned())
    }
}

fn quoted(numbers: &[&str]) -> String {
    numbers.iter().map(|number| format!("'{number}'")).collect::<Vec<_>>().join(", ")
}

fn is_prefix(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_digit())
    })
}
