//! One run: processes one after another in virtual time, until every call is over and the dust has settled.

use std::{collections::BTreeMap, sync::Arc};

use engine::Millis;
use tokio::runtime::Builder;
use tokio_util::task::TaskTracker;

use crate::{
    after,
    plan::Plan,
    service::{Machine, Process, Trouble},
    world::{Post, Violation, World},
};

/// When every caller is gone, everything else is over after this, in ms: an invitation that was lost may
/// come to life within 60 s (I8).
const SETTLES: Millis = 75_000;
/// Nothing lives longer than this after the last caller is gone, in ms.
const LONGEST: Millis = 13 * 60_000;
/// No run takes longer than this, in ms: every caller has hung up after 350 s, and the end of a call is
/// ordered for 10 minutes. A call that the service has forgotten is never over by itself.
const LONGEST_RUN: Millis = 350_000 + LONGEST;

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// Hash of all that happened.
    pub hash: u64,
    /// What must not have happened.
    pub violations: Vec<Violation>,
    /// What went wrong how often.
    pub struck: BTreeMap<String, u32>,
    /// What happened, if it was to be kept.
    pub lines: Vec<String>,
    /// The ladders of the calls that violations are about, if they were to be kept.
    pub ladders: Vec<String>,
    /// Calls that were answered.
    pub answered: usize,
    /// Outcomes and how many calls had them.
    pub outcomes: BTreeMap<String, usize>,
}

/// Why a process is over.
enum End {
    /// It died, or was stopped: away for so long, and the next one's clock is off by so much.
    Down(Millis, Millis),
    /// Everything is over.
    Done,
}

/// Runs a plan. With `lines`, what happens is kept for people.
///
/// # Errors
/// When the simulator itself cannot work: no temporary folder, no runtime.
pub fn run(plan: &Plan, lines: bool) -> Result<Report, Trouble> {
    let folder = folder()?;
    let machine = Machine::new(folder.path(), plan.flow)?;
    // A runtime of its own, because the world's clock needs one.
    let world = runtime()?.block_on(async { World::new(plan, lines) });
    let mut skew = 0;
    loop {
        match runtime()?.block_on(live(&world, &machine, skew))? {
            End::Done => break,
            End::Down(away, next_skew) => {
                skew = next_skew;
                runtime()?.block_on(absence(&world, away));
            }
        }
    }
    // The clock stands still for what is looked at afterwards.
    runtime()?.block_on(async {
        world.lock().boot(false);
        after::check(&world, &machine, lines).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    Ok(Builder::new_current_thread().enable_time().start_paused(true).build()?)
}

/// Memory is the fastest disk.
fn folder() -> Result<tempfile::TempDir, Trouble> {
    let memory = std::path::Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("switchboard-simulation-");
    let made = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    Ok(made?)
}

/// A process lives until it dies or all is over.
async fn live(world: &Arc<World>, machine: &Machine, skew: Millis) -> Result<End, Trouble> {
    world.lock().boot(true);
    let tasks = TaskTracker::new();
    let mut starting = Some(Box::pin(machine.start(world, skew)));
    let mut process: Option<Arc<Process>> = None;
    let mut quiet_since: Option<Millis> = None;
    loop {
        let stop = {
            let mut state = world.lock();
            state.crash_by_time();
            if state.dead { None } else { state.stop_by_time() }
        };
        let crash = world.lock().take_crash();
        if let Some(crash) = crash {
            world.lock().hang_up_on_all();
            return Ok(End::Down(crash.down, crash.skew));
        }
        if let Some(away) = stop {
            drop(starting.take());
            if let Some(process) = process.take().and_then(|it| Arc::try_unwrap(it).ok()) {
                process.stop().await;
            }
            world.lock().hang_up_on_all();
            return Ok(End::Down(away, 0));
        }
        let (posts, next) = world.lock().turn();
        for post in posts {
            tasks.spawn(deliver(world.clone(), process.clone(), post));
        }
        let now = world.lock().now();
        let next = match is_quiet(world, process.as_deref(), &mut quiet_since, now).await {
            Some(at) if at <= now => return Ok(End::Done),
            Some(at) => Some(next.map_or(at, |next| next.min(at))),
            None => next,
        };
        let until = {
            let state = world.lock();
            state.instant(next.unwrap_or(now + 60_000))
        };
        tokio::select! {
            biased;
            () = world.woken.notified() => {}
            started = start_of(&mut starting) => {
                starting = None;
                process = Some(Arc::new(started?));
            }
            () = tokio::time::sleep_until(until) => {}
        }
    }
}

/// The start, if it is still under way.
async fn start_of<F>(starting: &mut Option<std::pin::Pin<Box<F>>>) -> Result<Process, Trouble>
where
    F: Future<Output = Result<Process, Trouble>>,
{
    match starting {
        Some(start) => start.await,
        None => std::future::pending().await,
    }
}

/// Once every caller is gone: when to look again. A time that has come means that all is over.
async fn is_quiet(
    world: &Arc<World>,
    process: Option<&Process>,
    since: &mut Option<Millis>,
    now: Millis,
) -> Option<Millis> {
    let (all_over, began, spins) = {
        let state = world.lock();
        (state.all_over(), state.began, state.spins())
    };
    if spins || now >= began + LONGEST_RUN {
        return Some(now);
    }
    if !all_over {
        return None;
    }
    let began = *since.get_or_insert(now);
    if now < began + SETTLES {
        return Some(began + SETTLES);
    }
    let Some(process) = process else { return Some(now + 5_000) };
    let live = process.service.ledger().live_calls().await.map_or(1, |live| live.len());
    if live == 0 || now > began + LONGEST { Some(now) } else { Some(now + 5_000) }
}

/// Nobody is there for a while; callers and agents go on.
async fn absence(world: &Arc<World>, away: Millis) {
    world.lock().boot(false);
    let back = world.lock().now() + away;
    loop {
        let (posts, next) = world.lock().turn();
        for post in posts {
            world.lock().answered(&post.delivery, None);
        }
        let now = world.lock().now();
        if now >= back {
            return;
        }
        let until = world.lock().instant(next.unwrap_or(back).clamp(now, back));
        tokio::time::sleep_until(until).await;
    }
}

/// One POST on its way, and its answer.
async fn deliver(world: Arc<World>, process: Option<Arc<Process>>, post: Post) {
    let Post { delivery, there, back } = post;
    world.pause(there).await;
    let status = match process {
        Some(process) => {
            let url = delivery.url.expose().to_owned();
            let status = process.post(&url, delivery.body.clone(), delivery.patience_ms).await;
            world.pause(back).await;
            status
        }
        // Nobody listens yet.
        None => None,
    };
    world.lock().answered(&delivery, status);
    world.woken.notify_one();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{CALLS, plan_of};

    #[test]
    fn the_same_seed_is_the_same_run() {
        for seed in [2, 5] {
            let mut plan = plan_of(seed, CALLS);
            plan.calls.truncate(6);
            let (one, two) = (run(&plan, false).unwrap(), run(&plan, true).unwrap());
            assert_eq!(one.hash, two.hash, "seed {seed}");
            assert_eq!(one.outcomes, two.outcomes);
            assert!(one.answered > 0, "nobody was answered in seed {seed}");
        }
    }

    #[test]
    fn without_faults_nothing_goes_wrong() {
        let mut plan = plan_of(1, CALLS);
        plan.faults.clear();
        plan.calls.truncate(8);
        let report = run(&plan, true).unwrap();
        assert!(report.violations.is_empty(), "{:#?}", report.violations);
        assert!(report.struck.is_empty());
        assert_eq!(report.outcomes.values().sum::<usize>(), 8, "{:?}", report.outcomes);
    }
}
