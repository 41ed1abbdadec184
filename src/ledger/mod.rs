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
    Arrival, CallSummary, Decider, Decision, Due, Fate, JournalRow, Ledger, LedgerError, Outgoing,
    Personal, PresentAgent, Recorded,
};
pub use sqlite::{OpenOptions, SqliteLedger};
