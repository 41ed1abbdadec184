//! Sends commands: after the commit, in the order of their lanes, with one table of retries.
//!
//! | file | what |
//! |---|---|
//! | `payload`, `people` | a command as it will be sent, rendered once and stored |
//! | `retry` | the one table: what a try's outcome means |
//! | `transmit` | the door: one try of one command |
//! | `send`, `fetch` | that try over HTTP: to Call Automation, to an endpoint that a flow names |
//! | `breaker`, `budget` | whether a dependency is worth asking, and how often again |
//! | `urgency`, `turns`, `gate` | who asks it first: one line before each dependency |
//! | `course` | a command's course from its turn to its settlement |
//! | `lanes` | order around it |

mod breaker;
mod budget;
mod course;
mod fetch;
mod gate;
mod lanes;
mod payload;
mod people;
mod retry;
mod send;
mod transmit;
mod turns;
mod urgency;

pub use fetch::Endpoints;
pub use lanes::Dispatch;
pub use payload::{Outward, Payload};
pub use retry::Try;
pub use send::Sender;
pub use transmit::{Answer, Transmit};
