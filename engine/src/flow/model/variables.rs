//! Variables with a type.

use std::fmt;

use serde_json::Value;

/// A variable that the flow declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// What it may hold.
    pub kind: VarType,
    /// Its value when the flow begins; none where it has none until a node sets it.
    pub start: Option<Value>,
    /// Whether the flow that enters this sub-flow must give it.
    pub is_param: bool,
}

/// What a variable may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarType {
    /// A text.
    Text,
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// Anything: what a variable may hold that is not declared.
    Any,
}

impl VarType {
    /// All types by the names that flows write.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("text", Self::Text),
        ("int", Self::Int),
        ("number", Self::Number),
        ("bool", Self::Bool),
        ("list", Self::List),
        ("map", Self::Map),
        ("any", Self::Any),
    ];

    /// The type of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Whether a value is of this type.
    pub fn admits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Int => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Bool => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Map => value.is_object(),
            Self::Any => true,
        }
    }
}

impl fmt::Display for VarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            Self::NAMES.iter().find(|(_, kind)| kind == self).map_or("any", |(name, _)| name);
        f.write_str(name)
    }
}
