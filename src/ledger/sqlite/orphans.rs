//! Commands without a sender: those of a process that died, and those whose maker was cut off between
//! the commit and the hand-over.

use std::collections::HashSet;

use engine::call::CallId;
use rusqlite::Row;

use crate::ledger::{
    port::{LedgerError, Outgoing},
    rows::outbox::{NOBODY, Stored, THE_DEAD, Unheard, place},
};

use super::{
    calls::Found,
    convert::{Doing, Sealed, when_readable},
    session::Session,
};

impl Session<'_> {
    /// Gives up a claim on a command that this process never sent.
    pub(super) fn disown(&self, unheard: &Unheard) -> Result<(), LedgerError> {
        let owner = if unheard.orphan { THE_DEAD } else { NOBODY };
        self.conn
            .execute(
                "UPDATE outbox SET owner = ?3
                 WHERE call = (SELECT row FROM call WHERE id = ?1) AND number = ?2",
                (unheard.call.as_str(), unheard.number, owner),
            )
            .doing("let go of a command")
            .map(|_| ())
    }

    /// The port's `adopt_orphans`. A process sends the commands of a lane in the order in which it
    /// claimed them, each after the row of the one before is gone: of those that it left behind, only
    /// the first can have been sent.
    pub(super) fn adopt_orphans(&mut self) -> Result<Vec<Outgoing>, LedgerError> {
        let mut lanes = HashSet::new();
        let mut adopted = Vec::new();
        for stored in self.orphans()? {
            let (id, call, number) = (stored.id, stored.call.clone(), stored.number);
            let leads = lanes.insert((call.clone(), stored.lane.clone(), stored.owner));
            match when_readable(self.open(stored, leads))? {
                Ok(Some(command)) => {
                    self.claim(id)?;
                    adopted.push(command);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(
                        call.id = %call,
                        command.number = number,
                        error = &error as &dyn std::error::Error,
                        "a command cannot be read: it is not sent before the next start"
                    );
                    self.set_command_aside(id)?;
                }
            }
        }
        Ok(adopted)
    }

    fn orphans(&self) -> Result<Vec<Stored>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT outbox.id, call.id, number, lane, expires, first_sent, attempts, owner, name,
                    sealed
                 FROM outbox JOIN call ON call.row = outbox.call
                 WHERE owner <> ?1 AND outbox.aside = 0 ORDER BY outbox.id",
            )
            .and_then(|mut statement| {
                statement.query_map([self.owner], read)?.collect::<Result<_, _>>()
            })
            .doing("look for commands without a sender")
    }

    /// None if the call was erased.
    fn open(&mut self, stored: Stored, leads: bool) -> Result<Option<Outgoing>, LedgerError> {
        let Found::Here(entry) = self.find(&stored.call)? else { return Ok(None) };
        let command = stored.into_outgoing(leads, self.owner, |number, sealed| {
            entry.key.open(place(&entry.call.id, number), sealed).sealed()
        });
        self.cache.put(*entry);
        command.map(Some)
    }

    /// The row gets a new id, behind those that this process has claimed before.
    fn claim(&self, id: i64) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET owner = ?2, id = (SELECT max(id) + 1 FROM outbox) WHERE id = ?1",
            )
            .and_then(|mut statement| statement.execute((id, self.owner)))
            .doing("adopt a command")
            .map(|_| ())
    }

    /// The owner stays: the next start needs to know whether it may have been sent.
    fn set_command_aside(&self, id: i64) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("UPDATE outbox SET aside = 1 WHERE id = ?1")
            .and_then(|mut statement| statement.execute([id]))
            .doing("set a command aside")
            .map(|_| ())
    }
}

fn read(row: &Row<'_>) -> Result<Stored, rusqlite::Error> {
    Ok(Stored {
        id: row.get(0)?,
        call: CallId(row.get(1)?),
        number: row.get(2)?,
        lane: row.get(3)?,
        expires: row.get(4)?,
        first_sent: row.get(5)?,
        attempts: row.get(6)?,
        owner: row.get(7)?,
        name: row.get(8)?,
        sealed: row.get(9)?,
    })
}
