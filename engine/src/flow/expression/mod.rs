//! CEL expressions: conditions, values and the `${…}` inside texts.
//!
//! | module | what it holds |
//! |---|---|
//! | [`error`] | why an expression is refused, or has no value |
//! | `tokens`, `parse` | source to syntax tree, with our own sentences |
//! | `bounds` | what a flow may not write, and which names an expression reads |
//! | `evaluate` | the value of a syntax tree in a [`Scope`] |
//! | `value` | between JSON and CEL values |
//! | `kinds`, `overloads`, `types` | what is known of a value before a call, and what can have none |
//!
//! No function reads the clock, the environment or chance: the same expression and scope always give
//! the same value.

pub mod error;

mod bounds;
mod evaluate;
mod kinds;
mod overloads;
mod parse;
pub(crate) mod tokens;
mod types;
#[cfg(test)]
mod types_tests;
mod value;

use std::{fmt, sync::Arc};

use cel::IdedExpr;

pub use bounds::{Call, FUNCTIONS, MAX_DEPTH, MAX_ITEMS, Reference};
pub use error::{EvaluationError, ExpressionError, ExpressionFault};
pub use kinds::{Kind, Kinds};
pub use types::{Known, TypeFault};

use super::scope::Scope;

/// Longest expression, in bytes.
pub const MAX_EXPRESSION_BYTES: usize = 1_024;

/// A CEL expression that was read and found within the bounds of a flow. Cheap to clone.
///
/// Bounds seen when it is read: at most 1 KB of source, nested at most 16 deep, list and map literals of at most
/// 100 items, one loop (`all`, `exists`, `exists_one`, `map`, `filter`), no loop over a map literal, only the
/// functions of [`FUNCTIONS`]. What only the call's data can show (a loop over a map, or over a list of
/// more than 100 items) is [`EvaluationError::Loop`].
#[derive(Clone)]
pub struct Expression {
    inner: Arc<Inner>,
}

struct Inner {
    source: String,
    tree: IdedExpr,
    references: Vec<Reference>,
    range: Option<IdedExpr>,
}

impl Expression {
    /// Reads an expression.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        let parsed = parse::parse(source)?;
        let found = bounds::check(&parsed)?;
        Ok(Self {
            inner: Arc::new(Inner {
                source: source.to_owned(),
                tree: parsed.tree,
                references: found.references,
                range: found.range,
            }),
        })
    }

    /// The value of this expression in `scope`.
    pub fn evaluate(&self, scope: &Scope) -> Result<serde_json::Value, EvaluationError> {
        evaluate::evaluate(&self.inner, scope)
    }

    /// Whether this expression is true in `scope`. Anything but `true` counts as false.
    pub fn holds(&self, scope: &Scope) -> bool {
        self.evaluate(scope) == Ok(serde_json::Value::Bool(true))
    }

    /// The kinds of value that it can have, and what in it can have none whatever the call.
    pub fn kinds(&self, known: &dyn Known) -> (Kinds, Option<TypeFault>) {
        types::typed(&self.inner.tree, known)
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// What this expression reads from its scope, in order of appearance.
    pub fn references(&self) -> &[Reference] {
        &self.inner.references
    }

    /// The variable that the expression is, where it is one and nothing else: `vars.NAME`.
    pub fn variable(&self) -> Option<&str> {
        let name = self.inner.source.trim().strip_prefix("vars.")?;
        let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        is_name.then_some(name)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.inner.source).finish()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.inner.source == other.inner.source
    }
}

impl Eq for Expression {}

#[cfg(test)]
mod tests;
