//! Durable webhooks: `ParticipantsUpdated` of 1,000 live calls in turn, each with token check, signature, step and
//! journal row before its 200. First at 1,000 a second (open loop), then as many as go through 64 requests at once.

use std::time::Duration;

use crate::{
    figures::{Times, good, rate},
    machine::Cpu,
    rig::Rig,
    service::{Service, Store},
    table::Budget::{AtLeast, AtMost},
    time::{now, pause},
    trouble::Trouble,
    wire::{Job, Pool, pace},
};

/// Calls whose events these are.
const CALLS: usize = 1_000;
/// Connections of the senders.
const CONNECTIONS: usize = 128;
/// Requests under way at saturation.
const AT_ONCE: usize = 64;
/// The rate at which acknowledgements are timed, per second.
const RATE: u32 = 1_000;
/// Before figures are taken.
const WARM_UP: Duration = Duration::from_secs(1);

/// Measures one kind of service.
pub(crate) async fn webhooks(
    rig: &mut Rig,
    what: &str,
    store: Store,
    replicas: usize,
) -> Result<(), Trouble> {
    let deployment = rig.deployment(store.clone())?;
    let mut services = Vec::new();
    for _ in 0..replicas {
        services.push(deployment.start().await?);
    }
    let pool = rig.connect(&services, CONNECTIONS)?;
    if matches!(store, Store::Nothing) {
        // Nobody answers calls there: events of calls that are only made up.
        let path = services.first().map_or("", |service| &service.callback);
        rig.azure.make_up(CALLS, path);
    } else {
        rig.fill(&pool, CALLS).await?;
    }
    at_a_rate(rig, what, &pool, &store).await?;
    at_saturation(rig, what, &pool, &services, &store).await;
    rig.clear(&pool, services).await
}

async fn at_a_rate(rig: &mut Rig, what: &str, pool: &Pool, store: &Store) -> Result<(), Trouble> {
    pace(pool, RATE, WARM_UP, rig.azure.rosters()).await?;
    pool.begin_noting();
    pace(pool, RATE, rig.scale.span, rig.azure.rosters()).await?;
    crate::time::until("the last acknowledgements", WARM_UP * 30, || pool.under_way() == 0).await?;
    let samples = pool.noted();
    let times = Times::of(good(&samples).map(|sample| sample.took));
    let budget = matches!(store, Store::Sqlite).then_some(AtMost(15.0));
    let report = &mut rig.report;
    report.row("webhooks", what, "ms p50 at 1,000/s", times.below(500), None);
    report.row("webhooks", what, "ms p99 at 1,000/s", times.below(990), budget);
    report.row("webhooks", what, "ms p99.9 at 1,000/s", times.below(999), None);
    report.floor(
        format!("webhooks, {what}: at 1,000/s all {} are acknowledged", samples.len()),
        times.count() == samples.len() && !samples.is_empty(),
    );
    Ok(())
}

async fn at_saturation(
    rig: &mut Rig,
    what: &str,
    pool: &Pool,
    services: &[Service],
    store: &Store,
) {
    let mut rosters = rig.azure.rosters();
    pool.saturate(AT_ONCE, move || Some(Job { endless: true, ..rosters(now()) }));
    pause(WARM_UP).await;
    let used = || services.iter().map(|service| service.cpu().0).sum::<Duration>();
    let (before, database) = (used(), Cpu::of_all("postgres"));
    pool.begin_noting();
    let began = now();
    pause(rig.scale.span).await;
    let (span, samples) = (began.elapsed(), pool.noted());
    let (used, database) =
        (used().saturating_sub(before), Cpu::of_all("postgres").0.saturating_sub(database.0));
    pool.rest();
    let times = Times::of(good(&samples).map(|sample| sample.took));
    let each = |used: Duration| {
        used.as_secs_f64() * 1e6 / f64::from(u32::try_from(times.count().max(1)).unwrap_or(1))
    };
    let budget = match store {
        Store::Sqlite => Some(AtLeast(8_000.0)),
        Store::Postgres(_) if services.len() == 1 => Some(AtLeast(4_000.0)),
        Store::Postgres(_) | Store::Nothing => None,
    };
    let report = &mut rig.report;
    report.row("webhooks", what, "events/s at saturation", rate(times.count(), span), budget);
    report.row("webhooks", what, "ms p50 at saturation", times.below(500), None);
    report.row("webhooks", what, "ms p99 at saturation", times.below(990), None);
    report.row("webhooks", what, "µs of processor per event, service", each(used), None);
    if matches!(store, Store::Postgres(_)) {
        report.row("webhooks", what, "µs of processor per event, database", each(database), None);
    }
    report.floor(
        format!("webhooks, {what}: at saturation all {} are acknowledged", samples.len()),
        times.count() == samples.len() && !samples.is_empty(),
    );
}
