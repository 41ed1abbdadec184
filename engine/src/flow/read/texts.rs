//! Texts and expressions, and which names they may read.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    expression::{Expression, ExpressionError, ExpressionFault, Reference},
    nearest::nearest,
    text::{MAX_TEXT_CHARACTERS, Text},
};

use super::{Expressed, Finding, Reader, Variable, Wanted};

/// What an expression may read: roots and their fields. No fields means any.
const ROOTS: &[(&str, &[&str])] = &[
    ("caller", &["name", "number"]),
    ("called", &["number"]),
    ("call", &["id", "language", "consent"]),
    ("queue", &["name", "waited_s", "position"]),
    ("vars", &[]),
    ("config", &[]),
];

/// What an expression may read besides in `set` of an http node.
const RESPONSE: (&str, &[&str]) = ("response", &["status", "body"]);

/// What an expression may read besides in `set` of a flow node.
const RESULT: (&str, &[&str]) = ("result", &[]);

/// What an expression may read besides in `set` of a stream node.
const HANDED: (&str, &[&str]) = ("handed", &[]);

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In `set` of an http node, where there is an answer.
    Answer,
    /// In `set` of a flow node, where there is what the sub-flow returned.
    Result,
    /// In `set` of a stream node, where there is what the voice agent gives with the caller.
    HandedOver,
    /// Anywhere else.
    Anywhere,
}

impl Place {
    fn own_root(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::Answer => Some(RESPONSE),
            Self::Result => Some(RESULT),
            Self::HandedOver => Some(HANDED),
            Self::Anywhere => None,
        }
    }
}

impl Reader<'_> {
    /// The words of a text that is spoken.
    pub(super) fn words(&mut self, tree: &Tree, what: &str) -> Option<Text> {
        let source = self.plain(tree, &format!("`{what}`"))?;
        if source.trim().is_empty() {
            let message = format!("`{what}` is empty: the caller would hear nothing");
            self.report(Finding::error(Code::Empty, tree.span, message));
            return None;
        }
        let length = source.chars().count();
        if length > MAX_TEXT_CHARACTERS {
            let message =
                format!("`{what}` has {length} characters, {MAX_TEXT_CHARACTERS} can be spoken");
            self.report(Finding::error(Code::TextTooLong, tree.span, message));
        }
        self.text(source, tree.span)
    }

    /// A text with its expressions checked.
    pub(super) fn text(&mut self, source: &str, span: Span) -> Option<Text> {
        let (text, faults) = Text::read(source);
        for (offset, expression) in text.expressions() {
            self.names(expression, Place::Anywhere, source, span, offset);
            let length = expression.source().len();
            let at = self.inside(span, source, offset, length);
            self.express(expression, at, Wanted::Spoken);
        }
        for fault in &faults {
            self.expression_fault(fault, source, span);
        }
        faults.is_empty().then_some(text)
    }

    /// An expression on its own.
    pub(super) fn expression(
        &mut self,
        tree: &Tree,
        what: &str,
        place: Place,
        wanted: Wanted,
    ) -> Option<Expression> {
        let source = self.plain(tree, &format!("`{what}`"))?;
        match Expression::parse(source) {
            Ok(expression) => {
                self.names(&expression, place, source, tree.span, 0);
                self.express(&expression, tree.span, wanted);
                Some(expression)
            }
            Err(fault) => {
                self.expression_fault(&fault, source, tree.span);
                None
            }
        }
    }

    pub(super) fn express(&mut self, expression: &Expression, span: Span, wanted: Wanted) {
        let (expression, node) = (expression.clone(), self.node.clone());
        self.expressed.push(Expressed { expression, span, node, wanted });
    }

    fn expression_fault(&mut self, fault: &ExpressionError, source: &str, span: Span) {
        let code = match fault.kind {
            ExpressionFault::Syntax => Code::ExpressionSyntax,
            ExpressionFault::Bounds => Code::ExpressionBounds,
            ExpressionFault::Function => Code::UnknownFunction,
        };
        let at = self.inside(span, source, fault.offset, fault.length);
        self.report(Finding::error(code, at, fault.message.clone()).maybe_hint(fault.hint.clone()));
    }

    fn names(
        &mut self,
        expression: &Expression,
        place: Place,
        source: &str,
        span: Span,
        offset: usize,
    ) {
        for reference in expression.references() {
            let at = self.inside(
                span,
                source,
                offset.saturating_add(reference.offset),
                reference.length,
            );
            self.reference(reference, place, at);
        }
    }

    fn reference(&mut self, reference: &Reference, place: Place, at: Span) {
        let root = reference.root.as_str();
        let own = place.own_root();
        let Some((_, fields)) = ROOTS.iter().copied().chain(own).find(|(name, _)| *name == root)
        else {
            return self.unknown_root(root, place, at);
        };
        let Some(field) = reference.field.as_deref() else { return };
        if root == "vars" {
            let (name, node) = (field.to_owned(), self.node.clone());
            self.used.push(Variable { name, span: at, node, sent: false });
        } else if !fields.is_empty() && !fields.contains(&field) {
            let hint = match nearest(field, fields.iter().copied()) {
                Some(near) => format!("did you mean `{root}.{near}`?"),
                None => format!("`{root}` has: {}", fields.join(", ")),
            };
            let message = format!("`{root}` has no `{field}`");
            self.report(Finding::error(Code::UnknownName, at, message).hint(hint));
        }
    }

    fn unknown_root(&mut self, root: &str, place: Place, at: Span) {
        let known =
            ROOTS.iter().map(|(name, _)| *name).chain(place.own_root().map(|(name, _)| name));
        let hint = if root == RESULT.0 {
            "what a sub-flow returns can be read in `set` of its flow node only; set a variable there"
                .to_owned()
        } else if root == HANDED.0 {
            "what a voice agent gives can be read in `set` of its stream node only; set a variable there"
                .to_owned()
        } else if root == RESPONSE.0 {
            "the answer can be read in `set` of its http node only; set a variable there".to_owned()
        } else if let Some(near) = nearest(root, known.clone()) {
            format!("did you mean `{near}`?")
        } else {
            format!(
                "there are: {}; variables are read as vars.{root}",
                known.collect::<Vec<_>>().join(", ")
            )
        };
        let message = format!("there is no `{root}` here");
        self.report(Finding::error(Code::UnknownName, at, message).hint(hint));
    }

    /// The place of a part of a text in the file. Where the file writes the text in another way (escapes, several
    /// lines), the part itself is looked for, and in the end the whole text is pointed at.
    fn inside(&self, span: Span, text: &str, offset: usize, length: usize) -> Span {
        let written = self
            .source
            .get(span.offset..span.offset.saturating_add(span.length))
            .unwrap_or_default();
        if let Some(start) = written.find(text) {
            return Span {
                offset: span.offset.saturating_add(start).saturating_add(offset),
                length,
            };
        }
        let part = text.get(offset..offset.saturating_add(length)).unwrap_or_default();
        match written.match_indices(part).map(|(at, _)| at).take(2).collect::<Vec<_>>().as_slice() {
            [at] if !part.is_empty() => Span { offset: span.offset.saturating_add(*at), length },
            _ => span,
        }
    }
}
