//! Whole conversations through `step`, and random ones that must keep every invariant.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on says where and why"
)]

mod hops;
mod line;

mod alive_or_gone;
mod asking;
mod consent;
mod conversations;
mod denied;
mod entry;
mod faults;
mod late_and_lost;
mod nodes;
mod party;
mod properties;
mod recording;
mod recording_fate;
mod retries;
mod stream;
