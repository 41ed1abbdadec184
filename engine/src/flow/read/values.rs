//! Names, numbers, durations, keys of a telephone, and targets.

use std::ops::RangeInclusive;

use crate::{
    Millis,
    flow::{
        codes::Code,
        diagnostic::Span,
        document::{Shape, Tree},
        duration,
        graph::Role,
        model::NodeName,
    },
};

use super::{
    Finding, Reader,
    fields::{Fields, kind},
};

/// The keys of a telephone.
const TONES: &str = "0123456789*#ABCD";

/// A duration field: its limits, what holds without it, and whether Call Automation takes whole seconds only.
pub(super) struct DurationRule {
    pub(super) name: &'static str,
    pub(super) default: Millis,
    pub(super) limits: RangeInclusive<Millis>,
    pub(super) whole_seconds: bool,
}

impl Reader<'_> {
    /// A text value as it stands.
    pub(super) fn plain<'t>(&mut self, tree: &'t Tree, what: &str) -> Option<&'t str> {
        if let Shape::Text(text) = &tree.shape {
            return Some(text);
        }
        let message = format!("{what} must be a text, this is {}", kind(&tree.shape));
        let finding = Finding::error(Code::Shape, tree.span, message);
        let written =
            self.source.get(tree.span.offset..tree.span.offset.saturating_add(tree.span.length));
        self.report(match (&tree.shape, written) {
            (Shape::Whole(_) | Shape::Number | Shape::Bool(_), Some(written)) => {
                finding.hint(format!("write it in quotes: \"{}\"", written.trim()))
            }
            (_, _) => finding,
        });
        None
    }

    /// A name of a flow, node, choice or queue.
    pub(super) fn name(&mut self, name: &str, span: Span, what: &str) {
        let fits = (1..=64).contains(&name.len())
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'));
        if !fits {
            let message = format!("`{}` is no name for {what}", shortened(name));
            let hint = "use 1 to 64 letters, digits, _ and -";
            self.report(Finding::error(Code::BadName, span, message).hint(hint));
        }
    }

    /// A variable that a node sets.
    pub(super) fn variable(&mut self, name: &str, span: Span) {
        let fits = name.len() <= 64
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
            });
        if fits {
            self.set.push(name.to_owned());
            return;
        }
        let message = format!("`{}` is no name for a variable", shortened(name));
        let hint = "use 1 to 64 small letters, digits and _, a letter first";
        self.report(Finding::error(Code::BadName, span, message).hint(hint));
    }

    /// A node to go to, in a field that must be there.
    pub(super) fn target(
        &mut self,
        fields: &Fields<'_>,
        name: &'static str,
        role: Role,
    ) -> Option<NodeName> {
        let tree = self.required(fields, name, "name the node where the call goes then")?;
        self.target_in(tree, name, role)
    }

    /// A node to go to.
    pub(super) fn target_in(&mut self, tree: &Tree, what: &str, role: Role) -> Option<NodeName> {
        let Some(name) = self.plain(tree, &format!("`{what}`")) else {
            self.open = true;
            return None;
        };
        self.lead(name, tree.span, role);
        Some(name.to_owned())
    }

    /// True or false; false where the field is missing or wrong.
    pub(super) fn flag(&mut self, fields: &Fields<'_>, name: &'static str) -> bool {
        let Some(tree) = fields.get(name) else { return false };
        let Shape::Bool(found) = tree.shape else {
            let message = format!("`{name}` must be true or false, this is {}", kind(&tree.shape));
            self.report(Finding::error(Code::Shape, tree.span, message));
            return false;
        };
        found
    }

    /// A whole number within limits.
    pub(super) fn whole(
        &mut self,
        tree: &Tree,
        what: &str,
        limits: RangeInclusive<u8>,
    ) -> Option<u8> {
        let (low, high) = (limits.start(), limits.end());
        let Shape::Whole(number) = tree.shape else {
            let message = format!("`{what}` must be a whole number, this is {}", kind(&tree.shape));
            let hint = format!("write a number from {low} to {high}, without quotes");
            self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
            return None;
        };
        let found = u8::try_from(number).ok().filter(|number| limits.contains(number));
        if found.is_none() {
            let message = format!("`{what}` is {number}, it must be {low} to {high}");
            self.report(Finding::error(Code::OutOfRange, tree.span, message));
        }
        found
    }

    /// A duration within limits; the default where the field is missing or wrong.
    pub(super) fn duration(&mut self, fields: &Fields<'_>, rule: &DurationRule) -> Millis {
        let Some(tree) = fields.get(rule.name) else { return rule.default };
        self.duration_in(tree, rule).unwrap_or(rule.default)
    }

    fn duration_in(&mut self, tree: &Tree, rule: &DurationRule) -> Option<Millis> {
        let name = rule.name;
        let read = match &tree.shape {
            Shape::Text(text) => duration::parse(text),
            Shape::Null
            | Shape::Bool(_)
            | Shape::Whole(_)
            | Shape::Number
            | Shape::List(_)
            | Shape::Map(_) => None,
        };
        let Some(found) = read else {
            let hint = format!(
                "write a number with its unit, for example {}",
                duration::format(rule.default)
            );
            self.report(
                Finding::error(Code::BadDuration, tree.span, format!("`{name}` is no duration"))
                    .hint(hint),
            );
            return None;
        };
        let (low, high) = (*rule.limits.start(), *rule.limits.end());
        if !rule.limits.contains(&found) {
            let limits = format!("{} to {}", duration::format(low), duration::format(high));
            let message = format!("`{name}` is {}, it must be {limits}", duration::format(found));
            self.report(Finding::error(Code::OutOfRange, tree.span, message));
            return None;
        }
        if rule.whole_seconds && found.checked_rem(1_000) != Some(0) {
            let message =
                format!("`{name}` must be whole seconds, as Call Automation takes no others");
            self.report(Finding::error(Code::OutOfRange, tree.span, message));
            return None;
        }
        Some(found)
    }

    /// A key of a telephone.
    pub(super) fn tone(&mut self, tree: &Tree, what: &str) -> Option<char> {
        let found = match &tree.shape {
            Shape::Text(text) => one_tone(text),
            Shape::Null
            | Shape::Bool(_)
            | Shape::Whole(_)
            | Shape::Number
            | Shape::List(_)
            | Shape::Map(_) => None,
        };
        if found.is_some() {
            return found;
        }
        let finding = match &tree.shape {
            Shape::Whole(number) => {
                let message = format!("`{what}` must be a key in quotes, this is a number");
                Finding::error(Code::BadTone, tree.span, message)
                    .hint(format!("write \"{number}\""))
            }
            Shape::Text(text) => {
                let message = format!("`{what}` is `{}`, which is no key", shortened(text));
                Finding::error(Code::BadTone, tree.span, message)
                    .hint("use one of 0 to 9, *, #, A, B, C, D")
            }
            shape @ (Shape::Null
            | Shape::Bool(_)
            | Shape::Number
            | Shape::List(_)
            | Shape::Map(_)) => {
                let message = format!("`{what}` must be a key, this is {}", kind(shape));
                Finding::error(Code::BadTone, tree.span, message).hint("write it in quotes: \"1\"")
            }
        };
        self.report(finding);
        None
    }
}

fn one_tone(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let first = letters.next().filter(|first| TONES.contains(*first))?;
    letters.next().is_none().then_some(first)
}

/// At most 40 characters of what somebody wrote, on one line.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(40)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}
