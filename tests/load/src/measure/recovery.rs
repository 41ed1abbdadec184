//! After kill -9: when the pending commands are sent again, and when every live call has been decided upon.

use std::{collections::HashSet, time::Duration};

use crate::{
    azure::Caller,
    rig::Rig,
    service::Store,
    table::Budget::AtMost,
    time::{now, until},
    trouble::Trouble,
};

/// Connections of the senders.
const CONNECTIONS: usize = 64;
/// Requests to answer that are on their way when the process dies.
const PENDING: usize = 100;
/// All is over by then.
const PATIENCE: Duration = Duration::from_mins(3);

/// Measures one kind of service.
pub(crate) async fn recovery(rig: &mut Rig, what: &str, store: Store) -> Result<(), Trouble> {
    let deployment = rig.deployment(store)?;
    let service = deployment.start().await?;
    let services = vec![service];
    let pool = rig.connect(&services, CONNECTIONS)?;
    rig.fill(&pool, rig.scale.live).await?;
    let live: HashSet<u64> = rig.azure.live().into_iter().collect();
    rig.azure.seen();
    rig.azure.hold_answers(true);
    for _ in 0..PENDING {
        pool.send(rig.azure.ring(Caller::Leaves, now()));
    }
    let asked = || rig.azure.look(|seen| seen.answered_at.len()) >= PENDING;
    until("requests to answer", PATIENCE, asked).await?;
    rig.azure.send_through(None)?;
    pool.close();
    for service in services {
        service.kill().await?;
    }
    let pending: HashSet<u64> =
        rig.azure.seen().answered_at.iter().map(|(call, _)| *call).collect();
    rig.azure.hold_answers(false);

    let services = vec![deployment.start().await?];
    let (started, ready) = services
        .first()
        .map_or((now(), Duration::ZERO), |service| (service.started, service.ready_after));
    let pool = rig.connect(&services, CONNECTIONS)?;
    let all = |seen: &[(u64, std::time::Instant)], wanted: &HashSet<u64>| {
        seen.len() >= wanted.len()
            && wanted.is_subset(&seen.iter().map(|(call, _)| *call).collect::<HashSet<u64>>())
    };
    let done =
        || rig.azure.look(|seen| all(&seen.answered_at, &pending) && all(&seen.looks, &live));
    until("every call to be taken up", PATIENCE, done).await?;
    let seen = rig.azure.seen();
    let last = |what: &[(u64, std::time::Instant)], wanted: &HashSet<u64>| {
        let first_of = first(what, wanted);
        first_of.map_or(0.0, |at| at.saturating_duration_since(started).as_secs_f64())
    };
    let (again, decided) = (last(&seen.answered_at, &pending), last(&seen.looks, &live));
    let of = format!("{what}, {} live calls", live.len());
    let report = &mut rig.report;
    report.row(
        "recovery",
        of.as_str(),
        "s until all 100 pending commands are sent again",
        again,
        Some(AtMost(2.0)),
    );
    report.row("recovery", of.as_str(), "s until ready", ready.as_secs_f64(), None);
    report.row(
        "recovery",
        of.as_str(),
        "s until Call Automation was asked about every call",
        decided,
        Some(AtMost(120.0)),
    );
    rig.clear(&pool, services).await
}

/// When the last of these was seen for the first time.
fn first(seen: &[(u64, std::time::Instant)], wanted: &HashSet<u64>) -> Option<std::time::Instant> {
    let mut known = HashSet::new();
    let firsts = seen.iter().filter(|(call, _)| wanted.contains(call) && known.insert(*call));
    firsts.map(|(_, at)| *at).max()
}
