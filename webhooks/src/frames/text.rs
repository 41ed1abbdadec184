//! Personal text that borrows from its frame.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::json::Text;

/// Personal text of a frame: who speaks, what was said, which key was pressed. No `Display`;
/// `Debug` tells only how long it is.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sensitive<'a>(Cow<'a, str>);

impl<'a> Sensitive<'a> {
    /// Takes the text as it is.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    /// The text itself. Never log what this returns.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same text, copied out of its frame.
    pub fn into_owned(self) -> Sensitive<'static> {
        Sensitive(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Debug for Sensitive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sensitive({})", self.0.chars().count())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Sensitive<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|Text(text)| Self(text))
    }
}
