//! The `outbox` table: commands that are durable before they leave. A row is born claimed by this process.

use engine::{
    Millis,
    call::{Action, CallId, Command, Number},
};
use rusqlite::{Row, named_params};

use crate::{
    ledger::port::{LedgerError, Outgoing, Recorded},
    sealing::Place,
};

use super::{
    cache::Entry,
    calls::Found,
    convert::{Doing, Sealed, from_json, lane_from_text, lane_to_text},
    session::Session,
};

/// The owner of commands that were never sent because nobody heard of them.
const NOBODY: i64 = 0;

/// A stored row.
struct Stored {
    id: i64,
    call: CallId,
    number: Number,
    lane: String,
    after: Option<Number>,
    expires: Millis,
    first_sent: Millis,
    attempts: u32,
    owner: i64,
    name: String,
    sealed: Vec<u8>,
}

impl Session<'_> {
    /// Keeps a command.
    pub(super) fn send_later(
        &self,
        entry: &Entry,
        command: &Command,
        payload: Vec<u8>,
        now: Millis,
    ) -> Result<Outgoing, LedgerError> {
        let sealed = entry.key.seal(place(&entry.call.id, command.number), &payload).sealed()?;
        self.conn
            .prepare_cached(
                "INSERT INTO outbox
                    (call, number, lane, after, expires, first_sent, due, attempts, owner, name, sealed)
                 VALUES (:call, :number, :lane, :after, :expires, :now, :now, 0, :owner, :name, :sealed)",
            )
            .and_then(|mut statement| {
                statement.execute(named_params! {
                    ":call": entry.row,
                    ":number": command.number,
                    ":lane": lane_to_text(command.lane),
                    ":after": command.after,
                    ":expires": command.expires,
                    ":now": now,
                    ":owner": self.owner,
                    ":name": command.action.name(),
                    ":sealed": sealed,
                })
            })
            .doing("keep a command")?;
        Ok(Outgoing {
            call: entry.call.id.clone(),
            number: command.number,
            lane: command.lane,
            after: command.after,
            expires: command.expires,
            first_sent: now,
            attempts: 0,
            orphan: false,
            name: command.action.name().to_owned(),
            payload,
        })
    }

    /// Deletes a command whose fate is known.
    pub(super) fn settle(&self, row: i64, number: Number) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("DELETE FROM outbox WHERE call = ?1 AND number = ?2")
            .and_then(|mut statement| statement.execute((row, number)))
            .doing("settle a command")
            .map(|_| ())
    }

    /// The port's `postpone`.
    pub(super) fn postpone(
        &self,
        call: &CallId,
        number: Number,
        attempts: u32,
        due: Millis,
    ) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET attempts = ?3, due = ?4
                 WHERE call = (SELECT row FROM call WHERE id = ?1) AND number = ?2",
            )
            .and_then(|mut statement| statement.execute((call.as_str(), number, attempts, due)))
            .doing("postpone a command")
            .map(|_| ())
    }

    /// The call has ended: of what was ordered before, only clean-up still matters (V2).
    pub(super) fn forget_unsent(
        &self,
        row: i64,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached(
                "DELETE FROM outbox WHERE call = ?1 AND name NOT IN
                    ('Terminate', 'CancelAddParticipant', 'RemoveParticipant')",
            )
            .and_then(|mut statement| statement.execute([row]))
            .doing("forget commands of an ended call")?;
        recorded.outgoing.retain(|command| is_clean_up(&command.name));
        Ok(())
    }

    /// Gives up a claim on a command that was never sent.
    pub(super) fn disown(&self, call: &CallId, number: Number) -> Result<(), LedgerError> {
        self.conn
            .execute(
                "UPDATE outbox SET owner = ?3
                 WHERE call = (SELECT row FROM call WHERE id = ?1) AND number = ?2",
                (call.as_str(), number, NOBODY),
            )
            .doing("let go of a command")
            .map(|_| ())
    }

    /// The port's `adopt_orphans`.
    pub(super) fn adopt_orphans(&mut self) -> Result<Vec<Outgoing>, LedgerError> {
        let orphans = self.orphans()?;
        let mut adopted = Vec::with_capacity(orphans.len());
        for stored in orphans {
            let Found::Here(entry) = self.find(&stored.call)? else { continue };
            let place = place(&stored.call, stored.number);
            let payload = entry.key.open(place, &stored.sealed).sealed()?;
            self.cache.put(*entry);
            self.conn
                .prepare_cached("UPDATE outbox SET owner = ?2 WHERE id = ?1")
                .and_then(|mut statement| statement.execute((stored.id, self.owner)))
                .doing("adopt a command")?;
            adopted.push(stored.into_outgoing(payload)?);
        }
        Ok(adopted)
    }

    fn orphans(&self) -> Result<Vec<Stored>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT outbox.id, call.id, number, lane, after, expires, first_sent, attempts, owner,
                    name, sealed
                 FROM outbox JOIN call ON call.row = outbox.call
                 WHERE owner <> ?1 ORDER BY outbox.id",
            )
            .and_then(|mut statement| {
                statement.query_map([self.owner], Stored::read)?.collect::<Result<_, _>>()
            })
            .doing("look for commands of a dead process")
    }
}

impl Stored {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            call: CallId(row.get(1)?),
            number: row.get(2)?,
            lane: row.get(3)?,
            after: row.get(4)?,
            expires: row.get(5)?,
            first_sent: row.get(6)?,
            attempts: row.get(7)?,
            owner: row.get(8)?,
            name: row.get(9)?,
            sealed: row.get(10)?,
        })
    }

    fn into_outgoing(self, payload: Vec<u8>) -> Result<Outgoing, LedgerError> {
        let what = || format!("outbox {}/{}", self.call, self.number);
        let lane = match lane_from_text(&self.lane) {
            Some(lane) => lane,
            None => from_json(self.lane.as_bytes(), what)?,
        };
        Ok(Outgoing {
            call: self.call,
            number: self.number,
            lane,
            after: self.after,
            expires: self.expires,
            first_sent: self.first_sent,
            attempts: self.attempts,
            orphan: self.owner != NOBODY,
            name: self.name,
            payload,
        })
    }
}

fn place(call: &CallId, number: Number) -> Place<'_> {
    Place { table: "outbox", call: call.as_str(), row: i64::from(number) }
}

fn is_clean_up(name: &str) -> bool {
    let terminate = Action::Terminate.name();
    [terminate, "CancelAddParticipant", "RemoveParticipant"].contains(&name)
}
