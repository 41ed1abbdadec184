//! One run on one kind of ledger: builds the world, lets people call while faults strike, and collects what
//! came of it.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::{Millis, now, pause},
    collect,
    evidence::Evidence,
    faults::{Links, Targets, plan, strike, watch_machine},
    processes::{
        AUDIENCE, Authority, Emulator, Ports, Postgres, Replica, RigError, Store, at, settings,
        write,
    },
    proxy::{Link, Proxy, Upstream},
    random::Random,
    world::{Record, Seen, World, agent, caller, record},
};

/// After the last fault callers go on for so long, ms.
const CALM: Millis = 8_000;
/// All calls must be over so long after callers were told to stop, ms.
const OVER: Millis = 60_000;

/// What a run is to be like.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The service and the emulator.
    pub(crate) binary: PathBuf,
    pub(crate) seed: u64,
    pub(crate) kills: usize,
    /// Callers at once.
    pub(crate) callers: usize,
    /// Of the world.
    pub(crate) speed: f64,
    /// PostgreSQL with three replicas; otherwise SQLite with one process.
    pub(crate) shared: bool,
    /// Of this run alone; it exists.
    pub(crate) folder: PathBuf,
}

impl Order {
    fn replicas(&self) -> usize {
        if self.shared { 3 } else { 1 }
    }

    fn agents(&self) -> usize {
        self.callers / 2 + 2
    }

    /// The settings of the first replica, for commands that read the ledger.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.join("replica-0.toml")
    }
}

/// The running world and service.
struct Stage {
    world: World,
    targets: Arc<Targets>,
    store: Store,
    emulator: Emulator,
    tasks: TaskTracker,
}

/// What came of a run. The database lives as long as this, so that ladders can be read.
pub(crate) struct Finished {
    pub(crate) evidence: Evidence,
    _stage: Stage,
}

/// Runs to the end and gives the evidence.
pub(crate) async fn run(order: &Order) -> Result<Finished, RigError> {
    let stage = build(order).await?;
    let record: Record = Arc::default();
    let (seen, snapshot) = watch::channel(Arc::new(Seen::default()));
    let (no_more_calls, over) = (CancellationToken::new(), CancellationToken::new());
    let recorder =
        stage.tasks.spawn(self::record(stage.world.clone(), record.clone(), seen, over.clone()));
    let watcher = stage.tasks.spawn(watch_machine(record.clone(), over.clone()));
    for index in 0..order.agents() {
        let random = Random::new(order.seed, &format!("agent {index}"));
        let name = format!("agent{index}");
        stage.tasks.spawn(agent(stage.world.clone(), name, random, over.clone()));
    }
    let callers = TaskTracker::new();
    for index in 0..order.callers {
        let random = Random::new(order.seed, &format!("caller {index}"));
        let (world, stop) = (stage.world.clone(), no_more_calls.clone());
        let (record, snapshot) = (record.clone(), snapshot.clone());
        callers.spawn(caller(world, record, snapshot, index, random, stop));
    }
    callers.close();
    let mut random = Random::new(order.seed, "faults");
    let planned = plan(&mut random, order.kills, order.replicas(), order.shared);
    write(&order.folder.join("schedule.txt"), &schedule(&planned))?;
    strike(&planned, &stage.targets, &record).await?;
    settle(&stage, &record, &no_more_calls, &callers).await;
    over.cancel();
    let looked = recorder.await.map_err(|error| RigError::Other(error.to_string()))?;
    looked?;
    watcher.await.map_err(|error| RigError::Other(error.to_string()))?;
    let evidence = finish(order, &stage, &record).await?;
    Ok(Finished { evidence, _stage: stage })
}

fn schedule(planned: &[crate::faults::Planned]) -> String {
    planned.iter().fold(String::new(), |text, one| text + &format!("{one:?}\n"))
}

/// Callers go on for a while, then no new ones come and those who are there end their calls; meanwhile the
/// backlog is looked at.
async fn settle(
    stage: &Stage,
    record: &Record,
    no_more_calls: &CancellationToken,
    callers: &TaskTracker,
) {
    let last_fault = now();
    let mut end = last_fault + CALM + OVER;
    let mut over = None;
    while now() < end {
        if let Ok(backlog) = stage.store.backlog().await {
            record.lock().await.backlog.push(backlog);
        }
        if now() > last_fault + CALM {
            no_more_calls.cancel();
        }
        // Wrap-up of the last calls takes a moment more.
        if callers.is_empty() && over.is_none() {
            over = Some(now());
            end = end.min(now() + 8_000);
        }
        pause(500).await;
    }
}

async fn finish(order: &Order, stage: &Stage, record: &Record) -> Result<Evidence, RigError> {
    let mut deaths = Vec::new();
    for replica in &stage.targets.replicas {
        deaths.extend(replica.death().await);
    }
    let kept = collect::kept(order).await?;
    for replica in &stage.targets.replicas {
        deaths.extend(replica.terminate().await);
        deaths.extend(replica.panics());
    }
    let mut record = record.lock().await;
    record.deaths = deaths;
    record.kept = kept;
    Ok(std::mem::take(&mut *record))
}

async fn build(order: &Order) -> Result<Stage, RigError> {
    let folder = order.folder.as_path();
    let authority = Authority::new()?;
    write(&folder.join("rig-ca.pem"), &authority.certificate)?;
    write(&folder.join("flow.yaml"), include_str!("../flow.yaml"))?;
    let tls = authority.issue()?;
    write(&folder.join("service.crt"), &tls.certificate)?;
    write(&folder.join("service.key"), &tls.key)?;
    let agents = order.agents();
    let emulator = Emulator::start(&order.binary, folder, order.seed, order.speed, agents).await?;
    let ca = Path::new(emulator.text("ca_file"));
    let theirs = std::fs::read_to_string(ca).map_err(at(ca))?;
    write(&folder.join("roots.pem"), &format!("{theirs}\n{}", authority.certificate))?;
    let database = if order.shared {
        let pair = authority.issue()?;
        Some(Arc::new(Postgres::create(&folder.join("pg"), free_port()?, &pair).await?))
    } else {
        None
    };
    let tasks = TaskTracker::new();
    let (replicas, links) = replicas(order, &emulator, database.as_deref(), &tasks).await?;
    // The first makes the key ring and the tables.
    for replica in &replicas {
        replica.start().await?;
    }
    let world = World::new(emulator.text("control"))?;
    let store = match &database {
        Some(database) => Store::Postgres(database.clone()),
        None => Store::Sqlite(folder.join("ledger.db")),
    };
    let public = links.public;
    let targets = Arc::new(Targets::new(replicas, links.all, database));
    let stage = Stage { world, targets, store, emulator, tasks };
    subscribe(&stage, public).await?;
    Ok(stage)
}

/// All links, and where the world reaches the replicas.
struct Wiring {
    all: Vec<Links>,
    public: u16,
}

async fn replicas(
    order: &Order,
    emulator: &Emulator,
    database: Option<&Postgres>,
    tasks: &TaskTracker,
) -> Result<(Vec<Arc<Replica>>, Wiring), RigError> {
    let failed = |source| RigError::Run { what: "a proxy".to_owned(), source };
    let all: Vec<Links> = (0..order.replicas()).map(|_| Links::default()).collect();
    let listen = all.iter().map(|_| free_port()).collect::<Result<Vec<u16>, _>>()?;
    let to = |port: u16, link: &Link| Upstream { port, link: link.clone() };
    let inward = all.iter().zip(&listen).map(|(links, port)| to(*port, &links.inward)).collect();
    let public = Proxy::start(inward, tasks).await.map_err(failed)?.port;
    let https = emulator.text("https").rsplit(':').next().and_then(|port| port.parse().ok());
    let https = https.ok_or_else(|| RigError::Other("the emulator names no port".to_owned()))?;
    let mut replicas = Vec::new();
    for (index, links) in all.iter().enumerate() {
        let world = vec![to(https, &links.outward)];
        let outward = Proxy::start(world, tasks).await.map_err(failed)?.port;
        let database = match database {
            Some(server) => {
                let upstream = vec![to(server.port, &links.database)];
                Some(Proxy::start(upstream, tasks).await.map_err(failed)?.port)
            }
            None => None,
        };
        let name = format!("replica-{index}");
        let ports = Ports { listen: listen[index], public, outward, database };
        let config = order.folder.join(format!("{name}.toml"));
        write(&config, &settings(emulator, &order.folder, &name, ports, order.agents()))?;
        let log = order.folder.join(format!("{name}.log"));
        replicas.push(Arc::new(Replica::new(name, &order.binary, config, log)));
    }
    Ok((replicas, Wiring { all, public }))
}

/// Event Grid delivers to the proxy; some mid-call events come twice at once, to different replicas.
async fn subscribe(stage: &Stage, public: u16) -> Result<(), RigError> {
    let subscription = json!({
        "endpoint": format!("https://localhost:{public}/webhooks/events"),
        "entra": {"tenant": stage.emulator.text("tenant_id"), "audience": AUDIENCE, "version": "v1"},
    });
    let answer = stage.world.put("/subscription", &subscription).await?;
    if answer["validated"] != Value::Bool(true) {
        return Err(RigError::Other(format!("the handshake of Event Grid failed: {answer}")));
    }
    let twice = json!({"on": "*", "action": "duplicate", "probability": 0.04});
    stage.world.post("/faults", &twice).await.map(drop)
}

fn free_port() -> Result<u16, RigError> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    let failed = |source| RigError::Run { what: "a listener".to_owned(), source };
    free.map(|address| address.port()).map_err(failed)
}
