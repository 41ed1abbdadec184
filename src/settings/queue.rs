//! `[[queue]]`: who answers.

use std::{collections::BTreeSet, time::Duration};

use super::{
    problem::Problem,
    section::{Key, Section},
    source::{Node, Placed, Table},
    value,
};

/// A queue and its agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The name that flows use.
    pub name: String,
    /// Its agents, each once.
    pub agents: Vec<Agent>,
    /// How long an agent is left alone after a call.
    pub wrap_up: Duration,
    /// How long an agent is left alone after not answering an offer.
    pub missed_pause: Duration,
}

impl Queue {
    /// A queue with the default pauses: 5 s after a call, 30 s after a missed offer.
    pub fn new(name: impl Into<String>, agents: Vec<Agent>) -> Self {
        Self {
            name: name.into(),
            agents,
            wrap_up: Duration::from_secs(5),
            missed_pause: Duration::from_secs(30),
        }
    }
}

/// A Teams user who takes calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Entra object id, a GUID in lower case. Not the sign-in name.
    pub id: String,
    /// Name for supervisors and traces.
    pub name: String,
}

const NAME: Key = Key { name: "name", write: "the name that flows use, once for each queue" };
const AGENTS: Key = Key {
    name: "agents",
    write: "a list like [{ id = \"object id\", name = \"Adele Vance\" }], each agent once",
};
const WRAP_UP: Key = Key { name: "wrap_up", write: "a duration from \"0s\" to \"1h\"" };
const MISSED_PAUSE: Key = Key { name: "missed_pause", write: "a duration from \"0s\" to \"1h\"" };
const AGENT_ID: Key = Key { name: "id", write: "the Entra object id, a GUID, of a Teams user" };
const AGENT_NAME: Key = Key { name: "name", write: "the agent's name" };

pub(super) const KEYS: &[&Key] = &[&NAME, &AGENTS, &WRAP_UP, &MISSED_PAUSE];
pub(super) const AGENT_KEYS: &[&Key] = &[&AGENT_ID, &AGENT_NAME];

/// Reads all queues; there may be none.
pub(super) fn read(root: &Table, problems: &mut Vec<Problem>) -> Vec<Queue> {
    let items = match root.get("queue").map(|placed| (&placed.node, &placed.origin)) {
        None => return Vec::new(),
        Some((Node::List(items), _)) => items,
        Some((node, origin)) => {
            problems.push(Problem {
                place: origin.place("queue"),
                wrong: format!("this is {}, not a list of queues", value::kind(node)),
                instead: "write [[queue]], with two brackets, once for each queue".to_owned(),
            });
            return Vec::new();
        }
    };
    let mut names = BTreeSet::new();
    items
        .iter()
        .enumerate()
        .filter_map(|(at, placed)| queue(&format!("queue[{at}]"), placed, &mut names, problems))
        .collect()
}

fn queue(
    path: &str,
    placed: &Placed,
    names: &mut BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> Option<Queue> {
    let mut section = Section::of(path.to_owned(), Some(placed), KEYS, problems);
    let name = section.required(&NAME, value::text);
    if let Some(name) = &name
        && !names.insert(name.clone())
    {
        section.reject(&NAME, format!("another queue is called {name:?}"));
    }
    let hour = Duration::from_hours(1);
    let pauses = value::between(Duration::ZERO, hour);
    let wrap_up = section.optional(&WRAP_UP, &pauses);
    let missed_pause = section.optional(&MISSED_PAUSE, &pauses);
    let agents = agents(&mut section);
    let mut queue = Queue::new(name?, agents?);
    queue.wrap_up = wrap_up.unwrap_or(queue.wrap_up);
    queue.missed_pause = missed_pause.unwrap_or(queue.missed_pause);
    Some(queue)
}

fn agents(section: &mut Section<'_>) -> Option<Vec<Agent>> {
    let items = match section.get(&AGENTS).map(|placed| &placed.node) {
        Some(Node::List(items)) => items,
        Some(other) => {
            section.reject(&AGENTS, format!("this is {}, not a list", value::kind(other)));
            return None;
        }
        None => {
            section.reject(&AGENTS, "this is missing".to_owned());
            return None;
        }
    };
    let mut seen = BTreeSet::new();
    let mut agents = Vec::new();
    for (at, placed) in items.iter().enumerate() {
        let path = format!("{}.agents[{at}]", section.path());
        let found = agent(path, placed, section.problems())?;
        if !seen.insert(found.id.clone()) {
            section.reject(&AGENTS, format!("{} is in it twice", found.name));
        }
        agents.push(found);
    }
    Some(agents)
}

fn agent(path: String, placed: &Placed, problems: &mut Vec<Problem>) -> Option<Agent> {
    let mut section = Section::of(path, Some(placed), AGENT_KEYS, problems);
    let id = section.required(&AGENT_ID, value::guid);
    let name = section.required(&AGENT_NAME, value::text);
    Some(Agent { id: id?, name: name? })
}
