//! Inputs of an operation: members in the names of the wire. Each is taken once; what nobody took
//! is an error, so that an input our client cannot send never goes unnoticed.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use webhooks::{Identifier, PhoneNumber};

/// Why a task could not be done, in words.
pub(crate) type Problem = String;

/// The members that were not taken yet.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// Reads an object completely with `read`.
    pub(crate) fn read<T>(
        value: Value,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let Value::Object(map) = value else {
            return Err(format!("{value} is not an object"));
        };
        let mut members = Self(map);
        let read = read(&mut members)?;
        match members.0.keys().next() {
            None => Ok(read),
            Some(name) => Err(format!("{name} is an input that nothing here takes")),
        }
    }

    /// A member as it is; null counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A member of any type that serde reads.
    pub(crate) fn get<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let value = self.take(name).map(serde_json::from_value).transpose();
        value.map_err(|error| format!("{name}: {error}"))
    }

    /// A member that must be there.
    pub(crate) fn need<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Problem> {
        self.get(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    /// A member that must have one value, because our types have no place for another.
    pub(crate) fn fixed(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match self.get::<String>(name)? {
            Some(found) if found != value => Err(format!("{name} can only be {value}")),
            Some(_) | None => Ok(()),
        }
    }

    /// An object read by `read`.
    pub(crate) fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        let value = self.take(name).map(|value| Self::read(value, read)).transpose();
        value.map_err(|problem| format!("{name}.{problem}"))
    }

    /// A list of objects, each read by `read`; empty when absent.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Self) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let values: Vec<Value> = self.get(name)?.unwrap_or_default();
        values.into_iter().map(|value| Self::read(value, &mut read)).collect()
    }

    /// An identifier: a raw id, or the model of the wire.
    pub(crate) fn identifier(&mut self, name: &str) -> Result<Option<Identifier>, Problem> {
        self.take(name).map(identifier).transpose()
    }

    /// An identifier that must be there.
    pub(crate) fn need_identifier(&mut self, name: &str) -> Result<Identifier, Problem> {
        self.identifier(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    /// A list of identifiers; empty when absent.
    pub(crate) fn identifiers(&mut self, name: &str) -> Result<Vec<Identifier>, Problem> {
        let values: Vec<Value> = self.get(name)?.unwrap_or_default();
        values.into_iter().map(identifier).collect()
    }

    /// A map of identifiers; empty when absent.
    pub(crate) fn identifier_map(
        &mut self,
        name: &str,
    ) -> Result<BTreeMap<String, Identifier>, Problem> {
        let values: BTreeMap<String, Value> = self.get(name)?.unwrap_or_default();
        values.into_iter().map(|(key, value)| Ok((key, identifier(value)?))).collect()
    }

    /// A phone number: E.164, or the bare object of the wire.
    pub(crate) fn phone(&mut self, name: &str) -> Result<Option<PhoneNumber>, Problem> {
        let read = |value| match value {
            Value::String(number) => match Identifier::phone(number) {
                Identifier::PhoneNumber(number) => Ok(number),
                _ => Err(format!("{name} is no phone number")),
            },
            object => serde_json::from_value(object).map_err(|error| format!("{name}: {error}")),
        };
        self.take(name).map(read).transpose()
    }
}

fn identifier(value: Value) -> Result<Identifier, Problem> {
    match value {
        Value::String(raw_id) => Ok(Identifier::from_raw_id(&raw_id)),
        object => serde_json::from_value(object).map_err(|error| error.to_string()),
    }
}
