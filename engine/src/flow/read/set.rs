//! Variables: declared at the head of a flow, and set by a node.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    expression::Expression,
    graph::Role,
    model::{Node, Set, VarType, Variable},
    nearest::nearest,
};

use super::{Finding, Reader, Wanted, fields::Fields, texts::Place, values::shortened};

impl Reader<'_> {
    pub(super) fn set_node(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a set", &["vars", "language", "next", "failed"])?;
        let vars = match fields.get("vars") {
            Some(tree) => self.assignments(tree, "vars", Place::Anywhere),
            None => Some(Vec::new()),
        };
        let language = fields.get("language").and_then(|tree| {
            let tag = self.plain(tree, "`language`")?;
            self.known_language(tag, tree.span);
            Some(tag.to_owned())
        });
        if fields.get("vars").is_none() && fields.get("language").is_none() {
            let message = "a set sets nothing";
            let hint = "write vars: { name: \"expression\" } or language: de-DE";
            self.report(Finding::error(Code::MissingField, at, message).hint(hint));
        }
        let next = self.target(&fields, "next", Role::Free);
        // A language alone cannot fail.
        let failed = match (fields.get("failed"), fields.get("vars")) {
            (None, None) => next.clone(),
            (_, _) => self.target(&fields, "failed", Role::Free),
        };
        Some(Node::Set(Set { vars: vars?, language, next: next?, failed: failed? }))
    }

    /// `{ name: "expression" }`, in order.
    pub(super) fn assignments(
        &mut self,
        tree: &Tree,
        what: &str,
        place: Place,
    ) -> Option<Vec<(String, Expression)>> {
        let entries = self.entries(tree, &format!("`{what}`"), "of name: \"expression\"")?;
        let mut complete = true;
        let mut set = Vec::new();
        for (key, value) in entries {
            self.variable(&key.name, key.span);
            match self.value(value, &key.name, place, Wanted::Variable(key.name.clone())) {
                Some(expression) => set.push((key.name.clone(), expression)),
                None => complete = false,
            }
        }
        complete.then_some(set)
    }

    /// An expression, or a number or truth value as it stands.
    pub(super) fn value(
        &mut self,
        tree: &Tree,
        what: &str,
        place: Place,
        wanted: Wanted,
    ) -> Option<Expression> {
        let literal = match &tree.shape {
            Shape::Whole(number) => Some(number.to_string()),
            Shape::Bool(truth) => Some(truth.to_string()),
            Shape::Null | Shape::Number | Shape::Text(_) | Shape::List(_) | Shape::Map(_) => None,
        };
        let Some(literal) = literal else { return self.expression(tree, what, place, wanted) };
        let expression = Expression::parse(&literal).ok()?;
        self.express(&expression, tree.span, wanted);
        Some(expression)
    }

    /// `vars:` or `params:` at the head of a flow.
    pub(super) fn declared(
        &mut self,
        fields: &Fields<'_>,
        name: &'static str,
        is_param: bool,
    ) -> BTreeMap<String, Variable> {
        let Some(tree) = fields.get(name) else { return BTreeMap::new() };
        let what = format!("`{name}`");
        let Some(entries) = self.entries(tree, &what, "of name: type, or name: { type, start }")
        else {
            return BTreeMap::new();
        };
        let declared: Vec<_> =
            entries.iter().map(|(key, tree)| self.declaration(key, tree, is_param)).collect();
        declared.into_iter().flatten().collect()
    }

    fn declaration(
        &mut self,
        key: &Key,
        tree: &Tree,
        is_param: bool,
    ) -> Option<(String, Variable)> {
        let before = self.set.len();
        self.variable(&key.name, key.span);
        let named = |kind, start| Some((key.name.clone(), Variable { kind, start, is_param }));
        if let Shape::Text(name) = &tree.shape {
            let kind = self.type_name(name, tree.span)?;
            if !is_param {
                // Without a start value it has none until a node sets it.
                self.set.truncate(before);
            }
            return named(kind, None);
        }
        let fields = self.fields(tree, key.span, "a variable", &["type", "start"])?;
        let kind = self.required(
            &fields,
            "type",
            "write its type: text, int, number, bool, list, map, any",
        );
        let kind = kind.and_then(|tree| {
            let name = self.plain(tree, "`type`")?;
            self.type_name(name, tree.span)
        })?;
        let Some(start) = fields.get("start") else {
            if !is_param {
                self.set.truncate(before);
            }
            return named(kind, None);
        };
        let value = literal(start).filter(|value| kind.admits(value));
        if value.is_none() {
            let message = format!("`start` is no {kind}");
            let hint = "a start value is a text, a whole number, true, false, [] or {}";
            self.report(Finding::error(Code::BadType, start.span, message).hint(hint));
        }
        named(kind, Some(value?))
    }

    fn type_name(&mut self, name: &str, span: Span) -> Option<VarType> {
        let found = VarType::named(name);
        if found.is_none() {
            let message = format!("there is no type `{}`", shortened(name));
            let names = VarType::NAMES.iter().map(|(known, _)| *known);
            let hint = match nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("types: {}", names.collect::<Vec<_>>().join(", ")),
            };
            self.report(Finding::error(Code::BadType, span, message).hint(hint));
        }
        found
    }
}

fn literal(tree: &Tree) -> Option<Value> {
    match &tree.shape {
        Shape::Text(text) => Some(Value::from(text.as_str())),
        Shape::Whole(number) => Some(Value::from(*number)),
        Shape::Bool(truth) => Some(Value::from(*truth)),
        Shape::List(items) if items.is_empty() => Some(Value::Array(Vec::new())),
        Shape::Map(entries) if entries.is_empty() => Some(Value::Object(serde_json::Map::new())),
        Shape::Null | Shape::Number | Shape::List(_) | Shape::Map(_) => None,
    }
}
