//! The world around the service: the emulator, people, the wire with its delays, what goes wrong, and the
//! eyes that watch. All of it survives a crash of the service.

mod excuses;
mod people;
mod promises;
mod trouble;
mod watch;
mod wire;

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use emulator::{Options, People, Person, Private, Stepped, control::Subscription};
use engine::Millis;
use tokio::{sync::Notify, time::Instant};

use crate::{
    plan::{Crash, CrashPoint, Plan},
    random::Random,
};

pub use people::SECRETS;
pub use trouble::Struck;
pub use watch::{Line, Violation};
pub use wire::{Post, Posted};

use excuses::Excuses;
use people::Crowd;
use promises::Promises;
use trouble::Troubles;
use watch::Watch;
use wire::Wire;

/// Where Event Grid and Call Automation find the service.
pub const PUBLIC_URL: &str = "https://switchboard.example";

/// The world, shared by the service's doors and the driver.
pub struct World {
    state: Mutex<State>,
    /// Something happened: the driver looks.
    pub woken: Notify,
}

/// The world behind its lock. Single-threaded: the lock is never contended.
pub struct State {
    /// The emulator.
    pub stepped: Stepped,
    /// What happens in this run.
    pub plan: Plan,
    /// When it began, ms since 1970.
    pub began: Millis,
    /// What the emulator's clock showed when this process began, and when that was.
    anchor: (Millis, Instant),
    /// The process is dead: it does nothing any more.
    pub dead: bool,
    /// The crash that killed it, until the driver has taken it.
    crash: Option<Crash>,
    /// Whether this process has anything to lose: a driver without a service has not.
    pub serving: bool,
    chance: Random,
    troubles: Troubles,
    crowd: Crowd,
    wire: Wire,
    watch: Watch,
    excuses: Excuses,
    promises: Promises,
    work: Work,
    log: Log,
}

/// How often the ledger was asked lately. A service that goes round in a circle would keep a run, and a
/// processor, busy for ever.
#[derive(Default)]
struct Work {
    since: Millis,
    asked: u32,
    spins: bool,
}

/// What is counted in one piece, in ms.
const WORK_SPAN: Millis = 10_000;
/// More questions than this in a span are no work: twenty calls make a few hundred.
const MOST_WORK: u32 = 3_000;

/// What happened, for people and for the hash of the run.
struct Log {
    hash: u64,
    lines: Option<Vec<String>>,
    buffer: String,
}

impl World {
    /// The world of a plan; with `lines`, what happens is kept for people.
    pub fn new(plan: &Plan, lines: bool) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State::new(plan, lines)), woken: Notify::new() })
    }

    /// The world, now.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits; for ever if the process dies meanwhile.
    pub async fn pause(&self, ms: Millis) {
        if ms > 0 {
            sleep(ms).await;
        }
        self.alive().await;
    }

    /// Goes on only in a living process.
    pub async fn alive(&self) {
        if self.lock().dead {
            std::future::pending::<()>().await;
        }
    }

    /// Dies here if the plan says so.
    pub async fn maybe_crash(&self, here: CrashPoint) {
        let died = self.lock().crash_at(here);
        if died {
            self.woken.notify_one();
        }
        self.alive().await;
    }
}

/// Virtual waiting.
#[expect(clippy::disallowed_methods, reason = "virtual time: the runtime's clock is paused")]
pub async fn sleep(ms: Millis) {
    tokio::time::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0))).await;
}

impl State {
    fn new(plan: &Plan, lines: bool) -> Self {
        let users = (0..plan.agents.len()).map(agent).collect();
        let people = People { numbers: vec![Private::new(people::LINE)], users };
        let mut stepped =
            Stepped::new(&Options { seed: Some(plan.seed), people, ..Options::default() });
        stepped.subscribe(Subscription::plain(format!("{PUBLIC_URL}/webhooks/events")));
        let troubles = Troubles::new(plan, &mut stepped);
        let began = stepped.now();
        Self {
            crowd: Crowd::new(plan, began),
            watch: Watch::default(),
            excuses: Excuses::default(),
            promises: Promises::default(),
            work: Work::default(),
            wire: Wire::default(),
            chance: Random::part(plan.seed, "wire"),
            anchor: (began, Instant::now()),
            plan: plan.clone(),
            log: Log {
                hash: 0xcbf2_9ce4_8422_2325,
                lines: lines.then(Vec::new),
                buffer: String::new(),
            },
            dead: false,
            serving: false,
            crash: None,
            troubles,
            stepped,
            began,
        }
    }

    /// A new process begins, in a new runtime: its monotonic clock begins anew.
    pub fn boot(&mut self, serving: bool) {
        self.anchor = (self.stepped.now(), Instant::now());
        self.serving = serving;
        self.dead = false;
        self.crash = None;
        self.watch.boot();
        self.forget_answers();
        if serving {
            self.expect_questions();
        }
        self.note(format_args!("{}", if serving { "service starts" } else { "service is away" }));
    }

    /// Now, ms since 1970, by the world's clock.
    pub fn now(&self) -> Millis {
        let (wall, instant) = self.anchor;
        let passed = Millis::try_from(instant.elapsed().as_millis()).unwrap_or(Millis::MAX);
        wall.saturating_add(passed)
    }

    /// The tokio instant at which the world's clock shows `at`.
    pub fn instant(&self, at: Millis) -> Instant {
        let (wall, instant) = self.anchor;
        let ms = u64::try_from(at.saturating_sub(wall)).unwrap_or(0);
        instant + Duration::from_millis(ms)
    }

    /// Drawn from the seed.
    pub fn latency(&mut self, least: Millis, end: Millis) -> Millis {
        self.chance.between(least, end)
    }

    /// Keeps what happened.
    pub fn note(&mut self, what: fmt::Arguments<'_>) {
        let at = self.now().saturating_sub(self.began);
        self.log.add(at, what);
    }

    /// The hash of all that happened.
    pub fn hash(&self) -> u64 {
        self.log.hash
    }

    /// What happened, line by line.
    pub fn lines(&self) -> &[String] {
        self.log.lines.as_deref().unwrap_or_default()
    }

    /// What must not have happened.
    pub fn violations(&self) -> &[Violation] {
        self.watch.violations()
    }

    /// Keeps something that must not happen.
    pub fn violation(&mut self, name: &'static str, text: &str) {
        let at = self.now().saturating_sub(self.began);
        self.watch.add(Violation { name, at, text: text.to_owned() });
        self.note(format_args!("VIOLATION {name}: {text}"));
    }

    /// What struck how often.
    pub fn struck(&self) -> &BTreeMap<String, u32> {
        self.troubles.counts()
    }

    /// The ledger is asked something.
    pub fn asked(&mut self) {
        let now = self.now();
        if now - self.work.since >= WORK_SPAN {
            (self.work.since, self.work.asked) = (now, 0);
        }
        self.work.asked += 1;
        if self.work.asked > MOST_WORK && !std::mem::replace(&mut self.work.spins, true) {
            self.violation(
                "I8 the service goes round in a circle",
                "the ledger is asked all the time",
            );
        }
    }

    /// Whether the service goes round in a circle: the run need not go on.
    pub fn spins(&self) -> bool {
        self.work.spins
    }

    /// Kills the process if a crash waits for this point.
    fn crash_at(&mut self, here: CrashPoint) -> bool {
        if self.dead || !self.serving {
            return false;
        }
        let Some(crash) = self.troubles.crash_at(here) else { return false };
        self.note(format_args!("CRASH at {here:?}"));
        self.dead = true;
        let now = self.now();
        self.excuse_absence(now, crash.down);
        self.troubles.strike(now, crash.down, &crate::plan::Fault::Crash(crash.clone()).name());
        self.crash = Some(crash);
        true
    }

    /// The crash that has killed the process, once.
    pub fn take_crash(&mut self) -> Option<Crash> {
        self.crash.take()
    }

    /// Ids of the world's calls that ended, and of those that have not.
    pub fn all_over(&self) -> bool {
        self.crowd.all_over()
    }
}

impl Log {
    fn add(&mut self, at: Millis, what: fmt::Arguments<'_>) {
        self.buffer.clear();
        let _ = write!(self.buffer, "{at:>8} {what}");
        for byte in self.buffer.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &mut self.lines {
            lines.push(self.buffer.clone());
        }
    }
}

/// The agent of an index.
pub fn agent(index: usize) -> Person {
    const NAMES: [&str; 4] = ["Adele Vance", "Megan Bowen", "Alex Wilber", "Lynne Robbins"];
    let name = NAMES.get(index).copied().unwrap_or("Somebody Else");
    Person {
        oid: format!("a1e1e000-0000-4000-8000-{index:012}"),
        nickname: format!("agent{index}"),
        name: name.to_owned(),
        availability: "Available".to_owned(),
        ..Person::default()
    }
}
