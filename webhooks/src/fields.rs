//! Reading members of JSON objects with the path in the error.
//!
//! `null` counts as absent, and members that are not asked for do not matter. Errors name the
//! place and the type found there, never the value: it may be personal.

use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A member of an event that is missing or has the wrong type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} {problem}")]
pub struct DataError {
    /// Where, such as `data.participants[0].identifier`.
    pub path: String,
    /// What is wrong there, without the value.
    pub problem: String,
}

impl DataError {
    pub(crate) fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        let path = path.into();
        let path = if path.is_empty() { "the value".to_owned() } else { path };
        Self { path, problem: problem.into() }
    }

    pub(crate) fn wrong_type(path: String, expected: &str, found: &Value) -> Self {
        Self::new(path, format!("is {} where {expected} is expected", type_name(found)))
    }
}

/// What can be read from a JSON object.
pub(crate) trait Read: Sized {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError>;
}

/// A JSON object and where it stands.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The object at `path`; the empty path is the root.
    pub(crate) fn at(value: &'a Value, path: impl Into<String>) -> Result<Self, DataError> {
        let path = path.into();
        match value.as_object() {
            Some(map) => Ok(Self { map, path }),
            None => Err(DataError::wrong_type(path, "an object", value)),
        }
    }

    /// An object without members, to ask what a type requires.
    pub(crate) fn empty() -> Fields<'static> {
        static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        Fields { map: &EMPTY, path: String::new() }
    }

    /// The names of all members.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> + use<'a> {
        self.map.keys().cloned()
    }

    /// All members but those.
    pub(crate) fn without(&self, names: &[&str]) -> Map<String, Value> {
        let kept = self.map.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The member, unless it is absent or `null`.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn typed<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, DataError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match read(value) {
            Some(found) => Ok(Some(found)),
            None => Err(DataError::wrong_type(self.path_of(name), expected, value)),
        }
    }

    pub(crate) fn str(&self, name: &str) -> Result<Option<&'a str>, DataError> {
        self.typed(name, "a string", Value::as_str)
    }

    /// A string as one of the newtypes over `String`.
    pub(crate) fn text<T: From<String>>(&self, name: &str) -> Result<Option<T>, DataError> {
        Ok(self.str(name)?.map(|text| T::from(text.to_owned())))
    }

    pub(crate) fn bool(&self, name: &str) -> Result<Option<bool>, DataError> {
        self.typed(name, "true or false", Value::as_bool)
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, DataError> {
        self.typed(name, "an integer", Value::as_i64)
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, DataError> {
        self.typed(name, "a number", Value::as_f64)
    }

    pub(crate) fn timestamp(&self, name: &str) -> Result<Option<Timestamp>, DataError> {
        let Some(text) = self.str(name)? else {
            return Ok(None);
        };
        match Timestamp::from_str(text) {
            Ok(time) => Ok(Some(time)),
            Err(_) => Err(DataError::new(self.path_of(name), "is not an RFC 3339 date and time")),
        }
    }

    /// A nested object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Fields<'a>>, DataError> {
        self.value(name).map(|value| Fields::at(value, self.path_of(name))).transpose()
    }

    /// A nested object, read as `T`.
    pub(crate) fn read<T: Read>(&self, name: &str) -> Result<Option<T>, DataError> {
        self.object(name)?.map(|fields| T::read(&fields)).transpose()
    }

    /// The elements of an array, each with its path.
    pub(crate) fn items(&self, name: &str) -> Result<Option<Vec<(String, &'a Value)>>, DataError> {
        let Some(array) = self.typed(name, "an array", Value::as_array)? else {
            return Ok(None);
        };
        let path = self.path_of(name);
        Ok(Some(array.iter().enumerate().map(|(i, v)| (format!("{path}[{i}]"), v)).collect()))
    }

    /// The elements of an array of objects, read as `T`.
    pub(crate) fn list<T: Read>(&self, name: &str) -> Result<Option<Vec<T>>, DataError> {
        let Some(items) = self.items(name)? else {
            return Ok(None);
        };
        let read = |(path, value)| T::read(&Fields::at(value, path)?);
        items.into_iter().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// Turns an absent member into an error.
    pub(crate) fn required<T>(&self, name: &str, found: Option<T>) -> Result<T, DataError> {
        found.ok_or_else(|| DataError::new(self.path_of(name), "is missing"))
    }
}

/// Writes a member unless there is none.
pub(crate) fn put(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

/// Writes an id or a value of an enumeration, unless there is none.
pub(crate) fn put_str(map: &mut Map<String, Value>, name: &str, value: Option<&impl AsRef<str>>) {
    put(map, name, value.map(AsRef::as_ref));
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Implements serde for a type that is read from [`Fields`] and has `to_json`.
macro_rules! serde_by_fields {
    ($($name:ty),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_json().serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                $crate::fields::Fields::at(&value, "")
                    .and_then(|fields| <Self as $crate::fields::Read>::read(&fields))
                    .map_err(serde::de::Error::custom)
            }
        }
    )+};
}

pub(crate) use serde_by_fields;
