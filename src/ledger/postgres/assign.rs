//! Who is offered to whom: `engine::queue::assign` on the tables, under a lock of the queue's row. Locks are
//! taken in the order queue, calls, slots.

use std::collections::{HashMap, HashSet};

use engine::{
    Millis,
    call::{AgentRef, CallId, Input, Offer},
    queue::{self, AgentState, Verdict, Waiting},
};

use crate::ledger::{
    port::{Fate, LedgerError, PresentAgent, Recorded},
    rows::{
        convert::{from_json, when_readable},
        entry::Entry,
        journal::Happening,
    },
};

use super::{
    calls::{COLUMNS, Stored},
    doubt::{self, Mark},
    link::column,
    store::Inner,
    unit::{Unit, texts},
};

/// Most waiting calls looked at in one transaction, the longest waiting first.
const AT_ONCE: i64 = 1_000;

/// Each agent takes one call at a time: the only slot.
const SLOT: i64 = 0;

/// The port's `assign`.
pub(super) async fn assign(
    inner: &Inner,
    queue: &str,
    agents: &[PresentAgent],
    now: Millis,
) -> Result<Vec<Recorded>, LedgerError> {
    let mut unit = Unit::begin(inner).await?;
    unit.lock_queue(queue).await?;
    let waiting = unit.tickets(queue).await?;
    if waiting.is_empty() {
        unit.tx.commit().await?;
        return Ok(Vec::new());
    }
    let states = unit.states(agents).await?;
    let mut held = HashMap::new();
    let verdicts = unit.verdicts(waiting, &states, now, &mut held).await?;
    let reserved = unit.reserve_all(&verdicts, &held, agents, now).await?;
    let mut records = Vec::new();
    for verdict in verdicts {
        let (call, input) = match verdict {
            Verdict::Wait { .. } => continue,
            Verdict::Unavailable { call, why } => {
                (call, Input::Unavailable { queue: queue.to_owned(), why })
            }
            Verdict::Offer { call, agent, presence_age, why } => {
                if !reserved.contains(&call) {
                    continue;
                }
                let offer = Offer { queue: queue.to_owned(), agent, presence_age, why };
                (call, Input::Offered(Box::new(offer)))
            }
        };
        let Some(mut entry) = held.remove(&call) else { continue };
        unit.mark_offered(entry.row).await?;
        let mut recorded =
            Recorded { fate: Fate::Applied, call: Some(call), ..Recorded::default() };
        let happening = Happening { input: &input, event: None, at: now };
        unit.take(&mut entry, happening, &mut recorded).await?;
        recorded.next_due = entry.call.next_deadline().map(|(at, _)| at);
        unit.save(&entry, now)?;
        records.push((entry, recorded));
    }
    finish(inner, unit, records).await
}

async fn finish(
    inner: &Inner,
    mut unit: Unit<'_>,
    records: Vec<(Entry, Recorded)>,
) -> Result<Vec<Recorded>, LedgerError> {
    let name = |row: i64| {
        records.iter().find(|(entry, _)| entry.row == row).map(|(entry, _)| entry.call.id.clone())
    };
    let mark = Mark::of(&mut unit.writes.journal, name, || inner.made_up_event());
    let commands = records.iter().flat_map(|(_, recorded)| recorded.outgoing.clone()).collect();
    doubt::commit(inner, unit, mark, commands).await?;
    Ok(records.into_iter().map(|(_, recorded)| recorded).collect())
}

impl Unit<'_> {
    async fn lock_queue(&self, queue: &str) -> Result<(), LedgerError> {
        let sql = "SELECT 1 FROM queue WHERE name = $1 FOR UPDATE";
        if self.tx.query_opt(sql, &[&queue], "lock a queue").await?.is_some() {
            return Ok(());
        }
        let sql = "INSERT INTO queue (name) VALUES ($1) ON CONFLICT DO NOTHING";
        self.tx.execute(sql, &[&queue], "make a queue").await?;
        let sql = "SELECT 1 FROM queue WHERE name = $1 FOR UPDATE";
        self.tx.query(sql, &[&queue], "lock a queue").await.map(|_| ())
    }

    /// What the queue decides, as if calls that are locked or cannot be read were not there. The calls
    /// that get an answer are locked.
    async fn verdicts(
        &mut self,
        mut waiting: Vec<Waiting>,
        states: &[AgentState],
        now: Millis,
        held: &mut HashMap<CallId, Entry>,
    ) -> Result<Vec<Verdict>, LedgerError> {
        loop {
            let verdicts = queue::assign(&waiting, states, now);
            let mut lost = HashSet::new();
            for verdict in &verdicts {
                if let Verdict::Offer { call, .. } | Verdict::Unavailable { call, .. } = verdict
                    && !held.contains_key(call)
                {
                    lost.insert(call.clone());
                }
            }
            if lost.is_empty() {
                return Ok(verdicts);
            }
            for entry in self.lock(&lost).await? {
                lost.remove(&entry.call.id);
                held.insert(entry.call.id.clone(), entry);
            }
            waiting.retain(|one| !lost.contains(&one.call));
        }
    }

    /// Those of the calls that nobody else has locked, that still wait, and that can be read.
    async fn lock(&self, calls: &HashSet<CallId>) -> Result<Vec<Entry>, LedgerError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM call WHERE id = ANY($1) AND unapplied = 0
             ORDER BY row FOR UPDATE SKIP LOCKED"
        );
        let rows = self.tx.query(&sql, &[&texts(calls)], "lock waiting calls").await?;
        // Asked when the locks are held: the call may have left the queue meanwhile, or something was parked
        // for it, which comes first.
        let sql = "SELECT call.id FROM ticket JOIN call ON call.row = ticket.call
            WHERE call.id = ANY($1) AND NOT offered
                AND NOT EXISTS (SELECT 1 FROM parked WHERE parked.call = call.row)";
        let still = self.tx.query(sql, &[&texts(calls)], "read a queue").await?;
        let still: HashSet<&str> =
            still.iter().map(|row| column(row, 0)).collect::<Result<_, _>>()?;
        let mut entries = Vec::new();
        for row in &rows {
            let stored = Stored::read(row)?;
            match when_readable(stored.open(self.keys))? {
                Ok(Some(entry)) if still.contains(stored.id.as_str()) => {
                    match self.learn_flow(&entry.call).await {
                        Ok(()) => entries.push(entry),
                        Err(LedgerError::OtherFlow { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(
                        call.id = %stored.id,
                        error = &error as &dyn std::error::Error,
                        "a waiting call cannot be read: it gets no agent here until the next start"
                    );
                    self.aside.add(stored.id.clone());
                }
            }
        }
        Ok(entries)
    }

    /// Calls of the queue that are not being offered anybody. Those with undecided inputs come later.
    async fn tickets(&self, queue: &str) -> Result<Vec<Waiting>, LedgerError> {
        let sql = "SELECT call.id, since, tried, call.row
            FROM ticket JOIN call ON call.row = ticket.call
            WHERE queue = $1 AND NOT offered AND unapplied = 0 AND engine <= $3 AND id <> ALL($4)
            ORDER BY since LIMIT $2";
        let engine = i32::from(engine::ENGINE_VERSION);
        let aside = self.aside.calls();
        let rows = self.tx.query(sql, &[&queue, &AT_ONCE, &engine, &aside], "read a queue").await?;
        let mut waiting = Vec::with_capacity(rows.len());
        for row in &rows {
            let (call, tried): (String, &str) = (column(row, 0)?, column(row, 2)?);
            let tried = from_json(tried.as_bytes(), || format!("ticket {call}"));
            let call = CallId(call);
            match tried {
                Ok(tried) => waiting.push(Waiting { call, since: column(row, 1)?, tried }),
                Err(error) => {
                    tracing::error!(
                        call.id = %call,
                        error = &error as &dyn std::error::Error,
                        "a place in a queue cannot be read: the call's own deadlines lead it on"
                    );
                    self.mark_offered(column(row, 3)?).await?;
                }
            }
        }
        Ok(waiting)
    }

    /// Agents as the tables know them. One never seen has been idle for ever.
    async fn states(&self, agents: &[PresentAgent]) -> Result<Vec<AgentState>, LedgerError> {
        let ids: Vec<&str> = agents.iter().map(|agent| agent.id.as_str()).collect();
        let sql = "SELECT agent FROM reservation WHERE agent = ANY($1) AND slot = $2";
        let reserved = self.tx.query(sql, &[&ids, &SLOT], "read reservations").await?;
        let reserved: HashSet<&str> =
            reserved.iter().map(|row| column(row, 0)).collect::<Result<_, _>>()?;
        let sql = "SELECT id, idle_since, not_before FROM agent WHERE id = ANY($1)";
        let known = self.tx.query(sql, &[&ids], "read agents").await?;
        let known: HashMap<&str, (i64, i64)> = known
            .iter()
            .map(|row| Ok((column(row, 0)?, (column(row, 1)?, column(row, 2)?))))
            .collect::<Result<_, LedgerError>>()?;
        let state = |agent: &PresentAgent| {
            let (idle_since, not_before) =
                known.get(agent.id.as_str()).copied().unwrap_or_default();
            AgentState {
                agent: AgentRef { id: agent.id.clone(), name: agent.name.clone() },
                availability: agent.availability,
                presence_age: agent.presence_age,
                reserved: reserved.contains(agent.id.as_str()),
                not_before,
                idle_since,
            }
        };
        Ok(agents.iter().map(state).collect())
    }

    /// Reserves the agents of all offers, in the order of their ids: two queues that share agents would
    /// else wait for each other in a circle. Tells the calls whose agent is theirs.
    async fn reserve_all(
        &self,
        verdicts: &[Verdict],
        held: &HashMap<CallId, Entry>,
        agents: &[PresentAgent],
        now: Millis,
    ) -> Result<HashSet<CallId>, LedgerError> {
        let offer = |verdict: &Verdict| match verdict {
            Verdict::Offer { call, agent, .. } => {
                let present = agents.iter().find(|present| present.id == agent.id)?;
                Some((present.clone(), held.get(call)?.row, call.clone()))
            }
            Verdict::Wait { .. } | Verdict::Unavailable { .. } => None,
        };
        let mut offers: Vec<_> = verdicts.iter().filter_map(offer).collect();
        offers.sort_by(|one, other| one.0.id.cmp(&other.0.id));
        let mut reserved = HashSet::new();
        for (agent, row, call) in offers {
            if self.reserve(row, &agent, now).await? {
                reserved.insert(call);
            }
        }
        Ok(reserved)
    }

    /// Reserves an agent. False: another queue was quicker; the table's key refuses a second call in the
    /// same slot (V10).
    async fn reserve(
        &self,
        row: i64,
        agent: &PresentAgent,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        let sql = "INSERT INTO reservation (agent, slot, call, since) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING";
        let reserved =
            self.tx.execute(sql, &[&agent.id, &SLOT, &row, &now], "reserve an agent").await?;
        if reserved == 0 {
            return Ok(false);
        }
        let sql = "INSERT INTO agent (id, idle_since, not_before, wrap_up, missed_pause)
            VALUES ($1, 0, 0, $2, $3)
            ON CONFLICT (id) DO UPDATE SET wrap_up = excluded.wrap_up,
                missed_pause = excluded.missed_pause";
        self.tx
            .execute(
                sql,
                &[&agent.id, &agent.wrap_up, &agent.missed_pause],
                "keep an agent's pauses",
            )
            .await?;
        Ok(true)
    }

    /// The call gets its answer now; only `Seek` puts it back among those that wait.
    async fn mark_offered(&self, row: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE ticket SET offered = true WHERE call = $1";
        self.tx.execute(sql, &[&row], "mark a ticket").await.map(|_| ())
    }
}
