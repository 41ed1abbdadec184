//! YAML to a tree with places. No rule of the flow language is known here, so that one wrong value cannot hide
//! another.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{Location, Spanned, options::DuplicateKeyPolicy};

use super::{codes::Code, diagnostic::Span, syntax};

/// Longest flow file, in bytes.
pub(crate) const MAX_SOURCE_BYTES: usize = 256 * 1_024;

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) shape: Shape,
    pub(crate) span: Span,
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Null,
    Bool(bool),
    Whole(i64),
    Number,
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(Key, Tree)>),
}

/// A key with its place.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// Why there is no tree.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) span: Span,
}

/// Reads one YAML document.
pub(crate) fn read(source: &str) -> Result<Tree, Unreadable> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(Unreadable {
            code: Code::TooLarge,
            message: format!("the file has {} bytes, more than {MAX_SOURCE_BYTES}", source.len()),
            hint: None,
            span: Span::default(),
        });
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 24,
            max_nodes: 50_000,
            max_anchors: 200,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 8,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Tree>(source, options)
        .map_err(|error| syntax::unreadable(source, &error))
}

pub(crate) fn span_of(location: Location) -> Span {
    let span = location.span();
    let bytes = |count: Option<u64>| {
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
    };
    Span { offset: bytes(span.byte_offset()), length: bytes(span.byte_len()) }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Shape>::deserialize(deserializer)?;
        Ok(Self { shape: spanned.value, span: span_of(spanned.referenced) })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { name: spanned.value, span: span_of(spanned.referenced) })
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, number, list or map")
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        Shape::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Shape, E> {
        Ok(Shape::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Shape, E> {
        Ok(Shape::Whole(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        Ok(i64::try_from(value).map_or(Shape::Number, Shape::Whole))
    }

    fn visit_i128<E>(self, _value: i128) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_u128<E>(self, _value: u128) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Shape, E> {
        Ok(Shape::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Shape, E> {
        Ok(Shape::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Tree>()? {
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry::<Key, Tree>()? {
            map.push(entry);
        }
        Ok(Shape::Map(map))
    }
}
