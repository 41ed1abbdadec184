//! One input: decided upon, written down, carried out.

use engine::Millis;

use crate::ledger::{
    port::{Fate, LedgerError, Recorded},
    rows::{
        decide::{Decided, decide},
        entry::{Entry, same_columns},
    },
};

use super::{journal::Happening, session::Session};

impl Session<'_> {
    /// Keeps an input and decides on it, unless older inputs of the call still wait or the decision panics.
    pub(super) fn take(
        &self,
        entry: &mut Entry,
        happening: Happening<'_>,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        entry.seq += 1;
        if entry.unapplied > 0 {
            return self.keep(entry, happening, 0, recorded);
        }
        match decide(self.decider, &entry.call, happening.input, happening.at) {
            Some(decided) => {
                self.append_decided(entry, happening, &decided.step)?;
                self.carry_out(entry, decided, happening.at, recorded)
            }
            None => self.keep(entry, happening, 1, recorded),
        }
    }

    fn keep(
        &self,
        entry: &mut Entry,
        happening: Happening<'_>,
        attempts: i64,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        self.append_waiting(entry, happening, attempts)?;
        entry.unapplied += 1;
        recorded.fate = Fate::Unapplied;
        Ok(())
    }

    /// Writes what the step orders, and takes over its call.
    pub(super) fn carry_out(
        &self,
        entry: &mut Entry,
        decided: Decided,
        now: Millis,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        let Decided { step, payloads, violations } = decided;
        let ends = step.call.is_over() && !entry.call.is_over();
        if ends {
            self.forget_unsent(entry.row, recorded)?;
        }
        for (command, payload) in step.commands.iter().zip(payloads) {
            match payload {
                Some(payload) => {
                    let outgoing = self.send_later(entry, command, payload, now)?;
                    recorded.outgoing.push(outgoing);
                }
                None => recorded.queue_woke |= self.order(entry.row, &command.action, now)?,
            }
        }
        if ends {
            recorded.queue_woke |= self.leave_everything(entry.row, now)?;
            recorded.ended = true;
        }
        recorded.violations.extend(violations);
        entry.columns_hold &= same_columns(&entry.call, &step.call);
        entry.call = step.call;
        Ok(())
    }
}
