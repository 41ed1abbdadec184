//! The node that gives the caller to a voice agent.

use std::collections::BTreeMap;

use crate::{Millis, flow::expression::Expression};

use super::NodeName;

/// The caller talks with a voice agent: the sound goes to it over a web socket, and its sound comes back.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The voice agent, by its name in the settings: a flow holds no address.
    pub to: String,
    /// What the agent is told of the call, by name, in order.
    pub send: Vec<(String, Expression)>,
    /// How long they talk at most, in ms (10,000 to 7,200,000). Default 600,000.
    pub max: Millis,
    /// Where the call goes by the word with which the agent hands the caller over.
    pub hand_over: BTreeMap<String, NodeName>,
    /// Variables set from `handed`, what the agent gives with the caller, in order.
    pub set: Vec<(String, Expression)>,
    /// Where the call goes when the agent has ended the talk, or `max` is over.
    pub next: NodeName,
    /// Where the call goes when the agent could not be reached, broke off, hands over with another word, or `send` or
    /// `set` cannot be reckoned.
    pub failed: NodeName,
}
