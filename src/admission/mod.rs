//! Who is let in while the ledger is slow or down, and what becomes of the others.
//!
//! Mid-call events come first: people hear each other. A new call is worth something only while it rings.
//! So a new call that the ledger cannot take soon is sent to the fallback number or refused without the
//! ledger, noted in a file, and told to the ledger later (RELIABILITY.md, design decisions 10 and 11).
//!
//! | file | what |
//! |---|---|
//! | `pressure` | how long the ledger takes, and whether it takes anything |
//! | `door` | what that means for a new call: the one table |
//! | `newest` | new calls take their turn newest first |
//! | `keep` | an arrival is kept within 2 s, or its sender is told to try again |
//! | `last_resort` | redirect, reject, or nothing |
//! | `spool` | the file |
//! | `import` | from the file into the ledger |

mod door;
mod import;
mod keep;
mod last_resort;
mod newest;
mod pressure;
mod spool;

pub use import::run_import;
pub use keep::{Admission, Unkept};
pub use last_resort::{LastResort, Stranded};
pub use spool::{Spool, SpoolError};
