//! The durable store: journal, calls, outbox, queue.
//!
//! | module | what it holds |
//! |---|---|
//! | [`port`] | [`Ledger`]: what the rest of the service may ask, and the types it asks with |
//! | `rows` | what stored rows mean, whatever engine keeps them |
//! | [`sqlite`] | [`SqliteLedger`]: the embedded store |
//! | [`postgres`] | [`PostgresLedger`]: the store that replicas share |
//! | `conformance` | the tests that every store has to pass |

pub mod port;
pub mod postgres;
mod rows;
pub mod sqlite;

#[cfg(test)]
mod conformance;

pub use port::{
    Arrival, CallSummary, Claim, Decider, Decision, Due, Fate, Forgotten, Holding, JournalRow,
    KeptSince, Ledger, LedgerError, Outgoing, Personal, PresentAgent, Quarantined, Recorded,
};
pub use postgres::{PostgresLedger, PostgresOptions};
pub use sqlite::{BackupError, Checked, OpenOptions, SqliteLedger, check_backup, make_backup};
