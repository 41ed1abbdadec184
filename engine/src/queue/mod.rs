//! Who is offered to whom. Pure: the caller of [`assign`] holds the queue's lock and writes the result.

mod assign;
mod availability;

pub use assign::{AgentState, Verdict, Waiting, assign};
pub use availability::Availability;
