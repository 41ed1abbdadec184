//! The `journal` table: each input with what was decided, the plain part beside the sealed one.

use engine::{
    ENGINE_VERSION, Millis,
    call::{Command, Step},
};
use rusqlite::{OptionalExtension, named_params};

use crate::ledger::{
    port::{Decision, LedgerError},
    rows::entry::Entry,
};

pub(super) use crate::ledger::rows::journal::{
    Happening, Waiting, applied, decision, personal_from, place, seal, undecided,
};

use super::{
    convert::{Doing, Sealed, to_json},
    session::Session,
};

impl Session<'_> {
    /// Whether this event was kept before.
    pub(super) fn knows_event(&self, event: &[u8; 16]) -> Result<bool, LedgerError> {
        self.conn
            .prepare_cached("SELECT 1 FROM journal WHERE event = ?1")
            .and_then(|mut statement| statement.exists([event]))
            .doing("look for an event")
    }

    /// Appends a row for an input that was decided upon.
    pub(super) fn append_decided(
        &self,
        entry: &Entry,
        happening: Happening<'_>,
        step: &Step,
    ) -> Result<(), LedgerError> {
        self.append(entry, happening, &decision(step), &step.commands, (applied::DONE, 1))
    }

    /// Appends a row for an input whose decision has to wait, after so many failed attempts.
    pub(super) fn append_waiting(
        &self,
        entry: &Entry,
        happening: Happening<'_>,
        attempts: i64,
    ) -> Result<(), LedgerError> {
        let plain = undecided(&entry.call, "not yet decided upon");
        self.append(entry, happening, &plain, &[], (applied::WAITING, attempts))
    }

    fn append(
        &self,
        entry: &Entry,
        happening: Happening<'_>,
        plain: &Decision,
        commands: &[Command],
        (applied, attempts): (i64, i64),
    ) -> Result<(), LedgerError> {
        let sealed = seal(entry, entry.seq, happening.input, commands)?;
        let decision = to_json(plain)?;
        self.conn
            .prepare_cached(
                "INSERT INTO journal
                    (call, seq, event, at, kind, applied, attempts, engine, decision, sealed)
                 VALUES (:call, :seq, :event, :at, :kind, :applied, :attempts, :engine, :decision, :sealed)",
            )
            .and_then(|mut statement| {
                statement.execute(named_params! {
                    ":call": entry.row,
                    ":seq": entry.seq,
                    ":event": happening.event,
                    ":at": happening.at,
                    ":kind": happening.input.name(),
                    ":applied": applied,
                    ":attempts": attempts,
                    ":engine": ENGINE_VERSION,
                    ":decision": decision,
                    ":sealed": sealed,
                })
            })
            .doing("append to the journal")
            .map(|_| ())
    }

    /// The oldest row of a call that waits for another try.
    pub(super) fn oldest_waiting(&self, entry: &Entry) -> Result<Option<Waiting>, LedgerError> {
        let columns = self
            .conn
            .prepare_cached(
                "SELECT id, seq, at, attempts, sealed FROM journal
                 WHERE call = ?1 AND applied = 0 ORDER BY seq LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([entry.row], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                    })
                    .optional()
            })
            .doing("read the journal")?;
        let Some((id, seq, at, attempts, sealed)) = columns else { return Ok(None) };
        let sealed: Vec<u8> = sealed;
        let bytes = entry.key.open(place(&entry.call.id, seq), &sealed).sealed()?;
        let personal = personal_from(&bytes, &entry.call.id, seq)?;
        Ok(Some(Waiting { id, seq, at, attempts, input: personal.input }))
    }

    /// Completes a row that waited. `at` becomes the time of the decision, so that replay gives the
    /// same deadlines.
    pub(super) fn complete(
        &self,
        entry: &Entry,
        waiting: &Waiting,
        step: &Step,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let mut plain = decision(step);
        let waited = now.saturating_sub(waiting.at).max(0);
        plain.notes.push(format!("decided upon {waited} ms after it came"));
        let sealed = seal(entry, waiting.seq, &waiting.input, &step.commands)?;
        self.conn
            .execute(
                "UPDATE journal SET applied = 1, attempts = attempts + 1, at = ?2, engine = ?3,
                    decision = ?4, sealed = ?5 WHERE id = ?1",
                (waiting.id, now, ENGINE_VERSION, to_json(&plain)?, sealed),
            )
            .doing("complete a journal row")
            .map(|_| ())
    }

    /// Counts a failed attempt; `applied` tells whether another follows.
    pub(super) fn count_attempt(
        &self,
        entry: &Entry,
        waiting: &Waiting,
        applied: i64,
    ) -> Result<(), LedgerError> {
        let note = if applied == applied::QUARANTINED {
            "the decision failed twice: in quarantine"
        } else {
            "the decision failed: it is tried once more"
        };
        let plain = to_json(&undecided(&entry.call, note))?;
        self.conn
            .execute(
                "UPDATE journal SET applied = ?2, attempts = attempts + 1, decision = ?3 WHERE id = ?1",
                (waiting.id, applied, plain),
            )
            .doing("count an attempt")
            .map(|_| ())
    }
}
