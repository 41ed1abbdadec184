//! The people of the world and what they see: callers and agents, driven over the emulator's control API, and
//! the record of everything that happens.

mod agents;
mod callers;
mod control;
mod recorder;

pub(crate) use agents::agent;
pub(crate) use callers::caller;
pub(crate) use control::World;
pub(crate) use recorder::{Record, Seen, record};
