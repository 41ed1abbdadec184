//! A map with known fields.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    nearest::nearest,
};

use super::{Finding, Reader};

/// Fields that say where a call goes.
const WAYS_OUT: &[&str] = &[
    "next",
    "otherwise",
    "failed",
    "choices",
    "intents",
    "when",
    "overflow",
    "open",
    "closed",
    "yes",
    "no",
];

/// The fields of a map, and where to point when one is missing.
pub(super) struct Fields<'t> {
    entries: &'t [(Key, Tree)],
    at: Span,
    what: &'static str,
    /// Known fields that were probably meant by unknown ones.
    mistaken: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// The value of a field; none where it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&'t Tree> {
        self.entries
            .iter()
            .find(|(key, value)| key.name == name && !matches!(value.shape, Shape::Null))
            .map(|(_, value)| value)
    }

    /// The entry of a field: its key and its value.
    pub(super) fn entry(&self, name: &str) -> Option<&'t (Key, Tree)> {
        self.entries.iter().find(|(key, _)| key.name == name)
    }

    /// Where to point when the whole is at fault.
    pub(super) fn at(&self) -> Span {
        self.at
    }

    fn empty_key(&self, name: &str) -> Option<Span> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(key, _)| key.span)
    }
}

impl Reader<'_> {
    /// The fields of `tree`. `at` is the key that holds it.
    pub(super) fn fields<'t>(
        &mut self,
        tree: &'t Tree,
        at: Span,
        what: &'static str,
        known: &[&'static str],
    ) -> Option<Fields<'t>> {
        let entries = self.entries(tree, what, &format!("with {}", known.join(", ")))?;
        let mut mistaken = Vec::new();
        for (key, _) in entries {
            if !known.contains(&key.name.as_str()) {
                let near = nearest(&key.name, known.iter().copied());
                mistaken.extend(near);
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => format!("{what} has no fields"),
                    None => format!("{what} has: {}", known.join(", ")),
                };
                let message = format!("{what} has no field `{}`", key.name);
                self.report(Finding::error(Code::UnknownField, key.span, message).hint(hint));
            }
        }
        Some(Fields { entries, at, what, mistaken })
    }

    /// The entries of a map of any keys.
    pub(super) fn entries<'t>(
        &mut self,
        tree: &'t Tree,
        what: &str,
        example: &str,
    ) -> Option<&'t [(Key, Tree)]> {
        if let Shape::Map(entries) = &tree.shape {
            return Some(entries);
        }
        self.open = true;
        let message = format!("{what} must be a map, this is {}", kind(&tree.shape));
        self.report(
            Finding::error(Code::Shape, tree.span, message).hint(format!("write a map {example}")),
        );
        None
    }

    /// A field that must be there.
    pub(super) fn required<'t>(
        &mut self,
        fields: &Fields<'t>,
        name: &'static str,
        hint: &str,
    ) -> Option<&'t Tree> {
        let found = fields.get(name);
        self.open |= found.is_none() && WAYS_OUT.contains(&name);
        // A misspelt field was reported as such.
        if found.is_none() && !fields.mistaken.contains(&name) {
            let (span, message) = match fields.empty_key(name) {
                Some(span) => (span, format!("`{name}` has no value")),
                None => (fields.at, format!("{} has no `{name}`", fields.what)),
            };
            self.report(Finding::error(Code::MissingField, span, message).hint(hint));
        }
        found
    }
}

/// A value's kind, in the words of a message.
pub(super) fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Null => "empty",
        Shape::Bool(_) => "true or false",
        Shape::Whole(_) | Shape::Number => "a number",
        Shape::Text(_) => "a text",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a map",
    }
}
