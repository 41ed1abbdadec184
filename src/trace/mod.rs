//! The read model of the journal: what happened to a call, in order, in words, with the reasons.
//!
//! Everything here is derived from journal rows; nothing is stored. Texts may hold personal data, so
//! they are shown only where the reader may see it: the demo on loopback and the operator's terminal.

mod describe;
mod entries;
mod ladder;

pub use entries::{Entry, EntryKind, Party, Trace, trace_of};
pub use ladder::ladder;
