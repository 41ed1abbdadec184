//! Who is offered to whom: `engine::queue::assign` on the tables. The one writer is the queue's lock.

use std::collections::HashSet;

use engine::{
    Millis,
    call::{AgentRef, CallId, Input, Offer},
    queue::{self, AgentState, Verdict, Waiting},
};
use rusqlite::OptionalExtension;

use crate::ledger::port::{Arrival, LedgerError, PresentAgent, Recorded};

use super::{
    convert::{Doing, from_json},
    session::Session,
};

/// Most waiting calls looked at in one transaction, the longest waiting first.
const AT_ONCE: usize = 1_000;

/// Each agent takes one call at a time: the only slot.
const SLOT: i64 = 0;

impl Session<'_> {
    /// The port's `assign`.
    pub(super) fn assign(
        &mut self,
        queue: &str,
        agents: &[PresentAgent],
        now: Millis,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let waiting = self.waiting(queue)?;
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let states: Vec<_> =
            agents.iter().map(|agent| self.state(agent)).collect::<Result<_, _>>()?;
        let mut records = Vec::new();
        for verdict in self.verdicts(waiting, &states, now)? {
            let (call, input) = match verdict {
                Verdict::Wait { .. } => continue,
                Verdict::Unavailable { call, why } => {
                    (call, Input::Unavailable { queue: queue.to_owned(), why })
                }
                Verdict::Offer { call, agent, presence_age, why } => {
                    let present = agents.iter().find(|present| present.id == agent.id);
                    self.reserve(&call, present, now)?;
                    let offer = Offer { queue: queue.to_owned(), agent, presence_age, why };
                    (call, Input::Offered(Box::new(offer)))
                }
            };
            self.mark_offered(&call)?;
            records.push(self.record(&decided(call, input, now))?);
        }
        Ok(records)
    }

    /// What the queue decides, as if calls that cannot be read were not there.
    fn verdicts(
        &mut self,
        mut waiting: Vec<Waiting>,
        states: &[AgentState],
        now: Millis,
    ) -> Result<Vec<Verdict>, LedgerError> {
        loop {
            let verdicts = queue::assign(&waiting, states, now);
            let mut lost = HashSet::new();
            for verdict in &verdicts {
                if let Verdict::Offer { call, .. } | Verdict::Unavailable { call, .. } = verdict
                    && !self.opens_or_set_aside(call)?
                {
                    lost.insert(call.clone());
                }
            }
            if lost.is_empty() {
                return Ok(verdicts);
            }
            waiting.retain(|one| !lost.contains(&one.call));
        }
    }

    /// Calls of the queue that are not being offered anybody. Those with undecided inputs come later.
    fn waiting(&self, queue: &str) -> Result<Vec<Waiting>, LedgerError> {
        let rows: Vec<(String, Millis, String)> = self
            .conn
            .prepare_cached(
                "SELECT call.id, since, tried FROM ticket JOIN call ON call.row = ticket.call
                 WHERE queue = ?1 AND offered = 0 AND unapplied = 0 AND aside = 0
                 ORDER BY since LIMIT ?2",
            )
            .and_then(|mut statement| {
                statement
                    .query_map((queue, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)), |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })?
                    .collect::<Result<_, _>>()
            })
            .doing("read a queue")?;
        let mut waiting = Vec::with_capacity(rows.len());
        for (call, since, tried) in rows {
            let tried = from_json(tried.as_bytes(), || format!("ticket {call}"));
            let call = CallId(call);
            match tried {
                Ok(tried) => waiting.push(Waiting { call, since, tried }),
                Err(error) => {
                    tracing::error!(
                        call.id = %call,
                        error = &error as &dyn std::error::Error,
                        "a place in a queue cannot be read: the call's own deadlines lead it on"
                    );
                    self.mark_offered(&call)?;
                }
            }
        }
        Ok(waiting)
    }

    /// An agent as the tables know him. One never seen has been idle for ever.
    fn state(&self, agent: &PresentAgent) -> Result<AgentState, LedgerError> {
        let reserved = self
            .conn
            .prepare_cached("SELECT 1 FROM reservation WHERE agent = ?1 AND slot = ?2")
            .and_then(|mut statement| statement.exists((&agent.id, SLOT)))
            .doing("read a reservation")?;
        let known = self
            .conn
            .prepare_cached("SELECT idle_since, not_before FROM agent WHERE id = ?1")
            .and_then(|mut statement| {
                statement.query_row([&agent.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .doing("read an agent")?;
        let (idle_since, not_before) = known.unwrap_or((0, 0));
        Ok(AgentState {
            agent: AgentRef { id: agent.id.clone(), name: agent.name.clone() },
            availability: agent.availability,
            presence_age: agent.presence_age,
            reserved,
            not_before,
            idle_since,
        })
    }

    /// Reserves an agent. The table's key refuses a second call in the same slot (V10).
    fn reserve(
        &self,
        call: &CallId,
        agent: Option<&PresentAgent>,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let Some(agent) = agent else { return Ok(()) };
        self.conn
            .prepare_cached(
                "INSERT INTO reservation (agent, slot, call, since)
                 VALUES (?1, ?2, (SELECT row FROM call WHERE id = ?3), ?4)",
            )
            .and_then(|mut statement| statement.execute((&agent.id, SLOT, call.as_str(), now)))
            .doing("reserve an agent")?;
        self.conn
            .prepare_cached(
                "INSERT INTO agent (id, idle_since, not_before, wrap_up, missed_pause)
                 VALUES (?1, 0, 0, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET wrap_up = excluded.wrap_up,
                    missed_pause = excluded.missed_pause",
            )
            .and_then(|mut statement| {
                statement.execute((&agent.id, agent.wrap_up, agent.missed_pause))
            })
            .doing("keep an agent's pauses")
            .map(|_| ())
    }

    /// The call gets its answer now; only `Seek` puts it back among those that wait.
    fn mark_offered(&self, call: &CallId) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached(
                "UPDATE ticket SET offered = 1
                 WHERE call = (SELECT row FROM call WHERE id = ?1)",
            )
            .and_then(|mut statement| statement.execute([call.as_str()]))
            .doing("mark a ticket")
            .map(|_| ())
    }
}

fn decided(call: CallId, input: Input, now: Millis) -> Arrival {
    Arrival { call, opens: false, event: None, inputs: vec![input], settles: None, now }
}
