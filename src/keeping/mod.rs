//! How long data is kept, and how it is taken out: by age, by erasure, as an export.
//!
//! | module | what it does |
//! |---|---|
//! | `retention` | deletes what is older than it may be kept, in small steps |
//! | `erasures` | the list of calls to be erased, which outlives backups |
//! | `export` | everything that is known of a call, as JSON |

mod erasures;
mod export;
mod retention;

pub use erasures::{Erasures, ErasuresError, run_erasures};
pub use export::{Export, ExportedBody, ExportedRow, export_of};
pub use retention::{KeepFor, run_retention};
