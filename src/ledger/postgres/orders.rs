//! Tickets, reservations and agents: what the ledger itself carries out, in the transaction of the step.

use engine::{
    Millis,
    call::{Action, Released},
};

use crate::ledger::{port::LedgerError, rows::convert::to_json};

use super::{link::column, unit::Unit};

impl Unit<'_> {
    /// Carries out an internal command. True: a queue has something to assign.
    pub(super) async fn order(
        &self,
        row: i64,
        action: &Action,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        if let Action::Seek { queue, since, tried } = action {
            return self.seek(row, queue, *since, tried).await;
        }
        if let Action::Release { agent, after } = action {
            return self.release(row, agent, *after, now).await;
        }
        if matches!(action, Action::LeaveQueue) {
            self.leave_queue(row).await?;
        }
        Ok(false)
    }

    async fn seek(
        &self,
        row: i64,
        queue: &str,
        since: Millis,
        tried: &[String],
    ) -> Result<bool, LedgerError> {
        let sql = "INSERT INTO ticket (call, queue, since, tried, offered)
             VALUES ($1, $2, $3, $4, false)
             ON CONFLICT (call) DO UPDATE SET queue = excluded.queue, since = excluded.since,
                tried = excluded.tried, offered = false";
        let tried = to_json(&tried)?;
        self.tx.execute(sql, &[&row, &queue, &since, &tried], "put a call into its queue").await?;
        Ok(true)
    }

    async fn leave_queue(&self, row: i64) -> Result<(), LedgerError> {
        let sql = "DELETE FROM ticket WHERE call = $1";
        self.tx.execute(sql, &[&row], "take a call out of its queue").await.map(|_| ())
    }

    /// Gives an agent back, if this call is the one that holds him.
    async fn release(
        &self,
        row: i64,
        agent: &str,
        after: Released,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        let sql = "DELETE FROM reservation WHERE call = $1 AND agent = $2";
        if self.tx.execute(sql, &[&row, &agent], "release an agent").await? == 0 {
            return Ok(false);
        }
        let sql = "UPDATE agent SET idle_since = $2,
                not_before = $2 + CASE $3 WHEN 'missed' THEN missed_pause ELSE wrap_up END
             WHERE id = $1 AND $3 <> 'not used'";
        self.tx.execute(sql, &[&agent, &now, &after.name()], "let an agent rest").await?;
        Ok(true)
    }

    /// The call has ended: nothing of it may stay in a queue or hold an agent.
    pub(super) async fn leave_everything(
        &self,
        row: i64,
        now: Millis,
    ) -> Result<bool, LedgerError> {
        self.leave_queue(row).await?;
        let sql = "SELECT agent FROM reservation WHERE call = $1 ORDER BY agent";
        let held = self.tx.query(sql, &[&row], "read the agents of a call").await?;
        for agent in &held {
            self.release(row, column(agent, 0)?, Released::Served, now).await?;
        }
        Ok(!held.is_empty())
    }
}
