//! Inputs whose decision panicked, and those that queue up behind them.

use engine::{
    Millis,
    call::{CallId, Input},
};

use crate::ledger::{
    port::{Fate, LedgerError, Recorded},
    rows::{decide::decide, entry::Entry},
};

use super::{
    calls::Found,
    convert::to_bytes,
    journal::{Happening, Waiting, applied},
    session::Session,
};

/// Attempts after which an input is given up.
const ATTEMPTS: i64 = 2;

/// Most inputs of one call decided upon in one transaction; the rest waits for the next.
const AT_ONCE: usize = 256;

impl Session<'_> {
    /// The port's `apply_backlog`.
    pub(super) fn apply_backlog(
        &mut self,
        call: &CallId,
        now: Millis,
    ) -> Result<Recorded, LedgerError> {
        let mut recorded = Recorded { call: Some(call.clone()), ..Recorded::default() };
        let Found::Here(entry) = self.find(call)? else {
            recorded.fate = Fate::UnknownCall;
            return Ok(recorded);
        };
        let mut entry = *entry;
        for _ in 0..AT_ONCE {
            let Some(waiting) = self.oldest_waiting(&entry)? else { break };
            if !self.try_again(&mut entry, &waiting, now, &mut recorded)? {
                break;
            }
        }
        recorded.fate = if entry.unapplied > 0 { Fate::Unapplied } else { Fate::Applied };
        self.close_record(entry, now, recorded)
    }

    /// False: the input panicked for the first time, and what is behind it waits with it.
    fn try_again(
        &self,
        entry: &mut Entry,
        waiting: &Waiting,
        now: Millis,
        recorded: &mut Recorded,
    ) -> Result<bool, LedgerError> {
        if let Some(decided) = decide(self.decider, &entry.call, &waiting.input, now) {
            self.complete(entry, waiting, &decided.step, now)?;
            entry.unapplied -= 1;
            self.carry_out(entry, decided, now, recorded)?;
            return Ok(true);
        }
        if waiting.attempts + 1 < ATTEMPTS {
            self.count_attempt(entry, waiting, applied::WAITING)?;
            return Ok(false);
        }
        self.count_attempt(entry, waiting, applied::QUARANTINED)?;
        entry.unapplied -= 1;
        let body = to_bytes(&waiting.input)?;
        self.put_in_quarantine(entry, "its decision panicked twice", &body, now)?;
        if !matches!(waiting.input, Input::StepFailed { .. }) {
            self.append_step_failed(entry, waiting.seq, now)?;
        }
        Ok(true)
    }

    /// At the end of the backlog, so that the journal's order stays the order of decisions.
    fn append_step_failed(
        &self,
        entry: &mut Entry,
        seq: i64,
        now: Millis,
    ) -> Result<(), LedgerError> {
        entry.seq += 1;
        entry.unapplied += 1;
        let input = Input::StepFailed { seq };
        self.append_waiting(entry, Happening { input: &input, event: None, at: now }, 0)
    }
}
