//! JSON that borrows its text from the body, for reading only.
//!
//! It takes half the time of `serde_json::Value`: text without escapes is not copied, and an
//! object is one list. Which JSON is accepted, and how deep (128 levels), is `serde_json`'s own.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Up to this many members are searched one by one; more are sorted, so that no body makes
/// reading slow.
const FEW: usize = 16;
/// How `serde_json` hands over numbers if any crate of the program asks for its feature
/// `arbitrary_precision`.
const NUMBER_AS_MAP: &str = "$serde_json::private::Number";

/// A JSON value that borrows from the text it was read from.
#[derive(Debug, Clone)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// The members of an object: in their order if there are few, otherwise sorted and unique. Of
/// members with the same name the last one counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Json<'a> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        let object = self.as_object()?;
        Some(object.value(object.position(name)?))
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::String(text.clone().into_owned()),
            Self::Array(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Self::Object(object) => Value::Object(object.members(|_, _| true)),
        }
    }
}

impl<'a> Object<'a> {
    pub(crate) const EMPTY: Object<'static> = Object(Vec::new());

    fn new(mut members: Vec<(Cow<'a, str>, Json<'a>)>) -> Self {
        if members.len() > FEW {
            // The sort is stable, so the last of several comes first after turning them round.
            members.reverse();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.dedup_by(|(later, _), (first, _)| later == first);
        }
        Self(members)
    }

    /// Where the member is.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        if self.0.len() > FEW {
            self.0.binary_search_by(|(member, _)| member.as_ref().cmp(name)).ok()
        } else {
            self.0.iter().rposition(|(member, _)| member == name)
        }
    }

    /// The member at a [`position`](Self::position).
    pub(crate) fn value(&self, position: usize) -> &Json<'a> {
        &self.0[position].1
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    /// Copies of the members that are wanted by name and position.
    pub(crate) fn members(&self, wanted: impl Fn(&str, usize) -> bool) -> Map<String, Value> {
        let last = |name: &str, at: usize| self.position(name) == Some(at);
        let members = self.0.iter().enumerate();
        let members = members.filter(|(at, (name, _))| wanted(name, *at) && last(name, *at));
        members.map(|(_, (name, value))| (name.clone().into_owned(), value.to_value())).collect()
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(Cow<'de, str>, Json<'de>)> = Vec::with_capacity(8);
        while let Some(Text(name)) = access.next_key()? {
            let value: Json<'de> = access.next_value()?;
            if members.is_empty()
                && name == NUMBER_AS_MAP
                && let Some(number) = value.as_str().and_then(|text| text.parse().ok())
            {
                return Ok(Json::Number(number));
            }
            members.push((name, value));
        }
        Ok(Json::Object(Object::new(members)))
    }
}

/// Text that borrows if it can. serde borrows a `Cow` only in fields of its own derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyText)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn it_reads_what_value_reads() {
        for text in [
            r#"{"a":1,"b":[true,null,-2,1.5,18446744073709551615],"c":{"d":"x\n\u00e9"}}"#,
            r#"{"a":1,"a":2}"#,
            "[]",
            "\"text\"",
            "1e3",
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::from_str::<Json<'_>>(text).unwrap().to_value(), value);
            assert_eq!(Json::deserialize(value.clone()).unwrap().to_value(), value);
        }
        for text in ["", "{", "\"\\ud800\"", "1e999", "01", "{\"a\":1,}", "nul"] {
            assert!(serde_json::from_str::<Json<'_>>(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(serde_json::from_str::<Json<'_>>(&deep).is_err());
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let json: Json<'_> = serde_json::from_str(r#"{"plain":"x","escaped":"\n"}"#).unwrap();
        assert!(matches!(json.get("plain"), Some(Json::String(Cow::Borrowed("x")))));
        assert!(matches!(json.get("escaped"), Some(Json::String(Cow::Owned(_)))));
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_numbers() {
        let json = Json::deserialize(json!({ "$serde_json::private::Number": "42" })).unwrap();
        assert_eq!(json.to_value(), json!(42));
    }

    proptest! {
        #[test]
        fn members_are_found_whether_few_or_many(
            names in proptest::collection::vec("[a-e]{1,2}", 0..60)
        ) {
            let members = names.iter().enumerate();
            let text: Vec<_> = members.map(|(at, name)| format!("\"{name}\":{at}")).collect();
            let text = format!("{{{}}}", text.join(","));
            let json: Json<'_> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(json.to_value(), serde_json::from_str::<Value>(&text).unwrap());
            let last: BTreeMap<_, _> = names.iter().enumerate().map(|(at, n)| (n, at)).collect();
            for (name, at) in last {
                prop_assert_eq!(json.get(name).map(Json::to_value), Some(json!(at)));
            }
            prop_assert!(json.get("zz").is_none());
        }
    }
}
