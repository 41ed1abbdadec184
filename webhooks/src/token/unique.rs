//! JSON objects that say nothing twice.

use std::fmt;

use serde::Deserialize;
use serde::de::{Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Refusal;

/// What the error of a repeated member starts with; serde errors carry text only.
const REPEATED: &str = "repeated member";

struct Unique(Map<String, Value>);

/// Reads an object. Two parsers may disagree about a member that is there twice, so it is refused.
pub(super) fn unique_object(json: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice::<Unique>(json) {
        Ok(Unique(map)) => Ok(map),
        Err(error) if error.to_string().starts_with(REPEATED) => Err(Refusal::DuplicateMember),
        Err(_) => Err(Refusal::Malformed),
    }
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members).map(Self)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom(REPEATED));
            }
        }
        Ok(map)
    }
}
