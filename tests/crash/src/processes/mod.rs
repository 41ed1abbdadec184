//! The processes of a run: replicas, database, emulator, and what they need to find each other.

mod certificates;
mod child;
mod emulator;
mod postgres;
mod replica;
mod settings;
mod store;

pub(crate) use certificates::Authority;
pub(crate) use child::{RigError, at, output, write};
pub(crate) use emulator::Emulator;
pub(crate) use postgres::Postgres;
pub(crate) use replica::Replica;
pub(crate) use settings::{AUDIENCE, Ports, settings};
pub(crate) use store::Store;
