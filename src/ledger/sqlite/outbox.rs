//! The `outbox` table: commands that are durable before they leave. A row is born claimed by this process.

use engine::{
    Millis,
    call::{CallId, Command, Number},
};
use rusqlite::named_params;

use crate::ledger::{
    port::{LedgerError, Outgoing, Recorded},
    rows::{
        entry::Entry,
        outbox::{is_clean_up, place},
    },
};

use super::{
    convert::{Doing, Sealed, lane_to_text},
    session::Session,
};

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
                    (call, number, lane, expires, first_sent, due, attempts, owner, name, sealed)
                 VALUES (:call, :number, :lane, :expires, :now, :now, 0, :owner, :name, :sealed)",
            )
            .and_then(|mut statement| {
                statement.execute(named_params! {
                    ":call": entry.row,
                    ":number": command.number,
                    ":lane": lane_to_text(command.lane),
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
            owner: self.owner,
            lane: command.lane,
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
    ) -> Result<bool, LedgerError> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET attempts = ?3
                 WHERE call = (SELECT row FROM call WHERE id = ?1) AND number = ?2",
            )
            .and_then(|mut statement| statement.execute((call.as_str(), number, attempts)))
            .doing("postpone a command")
            .map(|rows| rows > 0)
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
}
