//! One input: decided upon, noted, carried out.

use engine::{Millis, call::Command};

use crate::ledger::{
    port::{Fate, LedgerError, Outgoing, Recorded},
    rows::{
        convert::{Sealed, lane_to_text, to_json},
        decide::{Decided, decide},
        entry::Entry,
        journal::{Happening, applied, decision, seal, undecided},
        outbox::{is_clean_up, place},
    },
};

use super::unit::Unit;

impl Unit<'_> {
    /// Keeps an input and decides on it, unless older inputs of the call still wait or the decision panics.
    pub(super) async fn take(
        &mut self,
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
                let sealed = seal(entry, entry.seq, happening.input, &decided.step.commands)?;
                let plain = to_json(&decision(&decided.step))?;
                self.append(entry, happening, (applied::DONE, 1), plain, sealed);
                self.carry_out(entry, decided, happening.at, recorded).await
            }
            None => self.keep(entry, happening, 1, recorded),
        }
    }

    fn keep(
        &mut self,
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

    /// Appends a row for an input whose decision has to wait, after so many failed attempts.
    pub(super) fn append_waiting(
        &mut self,
        entry: &Entry,
        happening: Happening<'_>,
        attempts: i64,
    ) -> Result<(), LedgerError> {
        let plain = to_json(&undecided(&entry.call, "not yet decided upon"))?;
        let sealed = seal(entry, entry.seq, happening.input, &[])?;
        self.append(entry, happening, (applied::WAITING, attempts), plain, sealed);
        Ok(())
    }

    fn append(
        &mut self,
        entry: &Entry,
        happening: Happening<'_>,
        (applied, attempts): (i64, i64),
        plain: String,
        sealed: Vec<u8>,
    ) {
        let journal = &mut self.writes.journal;
        journal.call.push(entry.row);
        journal.seq.push(entry.seq);
        journal.event.push(happening.event.map(|event| event.to_vec()));
        journal.at.push(happening.at);
        journal.kind.push(happening.input.name().to_owned());
        journal.applied.push(applied);
        journal.attempts.push(attempts);
        journal.decision.push(plain);
        journal.sealed.push(sealed);
    }

    /// Notes what the step orders, and takes over its call.
    pub(super) async fn carry_out(
        &mut self,
        entry: &mut Entry,
        decided: Decided,
        now: Millis,
        recorded: &mut Recorded,
    ) -> Result<(), LedgerError> {
        let Decided { step, payloads, violations } = decided;
        let ends = step.call.is_over() && !entry.call.is_over();
        if ends {
            self.writes.forgotten.push(entry.row);
            self.writes.commands.forget(entry.row);
            recorded.outgoing.retain(|command| is_clean_up(&command.name));
        }
        for (command, payload) in step.commands.iter().zip(payloads) {
            match payload {
                Some(payload) => {
                    let outgoing = self.send_later(entry, command, payload, now)?;
                    recorded.outgoing.push(outgoing);
                }
                None => recorded.queue_woke |= self.order(entry.row, &command.action, now).await?,
            }
        }
        if ends {
            recorded.queue_woke |= self.leave_everything(entry.row, now).await?;
            recorded.ended = true;
        }
        recorded.violations.extend(violations);
        entry.call = step.call;
        Ok(())
    }

    fn send_later(
        &mut self,
        entry: &Entry,
        command: &Command,
        payload: Vec<u8>,
        now: Millis,
    ) -> Result<Outgoing, LedgerError> {
        let sealed = entry.key.seal(place(&entry.call.id, command.number), &payload).sealed()?;
        let commands = &mut self.writes.commands;
        commands.call.push(entry.row);
        commands.number.push(i64::from(command.number));
        commands.lane.push(lane_to_text(command.lane));
        commands.expires.push(command.expires);
        commands.first_sent.push(now);
        commands.name.push(command.action.name());
        commands.sealed.push(sealed);
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
}
