//! Personal and secret text that does not print.
//!
//! These types have no `Display`, and their `Debug` tells only how long the text is. Serialising
//! writes the text: what stores it has to seal it.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! redacted {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself. Never log what this returns.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.chars().count())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

redacted! {
    /// Keys that a caller pressed, such as `1234#`.
    Digits;
    /// Words that a caller spoke, as the speech service wrote them down.
    Speech;
    /// Text that gives power to whoever reads it: a key, a password, a header of a caller.
    Secret;
    /// A phone number, usually E.164, or the word `anonymous`.
    Phone;
    /// The name that a caller shows. Callers from the telephone network show their number here.
    DisplayName;
    /// Something about the caller or the reason of the call.
    CallerText;
    /// The subject of an Event Grid event, which holds the raw ids of caller and callee.
    Subject;
    /// The capability to answer one incoming call, several kB. Opaque; whoever has it can take the
    /// call (contract section 5.2).
    IncomingCallContext;
}

/// JSON of a shape that this version does not know, kept whole. `Debug` tells only its size.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untyped(serde_json::Value);

impl Untyped {
    /// Takes the JSON as it is.
    pub fn new(json: serde_json::Value) -> Self {
        Self(json)
    }

    /// The JSON itself. Never log what this returns.
    pub fn expose(&self) -> &serde_json::Value {
        &self.0
    }
}

/// Members of an event that this version does not know, as they came. Each part is an object, or
/// `null` if there are none. Members of nested objects are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UnknownMembers {
    /// Beside `data`.
    pub envelope: Untyped,
    /// In `data`, except where the kind keeps its data whole.
    pub data: Untyped,
}

impl From<serde_json::Value> for Untyped {
    fn from(json: serde_json::Value) -> Self {
        Self(json)
    }
}

impl fmt::Debug for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untyped({} bytes)", self.0.to_string().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_length_and_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Digits::new("123")), "Digits(3)");
        assert_eq!(format!("{:?}", Phone::new("+14255550123")), "Phone(12)");
        assert_eq!(format!("{:?}", Untyped::new(serde_json::json!("secret"))), "Untyped(8 bytes)");
    }

    #[test]
    fn json_is_the_bare_text() {
        let json = serde_json::to_string(&Speech::new("my name")).unwrap();
        assert_eq!(json, "\"my name\"");
        assert_eq!(serde_json::from_str::<Speech>(&json).unwrap(), Speech::new("my name"));
    }
}
