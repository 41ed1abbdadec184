//! The door to the world: one try of one command.

use async_trait::async_trait;
use engine::call::Input;

use crate::ledger::Outgoing;

use super::{payload::Payload, retry::Try};

/// Carries a command out once. HTTP in production ([`super::Sender`]); the simulator puts its world here.
///
/// It never tries twice, and it answers within its own limit: what a try's outcome means is decided by
/// the one table of retries.
#[async_trait]
pub trait Transmit: Send + Sync {
    /// One try.
    async fn attempt(&self, command: &Outgoing, payload: &Payload) -> Answer;
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// For the retry table.
    Settled(Try),
    /// It is an input by itself.
    Input(Input),
}
