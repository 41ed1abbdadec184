//! The demo: emulator, service and company endpoint in one process, nothing of Azure.
//!
//! The service cannot tell: it speaks HTTPS to the emulator, takes signed webhooks from it, and reads
//! presence with an Entra token, exactly as it would in production.

mod lookup;
mod once;
mod page;
mod routes;
mod setup;

pub use once::{OnceError, OnceOptions, once};
pub use setup::{Demo, DemoError, DemoOptions};

/// The shipped flow.
pub const FLOW: &str = include_str!("../../flows/airline/flow.yaml");
/// The scenario that `demo --once` plays.
pub const SCENARIO: &str = include_str!("../../flows/airline/a-person.yaml");
