//! `--state`: the world outlives its process.
//!
//! All of it is one JSON file in the state folder, written whole beside the old one and then put in
//! its place, so that a `kill -9` leaves either the old or the new. It holds personal data in clear
//! text and is readable by its owner only.

mod file;
mod fixed;
mod keep;

pub(crate) use file::{StateError, StateFolder};
pub(crate) use fixed::{Fixed, fixed};
pub(crate) use keep::keep;
