//! Sends commands: after the commit, in the order of their lanes, with one table of retries.
//!
//! | file | what |
//! |---|---|
//! | `payload` | a command as it will be sent, rendered once and stored |
//! | `retry` | the one table: what a try's outcome means |
//! | `send` | one try over HTTP |
//! | `lanes` | order and persistence around it |

mod lanes;
mod payload;
mod retry;
mod send;

pub use lanes::Dispatch;
pub use payload::{Outward, Payload};
pub use send::Sender;
