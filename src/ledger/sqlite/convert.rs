//! SQLite's errors as the port's.

use crate::ledger::port::LedgerError;

pub(super) use crate::ledger::rows::convert::{
    Cause, Sealed, Shared, from_json, lane_to_text, to_bytes, to_json, when_readable,
};

/// Turns SQLite's errors into the port's, saying what was tried.
pub(super) trait Doing<T> {
    /// `doing` completes the sentence "the database could not …".
    fn doing(self, doing: &'static str) -> Result<T, LedgerError>;
}

impl<T> Doing<T> for Result<T, rusqlite::Error> {
    fn doing(self, doing: &'static str) -> Result<T, LedgerError> {
        self.map_err(|source| LedgerError::Database { doing, source: Box::new(source) })
    }
}
