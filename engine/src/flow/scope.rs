//! What an expression can read.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

/// The roots an expression can read, with their values. Personal data: `Debug` shows the roots only.
///
/// ```
/// use engine::flow::{Expression, Scope};
/// use serde_json::json;
///
/// let scope = Scope::new().with("caller", json!({"name": "Ada"}));
/// let greeting = Expression::parse("'Hello ' + caller.name").expect("it is CEL");
/// assert_eq!(greeting.evaluate(&scope), Ok(json!("Hello Ada")));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Scope {
    roots: BTreeMap<String, Value>,
}

impl Scope {
    /// A scope without roots.
    pub fn new() -> Self {
        Self::default()
    }

    /// This scope with one more root; an older value of the same root is replaced.
    #[must_use]
    pub fn with(mut self, root: &str, value: Value) -> Self {
        self.roots.insert(root.to_owned(), value);
        self
    }

    /// The value of a root.
    pub fn get(&self, root: &str) -> Option<&Value> {
        self.roots.get(root)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.roots.keys()).finish()
    }
}
