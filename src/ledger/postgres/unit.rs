//! What one transaction reads and writes. Journal rows, snapshots and commands gather in memory and are
//! written by one statement for each table, however many calls they are of.

use engine::call::{Call, CallId};
use futures_util::future::join_all;

use crate::{
    ledger::{
        port::{Decider, LedgerError},
        rows::entry::Entry,
    },
    sealing::{KeyRing, LookUp},
};

use super::{
    aside::Aside,
    calls,
    link::{Doing, Param, Tx, column},
    members::LISTED,
    store::Inner,
};

/// One transaction at work. The modules beside this one add what it can do.
pub(super) struct Unit<'a> {
    pub(super) tx: Tx,
    pub(super) keys: &'a KeyRing,
    pub(super) decider: &'a dyn Decider,
    pub(super) aside: &'a Aside,
    /// Marks outbox rows of this process: see [`crate::ledger::Claim`].
    pub(super) owner: i64,
    pub(super) writes: Writes,
}

/// Rows to be written, by column.
#[derive(Default)]
pub(super) struct Writes {
    pub(super) journal: Journal,
    pub(super) commands: Commands,
    pub(super) calls: Calls,
    /// Commands whose fate is known.
    pub(super) settled: Settled,
    /// Calls that have ended: of what was ordered before, only clean-up still matters.
    pub(super) forgotten: Vec<i64>,
    /// Calls whose keys are to be deleted.
    pub(super) erased: Vec<i64>,
    /// Parked inputs that are in the journal now.
    pub(super) unparked: Vec<i64>,
}

#[derive(Default)]
pub(super) struct Settled {
    call: Vec<i64>,
    number: Vec<i64>,
    owner: Vec<i64>,
}

#[derive(Default)]
pub(super) struct Journal {
    pub(super) call: Vec<i64>,
    pub(super) seq: Vec<i64>,
    pub(super) event: Vec<Option<Vec<u8>>>,
    pub(super) at: Vec<i64>,
    pub(super) kind: Vec<String>,
    pub(super) applied: Vec<i64>,
    pub(super) attempts: Vec<i64>,
    pub(super) decision: Vec<String>,
    pub(super) sealed: Vec<Vec<u8>>,
}

#[derive(Default)]
pub(super) struct Commands {
    pub(super) call: Vec<i64>,
    pub(super) number: Vec<i64>,
    pub(super) lane: Vec<String>,
    pub(super) expires: Vec<i64>,
    pub(super) first_sent: Vec<i64>,
    pub(super) name: Vec<&'static str>,
    pub(super) sealed: Vec<Vec<u8>>,
}

#[derive(Default)]
pub(super) struct Calls {
    row: Vec<i64>,
    phase: Vec<&'static str>,
    outcome: Vec<Option<&'static str>>,
    engine: Vec<i32>,
    seq: Vec<i64>,
    next_due: Vec<Option<i64>>,
    unapplied: Vec<i64>,
    snapshot: Vec<Vec<u8>>,
    server_call: Vec<Option<Vec<u8>>>,
    caller: Vec<Option<Vec<u8>>>,
    now: Vec<i64>,
}

const JOURNAL: &str = "INSERT INTO journal
        (call, seq, event, at, kind, applied, attempts, engine, decision, sealed)
    SELECT call, seq, event, at, kind, applied, attempts, $10, decision, sealed
    FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::text[], $6::bigint[],
        $7::bigint[], $8::text[], $9::bytea[])
        AS new (call, seq, event, at, kind, applied, attempts, decision, sealed)";

const COMMANDS: &str = "INSERT INTO outbox
        (call, number, lane, expires, first_sent, due, owner, name, sealed)
    SELECT call, number, lane, expires, first_sent, first_sent, $8, name, sealed
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
        $7::bytea[]) WITH ORDINALITY
        AS new (call, number, lane, expires, first_sent, name, sealed, place)
    ORDER BY place";

const CALLS: &str = "UPDATE call SET phase = new.phase, outcome = new.outcome, engine = new.engine,
        seq = new.seq, next_due = new.next_due, unapplied = new.unapplied,
        snapshot = new.snapshot, server_call = new.server_call, caller = new.caller,
        claimed_by = 0, claimed_until = 0,
        aside = CASE WHEN new.unapplied = 0 THEN false ELSE aside END,
        ended_at = CASE WHEN new.outcome IS NULL THEN NULL ELSE coalesce(ended_at, new.now) END
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::integer[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bigint[])
        AS new (row, phase, outcome, engine, seq, next_due, unapplied, snapshot, server_call,
            caller, now)
    WHERE call.row = new.row";

/// Whose a command is was read without its lock. If it was taken over in between, the division by zero
/// undoes the transaction, which is on its way together with its commit.
const SETTLED: &str = "WITH gone AS (
        DELETE FROM outbox USING unnest($1::bigint[], $2::bigint[], $3::bigint[])
            AS told (call, number, owner)
        WHERE outbox.call = told.call AND outbox.number = told.number
            AND outbox.owner = told.owner
        RETURNING 1)
    SELECT 1 / (count(*) = cardinality($1::bigint[]))::integer FROM gone";

const FORGOTTEN: &str = "DELETE FROM outbox WHERE call = ANY($1) AND name NOT IN
    ('Terminate', 'CancelAddParticipant', 'RemoveParticipant')";

const UNPARKED: &str = "DELETE FROM parked WHERE id = ANY($1)";

const ERASED: &str = "WITH gone AS (DELETE FROM outbox WHERE call = ANY($1)),
        unheard AS (DELETE FROM parked WHERE call = ANY($1))
    UPDATE call SET wrapped_key = NULL, snapshot = NULL, server_call = NULL, caller = NULL,
        next_due = NULL, unapplied = 0, erase = true WHERE row = ANY($1)";

impl<'a> Unit<'a> {
    /// One that decides without being asked by an arrival. Like arrivals it counts only as long as this
    /// replica is on the list; one that was struck goes on under a new name.
    ///
    /// # Errors
    /// When the database refuses, or strikes this replica a second time.
    pub(super) async fn begin(inner: &'a Inner) -> Result<Self, LedgerError> {
        for _ in 0..2 {
            let tx = Tx::begin(&inner.pool).await?;
            // Nobody's webhook waits for this, and another replica's turn may take a moment.
            tx.batch("SET LOCAL lock_timeout = '2s'").await.doing("be patient")?;
            let owner = inner.members.owner();
            if tx.query_opt(LISTED, &[&owner], "look for this replica").await?.is_some() {
                return Ok(Self::new(tx, inner, owner));
            }
            tx.rollback().await;
            inner.members.rejoin(&inner.pool, owner).await?;
        }
        Err(LedgerError::Closed)
    }

    /// A unit with nothing to write yet.
    pub(super) fn new(tx: Tx, inner: &'a Inner, owner: i64) -> Self {
        let (keys, decider, aside) = (&*inner.keys, inner.decider.as_ref(), &inner.aside);
        Self { tx, keys, decider, aside, owner, writes: Writes::default() }
    }

    /// Makes sure that the call's flow is known before anything is decided: a replica that was started
    /// later may have brought it.
    ///
    /// # Errors
    /// [`LedgerError::OtherFlow`] if this release cannot read it and another replica may: the call is left
    /// to that one. Without another the engine leads the call to its end.
    pub(super) async fn learn_flow(&self, call: &Call) -> Result<(), LedgerError> {
        let Some(hash) = self.decider.lacks(call) else { return Ok(()) };
        let sql = "SELECT source, (SELECT count(*) FROM replica WHERE owner <> $2) FROM bundle
            WHERE hash = $1";
        let found = self.tx.query_opt(sql, &[&hash, &self.owner], "look for a flow").await?;
        let Some(found) = found else { return Ok(()) };
        let (source, others): (&str, i64) = (column(&found, 0)?, column(&found, 1)?);
        if self.decider.learn(source) || others == 0 {
            return Ok(());
        }
        tracing::warn!(
            name: "ledger.other_flow",
            call = %call.id,
            bundle = %hash,
            "this release cannot read a call's flow: the call is left to the other replicas"
        );
        self.aside.add_foreign(call.id.clone());
        Err(LedgerError::OtherFlow { hash })
    }

    /// Notes a call's row as it is to be written; its key goes if that was asked for and the call is over.
    pub(super) fn save(&mut self, entry: &Entry, now: i64) -> Result<(), LedgerError> {
        let call = &entry.call;
        let hash = |purpose, text: &str| self.keys.look_up_hash(purpose, text).to_vec();
        let calls = &mut self.writes.calls;
        calls.snapshot.push(calls::seal_snapshot(entry)?);
        calls.row.push(entry.row);
        calls.phase.push(call.phase.name());
        calls.outcome.push(call.outcome.map(engine::call::Outcome::name));
        calls.engine.push(i32::from(call.version));
        calls.seq.push(entry.seq);
        calls.next_due.push(call.next_deadline().map(|(at, _)| at));
        calls.unapplied.push(entry.unapplied);
        let server_call = call.server_call_id.as_ref();
        calls.server_call.push(server_call.map(|id| hash(LookUp::ServerCall, id.as_str())));
        calls.caller.push(call.caller.as_ref().map(|raw| hash(LookUp::Caller, raw.expose())));
        calls.now.push(now);
        if entry.erase && call.is_over() && entry.unapplied == 0 {
            self.writes.erased.push(entry.row);
        }
        Ok(())
    }

    /// Sends all writes and the commit in one go. An error of the commit itself leaves open whether it
    /// happened: [`LostCommit`](Flushed::Unknown).
    pub(super) async fn commit(self) -> Flushed {
        let engine = i32::from(engine::ENGINE_VERSION);
        let (writes, owner) = (&self.writes, self.owner);
        let (journal, commands, calls) = (&writes.journal, &writes.commands, &writes.calls);
        let all: [(&str, Vec<Param<'_>>, bool); 7] = [
            (SETTLED, writes.settled.params(), writes.settled.call.is_empty()),
            (FORGOTTEN, vec![&writes.forgotten], writes.forgotten.is_empty()),
            (JOURNAL, journal.params(&engine), journal.call.is_empty()),
            (COMMANDS, commands.params(&owner), commands.call.is_empty()),
            (CALLS, calls.params(), calls.row.is_empty()),
            (UNPARKED, vec![&writes.unparked], writes.unparked.is_empty()),
            (ERASED, vec![&writes.erased], writes.erased.is_empty()),
        ];
        let mut prepared = Vec::new();
        for (sql, params, is_empty) in &all {
            if *is_empty {
                continue;
            }
            match self.tx.prepared(sql).await {
                Ok(statement) => prepared.push((statement, params)),
                Err(error) => return Flushed::Undone(error),
            }
        }
        // In the order of the list: each is sent when it is first polled.
        let writing =
            join_all(prepared.iter().map(|(statement, params)| {
                self.tx.ask(statement, params, "write what was decided")
            }));
        let (written, committed) =
            futures_util::future::join(writing, self.tx.batch("COMMIT")).await;
        if let Some(refused) = written.into_iter().find_map(Result::err) {
            return Flushed::failed(refused);
        }
        match committed.doing("commit") {
            Ok(()) => {
                self.tx.finished();
                Flushed::Done
            }
            Err(error) => Flushed::failed(error),
        }
    }
}

/// How a commit went.
pub(super) enum Flushed {
    /// It is durable.
    Done,
    /// Nothing of it was kept.
    Undone(LedgerError),
    /// The connection broke while it was under way.
    Unknown(LedgerError),
}

impl Flushed {
    /// A statement that was refused undoes the transaction, also its commit. A lost connection tells nothing.
    fn failed(error: LedgerError) -> Self {
        if super::link::is_lost(&error) { Self::Unknown(error) } else { Self::Undone(error) }
    }
}

impl Settled {
    /// Adds one, if it is not there yet.
    pub(super) fn add(&mut self, call: i64, number: i64, owner: i64) {
        let mut known = std::iter::zip(&self.call, &self.number);
        if !known.any(|one| one == (&call, &number)) {
            self.call.push(call);
            self.number.push(number);
            self.owner.push(owner);
        }
    }

    fn params(&self) -> Vec<Param<'_>> {
        vec![&self.call, &self.number, &self.owner]
    }
}

impl Journal {
    fn params<'a>(&'a self, engine: &'a i32) -> Vec<Param<'a>> {
        vec![
            &self.call,
            &self.seq,
            &self.event,
            &self.at,
            &self.kind,
            &self.applied,
            &self.attempts,
            &self.decision,
            &self.sealed,
            engine,
        ]
    }
}

impl Commands {
    fn params<'a>(&'a self, owner: &'a i64) -> Vec<Param<'a>> {
        vec![
            &self.call,
            &self.number,
            &self.lane,
            &self.expires,
            &self.first_sent,
            &self.name,
            &self.sealed,
            owner,
        ]
    }

    /// Takes back what a call ordered in this transaction, but for clean-up: it has ended.
    pub(super) fn forget(&mut self, row: i64) {
        let keep: Vec<bool> = std::iter::zip(&self.call, &self.name)
            .map(|(call, name)| *call != row || crate::ledger::rows::outbox::is_clean_up(name))
            .collect();
        retain(&mut self.call, &keep);
        retain(&mut self.number, &keep);
        retain(&mut self.lane, &keep);
        retain(&mut self.expires, &keep);
        retain(&mut self.first_sent, &keep);
        retain(&mut self.name, &keep);
        retain(&mut self.sealed, &keep);
    }
}

fn retain<T>(column: &mut Vec<T>, keep: &[bool]) {
    let mut flags = keep.iter();
    column.retain(|_| flags.next().copied().unwrap_or(true));
}

impl Calls {
    fn params(&self) -> Vec<Param<'_>> {
        vec![
            &self.row,
            &self.phase,
            &self.outcome,
            &self.engine,
            &self.seq,
            &self.next_due,
            &self.unapplied,
            &self.snapshot,
            &self.server_call,
            &self.caller,
            &self.now,
        ]
    }
}

/// Ids as a parameter.
pub(super) fn texts<'a>(calls: impl IntoIterator<Item = &'a CallId>) -> Vec<String> {
    calls.into_iter().map(ToString::to_string).collect()
}
