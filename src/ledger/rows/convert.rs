//! Errors and values between Rust and columns.

use std::{error::Error, fmt, sync::Arc};

use engine::call::{Lane, Number};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    ledger::port::LedgerError,
    sealing::{Malformed, SealingError},
};

/// Turns sealing errors into the port's.
pub(in crate::ledger) trait Sealed<T> {
    fn sealed(self) -> Result<T, LedgerError>;
}

impl<T> Sealed<T> for Result<T, SealingError> {
    fn sealed(self) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Sealing(Box::new(source)))
    }
}

/// Why a transaction failed.
pub(in crate::ledger) type Cause = Box<dyn Error + Send + Sync>;

/// A cause that every job of a failed transaction is told.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct Shared(Arc<dyn Error + Send + Sync>);

impl From<Cause> for Shared {
    fn from(cause: Cause) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Text for a column, from one of our own types.
pub(in crate::ledger) fn to_json<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(|source| unreadable("to be written", source))
}

/// Bytes to be sealed, from one of our own types.
pub(in crate::ledger) fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, LedgerError> {
    serde_json::to_vec(value).map_err(|source| unreadable("to be written", source))
}

/// One of our own types, from a column's text or opened bytes. `what` names the row.
pub(in crate::ledger) fn from_json<T: DeserializeOwned>(
    json: &[u8],
    what: impl FnOnce() -> String,
) -> Result<T, LedgerError> {
    serde_json::from_slice(json).map_err(|source| unreadable(what(), Malformed::from(source)))
}

/// The error for a row that is not what it should be.
pub(in crate::ledger) fn unreadable(
    what: impl Into<String>,
    source: impl Error + Send + Sync + 'static,
) -> LedgerError {
    LedgerError::Unreadable { what: what.into(), source: Box::new(source) }
}

/// Tells a row that cannot be read (the inner error) from a store that fails (the outer one).
pub(in crate::ledger) fn when_readable<T>(
    result: Result<T, LedgerError>,
) -> Result<Result<T, LedgerError>, LedgerError> {
    match result {
        Err(error) if !error.is_unreadable() => Err(error),
        other => Ok(other),
    }
}

/// A lane as its column's text.
pub(in crate::ledger) fn lane_to_text(lane: Lane) -> String {
    match lane {
        Lane::Control => "control".to_owned(),
        Lane::Inspection => "inspection".to_owned(),
        Lane::Media => "media".to_owned(),
        Lane::Recording => "recording".to_owned(),
        Lane::Fetch => "fetch".to_owned(),
        Lane::Streaming => "streaming".to_owned(),
        Lane::Invitation(number) => format!("invitation {number}"),
    }
}

/// A lane from its column's text.
pub(in crate::ledger) fn lane_from_text(text: &str) -> Option<Lane> {
    match text {
        "control" => Some(Lane::Control),
        "inspection" => Some(Lane::Inspection),
        "media" => Some(Lane::Media),
        "recording" => Some(Lane::Recording),
        "fetch" => Some(Lane::Fetch),
        "streaming" => Some(Lane::Streaming),
        other => {
            let number: Number = other.strip_prefix("invitation ")?.parse().ok()?;
            Some(Lane::Invitation(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_opened_bytes_does_not_quote_them() {
        let told = from_json::<u16>(br#""canary +44""#, || "call x".to_owned()).unwrap_err();
        let source = told.source().unwrap().to_string();
        assert_eq!(
            source,
            "not what this release writes: another value than expected at line 1, column 12"
        );
        assert!(!format!("{told} {told:?}").contains("canary"));
    }

    #[test]
    fn lanes_survive_their_column() {
        let lanes = [
            Lane::Control,
            Lane::Inspection,
            Lane::Media,
            Lane::Recording,
            Lane::Fetch,
            Lane::Streaming,
            Lane::Invitation(12),
        ];
        for lane in lanes {
            assert_eq!(lane_from_text(&lane_to_text(lane)), Some(lane));
        }
        assert_eq!(lane_from_text("elsewhere"), None);
    }
}
