//! Who answers: the roster of the settings, and what is known of each agent's presence.
//!
//! Presence is a hint with an age. What we know ourselves (offers, our own calls, pauses) is fused
//! with it in the ledger, under the queue's lock.
//!
//! | module | what it holds |
//! |---|---|
//! | [`roster`] | queues and their agents |
//! | [`snapshot`] | what was last seen of each agent, and how old that is |
//! | [`poller`] | keeps the snapshot fresh |

pub mod poller;
pub mod roster;
pub mod snapshot;

pub use poller::PresencePoller;
pub use roster::Roster;
pub use snapshot::Snapshot;
