//! Outbox rows: commands that are durable before they leave, and those that lost their sender.

use engine::{
    Millis,
    call::{Action, CallId, Number},
};

use crate::{
    ledger::port::{LedgerError, Outgoing},
    sealing::Place,
};

use super::convert::{from_json, lane_from_text, unreadable};

/// The owner of commands that nobody heard of: they were never sent.
pub(in crate::ledger) const NOBODY: i64 = 0;

/// The owner of commands of a dead process that nobody heard of when they were adopted.
pub(in crate::ledger) const THE_DEAD: i64 = -1;

/// A command whose sender went away before the answer.
pub(in crate::ledger) struct Unheard {
    pub(in crate::ledger) call: CallId,
    pub(in crate::ledger) number: Number,
    pub(in crate::ledger) orphan: bool,
}

impl From<&Outgoing> for Unheard {
    fn from(command: &Outgoing) -> Self {
        Self { call: command.call.clone(), number: command.number, orphan: command.orphan }
    }
}

/// A stored row.
pub(in crate::ledger) struct Stored {
    pub(in crate::ledger) id: i64,
    pub(in crate::ledger) call: CallId,
    pub(in crate::ledger) number: i64,
    pub(in crate::ledger) lane: String,
    pub(in crate::ledger) expires: Millis,
    pub(in crate::ledger) first_sent: Millis,
    pub(in crate::ledger) attempts: i64,
    pub(in crate::ledger) owner: i64,
    pub(in crate::ledger) name: String,
    pub(in crate::ledger) sealed: Vec<u8>,
}

impl Stored {
    fn may_have_been_sent(&self, leads: bool) -> bool {
        match self.owner {
            NOBODY => false,
            THE_DEAD => true,
            _ => leads || self.attempts > 0,
        }
    }

    /// The command, to be sent by the process `owner`.
    pub(in crate::ledger) fn into_outgoing(
        self,
        leads: bool,
        owner: i64,
        open: impl FnOnce(Number, &[u8]) -> Result<Vec<u8>, LedgerError>,
    ) -> Result<Outgoing, LedgerError> {
        let what = || format!("outbox {}/{}", self.call, self.number);
        let small = |number: i64| u32::try_from(number).map_err(|e| unreadable(what(), e));
        let (number, attempts) = (small(self.number)?, small(self.attempts)?);
        let lane = match lane_from_text(&self.lane) {
            Some(lane) => lane,
            None => from_json(self.lane.as_bytes(), what)?,
        };
        Ok(Outgoing {
            payload: open(number, &self.sealed)?,
            orphan: self.may_have_been_sent(leads),
            call: self.call,
            number,
            lane,
            expires: self.expires,
            first_sent: self.first_sent,
            attempts,
            name: self.name,
            owner,
        })
    }
}
/// Where a command's bytes are sealed for.
pub(in crate::ledger) fn place(call: &CallId, number: Number) -> Place<'_> {
    Place { table: "outbox", call: call.as_str(), row: i64::from(number) }
}

/// Whether a command still matters after the end of its call (V2).
pub(in crate::ledger) fn is_clean_up(name: &str) -> bool {
    let terminate = Action::Terminate.name();
    [terminate, "CancelAddParticipant", "RemoveParticipant"].contains(&name)
}
