//! Kinds of values, and what is known of a value before a call.

use std::{fmt, sync::Arc};

use cel::{Value, objects::Map};

use crate::flow::model::VarType;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Nothing: JSON's null.
    Null = 1,
    /// True or false.
    Bool = 2,
    /// A whole number.
    Int = 4,
    /// A whole number beyond 2^63, or one written `1u`.
    Unsigned = 8,
    /// A number with a point.
    Double = 16,
    /// A text.
    Text = 32,
    /// A list.
    List = 64,
    /// A map.
    Map = 128,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Null,
        Self::Bool,
        Self::Int,
        Self::Unsigned,
        Self::Double,
        Self::Text,
        Self::List,
        Self::Map,
    ];

    /// The kind of a value; none of one that no flow can hold.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Int(_) => Self::Int,
            Value::UInt(_) => Self::Unsigned,
            Value::Float(_) => Self::Double,
            Value::String(_) => Self::Text,
            Value::List(_) => Self::List,
            Value::Map(_) => Self::Map,
            Value::Function(_, _) | Value::Bytes(_) | Value::Opaque(_) | Value::Struct(_) => {
                return None;
            }
        })
    }

    /// Values of this kind that every function takes which takes the kind at all.
    pub(super) fn samples(self) -> Vec<Value> {
        let text = |text: &str| Value::String(Arc::new(text.to_owned()));
        match self {
            Self::Null => vec![Value::Null],
            Self::Bool => vec![Value::Bool(true)],
            Self::Int => vec![Value::Int(1)],
            Self::Unsigned => vec![Value::UInt(1)],
            Self::Double => vec![Value::Float(1.0)],
            Self::Text => vec![text("1"), text("true")],
            Self::List => vec![Value::List(Arc::new(vec![Value::Int(1)]))],
            Self::Map => vec![Value::Map(Map { map: Arc::default() })],
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Int | Self::Unsigned => "a whole number",
            Self::Double => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }

    /// Kinds whose values can be equal.
    const fn class(self) -> Self {
        match self {
            Self::Unsigned | Self::Double => Self::Int,
            Self::Null | Self::Bool | Self::Int | Self::Text | Self::List | Self::Map => self,
        }
    }
}

/// The kinds that a value may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind: there is no such value.
    pub const NONE: Self = Self(0);
    /// Nothing is known.
    pub const ANY: Self = Self(u8::MAX);
    /// A number of any kind.
    pub const NUMBER: Self = Self(Kind::Int as u8 | Kind::Unsigned as u8 | Kind::Double as u8);
    /// What can be spoken, or stand in a URL.
    pub const SPOKEN: Self =
        Self(Self::NUMBER.0 | Kind::Null as u8 | Kind::Bool as u8 | Kind::Text as u8);

    /// Whether it may be of this kind.
    pub const fn may_be(self, kind: Kind) -> bool {
        self.0 & kind as u8 != 0
    }

    /// The kinds of both.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a value can be of both.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether two such values can be equal.
    pub fn can_equal(self, other: Self) -> bool {
        self.each().any(|left| {
            left == Kind::Null
                || other.each().any(|right| right == Kind::Null || left.class() == right.class())
        })
    }

    /// The kinds, one by one.
    pub fn each(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(move |kind| self.may_be(*kind))
    }
}

impl From<Kind> for Kinds {
    fn from(kind: Kind) -> Self {
        Self(kind as u8)
    }
}

impl From<VarType> for Kinds {
    fn from(kind: VarType) -> Self {
        match kind {
            VarType::Text => Kind::Text.into(),
            VarType::Int => Self::from(Kind::Int).or(Kind::Unsigned.into()),
            VarType::Number => Self::NUMBER,
            VarType::Bool => Kind::Bool.into(),
            VarType::List => Kind::List.into(),
            VarType::Map => Kind::Map.into(),
            VarType::Any => Self::ANY,
        }
    }
}

/// For people: `a text`, `a number or null`.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("anything");
        }
        if *self == Self::NUMBER {
            return f.write_str(Kind::Double.words());
        }
        let mut words: Vec<&str> = self.each().map(Kind::words).collect();
        words.dedup();
        f.write_str(&words.join(" or "))
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.each()).finish()
    }
}
