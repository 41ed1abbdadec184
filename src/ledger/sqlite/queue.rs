//! Tickets, reservations and agents: what the ledger itself carries out, in the transaction of the step.

use engine::{
    Millis,
    call::{Action, Released},
};

use crate::ledger::port::LedgerError;

use super::{
    convert::{Doing, to_json},
    session::Session,
};

impl Session<'_> {
    /// Carries out an internal command. True: a queue has something to assign.
    pub(super) fn order(
        &self,
        row: i64,
        action: &Action,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        if let Action::Seek { queue, since, tried } = action {
            return self.seek(row, queue, *since, tried);
        }
        if let Action::Release { agent, after } = action {
            return self.release(row, agent, *after, now);
        }
        if matches!(action, Action::LeaveQueue) {
            self.leave_queue(row)?;
        }
        Ok(false)
    }

    fn seek(
        &self,
        row: i64,
        queue: &str,
        since: Millis,
        tried: &[String],
    ) -> Result<bool, LedgerError> {
        let tried = to_json(&tried)?;
        self.conn
            .prepare_cached(
                "INSERT INTO ticket (call, queue, since, tried, offered) VALUES (?1, ?2, ?3, ?4, 0)
                 ON CONFLICT (call) DO UPDATE SET queue = excluded.queue, since = excluded.since,
                    tried = excluded.tried, offered = 0",
            )
            .and_then(|mut statement| statement.execute((row, queue, since, tried)))
            .doing("put a call into its queue")
            .map(|_| true)
    }

    fn leave_queue(&self, row: i64) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("DELETE FROM ticket WHERE call = ?1")
            .and_then(|mut statement| statement.execute([row]))
            .doing("take a call out of its queue")
            .map(|_| ())
    }

    /// Gives an agent back, if this call is the one that holds him.
    fn release(
        &self,
        row: i64,
        agent: &str,
        after: Released,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        let held = self
            .conn
            .prepare_cached("DELETE FROM reservation WHERE call = ?1 AND agent = ?2")
            .and_then(|mut statement| statement.execute((row, agent)))
            .doing("release an agent")?;
        if held == 0 {
            return Ok(false);
        }
        self.conn
            .prepare_cached(
                "UPDATE agent SET idle_since = ?2,
                    not_before = ?2 + CASE ?3 WHEN 'missed' THEN missed_pause ELSE wrap_up END
                 WHERE id = ?1 AND ?3 <> 'not used'",
            )
            .and_then(|mut statement| statement.execute((agent, now, after.name())))
            .doing("let an agent rest")
            .map(|_| true)
    }

    /// The call has ended: nothing of it may stay in a queue or hold an agent.
    pub(super) fn leave_everything(&self, row: i64, now: Millis) -> Result<bool, LedgerError> {
        self.leave_queue(row)?;
        let held: Vec<String> = self
            .conn
            .prepare_cached("SELECT agent FROM reservation WHERE call = ?1")
            .and_then(|mut statement| {
                statement.query_map([row], |row| row.get(0))?.collect::<Result<_, _>>()
            })
            .doing("read the agents of a call")?;
        for agent in &held {
            self.release(row, agent, Released::Served, now)?;
        }
        Ok(!held.is_empty())
    }
}
