//! What is done to the service: drawn from the seed (`plan`), and carried out (`strike`).

mod plan;
mod strike;
mod targets;

pub(crate) use plan::{Planned, plan};
pub(crate) use strike::{strike, watch_machine};
pub(crate) use targets::{Links, Targets};
