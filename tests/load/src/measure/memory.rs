//! Start, and what a live call costs in memory.

use crate::{
    machine::resident_kb,
    rig::Rig,
    service::Store,
    table::Budget::AtMost,
    time::pause,
    trouble::{Doing as _, Trouble},
};

/// Connections of the senders.
const CONNECTIONS: usize = 64;
/// Starts of which the quickest counts.
const STARTS: usize = 5;
/// After a start the process is left alone for so long.
const REST: std::time::Duration = std::time::Duration::from_secs(1);

/// Start to ready, idle memory, size of the binary.
pub(crate) async fn start(rig: &mut Rig) -> Result<(), Trouble> {
    let deployment = rig.deployment(Store::Sqlite)?;
    let mut ready = Vec::new();
    let mut idle = 0;
    for _ in 0..STARTS {
        let service = deployment.start().await?;
        ready.push(service.ready_after);
        pause(REST).await;
        idle = resident_kb(service.id);
        service.stop().await?;
    }
    ready.sort_unstable();
    let median = ready.get(STARTS / 2).copied().unwrap_or_default();
    let size = std::fs::metadata(rig.programs.join("switchboard")).doing("look at the binary")?;
    let megabytes = |bytes: u64| f64::from(u32::try_from(bytes / 1_000).unwrap_or(u32::MAX)) / 1e3;
    let report = &mut rig.report;
    let what = "sqlite, empty";
    report.row(
        "start",
        what,
        "ms to ready, median",
        median.as_secs_f64() * 1e3,
        Some(AtMost(150.0)),
    );
    report.row("start", what, "MB resident, idle", megabytes(idle * 1_024), Some(AtMost(40.0)));
    report.row("start", "binary", "MB", megabytes(size.len()), Some(AtMost(30.0)));
    Ok(())
}

/// Resident memory for each live call.
pub(crate) async fn memory(rig: &mut Rig, what: &str, store: Store) -> Result<(), Trouble> {
    let deployment = rig.deployment(store)?;
    let services = vec![deployment.start().await?];
    let Some(id) = services.first().map(|service| service.id) else { return Ok(()) };
    let pool = rig.connect(&services, CONNECTIONS)?;
    // What grows once, buffers and caches of connections, is not the calls'.
    rig.fill(&pool, rig.scale.most / 20).await?;
    let (before, live) = (resident_kb(id), rig.azure.live().len());
    let took = rig.fill(&pool, rig.scale.most - live).await?;
    let grown = resident_kb(id).saturating_sub(before);
    let calls = u32::try_from(rig.scale.most - live).unwrap_or(u32::MAX);
    let each = f64::from(u32::try_from(grown).unwrap_or(u32::MAX)) / f64::from(calls);
    let of = format!("{what}, {} live calls", rig.scale.most);
    let report = &mut rig.report;
    report.row("memory", of.as_str(), "kB resident per live call", each, Some(AtMost(8.0)));
    let total = f64::from(u32::try_from(resident_kb(id)).unwrap_or(u32::MAX)) / 1e3;
    report.row("memory", of.as_str(), "MB resident", total, None);
    let rate = f64::from(calls) / took.as_secs_f64();
    report.row(
        "memory",
        of.as_str(),
        "calls/s up to there (2 events, 2 commands each)",
        rate,
        None,
    );
    rig.clear(&pool, services).await
}
