//! What a job has at hand within the transaction.

use rusqlite::Connection;

use crate::{ledger::port::Decider, sealing::KeyRing};

use super::cache::Cache;

/// One job's view of the open transaction. The modules beside this one add what it can do.
pub(super) struct Session<'a> {
    pub(super) conn: &'a Connection,
    pub(super) cache: &'a mut Cache,
    pub(super) keys: &'a KeyRing,
    pub(super) decider: &'a dyn Decider,
    /// Marks outbox rows of this process.
    pub(super) owner: i64,
    /// Set by a job that deleted a key: the WAL has to be cut.
    pub(super) cut_wal: &'a mut bool,
}
