//! One process of the service: the real parts behind the simulated doors, started as `App::start` does.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use callautomation::{AccessKey, Client, ClientOptions, Credential};
use engine::{Millis, call::Profile};
use switchboard::{
    admission::Admission,
    agents::{PresencePoller, Roster},
    clock::{Clock, timestamp},
    dispatch::{Endpoints, Outward, Sender},
    flow_files::Sounds,
    identity::KeySource,
    intake::{Credentials, Intake, Refusals, Reply, Verifier},
    ledger::{Ledger, OpenOptions, SqliteLedger},
    reload::CurrentFlow,
    runner::{Bundles, FlowDecider},
    sealing::{KeyRing, PathSigner},
    service::Service,
    settings::{self, Agent, Queue},
    withheld::WithheldDigits,
};
use url::Url;
use webhooks::token::{CallbackValidator, EventGridValidator};

use crate::{
    doors::{LedgerDoor, PresenceDoor, SenderDoor, TransportDoor, Watching},
    flows,
    world::{PUBLIC_URL, World, agent},
};

/// The process could not be started, or a part of it could not be built.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// A running process.
pub struct Process {
    /// What runs.
    pub service: Service,
    intake: Arc<Intake>,
}

/// What does not change from one process to the next.
#[derive(Clone)]
pub struct Machine {
    /// The ledger's file.
    pub file: PathBuf,
    keys: Arc<KeyRing>,
    bundles: Bundles,
    bundle: String,
}

impl Machine {
    /// A machine whose disk is a folder, with the flow of an index.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn new(folder: &Path, flow: usize) -> Result<Self, Trouble> {
        let bundles = Bundles::default();
        let bundle = bundles.add(flows::bundle(flow).clone());
        Ok(Self { file: folder.join("ledger.db"), keys: keys(folder)?, bundles, bundle })
    }

    /// The ledger, as a process opens it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn ledger(&self, world: &Arc<World>) -> Result<SqliteLedger, Trouble> {
        let outward = Outward {
            public_url: Url::parse(PUBLIC_URL)?,
            cognitive_services: Some("https://speech.example/".to_owned()),
            fallback: None,
            signer: Arc::new(PathSigner::new(self.keys.clone())),
            stream_rate: settings::SampleRate::Of24000,
        };
        let decider =
            FlowDecider { bundles: self.bundles.clone(), profile: Profile::CLASSIC, outward };
        let decider = Arc::new(Watching { inner: decider, world: world.clone() });
        let options = OpenOptions { inline: true, cached_calls: 12, ..OpenOptions::default() };
        Ok(SqliteLedger::open(&self.file, self.keys.clone(), decider, options)?)
    }

    /// Starts a process; its clock is off by `skew` ms.
    ///
    /// # Errors
    /// When the ledger does not open.
    pub async fn start(&self, world: &Arc<World>, skew: Millis) -> Result<Process, Trouble> {
        let now = world.lock().now();
        let clock = Clock::anchored(now.saturating_add(skew));
        let inner = self.ledger(world)?;
        let ledger: Arc<dyn Ledger> = Arc::new(LedgerDoor { inner, world: world.clone() });
        let sender = SenderDoor { inner: sender(world, clock)?, world: world.clone() };
        let service = Service::start(ledger.clone(), Arc::new(sender), clock);
        let agents = Self::agents(world, clock, &service)?;
        let intake = self.intake(clock, &service)?;
        while let Err(error) = ledger.keep_bundle(&self.bundle, "the simulator's").await {
            world.lock().note(format_args!("start: {error}"));
            world.pause(1_000).await;
        }
        while let Err(error) = service.adopt().await {
            world.lock().note(format_args!("start: {error}"));
            world.pause(1_000).await;
        }
        service.run_loops(agents);
        while let Err(error) = service.resume().await {
            world.lock().note(format_args!("start: {error}"));
            world.pause(1_000).await;
        }
        Ok(Process { service, intake: Arc::new(intake) })
    }

    fn agents(
        world: &Arc<World>,
        clock: Clock,
        service: &Service,
    ) -> Result<Arc<PresencePoller>, Trouble> {
        let count = world.lock().plan.agents.len();
        let agents = (0..count).map(agent).map(|one| Agent { id: one.oid, name: one.name });
        let roster = Roster::new(&[Queue::new("support", agents.collect())]);
        let source = Arc::new(PresenceDoor { world: world.clone() });
        let settings = settings::Graph::at(Url::parse("https://graph.example")?);
        let poller = Arc::new(PresencePoller::new(roster, source, &settings, clock));
        service.tracker().spawn(poller.clone().run(service.stopping().clone()));
        Ok(poller)
    }

    fn intake(&self, clock: Clock, service: &Service) -> Result<Intake, Trouble> {
        let nobody = || -> Result<KeySource, Trouble> {
            Ok(KeySource::new(Url::parse("https://keys.example")?, http()?))
        };
        let callback = CallbackValidator::new("issuer".to_owned(), vec!["audience".to_owned()]);
        let grid = EventGridValidator::new("tenant".to_owned(), vec!["audience".to_owned()]);
        let flights = serde_json::json!("https://flights.example");
        Ok(Intake {
            ledger: service.ledger().clone(),
            clock,
            admission: Admission::new(
                service.ledger().clone(),
                service.consequences().clone(),
                clock,
                service.tracker().clone(),
                None,
            ),
            callbacks: Verifier::new(Credentials::Callback(callback), nobody()?),
            event_grid: Verifier::new(Credentials::EventGrid(grid), nobody()?),
            signer: Arc::new(PathSigner::new(self.keys.clone())),
            resource_id: "resource".to_owned(),
            flow: CurrentFlow::of(self.bundle.clone(), Sounds::default()),
            config: [("flights".to_owned(), flights)].into(),
            topic: None,
            withheld: WithheldDigits::default(),
            refusals: Refusals::default(),
            allowed_origins: Vec::new(),
        })
    }
}

impl Process {
    /// A POST to the service, as its listener takes it; tokens are not checked. Goes on when the sender
    /// has given up.
    pub async fn post(&self, url: &str, body: Vec<u8>, patience: Millis) -> Option<u16> {
        let intake = self.intake.clone();
        let path = url.strip_prefix(PUBLIC_URL).unwrap_or_default().to_owned();
        let work = self.service.tracker().spawn(async move { take(&intake, &path, &body).await });
        let patience = Duration::from_millis(u64::try_from(patience).unwrap_or(0));
        match tokio::time::timeout(patience, work).await {
            Ok(reply) => Some(status(&reply.unwrap_or(Reply::Unable))),
            Err(_) => None,
        }
    }

    /// Stops as SIGTERM does, without the listener.
    pub async fn stop(self) {
        self.service.stopping().cancel();
        self.service.tracker().close();
        let wait = self.service.tracker().wait();
        let _ = tokio::time::timeout(Duration::from_secs(15), wait).await;
    }
}

async fn take(intake: &Intake, path: &str, body: &[u8]) -> Reply {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "webhooks", "events"] => {
            intake.take_grid(Some("Notification"), Some("application/json"), body).await
        }
        ["", "webhooks", "calls", call, signature] => {
            if !intake.signer.verify(call, signature) {
                return Reply::Refused;
            }
            intake.take_callback(call, body).await
        }
        _ => Reply::WrongType,
    }
}

fn status(reply: &Reply) -> u16 {
    match reply {
        Reply::Taken | Reply::Json(_) => 200,
        Reply::Refused => 401,
        Reply::WrongType => 415,
        Reply::Unable => 500,
    }
}

fn sender(world: &Arc<World>, clock: Clock) -> Result<Sender, Trouble> {
    let mut options = ClientOptions {
        try_timeout: Duration::from_secs(3),
        clock: Arc::new(move || timestamp(clock.now())),
        ..ClientOptions::default()
    };
    let transport = Arc::new(TransportDoor { world: world.clone() });
    options.azure.transport = Some(azure_core::http::Transport::new(transport));
    let credential = Credential::AccessKey(AccessKey::from_base64("c2ltdWxhdGlvbg==")?);
    let endpoint = Url::parse("https://acs.example")?;
    let client = Client::new(endpoint, credential, options)?;
    let endpoints = Endpoints {
        http: http()?,
        hosts: Vec::new(),
        secrets: BTreeMap::new(),
        withheld: WithheldDigits::default(),
        clock,
    };
    Ok(Sender { client, endpoints })
}

/// Never used: the doors stand before it. Built once, because that takes a while.
fn http() -> Result<reqwest::Client, Trouble> {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    let client = reqwest::Client::builder().tls_certs_only([]).build()?;
    Ok(CLIENT.get_or_init(|| client).clone())
}

/// One ring for all runs of this process of the simulator.
fn keys(folder: &Path) -> Result<Arc<KeyRing>, Trouble> {
    static RING: OnceLock<Arc<KeyRing>> = OnceLock::new();
    if let Some(ring) = RING.get() {
        return Ok(ring.clone());
    }
    let ring = Arc::new(KeyRing::load(&folder.join("keys"), true)?);
    Ok(RING.get_or_init(|| ring).clone())
}
