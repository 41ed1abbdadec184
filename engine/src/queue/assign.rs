//! Longest idle first; ties by a hash of call and agent, never by chance.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{
    Millis,
    call::{AgentRef, CallId},
};

use super::Availability;

/// A call in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which call.
    pub call: CallId,
    /// Since when: the place in the queue.
    pub since: Millis,
    /// Agents who already let this call pass.
    pub tried: Vec<String>,
}

/// An agent of the queue, as known at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentState {
    /// Who.
    pub agent: AgentRef,
    /// Presence, from Graph.
    pub availability: Availability,
    /// How old that presence is, in ms.
    pub presence_age: Millis,
    /// Reserved for a call or an offer of ours: capacity is one.
    pub reserved: bool,
    /// Not before this time: wrap-up, or a missed offer.
    pub not_before: Millis,
    /// Since when without a call of ours.
    pub idle_since: Millis,
}

/// What becomes of a waiting call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The agent is reserved for the call.
    Offer {
        /// Which call.
        call: CallId,
        /// Who.
        agent: AgentRef,
        /// Age of the presence that spoke for the agent, in ms.
        presence_age: Millis,
        /// For and against each agent, best first.
        why: Vec<String>,
    },
    /// Nobody can take it now, nor soon: nobody who has not been tried is free, busy or wrapping up.
    Unavailable {
        /// Which call.
        call: CallId,
        /// Against each agent.
        why: Vec<String>,
    },
    /// Somebody may become free.
    Wait {
        /// Which call.
        call: CallId,
    },
}

/// Gives each waiting call, longest waiting first, the free agent who has been idle longest.
///
/// No agent appears in two offers of one result, and none is offered who is reserved (V10).
pub fn assign(waiting: &[Waiting], agents: &[AgentState], now: Millis) -> Vec<Verdict> {
    let mut order: Vec<&Waiting> = waiting.iter().collect();
    order.sort_by(|a, b| (a.since, &a.call).cmp(&(b.since, &b.call)));
    let mut taken = BTreeSet::new();
    order.into_iter().map(|call| verdict(call, agents, now, &mut taken)).collect()
}

fn verdict<'a>(
    call: &Waiting,
    agents: &'a [AgentState],
    now: Millis,
    taken: &mut BTreeSet<&'a str>,
) -> Verdict {
    let mut ranked: Vec<(Standing, &AgentState)> =
        agents.iter().map(|agent| (standing(call, agent, now, taken), agent)).collect();
    ranked.sort_by_key(|(standing, agent)| {
        (standing.rank(), agent.idle_since, tie(&call.call, &agent.agent.id))
    });
    let why = ranked.iter().map(|(standing, agent)| explain(*standing, agent, now)).collect();
    match ranked.first() {
        Some((Standing::Free | Standing::Idle, agent)) => {
            taken.insert(agent.agent.id.as_str());
            Verdict::Offer {
                call: call.call.clone(),
                agent: agent.agent.clone(),
                presence_age: agent.presence_age,
                why,
            }
        }
        Some((Standing::Soon(_), _)) => Verdict::Wait { call: call.call.clone() },
        Some((Standing::No(_), _)) | None => Verdict::Unavailable { call: call.call.clone(), why },
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Free,
    Idle,
    Soon(&'static str),
    No(&'static str),
}

impl Standing {
    fn rank(self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Idle => 1,
            Self::Soon(_) => 2,
            Self::No(_) => 3,
        }
    }
}

fn standing(call: &Waiting, agent: &AgentState, now: Millis, taken: &BTreeSet<&str>) -> Standing {
    if call.tried.contains(&agent.agent.id) {
        return Standing::No("already rung for this call");
    }
    if agent.reserved || taken.contains(agent.agent.id.as_str()) {
        return Standing::Soon("with another call");
    }
    match agent.availability {
        Availability::Free | Availability::Idle if agent.not_before > now => {
            Standing::Soon("pausing after the last call")
        }
        Availability::Free => Standing::Free,
        Availability::Idle => Standing::Idle,
        Availability::Busy | Availability::Unknown => Standing::Soon(agent.availability.words()),
        Availability::DoNotDisturb | Availability::Away | Availability::Offline => {
            Standing::No(agent.availability.words())
        }
    }
}

fn explain(standing: Standing, agent: &AgentState, now: Millis) -> String {
    let name = &agent.agent.name;
    match standing {
        Standing::Free | Standing::Idle if agent.idle_since <= 0 => {
            format!("{name}: {}, no call yet", agent.availability.words())
        }
        Standing::Free | Standing::Idle => {
            let idle = now.saturating_sub(agent.idle_since).max(0) / 1_000;
            format!("{name}: {}, idle for {idle} s", agent.availability.words())
        }
        Standing::Soon(reason) | Standing::No(reason) => format!("{name}: {reason}"),
    }
}

/// Breaks ties by call and agent, so that equal agents share the load.
fn tie(call: &CallId, agent: &str) -> [u8; 8] {
    let digest =
        Sha256::new().chain_update(call.as_str()).chain_update([0]).chain_update(agent).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(name: &str, availability: Availability, idle_since: Millis) -> AgentState {
        AgentState {
            agent: AgentRef { id: format!("oid-{name}"), name: name.to_owned() },
            availability,
            presence_age: 10,
            reserved: false,
            not_before: 0,
            idle_since,
        }
    }

    fn waiting(call: &str, since: Millis) -> Waiting {
        Waiting { call: CallId(call.to_owned()), since, tried: Vec::new() }
    }

    fn offered(verdicts: &[Verdict]) -> Vec<(String, String)> {
        verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::Offer { call, agent, .. } => Some((call.to_string(), agent.name.clone())),
                Verdict::Unavailable { .. } | Verdict::Wait { .. } => None,
            })
            .collect()
    }

    #[test]
    fn longest_idle_serves_longest_waiting() {
        let agents = [agent("new", Availability::Free, 50), agent("old", Availability::Free, 10)];
        let calls = [waiting("late", 20), waiting("early", 5)];
        let verdicts = assign(&calls, &agents, 100);
        let expected =
            [("early".to_owned(), "old".to_owned()), ("late".to_owned(), "new".to_owned())];
        assert_eq!(offered(&verdicts), expected);
    }

    #[test]
    fn idle_presence_is_second_choice_and_never_offered_states_are_not() {
        let agents = [
            agent("away", Availability::Away, 0),
            agent("dnd", Availability::DoNotDisturb, 0),
            agent("idle", Availability::Idle, 0),
            agent("free", Availability::Free, 90),
        ];
        let verdicts = assign(&[waiting("c", 0)], &agents, 100);
        assert_eq!(offered(&verdicts), [("c".to_owned(), "free".to_owned())]);
        let verdicts = assign(&[waiting("c", 0)], &agents[..2], 100);
        assert!(matches!(&verdicts[..], [Verdict::Unavailable { why, .. }] if why.len() == 2));
    }

    #[test]
    fn reserved_busy_and_pausing_agents_are_waited_for() {
        let mut pausing = agent("p", Availability::Free, 0);
        pausing.not_before = 200;
        let mut reserved = agent("r", Availability::Free, 0);
        reserved.reserved = true;
        for agent in [pausing, reserved, agent("b", Availability::Busy, 0)] {
            let verdicts = assign(&[waiting("c", 0)], &[agent], 100);
            assert!(matches!(&verdicts[..], [Verdict::Wait { .. }]), "{verdicts:?}");
        }
    }

    #[test]
    fn one_agent_is_offered_to_one_call_and_not_again_to_one_who_was_let_down() {
        let agents = [agent("only", Availability::Free, 0)];
        let verdicts = assign(&[waiting("a", 0), waiting("b", 1)], &agents, 100);
        assert_eq!(offered(&verdicts).len(), 1);
        let mut tried = waiting("a", 0);
        tried.tried.push("oid-only".to_owned());
        assert!(matches!(&assign(&[tried], &agents, 100)[..], [Verdict::Unavailable { .. }]));
    }
}
