//! Commands without a sender: those of replicas that died, and those whose maker in this process was cut
//! off between the commit and the hand-over.

use std::collections::{HashMap, HashSet};

use engine::{Millis, call::CallId};
use tokio_postgres::Row;

use crate::{
    ledger::{
        port::{LedgerError, Outgoing},
        rows::{
            convert::{Sealed, when_readable},
            outbox::{Stored, place},
        },
    },
    sealing::CallKey,
};

use super::{
    doubt::{self, Mark},
    link::{Tx, column},
    members::{DEAD_AFTER, LISTED},
    store::Inner,
    unit::Unit,
};

/// The port's `adopt_orphans`. What departed up to `before` has told its commands or left them unheard.
pub(super) async fn adopt(inner: &Inner, before: u64) -> Result<Vec<Outgoing>, LedgerError> {
    inner.flights.landed(before).await;
    let mut unheard = inner.take_unheard();
    unheard.extend(doubt::clear_up(inner).await);
    let mut adopted = match take_up(inner, &unheard).await {
        Ok(still_ours) => still_ours,
        Err(error) => {
            inner.unheard(unheard);
            return Err(error);
        }
    };
    if inner.is_time_to_look() {
        match bury(inner).await {
            Ok(taken_over) => adopted.extend(taken_over),
            // What is adopted is durably this replica's: only the answer tells of it.
            Err(error) if !adopted.is_empty() => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    "commands of dead replicas were not taken over: tried again"
                );
            }
            Err(error) => return Err(error),
        }
    }
    Ok(adopted)
}

/// Commands of this process that nobody has sent go behind those that it has claimed before: the order of
/// claims is the order of sending. What was forgotten or taken over meanwhile is left out.
async fn take_up(inner: &Inner, unheard: &[Outgoing]) -> Result<Vec<Outgoing>, LedgerError> {
    if unheard.is_empty() {
        return Ok(Vec::new());
    }
    let tx = Tx::begin(&inner.pool).await?;
    let mut ours = Vec::new();
    for command in unheard {
        let sql = "UPDATE outbox SET id = nextval('outbox_order')
            WHERE call = (SELECT row FROM call WHERE id = $1) AND number = $2 AND owner = $3";
        let (call, number) = (command.call.as_str(), i64::from(command.number));
        if tx.execute(sql, &[&call, &number, &command.owner], "take up a command").await? > 0 {
            ours.push(command.clone());
        }
    }
    tx.commit().await?;
    Ok(ours)
}

/// Takes the dead off the list and their commands over. One replica at a time does it.
async fn bury(inner: &Inner) -> Result<Vec<Outgoing>, LedgerError> {
    let tx = Tx::begin(&inner.pool).await?;
    let owner = inner.members.owner();
    let unit = Unit::new(tx, inner, owner);
    let turn = "SELECT 1 FROM lease WHERE name = 'adopt' FOR UPDATE SKIP LOCKED";
    if unit.tx.query_opt(turn, &[], "wait for a turn").await?.is_none()
        || unit.tx.query_opt(LISTED, &[&owner], "look for this replica").await?.is_none()
    {
        unit.tx.rollback().await;
        return Ok(Vec::new());
    }
    if inner.members.may_judge() {
        unit.strike_the_dead().await?;
    }
    let adopted = unit.adopt().await?;
    let mark = Mark::of_commands(&adopted);
    doubt::commit(inner, unit, mark, adopted.clone()).await?;
    if !adopted.is_empty() {
        let commands = adopted.len();
        tracing::info!(name: "ledger.adopted", commands, "took over from a replica that is gone");
    }
    Ok(adopted)
}

impl Unit<'_> {
    /// Claims every command without a sender. A replica sends the commands of a lane in the order in which
    /// it claimed them, each after the row of the one before is gone: of those that it left behind, only
    /// the first can have been sent.
    async fn adopt(&self) -> Result<Vec<Outgoing>, LedgerError> {
        let mut lanes = HashSet::new();
        let mut adopted = Vec::new();
        let mut keys = HashMap::new();
        for row in self.orphans().await? {
            let stored = read(&row)?;
            let wrapped: Option<&[u8]> = column(&row, 10)?;
            let (call, number) = (stored.call.clone(), stored.number);
            let leads = lanes.insert((call.clone(), stored.lane.clone(), stored.owner));
            match when_readable(self.open(stored, wrapped, leads, &mut keys))? {
                Ok(Some(command)) => {
                    self.claim(&call, number).await?;
                    adopted.push(command);
                }
                Ok(None) => {}
                Err(error) => self.set_command_aside(&call, number, &error),
            }
        }
        Ok(adopted)
    }

    /// One whose transaction is still open keeps its place until that has ended.
    async fn strike_the_dead(&self) -> Result<(), LedgerError> {
        let sql = "DELETE FROM replica WHERE owner IN (
                SELECT owner FROM replica WHERE seen < clock_timestamp() - $1 * interval '1 ms'
                FOR UPDATE SKIP LOCKED)
            RETURNING owner";
        let dead_after = milliseconds(DEAD_AFTER);
        for dead in self.tx.query(sql, &[&dead_after], "strike dead replicas").await? {
            let replica: i64 = column(&dead, 0)?;
            tracing::warn!(name: "ledger.replica_dead", replica, "a replica is not heard of any more");
        }
        Ok(())
    }

    async fn orphans(&self) -> Result<Vec<Row>, LedgerError> {
        let sql =
            "SELECT outbox.id, call.id, number, lane, expires, first_sent, attempts, owner, name,
                sealed, wrapped_key
            FROM outbox JOIN call ON call.row = outbox.call
            WHERE NOT EXISTS (SELECT 1 FROM replica WHERE replica.owner = outbox.owner)
                AND NOT EXISTS (SELECT 1 FROM unnest($1::text[], $2::bigint[]) AS aside (id, number)
                    WHERE aside.id = call.id AND aside.number = outbox.number)
            ORDER BY outbox.id FOR UPDATE OF outbox";
        let (calls, numbers) = self.aside.commands();
        self.tx.query(sql, &[&calls, &numbers], "look for commands without a sender").await
    }

    /// None if the call was erased.
    fn open(
        &self,
        stored: Stored,
        wrapped: Option<&[u8]>,
        leads: bool,
        keys: &mut HashMap<CallId, CallKey>,
    ) -> Result<Option<Outgoing>, LedgerError> {
        let Some(wrapped) = wrapped else { return Ok(None) };
        let call = stored.call.clone();
        if !keys.contains_key(&call) {
            let key = CallKey::unwrap(self.keys, call.as_str(), wrapped).sealed()?;
            keys.insert(call.clone(), key);
        }
        let Some(key) = keys.get(&call) else { return Ok(None) };
        stored
            .into_outgoing(leads, self.owner, |number, sealed| {
                key.open(place(&call, number), sealed).sealed()
            })
            .map(Some)
    }

    /// The row gets a new id, behind those that this process has claimed before.
    async fn claim(&self, call: &CallId, number: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE outbox SET owner = $3, id = nextval('outbox_order')
            WHERE call = (SELECT row FROM call WHERE id = $1) AND number = $2";
        let params: [super::link::Param<'_>; 3] = [&call.as_str(), &number, &self.owner];
        self.tx.execute(sql, &params, "adopt a command").await.map(|_| ())
    }

    /// The owner stays: who takes it up needs to know whether it may have been sent.
    fn set_command_aside(&self, call: &CallId, number: i64, error: &LedgerError) {
        tracing::error!(
            call.id = %call,
            command.number = number,
            error = error as &dyn std::error::Error,
            "a command cannot be read: this replica does not send it before its next start"
        );
        self.aside.add_command(call, number);
    }
}

/// Milliseconds as a parameter that an interval is multiplied by.
pub(super) fn milliseconds(span: Millis) -> f64 {
    f64::from(i32::try_from(span).unwrap_or(i32::MAX))
}

fn read(row: &Row) -> Result<Stored, LedgerError> {
    Ok(Stored {
        id: column(row, 0)?,
        call: CallId(column(row, 1)?),
        number: column(row, 2)?,
        lane: column(row, 3)?,
        expires: column(row, 4)?,
        first_sent: column(row, 5)?,
        attempts: column(row, 6)?,
        owner: column(row, 7)?,
        name: column(row, 8)?,
        sealed: column(row, 9)?,
    })
}
