//! Inputs whose decision panicked or that were parked, and those that queue up behind them.

use std::collections::VecDeque;

use engine::{
    ENGINE_VERSION, Millis,
    call::{CallId, Input, Step},
};

use crate::ledger::{
    port::{Fate, LedgerError, Recorded},
    rows::{
        convert::{Sealed, to_bytes, to_json},
        decide::decide,
        entry::Entry,
        journal::{Waiting, applied, decision, personal_from, place, seal, undecided},
    },
};

use super::{
    batch,
    calls::Found,
    doubt::{self, Mark},
    link::column,
    store::Inner,
    unit::Unit,
};

/// Attempts after which an input is given up.
const ATTEMPTS: i64 = 2;

/// Most inputs of one call decided upon in one transaction; the rest waits for the next.
const AT_ONCE: usize = 256;

/// The port's `apply_backlog`.
pub(super) async fn apply(
    inner: &Inner,
    call: &CallId,
    now: Millis,
) -> Result<Recorded, LedgerError> {
    batch::unpark(inner, call, now).await?;
    let mut unit = Unit::begin(inner).await?;
    let mut recorded = Recorded { call: Some(call.clone()), ..Recorded::default() };
    let Found::Here(mut entry) = unit.find(call).await? else {
        unit.tx.rollback().await;
        recorded.fate = Fate::UnknownCall;
        return Ok(recorded);
    };
    unit.learn_flow(&entry.call).await?;
    let mut waiting = unit.waiting(&entry).await?;
    for _ in 0..AT_ONCE {
        let Some(oldest) = waiting.pop_front() else { break };
        let goes_on = unit.try_again(&mut entry, &oldest, now, &mut recorded, &mut waiting).await?;
        if !goes_on {
            break;
        }
    }
    recorded.fate = if entry.unapplied > 0 { Fate::Unapplied } else { Fate::Applied };
    recorded.next_due = entry.call.next_deadline().map(|(at, _)| at);
    unit.save(&entry, now)?;
    let mark = Mark::of_commands(&recorded.outgoing);
    doubt::commit(inner, unit, mark, recorded.outgoing.clone()).await?;
    if recorded.fate == Fate::Applied {
        inner.aside.is_back(call);
    }
    Ok(recorded)
}

impl Unit<'_> {
    async fn waiting(&self, entry: &Entry) -> Result<VecDeque<Waiting>, LedgerError> {
        let sql = "SELECT seq, at, attempts, sealed FROM journal
            WHERE call = $1 AND applied = 0 ORDER BY seq LIMIT $2";
        let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let rows = self.tx.query(sql, &[&entry.row, &limit], "read the journal").await?;
        rows.iter()
            .map(|row| {
                let (seq, sealed): (i64, &[u8]) = (column(row, 0)?, column(row, 3)?);
                let bytes = entry.key.open(place(&entry.call.id, seq), sealed).sealed()?;
                let input = personal_from(&bytes, &entry.call.id, seq)?.input;
                let (at, attempts) = (column(row, 1)?, column(row, 2)?);
                Ok(Waiting { id: seq, seq, at, attempts, input })
            })
            .collect()
    }

    /// False: the input panicked for the first time, and what is behind it waits with it.
    async fn try_again(
        &mut self,
        entry: &mut Entry,
        one: &Waiting,
        now: Millis,
        recorded: &mut Recorded,
        waiting: &mut VecDeque<Waiting>,
    ) -> Result<bool, LedgerError> {
        if let Some(decided) = decide(self.decider, &entry.call, &one.input, now) {
            self.complete(entry, one, &decided.step, now).await?;
            entry.unapplied -= 1;
            self.carry_out(entry, decided, now, recorded).await?;
            return Ok(true);
        }
        if one.attempts + 1 < ATTEMPTS {
            let note = "the decision failed: it is tried once more";
            self.count_attempt(entry, one, applied::WAITING, note).await?;
            return Ok(false);
        }
        let note = "the decision failed twice: in quarantine";
        self.count_attempt(entry, one, applied::QUARANTINED, note).await?;
        entry.unapplied -= 1;
        let body = to_bytes(&one.input)?;
        self.put_in_quarantine(entry, "its decision panicked twice", &body, now).await?;
        if !matches!(one.input, Input::StepFailed { .. }) {
            waiting.push_back(self.append_step_failed(entry, one.seq, now).await?);
        }
        Ok(true)
    }

    /// At the end of the backlog, so that the journal's order stays the order of decisions.
    async fn append_step_failed(
        &self,
        entry: &mut Entry,
        seq: i64,
        now: Millis,
    ) -> Result<Waiting, LedgerError> {
        entry.seq += 1;
        entry.unapplied += 1;
        let input = Input::StepFailed { seq };
        let plain = to_json(&undecided(&entry.call, "not yet decided upon"))?;
        let sealed = seal(entry, entry.seq, &input, &[])?;
        self.tx
            .execute(
                "INSERT INTO journal (call, seq, at, kind, applied, attempts, engine, decision, sealed)
                 VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)",
                &[
                    &entry.row,
                    &entry.seq,
                    &now,
                    &input.name(),
                    &i32::from(ENGINE_VERSION),
                    &plain,
                    &sealed,
                ],
                "append to the journal",
            )
            .await?;
        Ok(Waiting { id: entry.seq, seq: entry.seq, at: now, attempts: 0, input })
    }

    /// Completes a row that waited. `at` becomes the time of the decision, so that replay gives the same
    /// deadlines.
    async fn complete(
        &self,
        entry: &Entry,
        one: &Waiting,
        step: &Step,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let mut plain = decision(step);
        let waited = now.saturating_sub(one.at).max(0);
        plain.notes.push(format!("decided upon {waited} ms after it came"));
        let sealed = seal(entry, one.seq, &one.input, &step.commands)?;
        self.tx
            .execute(
                "UPDATE journal SET applied = 1, attempts = attempts + 1, at = $3, engine = $4,
                    decision = $5, sealed = $6 WHERE call = $1 AND seq = $2",
                &[
                    &entry.row,
                    &one.seq,
                    &now,
                    &i32::from(ENGINE_VERSION),
                    &to_json(&plain)?,
                    &sealed,
                ],
                "complete a journal row",
            )
            .await
            .map(|_| ())
    }

    /// Counts a failed attempt; `applied` tells whether another follows.
    async fn count_attempt(
        &self,
        entry: &Entry,
        one: &Waiting,
        applied: i64,
        note: &str,
    ) -> Result<(), LedgerError> {
        let plain = to_json(&undecided(&entry.call, note))?;
        self.tx
            .execute(
                "UPDATE journal SET applied = $3, attempts = attempts + 1, decision = $4
                 WHERE call = $1 AND seq = $2",
                &[&entry.row, &one.seq, &applied, &plain],
                "count an attempt",
            )
            .await
            .map(|_| ())
    }
}
