//! What stored rows mean, whatever engine keeps them.
//!
//! | module | what it holds |
//! |---|---|
//! | `entry` | a call with all that is known of its row; its snapshot |
//! | `decide` | one step: decided, checked, rendered |
//! | `journal` | the plain and the sealed part of a journal row |
//! | `migration` | the steps of a schema |
//! | `outbox` | commands, and those without a sender |
//! | `quarantine` | how much it holds |
//! | `convert` | values between Rust and columns |

pub(super) mod convert;
pub(super) mod decide;
pub(super) mod entry;
pub(super) mod journal;
pub(super) mod migration;
pub(super) mod outbox;
pub(super) mod quarantine;
