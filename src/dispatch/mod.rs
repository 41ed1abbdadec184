//! Sends commands: after the commit, in the order of their lanes, with one table of retries.
//!
//! | file | what |
//! |---|---|
//! | `payload` | a command as it will be sent, rendered once and stored |
//! | `retry` | the one table: what a try's outcome means |
//! | `transmit` | the door: one try of one command |
//! | `send` | that try over HTTP |
//! | `lanes` | order and persistence around it |

mod lanes;
mod payload;
mod retry;
mod send;
mod transmit;

pub use lanes::Dispatch;
pub use payload::{Outward, Payload};
pub use retry::Try;
pub use send::Sender;
pub use transmit::{Answer, Transmit};
