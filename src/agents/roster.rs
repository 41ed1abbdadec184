//! Queues and their agents.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use engine::Millis;

use crate::settings::{Agent, Queue};

/// Queues and their agents, as the settings say.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    queues: BTreeMap<String, Members>,
    ids: Vec<String>,
}

/// The agents of a queue.
#[derive(Debug, Clone)]
pub struct Members {
    /// In the order of the settings.
    pub agents: Vec<Agent>,
    /// Pause after a call, in ms.
    pub wrap_up: Millis,
    /// Pause after a missed offer, in ms.
    pub missed_pause: Millis,
}

impl Roster {
    /// The roster of these queues.
    pub fn new(queues: &[Queue]) -> Self {
        let ids: BTreeSet<String> =
            queues.iter().flat_map(|queue| &queue.agents).map(|agent| agent.id.clone()).collect();
        let queues = queues.iter().map(|queue| (queue.name.clone(), Members::of(queue))).collect();
        Self { queues, ids: ids.into_iter().collect() }
    }

    /// The agents of a queue; None if there is no such queue.
    pub fn queue(&self, name: &str) -> Option<&Members> {
        self.queues.get(name)
    }

    /// The names of all queues, in order.
    pub fn queue_names(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }

    /// The Entra object ids of all agents, each once, in order.
    pub fn agent_ids(&self) -> &[String] {
        &self.ids
    }
}

impl Members {
    fn of(queue: &Queue) -> Self {
        Self {
            agents: queue.agents.clone(),
            wrap_up: millis(queue.wrap_up),
            missed_pause: millis(queue.missed_pause),
        }
    }
}

/// A duration of the settings as the engine counts.
pub(super) fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_of_two_queues_is_polled_once() {
        let agent = |id: &str| Agent { id: id.to_owned(), name: id.to_uppercase() };
        let roster = Roster::new(&[
            Queue::new("sales", vec![agent("b"), agent("a")]),
            Queue::new("people", vec![agent("a")]),
        ]);
        assert_eq!(roster.agent_ids(), ["a", "b"]);
        assert_eq!(roster.queue_names().collect::<Vec<_>>(), ["people", "sales"]);
        let sales = roster.queue("sales").unwrap();
        assert_eq!(sales.agents[0].name, "B");
        assert_eq!((sales.wrap_up, sales.missed_pause), (5_000, 30_000));
        assert!(roster.queue("none").is_none());
    }
}
