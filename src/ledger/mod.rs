//! The durable store: journal, calls, outbox, queue.
//!
//! | module | what it holds |
//! |---|---|
//! | [`port`] | [`Ledger`]: what the rest of the service may ask, and the types it asks with |
//! | [`sqlite`] | [`SqliteLedger`]: the embedded store |
//! | `conformance` | the tests that every store has to pass |

pub mod port;
pub mod sqlite;

#[cfg(test)]
mod conformance;

pub use port::{
    Arrival, CallSummary, Decider, Decision, Due, Fate, Forgotten, JournalRow, KeptSince, Ledger,
    LedgerError, Outgoing, Personal, PresentAgent, Quarantined, Recorded,
};
pub use sqlite::{BackupError, Checked, OpenOptions, SqliteLedger, check_backup, make_backup};
