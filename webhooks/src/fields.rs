//! Reading members of JSON objects with the path in the error.
//!
//! `null` counts as absent, and members that are not asked for do not matter. Errors name the
//! place and the type found there, never the value: it may be personal.

use std::cell::{Cell, RefCell};
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use crate::json::{Json, Object};
use crate::sensitive::Untyped;

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

    pub(crate) fn wrong_type(path: String, expected: &str, found: &Json<'_>) -> Self {
        Self::new(path, format!("is {} where {expected} is expected", type_name(found)))
    }
}

/// What can be read from a JSON object.
pub(crate) trait Read: Sized {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError>;
}

/// Where an object stands. Only errors spell it out.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root(&'a str),
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        match self {
            Self::Root(name) => (*name).to_owned(),
            Self::Member(parent, name) => member_path(&parent.path(), name),
            Self::Item(parent, index) => format!("{}[{index}]", parent.path()),
        }
    }
}

fn member_path(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// A JSON object and where it stands. It notes which of its members were asked for.
pub(crate) struct Fields<'a> {
    object: &'a Object<'a>,
    place: Place<'a>,
    /// A bit for each of the first 64 members.
    asked: Cell<u64>,
    /// Positions beyond those: hostile bodies only, so mostly without an allocation.
    asked_late: RefCell<Vec<usize>>,
}

impl<'a> Fields<'a> {
    /// The object at `path`, which is a root; the empty path is the body itself.
    pub(crate) fn at(value: &'a Json<'a>, path: &'a str) -> Result<Self, DataError> {
        Self::placed(value, Place::Root(path))
    }

    fn placed(value: &'a Json<'a>, place: Place<'a>) -> Result<Self, DataError> {
        match value.as_object() {
            Some(object) => {
                Ok(Self { object, place, asked: Cell::new(0), asked_late: RefCell::default() })
            }
            None => Err(DataError::wrong_type(place.path(), "an object", value)),
        }
    }

    /// An object without members, to ask what a type requires.
    pub(crate) fn empty() -> Fields<'static> {
        static EMPTY: Object<'static> = Object::EMPTY;
        Fields {
            object: &EMPTY,
            place: Place::Root(""),
            asked: Cell::new(0),
            asked_late: RefCell::default(),
        }
    }

    /// The names of all members. A name that is there twice may come twice.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.object.names()
    }

    /// All members but those.
    pub(crate) fn without(&self, names: &[&str]) -> Map<String, Value> {
        self.object.members(|name, _| !names.contains(&name))
    }

    /// The members that nobody has asked for.
    pub(crate) fn not_asked(&self) -> Untyped {
        let asked = self.asked.get();
        let late = self.asked_late.borrow();
        let is_asked =
            |at: usize| if at < 64 { asked & (1 << at) != 0 } else { late.contains(&at) };
        if (0..self.object.len()).all(is_asked) {
            return Untyped::default();
        }
        let members = self.object.members(|_, at| !is_asked(at));
        if members.is_empty() { Untyped::default() } else { Untyped::new(Value::Object(members)) }
    }

    fn path_of(&self, name: &str) -> String {
        member_path(&self.place.path(), name)
    }

    /// The member, unless it is absent or `null`.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Json<'a>> {
        let position = self.object.position(name)?;
        if position < 64 {
            self.asked.set(self.asked.get() | 1 << position);
        } else {
            self.asked_late.borrow_mut().push(position);
        }
        let value = self.object.value(position);
        if let Json::Null = value { None } else { Some(value) }
    }

    /// Takes a member for known if it is this text.
    pub(crate) fn disregard(&self, name: &str, usual: &str) {
        let (before, late) = (self.asked.get(), self.asked_late.borrow().len());
        if self.value(name).and_then(Json::as_str) != Some(usual) {
            self.asked.set(before);
            self.asked_late.borrow_mut().truncate(late);
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&'a Json<'a>) -> Option<T>,
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
        self.typed(name, "a string", Json::as_str)
    }

    /// A string as one of the newtypes over `String`.
    pub(crate) fn text<T: From<String>>(&self, name: &str) -> Result<Option<T>, DataError> {
        Ok(self.str(name)?.map(|text| T::from(text.to_owned())))
    }

    pub(crate) fn bool(&self, name: &str) -> Result<Option<bool>, DataError> {
        let read =
            |value: &Json<'_>| if let Json::Bool(value) = value { Some(*value) } else { None };
        self.typed(name, "true or false", read)
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, DataError> {
        self.typed(name, "an integer", |value| number(value)?.as_i64())
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, DataError> {
        self.typed(name, "a number", |value| number(value)?.as_f64())
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
    pub(crate) fn object<'s>(&'s self, name: &'s str) -> Result<Option<Fields<'s>>, DataError> {
        let placed = |value| Fields::placed(value, Place::Member(&self.place, name));
        self.value(name).map(placed).transpose()
    }

    /// A nested object, read as `T`.
    pub(crate) fn read<T: Read>(&self, name: &str) -> Result<Option<T>, DataError> {
        self.object(name)?.map(|fields| T::read(&fields)).transpose()
    }

    fn array(&self, name: &str) -> Result<Option<&'a [Json<'a>]>, DataError> {
        let read = |value: &'a Json<'a>| {
            if let Json::Array(items) = value { Some(items.as_slice()) } else { None }
        };
        self.typed(name, "an array", read)
    }

    /// The elements of an array of strings.
    pub(crate) fn strings(&self, name: &str) -> Result<Option<Vec<&'a str>>, DataError> {
        let Some(items) = self.array(name)? else {
            return Ok(None);
        };
        let read = |(index, value): (usize, &'a Json<'a>)| {
            let path = || format!("{}[{index}]", self.path_of(name));
            value.as_str().ok_or_else(|| DataError::wrong_type(path(), "a string", value))
        };
        items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// The elements of an array of objects, read as `T`.
    pub(crate) fn list<T: Read>(&self, name: &str) -> Result<Option<Vec<T>>, DataError> {
        let Some(items) = self.array(name)? else {
            return Ok(None);
        };
        let place = Place::Member(&self.place, name);
        let read = |(index, value)| T::read(&Fields::placed(value, Place::Item(&place, index))?);
        items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Some)
    }

    /// Turns an absent member into an error.
    pub(crate) fn required<T>(&self, name: &str, found: Option<T>) -> Result<T, DataError> {
        found.ok_or_else(|| DataError::new(self.path_of(name), "is missing"))
    }
}

fn number<'a>(value: &'a Json<'_>) -> Option<&'a Number> {
    if let Json::Number(number) = value { Some(number) } else { None }
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

/// Writes members that were kept as they came. What is typed is written after them.
pub(crate) fn put_unknown(map: &mut Map<String, Value>, unknown: &Untyped) {
    if let Value::Object(members) = unknown.expose() {
        map.extend(members.clone());
    }
}

fn type_name(value: &Json<'_>) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
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
                let value = <$crate::json::Json<'_> as serde::Deserialize>::deserialize(deserializer)?;
                $crate::fields::Fields::at(&value, "")
                    .and_then(|fields| <Self as $crate::fields::Read>::read(&fields))
                    .map_err(serde::de::Error::custom)
            }
        }
    )+};
}

pub(crate) use serde_by_fields;
