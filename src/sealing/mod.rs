//! Keys and what they do: personal data sealed at rest, look-ups by peppered hash, signed callback paths.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ring`] | [`KeyRing`]: the deployment's keys, from one file; the first is current, the others still open |
//! | [`call_key`] | [`CallKey`]: one key per call, kept only wrapped by the ring; deleting it erases the caller |
//! | [`path`] | [`PathSigner`]: the signature in a call's callback path |

pub mod call_key;
pub mod path;
pub mod ring;

mod key_file;
mod sealed;

use serde_json::error::Category;

pub use call_key::{CallKey, Place};
pub use path::PathSigner;
pub use ring::{KeyRing, KeyRingError, LookUp};

/// Opened bytes are not the JSON that was expected: damaged, or of another release. Says where, never what:
/// serde's own errors quote values, which are personal here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not what this release writes: {kind} at line {line}, column {column}")]
pub struct Malformed {
    kind: &'static str,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        let kind = match error.classify() {
            Category::Io => "unreadable bytes",
            Category::Syntax => "no JSON",
            Category::Data => "another value than expected",
            Category::Eof => "the end",
        };
        Self { kind, line: error.line(), column: error.column() }
    }
}

/// Something could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The operating system gave no randomness, or the cipher refused.
    #[error("nothing could be sealed: the operating system gave no random bytes")]
    NoRandomness,
    /// Too short to be something sealed, or of another format.
    #[error("sealed bytes are damaged: they end too early or have an unknown format")]
    Damaged,
    /// The tag does not fit the bytes, the key or the place.
    #[error(
        "sealed bytes do not open: they were changed, moved from another row, or sealed with another key"
    )]
    DoesNotOpen,
    /// The ring no longer holds the key.
    #[error("key {id} is not in the key ring: put its line back into the key file")]
    UnknownKey {
        /// Which.
        id: String,
    },
}
