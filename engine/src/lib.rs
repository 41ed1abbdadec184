//! What decides. Pure, total and deterministic: no clock, network, database or randomness enters here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`flow`] | the flow language: parser, checker, expressions, texts |
//! | [`call`] | one call: its state, its inputs, and [`call::step()`], which decides |
//! | [`queue`] | who is offered to whom: [`queue::assign`] |
//! | [`invariants`] | what must hold after every step (V1 to V14) |
//!
//! The same call, input and environment always give the same step, so that a call can be replayed,
//! simulated and explained.

pub mod call;
pub mod flow;
pub mod invariants;
pub mod queue;

/// Milliseconds: a duration, or a time since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The version of this engine's decisions and snapshots. A release reads its own and the previous one.
pub const ENGINE_VERSION: u16 = 1;
