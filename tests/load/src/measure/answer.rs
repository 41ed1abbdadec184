//! From the ring to the request to answer, while other calls are live: 50 new calls a second, each with five events
//! and four commands until its end.

use crate::{
    azure::Caller,
    figures::{Times, good},
    rig::Rig,
    service::Store,
    table::Budget::AtMost,
    time::until,
    trouble::Trouble,
    wire::{Kind, pace},
};

/// New calls a second.
const RATE: u32 = 50;
/// Connections of the senders.
const CONNECTIONS: usize = 64;
/// What is under way is over by then.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Measures one kind of service.
pub(crate) async fn answer(rig: &mut Rig, what: &str, store: Store) -> Result<(), Trouble> {
    let deployment = rig.deployment(store)?;
    let services = vec![deployment.start().await?];
    let pool = rig.connect(&services, CONNECTIONS)?;
    rig.fill(&pool, rig.scale.live).await?;
    rig.azure.seen();
    pool.begin_noting();
    let azure = rig.azure.clone();
    pace(&pool, RATE, rig.scale.span, move |at| azure.ring(Caller::Leaves, at)).await?;
    let rung = u64::from(RATE) * rig.scale.span.as_secs();
    let ended = || rig.azure.look(|seen| seen.ended) >= rung && pool.under_way() == 0;
    until("new calls to end", PATIENCE, ended).await?;
    let (samples, seen) = (pool.noted(), rig.azure.seen());
    let times = Times::of(seen.answers.iter().copied());
    let acks = Times::of(good(&samples).filter(|s| s.kind == Kind::New).map(|s| s.took));
    let of = format!("{what}, {} live calls", rig.scale.live);
    let report = &mut rig.report;
    report.row(
        "answer",
        of.as_str(),
        "ms p50, ring to Answer",
        times.below(500),
        Some(AtMost(5.0)),
    );
    report.row(
        "answer",
        of.as_str(),
        "ms p99, ring to Answer",
        times.below(990),
        Some(AtMost(25.0)),
    );
    report.row("answer", of.as_str(), "ms p99, ring acknowledged", acks.below(990), None);
    report.floor(format!("answer, {what}: each of {rung} calls is answered once"), {
        u64::try_from(seen.answered_at.len()).is_ok_and(|answers| answers == rung)
    });
    rig.clear(&pool, services).await
}
