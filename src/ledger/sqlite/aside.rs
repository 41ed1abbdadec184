//! What cannot be read is taken out of the way of everything else until the file is opened again.

use engine::call::CallId;
use rusqlite::Connection;

use crate::ledger::port::LedgerError;

use super::{
    calls::Found,
    convert::{Doing, when_readable},
    session::Session,
};

/// At an opening: another key ring or release may read what the last one could not.
pub(super) fn take_up(conn: &Connection) -> Result<(), LedgerError> {
    conn.execute_batch(
        "UPDATE call SET aside = 0 WHERE aside = 1;
         UPDATE outbox SET aside = 0 WHERE aside = 1;",
    )
    .doing("take up what was set aside")
}

impl Session<'_> {
    /// The port's `set_aside`. Deadline and backlog stay in the row for the day when it can be read.
    pub(super) fn set_aside(&mut self, call: &CallId) -> Result<(), LedgerError> {
        // What is in memory would not know that the row says so.
        self.cache.take(call);
        self.conn
            .prepare_cached("UPDATE call SET aside = 1 WHERE id = ?1")
            .and_then(|mut statement| statement.execute([call.as_str()]))
            .doing("set a call aside")
            .map(|_| ())
    }

    /// Whether the call opens. If not, it is logged and set aside.
    pub(super) fn opens_or_set_aside(&mut self, call: &CallId) -> Result<bool, LedgerError> {
        match when_readable(self.find(call))? {
            Ok(Found::Here(entry)) => {
                self.cache.put(*entry);
                Ok(true)
            }
            Ok(Found::Erased | Found::Unknown) => Ok(true),
            Err(error) => {
                tracing::error!(
                    call.id = %call,
                    error = &error as &dyn std::error::Error,
                    "a waiting call cannot be read: it gets no agent until the next start"
                );
                self.set_aside(call)?;
                Ok(false)
            }
        }
    }
}
