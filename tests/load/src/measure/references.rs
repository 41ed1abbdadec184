//! What others do on this machine in the same run: endpoints that store nothing, and databases without an endpoint.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::Duration,
};

use tokio::{net::TcpStream, process::Command};

use crate::{
    database,
    figures::{Times, good, rate},
    machine::Cpu,
    rig::Rig,
    time::{now, pause},
    trouble::{Doing as _, Trouble},
    wire::{Job, Pool},
};

/// Connections of the senders.
const CONNECTIONS: usize = 128;
/// Requests under way.
const AT_ONCE: usize = 64;
/// Before figures are taken.
const WARM_UP: Duration = Duration::from_secs(1);
/// A program that does not listen by then has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// An endpoint that parses and acknowledges, started as `program arguments… port`.
pub(crate) async fn endpoint(
    rig: &mut Rig,
    what: &str,
    program: &Path,
    script: &Path,
) -> Result<(), Trouble> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .doing("find a free port")?
        .port();
    let mut child = Command::new(program)
        .arg(script)
        .arg(port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .doing("start a reference: see tests/run, suite load")?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let began = now();
    while TcpStream::connect(address).await.is_err() {
        if began.elapsed() > PATIENCE {
            return Err(Trouble::Process(format!("{what} does not listen")));
        }
        pause(WARM_UP / 20).await;
    }
    let pool = Pool::open(&[address], CONNECTIONS, &rig.tracker);
    rig.azure.make_up(1, "/api/callbacks/1");
    let mut rosters = rig.azure.rosters();
    pool.saturate(AT_ONCE, move || Some(Job { endless: true, ..rosters(now()) }));
    pause(WARM_UP).await;
    let before = Cpu::of(child.id().unwrap_or_default());
    pool.begin_noting();
    let began = now();
    pause(rig.scale.span).await;
    let (span, samples) = (began.elapsed(), pool.noted());
    let used = Cpu::of(child.id().unwrap_or_default()).0.saturating_sub(before.0);
    pool.close();
    child.kill().await.doing("end a reference")?;
    rig.azure.forget();
    let times = Times::of(good(&samples).map(|sample| sample.took));
    let count = f64::from(u32::try_from(times.count().max(1)).unwrap_or(1));
    let report = &mut rig.report;
    report.row("reference", what, "events/s at saturation", rate(times.count(), span), None);
    report.row("reference", what, "ms p99 at saturation", times.below(990), None);
    let each = used.as_secs_f64() * 1e6 / count;
    report.row("reference", what, "µs of processor per event", each, None);
    report.floor(format!("{what} answers"), times.count() == samples.len() && times.count() > 0);
    Ok(())
}

/// Plain loops of insert and commit.
pub(crate) async fn databases(rig: &mut Rig) -> Result<(), Trouble> {
    let (folder, span) = (rig.new_folder(), rig.scale.span / 2);
    let looped = tokio::task::spawn_blocking(move || database::sqlite_loop(&folder, span));
    let sqlite = looped.await.map_err(crate::trouble::database("insert rows"))??;
    let what = "insert and commit, one after the other";
    rig.report.row("reference", format!("sqlite, {what}"), "rows/s", sqlite, None);
    let Some(url) = rig.postgres.clone() else { return Ok(()) };
    for connections in [1, 16] {
        let rows = database::postgres_loop(&url, connections, span, &rig.tracker).await?;
        let of = format!("postgres, {what}, {connections} at once");
        rig.report.row("reference", of, "rows/s", rows, None);
    }
    Ok(())
}
