//! Whole calls in one thread and in virtual time: the real engine, ledger, runner, dispatch and intake
//! against the emulator's world, with everything that may go wrong, all of it drawn from a seed.
//!
//! | module | what it holds |
//! |---|---|
//! | [`plan`] | what happens in a run: callers, agents, faults; made of a seed |
//! | [`world`] | the emulator, people, the wire, troubles, and the eyes that watch them |
//! | [`doors`] | the service's doors, with the world behind them |
//! | [`service`] | one process of the service |
//! | [`run`](mod@run) | one run, process after process |
//! | [`after`] | what must hold when all is over |
//! | [`shrink`](mod@shrink) | a smaller plan that still fails |
//! | [`flows`], [`random`] | the flows that are run; chance from a seed |

pub mod after;
pub mod doors;
pub mod flows;
pub mod plan;
pub mod random;
pub mod run;
pub mod service;
pub mod shrink;
pub mod world;
