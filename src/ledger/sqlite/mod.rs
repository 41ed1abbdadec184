//! The embedded store: one SQLite file in WAL mode, one writer thread with group commit, reader threads.
//!
//! | module | what it holds |
//! |---|---|
//! | `store` | [`SqliteLedger`]: open, stop, and the port |
//! | `open` | connections, the lock file, what is refused |
//! | `schema` | tables and migrations |
//! | `writer` | the thread that drains its queue into one transaction |
//! | `readers` | the threads that read |
//! | `session` | what a job has at hand within the transaction, and the calls held in memory |
//! | `record`, `apply`, `backlog` | inputs: kept, decided upon, tried again |
//! | `calls`, `journal`, `outbox`, `orphans`, `queue`, `assign`, `vault` | one family of tables each |
//! | `backup` | a copy of the file while it is in use, and whether a copy is whole |
//! | `keeping` | how long data is kept, whose it is, which keys it needs |
//! | `aside` | what cannot be read is taken out of the way |
//! | `read` | what readers ask |
//! | `convert` | errors and numbers between Rust and SQLite |

mod apply;
mod aside;
mod assign;
mod backlog;
mod backup;
mod cache;
mod calls;
mod convert;
mod journal;
mod keeping;
mod open;
mod orphans;
mod outbox;
mod queue;
mod read;
mod readers;
mod record;
mod schema;
mod session;
mod store;
mod vault;
mod writer;

#[cfg(test)]
mod tests;

pub use backup::{BackupError, Checked, check_backup, make_backup};
pub use open::OpenOptions;
pub use store::SqliteLedger;
