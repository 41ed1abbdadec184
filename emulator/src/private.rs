//! Text that belongs to a person or opens a door, and therefore stays out of logs.

use serde::{Deserialize, Serialize};

/// A phone number, a spoken sentence, pressed digits, a secret. Its `Debug` hides the text and it
/// has no `Display`; [`Private::expose`] is the one way to the text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the wire.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Private {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "[private, {} bytes]", self.0.len())
    }
}

impl From<&str> for Private {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Private {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn debug_shows_the_length_only() {
        let shown = format!("{:?}", Private::new("+442079460123"));
        assert_eq!(shown, "[private, 13 bytes]");
    }
}
