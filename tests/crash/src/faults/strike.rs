//! Carries the schedule out.

use std::sync::Arc;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::{Millis, now, pause},
    evidence::Fault,
    processes::RigError,
    proxy::{Link, Trouble},
    world::Record,
};

use super::{
    plan::{Kind, Planned, Way},
    targets::Targets,
};

/// A pause that took so much longer than asked is the machine's fault, ms.
const STALL: Millis = 400;
/// A fault that is not over yet.
const OPEN: Millis = Millis::MAX;

/// Strikes as planned. Returns when everything struck lives again.
pub(crate) async fn strike(
    planned: &[Planned],
    targets: &Arc<Targets>,
    record: &Record,
) -> Result<(), RigError> {
    let under_way = TaskTracker::new();
    let mut running = Vec::new();
    for fault in planned.iter().copied() {
        // A process or link that is struck already is left until it is well: the next in the schedule waits.
        let turn = targets.turn(place(fault)).await;
        pause(fault.after).await;
        let (targets, record) = (targets.clone(), record.clone());
        running.push(under_way.spawn(async move {
            let index = begin(&record, fault).await;
            let done = carry_out(fault, &targets, &record, index).await;
            end(&record, index).await;
            drop(turn);
            done
        }));
    }
    under_way.close();
    under_way.wait().await;
    for task in running {
        task.await.map_err(|error| RigError::Other(error.to_string()))??;
    }
    Ok(())
}

fn place(fault: Planned) -> usize {
    let way = match (fault.kind, fault.way) {
        (Kind::KillDatabase { .. }, _) => return 0,
        (Kind::KillReplica { .. } | Kind::Stop { .. }, _) => 1,
        (_, Way::Inward) => 2,
        (_, Way::Outward) => 3,
        (_, Way::Database) => 4,
    };
    fault.replica * 4 + way
}

async fn begin(record: &Record, fault: Planned) -> usize {
    let target = match fault.kind {
        Kind::KillDatabase { .. } => "database".to_owned(),
        Kind::KillReplica { .. } | Kind::Stop { .. } => format!("replica {}", fault.replica),
        Kind::Reset | Kind::Latency { .. } | Kind::HalfOpen { .. } | Kind::SlowClose { .. } => {
            format!("{:?} link of replica {}", fault.way, fault.replica).to_lowercase()
        }
    };
    let kind = fault.kind.name().to_owned();
    let faults = &mut record.lock().await.faults;
    faults.push(Fault { from: now(), until: OPEN, kind, target, restarted: None });
    faults.len() - 1
}

async fn end(record: &Record, index: usize) {
    if let Some(fault) = record.lock().await.faults.get_mut(index) {
        fault.until = now();
    }
}

async fn restarted(record: &Record, index: usize) {
    if let Some(fault) = record.lock().await.faults.get_mut(index) {
        fault.restarted = Some(now());
    }
}

async fn carry_out(
    fault: Planned,
    targets: &Targets,
    record: &Record,
    index: usize,
) -> Result<(), RigError> {
    let replica = &targets.replicas[fault.replica];
    let link = targets.link(fault);
    match fault.kind {
        Kind::KillReplica { down } => {
            replica.kill().await;
            pause(down).await;
            restarted(record, index).await;
            replica.start().await
        }
        Kind::KillDatabase { down } => {
            let Some(database) = &targets.database else { return Ok(()) };
            database.kill().await?;
            pause(down).await;
            restarted(record, index).await;
            database.start().await
        }
        Kind::Stop { lasts } => {
            replica.signal("STOP").await?;
            pause(lasts).await;
            replica.signal("CONT").await
        }
        Kind::Reset => {
            link.reset();
            Ok(())
        }
        Kind::Latency { late, lasts } => trouble(&link, Trouble::Latency(late), lasts).await,
        Kind::HalfOpen { lasts } => trouble(&link, Trouble::HalfOpen, lasts).await,
        Kind::SlowClose { late, lasts } => trouble(&link, Trouble::SlowClose(late), lasts).await,
    }
}

async fn trouble(link: &Link, trouble: Trouble, lasts: Millis) -> Result<(), RigError> {
    link.set(trouble);
    pause(lasts).await;
    link.set(Trouble::None);
    Ok(())
}

/// Notes when the machine itself stands still: that is a fault too, though nobody ordered it. And how busy
/// it was.
pub(crate) async fn watch_machine(record: Record, stop: CancellationToken) {
    let (start, waited) = (now(), waited());
    while !stop.is_cancelled() {
        let from = now();
        pause(50).await;
        let until = now();
        if until - from > 50 + STALL {
            let (kind, target) = ("stall".to_owned(), "machine".to_owned());
            record.lock().await.faults.push(Fault { from, until, kind, target, restarted: None });
        }
    }
    let share = |before: Millis, after: Millis| (after - before) / 10 / (now() - start).max(1);
    record.lock().await.pressure = waited.zip(self::waited()).map(|(from, to)| share(from, to));
}

/// For how long something has waited for a processor since the machine started, microseconds.
fn waited() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/pressure/cpu").ok()?;
    text.lines().next()?.rsplit_once("total=")?.1.trim().parse().ok()
}
