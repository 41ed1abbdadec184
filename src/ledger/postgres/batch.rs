//! Arrivals of many calls in one transaction: two round trips and a commit. Calls that somebody else has
//! locked are passed over, and tried again by themselves.

use std::collections::{HashMap, HashSet};

use engine::{
    Millis,
    call::{CallId, Number},
};
use futures_util::future::{join, join_all};
use tokio::sync::oneshot;
use tokio_postgres::Row;

use crate::ledger::{
    port::{Arrival, Claim, Fate, LedgerError, Outgoing, Recorded},
    rows::{
        convert::{Cause, Shared},
        entry::Entry,
        journal::Happening,
    },
};

use super::{
    calls::{COLUMNS, Stored},
    doubt::{self, Mark},
    link::{Doing, Param, Tx, column, is_locked, is_lost, state},
    members,
    parked::{self, Parked},
    store::Inner,
    unit::{Unit, texts},
};

/// Tries of the arrivals of one call before their senders are told.
const TRIES: usize = 4;

/// An arrival, and who waits for what becomes of it.
pub(super) struct Job {
    pub(super) arrival: Arrival,
    pub(super) reply: oneshot::Sender<Result<Recorded, LedgerError>>,
}

/// Whether a transaction waits for calls that somebody else has locked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Patience {
    /// It passes them over.
    None,
    /// For as long as the connection's `lock_timeout` says.
    UntilTimeout,
}

/// A transaction of which nothing was kept.
struct Failed {
    error: LedgerError,
    jobs: Vec<Job>,
}

/// Sees jobs through to their answers.
pub(super) async fn run(inner: &Inner, jobs: Vec<Job>) {
    let left = match transact(inner, jobs, Patience::None).await {
        Ok(left) => left,
        Err(failed) if doubt::is_in_doubt(&failed.error) => {
            return refuse(failed.jobs, failed.error);
        }
        Err(failed) => failed.jobs,
    };
    let mut groups: Vec<Vec<Job>> = Vec::new();
    for job in left {
        let same = |group: &&mut Vec<Job>| {
            group.first().is_some_and(|first| first.arrival.call == job.arrival.call)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(job),
            None => groups.push(vec![job]),
        }
    }
    join_all(groups.into_iter().map(|group| in_turn(inner, group))).await;
}

/// However many calls are tried by themselves, others find a connection.
async fn in_turn(inner: &Inner, jobs: Vec<Job>) {
    // The semaphore is never closed.
    let _turn = inner.turns.acquire().await;
    alone(inner, jobs).await;
}

/// The arrivals of one call, in a transaction of their own.
async fn alone(inner: &Inner, mut jobs: Vec<Job>) {
    let mut cause = LedgerError::Closed;
    for _ in 0..TRIES {
        match transact(inner, jobs, Patience::UntilTimeout).await {
            Ok(left) if left.is_empty() => return,
            Ok(left) => jobs = left,
            Err(failed) if is_locked(&failed.error) => {
                let left = parked::park(inner, failed.jobs).await;
                if left.is_empty() {
                    return;
                }
                (cause, jobs) = (failed.error, left);
            }
            Err(failed) if may_try_again(&failed.error) => {
                (cause, jobs) = (failed.error, failed.jobs);
            }
            Err(failed) => return refuse(failed.jobs, failed.error),
        }
    }
    refuse(jobs, cause);
}

fn may_try_again(error: &LedgerError) -> bool {
    // 40: deadlock and the like; 23505: the same event at the same time for another call; 22012: a command
    // was taken over in between (`unit::SETTLED`).
    let passing = |code: &str| code.starts_with("40") || code == "23505" || code == "22012";
    is_lost(error)
        || state(error).is_some_and(|state| passing(state.code()))
        || matches!(error, LedgerError::Closed)
}

/// Tells everybody the same error.
pub(super) fn refuse(jobs: Vec<Job>, error: LedgerError) {
    let LedgerError::Database { doing, source } = error else {
        let mut error = Some(error);
        for job in jobs {
            // Nobody may be waiting for it.
            let _ = job.reply.send(Err(error.take().unwrap_or(LedgerError::Closed)));
        }
        return;
    };
    let cause = Shared::from(source as Cause);
    for job in jobs {
        let source = Box::new(cause.clone());
        let _ = job.reply.send(Err(LedgerError::Database { doing, source }));
    }
}

/// One transaction. What comes back are jobs of calls that were locked.
async fn transact(inner: &Inner, jobs: Vec<Job>, patience: Patience) -> Result<Vec<Job>, Failed> {
    let arrivals: Vec<&Arrival> = jobs.iter().map(|job| &job.arrival).collect();
    let done = attempt(inner, &arrivals, patience).await;
    match done {
        Ok(records) => {
            let (left, foreign) = answer(inner, jobs, records);
            refuse(parked::park(inner, foreign).await, LedgerError::Closed);
            Ok(left)
        }
        Err(error) => Err(Failed { error, jobs }),
    }
}

/// What became of an arrival: none if its call was locked.
type Outcome = Option<Result<Recorded, LedgerError>>;

/// Takes up what is parked for a call.
pub(super) async fn unpark(inner: &Inner, call: &CallId, now: Millis) -> Result<(), LedgerError> {
    let nothing = Arrival {
        call: call.clone(),
        opens: false,
        event: None,
        inputs: Vec::new(),
        settles: None,
        now,
    };
    let mut records = attempt(inner, &[&nothing], Patience::UntilTimeout).await;
    if matches!(records, Err(LedgerError::Closed)) {
        // It was struck, and goes on under a new name.
        records = attempt(inner, &[&nothing], Patience::UntilTimeout).await;
    }
    let records = records?;
    for recorded in records.into_iter().flatten() {
        inner.unheard(recorded?.outgoing);
    }
    Ok(())
}

async fn attempt(
    inner: &Inner,
    arrivals: &[&Arrival],
    patience: Patience,
) -> Result<Vec<Outcome>, LedgerError> {
    let mut work = Work::begin(inner, arrivals, patience).await?;
    let mut records = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        records.push(work.record(arrival).await?);
    }
    let mark = work.save(|| inner.made_up_event())?;
    let commands = ordered(&records).cloned().collect();
    doubt::commit(inner, work.unit, mark, commands).await?;
    Ok(records)
}

/// What comes back are jobs of locked calls, and of calls that only another replica can decide upon.
fn answer(inner: &Inner, jobs: Vec<Job>, records: Vec<Outcome>) -> (Vec<Job>, Vec<Job>) {
    let (mut left, mut foreign) = (Vec::new(), Vec::new());
    for (job, outcome) in jobs.into_iter().zip(records) {
        match outcome {
            None => left.push(job),
            Some(Err(LedgerError::OtherFlow { .. })) => foreign.push(job),
            Some(result) => {
                if let Ok(Recorded { fate: Fate::Applied, call: Some(call), .. }) = &result {
                    inner.aside.is_back(call);
                }
                if let Err(Ok(unheard)) = job.reply.send(result) {
                    inner.unheard(unheard.outgoing);
                }
            }
        }
    }
    (left, foreign)
}

/// Commands that these outcomes ordered.
fn ordered(records: &[Outcome]) -> impl Iterator<Item = &Outgoing> {
    records.iter().flatten().flatten().flat_map(|recorded| &recorded.outgoing)
}

/// A call as this transaction has it.
enum Held {
    /// Locked. With the time of the last arrival that changed it.
    Here(Box<Entry>, Option<Millis>),
    /// Just made, for whoever may open it.
    New(Box<Entry>),
    /// Locked, but it cannot be read.
    Broken(Box<Stored>),
    /// Its flow, by its hash, is one that only another replica can read.
    Foreign(String),
    /// Its key was deleted.
    Erased,
    /// Somebody else has it.
    Busy,
}

/// What the transaction has read.
struct Work<'a> {
    unit: Unit<'a>,
    calls: HashMap<CallId, Held>,
    known: HashSet<[u8; 16]>,
    /// Who sends the commands that are to be settled.
    owners: HashMap<(CallId, Number), i64>,
    parked: HashMap<CallId, Vec<Parked>>,
}

const KNOWN: &str = "SELECT event FROM journal WHERE event = ANY($1)
    UNION ALL SELECT event FROM parked WHERE event = ANY($1)";
const OWNERS: &str = "SELECT call.id, outbox.number, outbox.owner
    FROM unnest($1::text[], $2::bigint[]) AS told (id, number)
    JOIN call ON call.id = told.id JOIN outbox ON outbox.call = call.row
        AND outbox.number = told.number";

impl<'a> Work<'a> {
    async fn begin(
        inner: &'a Inner,
        arrivals: &[&Arrival],
        patience: Patience,
    ) -> Result<Self, LedgerError> {
        let owner = inner.members.owner();
        let tx = Tx::reserve(&inner.pool).await?;
        let mut ids = texts(arrivals.iter().map(|arrival| &arrival.call));
        ids.sort_unstable();
        ids.dedup();
        let events: Vec<_> =
            arrivals.iter().filter_map(|arrival| arrival.event).map(Vec::from).collect();
        let told = arrivals.iter().filter_map(|one| one.settles.map(|claim| (&one.call, claim)));
        let (told, numbers): (Vec<_>, Vec<_>) =
            told.map(|(call, claim)| (call.to_string(), i64::from(claim.number))).unzip();
        let skip = if patience == Patience::None { " SKIP LOCKED" } else { "" };
        let lock =
            format!("SELECT {COLUMNS} FROM call WHERE id = ANY($1) ORDER BY row FOR UPDATE{skip}");
        let questions: [(&str, Vec<Param<'_>>, bool); 5] = [
            (members::LISTED, vec![&owner], true),
            (&lock, vec![&ids], true),
            // Asked when the locks are held: what others have committed meanwhile is seen.
            (KNOWN, vec![&events], !events.is_empty()),
            (OWNERS, vec![&told, &numbers], !told.is_empty()),
            (parked::OF_CALLS, vec![&ids], true),
        ];
        let mut prepared = Vec::new();
        for (sql, ..) in &questions {
            prepared.push(tx.prepared(sql).await?);
        }
        let asked =
            std::iter::zip(&prepared, &questions).map(async |(statement, (_, params, ask))| {
                if *ask { tx.ask(statement, params, "read calls").await } else { Ok(Vec::new()) }
            });
        let (begun, answers) = join(tx.batch("BEGIN"), join_all(asked)).await;
        begun.doing("begin")?;
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or(Ok(Vec::new()));
        let (member, locked, known, owners, parked) = (next()?, next()?, next()?, next()?, next()?);
        if member.is_empty() {
            tx.rollback().await;
            inner.members.rejoin(&inner.pool, owner).await?;
            return Err(LedgerError::Closed);
        }
        drop(prepared);
        let unit = Unit::new(tx, inner, owner);
        let mut work = Self {
            unit,
            calls: HashMap::new(),
            known: known.iter().filter_map(|row| row.get::<_, &[u8]>(0).try_into().ok()).collect(),
            owners: HashMap::new(),
            parked: HashMap::new(),
        };
        work.hold(&inner.keys, &locked, &owners, &parked)?;
        work.learn_flows().await?;
        work.find_missing(arrivals).await?;
        Ok(work)
    }

    fn hold(
        &mut self,
        keys: &crate::sealing::KeyRing,
        locked: &[Row],
        owners: &[Row],
        parked: &[Row],
    ) -> Result<(), LedgerError> {
        for row in locked {
            let stored = Stored::read(row)?;
            let id = stored.id.clone();
            let held = match stored.open(keys) {
                Ok(Some(entry)) => Held::Here(Box::new(entry), None),
                Ok(None) => Held::Erased,
                Err(_) => Held::Broken(Box::new(stored)),
            };
            self.calls.insert(id, held);
        }
        for row in owners {
            let number = Number::try_from(column::<i64>(row, 1)?).unwrap_or_default();
            self.owners.insert((CallId(column(row, 0)?), number), column(row, 2)?);
        }
        for row in parked {
            let parked = Parked::read(row)?;
            self.parked.entry(parked.call.clone()).or_default().push(parked);
        }
        Ok(())
    }

    /// What cannot be decided upon here is left to others.
    async fn learn_flows(&mut self) -> Result<(), LedgerError> {
        for held in self.calls.values_mut() {
            let Held::Here(entry, _) = &*held else { continue };
            match self.unit.learn_flow(&entry.call).await {
                Ok(()) => {}
                Err(LedgerError::OtherFlow { hash }) => *held = Held::Foreign(hash),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Calls that were not locked: new, unknown, or somebody else's for the moment.
    async fn find_missing(&mut self, arrivals: &[&Arrival]) -> Result<(), LedgerError> {
        let mut missing: Vec<(CallId, Millis, bool)> = Vec::new();
        for arrival in arrivals {
            if self.calls.contains_key(&arrival.call) {
                continue;
            }
            let duplicate = arrival.event.is_some_and(|event| self.known.contains(&event));
            let opens = arrival.opens && !duplicate;
            match missing.iter_mut().find(|(call, ..)| *call == arrival.call) {
                Some((_, _, may_open)) => *may_open |= opens,
                None => missing.push((arrival.call.clone(), arrival.now, opens)),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let opening = missing.iter().filter(|(.., opens)| *opens);
        let new: Vec<_> = opening.map(|(call, now, _)| (call.clone(), *now)).collect();
        if !new.is_empty() {
            for entry in self.unit.create(&new).await? {
                self.calls.insert(entry.call.id.clone(), Held::New(Box::new(entry)));
            }
        }
        let rest = texts(
            missing.iter().map(|(call, ..)| call).filter(|call| !self.calls.contains_key(call)),
        );
        if !rest.is_empty() {
            let sql = "SELECT id FROM call WHERE id = ANY($1)";
            for row in self.unit.tx.query(sql, &[&rest], "look for calls").await? {
                self.calls.insert(CallId(column(&row, 0)?), Held::Busy);
            }
        }
        Ok(())
    }

    /// None if the call is somebody else's for the moment.
    async fn record(&mut self, arrival: &Arrival) -> Result<Outcome, LedgerError> {
        let fate =
            |fate| Recorded { fate, call: Some(arrival.call.clone()), ..Recorded::default() };
        if arrival.event.is_some_and(|event| self.known.contains(&event)) {
            return Ok(Some(Ok(fate(Fate::Duplicate))));
        }
        let mut entry = match self.calls.remove(&arrival.call) {
            Some(Held::Here(entry, _)) => entry,
            Some(Held::New(entry)) if arrival.opens => entry,
            None => return Ok(Some(Ok(fate(Fate::UnknownCall)))),
            Some(other) => {
                let outcome = match &other {
                    Held::Busy => None,
                    Held::Broken(stored) => Some(broken(stored, self.unit.keys)),
                    Held::Foreign(hash) => Some(Err(LedgerError::OtherFlow { hash: hash.clone() })),
                    Held::Here(..) | Held::New(_) => Some(Ok(fate(Fate::UnknownCall))),
                    Held::Erased => {
                        // Parked while the key was being deleted: nobody can open it any more.
                        let lost = self.parked.remove(&arrival.call).unwrap_or_default();
                        self.unit.writes.unparked.extend(lost.iter().map(|one| one.id));
                        Some(Ok(fate(Fate::UnknownCall)))
                    }
                };
                self.calls.insert(arrival.call.clone(), other);
                return Ok(outcome);
            }
        };
        let mut recorded = fate(Fate::Applied);
        if let Some(parked) = self.parked.remove(&arrival.call) {
            self.unit.take_up(&mut entry, parked, arrival.now, &mut recorded).await?;
        }
        if self.settle(&entry, arrival) {
            self.known.extend(arrival.event);
            let mut event = arrival.event;
            for input in &arrival.inputs {
                let happening = Happening { input, event: event.take(), at: arrival.now };
                self.unit.take(&mut entry, happening, &mut recorded).await?;
            }
        } else {
            recorded.fate = Fate::Fenced;
        }
        recorded.next_due = entry.call.next_deadline().map(|(at, _)| at);
        self.calls.insert(arrival.call.clone(), Held::Here(entry, Some(arrival.now)));
        Ok(Some(Ok(recorded)))
    }

    /// False: somebody else sends the command now, or has sent it.
    fn settle(&mut self, entry: &Entry, arrival: &Arrival) -> bool {
        let Some(Claim { number, owner }) = arrival.settles else { return true };
        match self.owners.get(&(arrival.call.clone(), number)) {
            // Gone: forgotten at the end of its call, or settled by who took it over.
            None => owner == self.unit.owner,
            Some(sender) if *sender == owner => {
                self.unit.writes.settled.add(entry.row, i64::from(number), owner);
                true
            }
            Some(_) => false,
        }
    }

    /// Notes the rows of all calls that were changed. Tells how to find out whether it was committed.
    fn save(&mut self, made_up: impl FnOnce() -> [u8; 16]) -> Result<Option<Mark>, LedgerError> {
        for held in self.calls.values() {
            if let Held::Here(entry, Some(now)) = held {
                self.unit.save(entry, *now)?;
            }
        }
        let name = |row: i64| {
            self.calls.values().find_map(|held| match held {
                Held::Here(entry, _) if entry.row == row => Some(entry.call.id.clone()),
                Held::Here(..)
                | Held::New(_)
                | Held::Broken(_)
                | Held::Foreign(_)
                | Held::Erased
                | Held::Busy => None,
            })
        };
        Ok(Mark::of(&mut self.unit.writes.journal, name, made_up))
    }
}

/// The error of a call that cannot be read; each who asks is told.
fn broken(stored: &Stored, keys: &crate::sealing::KeyRing) -> Result<Recorded, LedgerError> {
    stored.open(keys).and(Err(LedgerError::Closed))
}
