//! What must hold when all is over: outcomes, acknowledged events, an empty backlog, replay.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Millis,
    call::{Call, CallId, Env, Outcome, Profile, step},
};
use rusqlite::{Connection, OpenFlags};
use switchboard::{
    ledger::{JournalRow, Ledger},
    trace::{ladder, trace_of},
};

use crate::{
    flows,
    run::Report,
    service::{Machine, Trouble},
    world::{Line, SECRETS, World},
};

/// Why a call ended that rang to its end.
const NOT_ANSWERED: &str = "not answered";
/// An agent who came too late is sent away within this, in ms.
const LATE: Millis = 3_000;

/// Looks at what is left.
///
/// # Errors
/// When the ledger cannot be opened at all.
pub async fn check(world: &Arc<World>, machine: &Machine, lines: bool) -> Result<Report, Trouble> {
    check_tables(world, machine)?;
    check_file(world, machine)?;
    let ledger = machine.ledger(world)?;
    let mut outcomes = BTreeMap::new();
    let mut calls = Vec::new();
    for summary in ledger.calls(1_000).await? {
        *outcomes.entry(summary.outcome.clone().unwrap_or_default()).or_default() += 1;
        let id = CallId(summary.id);
        let Some(call) = ledger.call(&id).await? else { continue };
        let journal = ledger.journal(&id, 0).await?;
        check_replay(world, &call, &journal);
        calls.push((call, journal));
    }
    check_lines(world, &calls);
    let state = world.lock();
    let ladders = if lines {
        calls.iter().map(|(call, rows)| ladder(&trace_of(call, rows))).collect()
    } else {
        Vec::new()
    };
    Ok(Report {
        hash: state.hash(),
        violations: state.violations().to_vec(),
        struck: state.struck().clone(),
        lines: state.lines().to_vec(),
        ladders,
        answered: state.seen_lines().values().filter(|line| line.answered_at.is_some()).count(),
        outcomes,
    })
}

/// Read past all code of the service: SQL on the file.
fn check_tables(world: &Arc<World>, machine: &Machine) -> Result<(), Trouble> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(&machine.file, flags)?;
    let left = [
        ("I8 commands are left", "SELECT count(*) FROM outbox"),
        ("I8 places in queues are left", "SELECT count(*) FROM ticket"),
        ("I8 agents stay reserved", "SELECT count(*) FROM reservation"),
        ("I8 inputs are left", "SELECT count(*) FROM call WHERE unapplied > 0"),
        ("I2 calls without an outcome", "SELECT count(*) FROM call WHERE outcome IS NULL"),
        ("a call is set aside", "SELECT count(*) FROM call WHERE aside <> 0"),
        ("something is in quarantine", "SELECT count(*) FROM quarantine"),
    ];
    for (name, sql) in left {
        let count: i64 = file.query_row(sql, [], |row| row.get(0))?;
        if count > 0 {
            world.lock().violation(name, &format!("{count}"));
        }
    }
    let posted: Vec<_> = world.lock().acknowledged().iter().cloned().collect();
    let mut find = file.prepare("SELECT count(*) FROM journal WHERE event = ?1 AND applied = 1")?;
    for one in posted {
        let count: i64 = find.query_row([one.key], |row| row.get(0))?;
        if count != 1 {
            let text = format!("{} is {count} times in the journal", one.event);
            world.lock().violation("I1 an acknowledged event is lost", &text);
        }
    }
    Ok(())
}

/// V13: nothing personal can be read in the file, not even in what has been deleted.
fn check_file(world: &Arc<World>, machine: &Machine) -> Result<(), Trouble> {
    let mut wal = machine.file.clone().into_os_string();
    wal.push("-wal");
    for file in [machine.file.as_os_str(), &wal] {
        // There is no WAL once the last connection was closed.
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for secret in SECRETS {
            if memmem(&bytes, secret.as_bytes()) {
                world.lock().violation("V13 personal data lies open", secret);
            }
        }
    }
    Ok(())
}

fn memmem(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

/// V6: the journal, stepped again, gives the snapshot.
fn check_replay(world: &Arc<World>, call: &Call, journal: &[JournalRow]) {
    let Some(first) = journal.first() else {
        return world.lock().violation("V6 replay", "a call without a journal");
    };
    let mut again = Call::new(call.id.clone(), first.at);
    let bundle = flows::bundle(world.lock().plan.flow);
    for (index, row) in journal.iter().enumerate() {
        let expected = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        if row.seq != expected {
            world.lock().violation("V6 replay", &format!("call {} lacks row {expected}", call.id));
        }
        let Some(personal) = row.personal.as_ref().filter(|_| row.applied) else { continue };
        let env = Env { now: row.at, bundle: Some(bundle), profile: &Profile::CLASSIC };
        again = step(again, &personal.input, &env).call;
    }
    if again != *call {
        world.lock().violation("V6 replay", &format!("call {} differs", call.id));
    }
}

/// What callers heard, against what the ledger says of them.
fn check_lines(world: &Arc<World>, calls: &[(Call, Vec<JournalRow>)]) {
    let lines = world.lock().seen_lines().clone();
    for (id, line) in lines {
        let found: Vec<_> = calls
            .iter()
            .map(|(call, _)| call)
            .filter(|call| {
                call.server_call_id.as_ref().is_some_and(|id| id.as_str() == line.server_call_id)
            })
            .collect();
        let mut guard = world.lock();
        let state = &mut *guard;
        if line.end_reason == Some(NOT_ANSWERED) && state.struck().is_empty() {
            state.violation("I2 nobody answers", &format!("call {id}: rang to the end"));
        }
        let mut wrong = |name: &'static str, text: &str| {
            state.violation(name, &format!("call {id}: {text}"));
        };
        if found.len() > 1 {
            wrong("I2 one call is two", "two rows");
        }
        if !line.over {
            wrong("I2 a call goes on for ever", "the world's call is not over");
        }
        match found.first() {
            Some(call) => judge(&line, call, &mut wrong),
            None if line.answered_at.is_some() => wrong("I2 a call is not known", "answered"),
            None => {}
        }
    }
}

fn judge(line: &Line, call: &Call, wrong: &mut impl FnMut(&'static str, &str)) {
    let outcome = call.outcome.map_or("none", Outcome::name);
    let text = format!("{outcome}, ended by {:?}, heard {:?}", line.end_reason, line.heard);
    if line.talked_for > LATE && call.outcome != Some(Outcome::Connected) {
        wrong("I2 a talk is not known", &text);
    }
    if call.outcome == Some(Outcome::Connected) && !line.talked {
        wrong("I2 a talk that was none", &text);
    }
    if call.is_over() && !call.pending.is_empty() {
        wrong("V4 an ended call waits for something", &format!("{:?}", call.pending));
    }
    let given_up = call.outcome == Some(Outcome::Abandoned) && line.left_at.is_none();
    // Two witnesses are believed.
    if given_up && line.answered_at.is_some() && line.denied < 2 {
        wrong("I2 a caller who did not leave is given up", &text);
    }
    let never_answered = matches!(call.outcome, Some(Outcome::Expired | Outcome::Rejected));
    if never_answered && line.answered_at.is_some() {
        wrong("I2 answered after all", &text);
    }
    let consented = line.heard.iter().any(|heard| heard.contains(flows::CONSENT));
    if line.recorded && !consented {
        wrong("I7 recorded without consent", &text);
    }
}
