//! Whole conversations through `step`, and random ones that must keep every invariant.

#[path = "line.rs"]
mod line;

mod conversations;
mod properties;
