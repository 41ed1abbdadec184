//! One input: decided upon, written down, carried out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{
    Millis,
    call::{Call, Input, Note, Step},
    invariants,
};

use crate::ledger::port::{Fate, LedgerError, Recorded};

use super::{cache::Entry, journal::Happening, session::Session};

/// A step, with the bytes of its commands (none for those that the ledger carries out itself).
pub(super) struct Decided {
    pub(super) step: Step,
    payloads: Vec<Option<Vec<u8>>>,
    violations: Vec<&'static str>,
}

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
        match self.decide(&entry.call, happening.input, happening.at) {
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

    /// None if the decision panicked.
    pub(super) fn decide(&self, before: &Call, input: &Input, now: Millis) -> Option<Decided> {
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let mut step = self.decider.decide(before.clone(), input, now);
            let violations = invariants::check_step(before, &step);
            debug_assert!(violations.is_empty(), "{} breaks {violations:?}", input.name());
            let broken = |name: &&str| Note(format!("invariant {name} is broken"));
            step.notes.extend(violations.iter().map(broken));
            let payloads = step
                .commands
                .iter()
                .map(|command| {
                    (!command.action.is_internal())
                        .then(|| self.decider.render(&step.call, command))
                })
                .collect();
            Decided { step, payloads, violations }
        }));
        if decided.is_err() {
            tracing::error!(
                name: "ledger.step_panicked",
                call = %before.id,
                input = input.name(),
                "a decision panicked: the input is kept and tried once more"
            );
        }
        decided.ok()
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
        entry.call = step.call;
        Ok(())
    }
}
