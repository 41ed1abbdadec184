//! Three times as many new calls as the service can carry through, while 500 events a second come for calls that
//! are live. New calls may be turned away; live calls may not notice.

use std::time::Duration;

use crate::{
    azure::Caller,
    figures::{Times, good, rate},
    rig::Rig,
    service::Store,
    table::Budget::{AtLeast, AtMost},
    time::{now, pause, until},
    trouble::Trouble,
    wire::{Job, Kind, Pool, Sample, pace},
};

/// Connections of Event Grid, and as many of ACS.
const CONNECTIONS: usize = 512;
/// Calls that are live meanwhile.
const LIVE: usize = 1_000;
/// Events of live calls a second.
const EVENTS: u32 = 500;
/// Calls under way at once when the capacity is measured.
const AT_ONCE: usize = 64;
/// Backlogs are gone by then (RELIABILITY.md, I8).
const CLEAN: Duration = Duration::from_mins(1);

/// Measures one kind of service.
pub(crate) async fn overload(rig: &mut Rig, what: &str, store: Store) -> Result<(), Trouble> {
    let deployment = rig.deployment(store)?;
    let services = vec![deployment.start().await?];
    // Event Grid's connections: what it has to wait for must not hold up ACS.
    let pool = rig.connect(&services, CONNECTIONS)?;
    let grid = Pool::open(
        &services.iter().map(|service| service.address).collect::<Vec<_>>(),
        CONNECTIONS,
        &rig.tracker,
    );
    rig.fill(&pool, LIVE).await?;
    let capacity = capacity(rig, &grid).await?;
    let report = &mut rig.report;
    report.row(
        "overload",
        what,
        "whole calls/s carried through (5 events, 4 commands each)",
        capacity,
        None,
    );

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands")]
    let new = (capacity * 3.0) as u32;
    rig.azure.seen();
    pool.begin_noting();
    grid.begin_noting();
    let (azure, rosters) = (rig.azure.clone(), rig.azure.rosters());
    let span = rig.scale.overload;
    let events = pace(&pool, EVENTS, span, rosters);
    let calls = pace(&grid, new.max(1), span, move |at| azure.ring(Caller::Leaves, at));
    let (events, calls) = tokio::join!(events, calls);
    events.and(calls)?;
    let idle = || pool.under_way() == 0 && grid.under_way() == 0;
    let clean = until("the backlog to be gone", CLEAN, idle).await?;
    let quiet = until("calls to end", CLEAN, || settled(rig)).await?;
    tell(rig, what, (&pool.noted(), &grid.noted()), clean + quiet, capacity);
    rig.clear(&pool, services).await?;
    grid.close();
    Ok(())
}

/// Whole calls carried through a second, as many at once as go.
async fn capacity(rig: &Rig, grid: &Pool) -> Result<f64, Trouble> {
    let azure = rig.azure.clone();
    grid.saturate(AT_ONCE, move || {
        Some(Job { endless: true, ..azure.ring(Caller::Leaves, now()) })
    });
    pause(Duration::from_secs(1)).await;
    rig.azure.seen();
    let began = now();
    pause(rig.scale.span).await;
    let ended = rig.azure.look(|seen| seen.ended);
    let span = began.elapsed();
    grid.rest();
    until("calls to end", CLEAN, || settled(rig) && grid.under_way() == 0).await?;
    Ok(rate(usize::try_from(ended).unwrap_or(0), span))
}

/// Every call that was answered is over, but for those that stay.
fn settled(rig: &Rig) -> bool {
    rig.azure.answered_count() <= rig.azure.live_count()
}

fn tell(
    rig: &mut Rig,
    what: &str,
    (events, calls): (&[Sample], &[Sample]),
    clean: Duration,
    capacity: f64,
) {
    let seen = rig.azure.seen();
    let of_live = Times::of(good(events).filter(|s| s.kind == Kind::MidCall).map(|s| s.took));
    let mid = events.iter().filter(|sample| sample.kind == Kind::MidCall).count();
    let refused = calls.iter().filter(|sample| sample.status != 200).count();
    let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let share = |number: f64| {
        100.0 * number / f64::from(u32::try_from(calls.len().max(1)).unwrap_or(u32::MAX))
    };
    let goodput = rate(usize::try_from(seen.ended).unwrap_or(0), rig.scale.overload) / capacity;
    let told = f64::from(u32::try_from(refused).unwrap_or(u32::MAX));
    let answered = count(u64::try_from(seen.answers.len()).unwrap_or(u64::MAX));
    let report = &mut rig.report;
    report.row(
        "overload",
        what,
        "ms p99, events of calls acknowledged",
        of_live.below(990),
        Some(AtMost(500.0)),
    );
    report.row(
        "overload",
        what,
        "% of capacity still carried through",
        100.0 * goodput,
        Some(AtLeast(90.0)),
    );
    report.row("overload", what, "% of new calls answered", share(answered), None);
    report.row("overload", what, "% of new calls redirected", share(count(seen.redirected)), None);
    report.row("overload", what, "% of new calls rejected busy", share(count(seen.rejected)), None);
    report.row("overload", what, "% of new calls told to try again (not 200)", share(told), None);
    let answers = Times::of(seen.answers);
    report.row(
        "overload",
        what,
        "ms p99, ring to Answer of those answered",
        answers.below(990),
        None,
    );
    report.row(
        "overload",
        what,
        "s until the backlog is gone",
        clean.as_secs_f64(),
        Some(AtMost(60.0)),
    );
    report.floor(
        format!("overload, {what}: all {mid} events of live calls are acknowledged"),
        of_live.count() == mid && mid > 0,
    );
}
