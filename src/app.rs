//! The composition root: builds everything, in order, and stops it in the opposite order.

use std::{path::PathBuf, sync::Arc, time::Duration};

use callautomation::{AccessKey, AccessKeyError, Client, ClientOptions, Credential};
use engine::{
    call::Profile,
    flow::{Bundle, Diagnostic},
};
use tokio::runtime::Handle;
use url::Url;
use webhooks::token::{CallbackValidator, EventGridValidator};

use crate::{
    admission::{Admission, LastResort, Spool, run_import},
    agents::{PresencePoller, Roster},
    clock::Clock,
    dispatch::{Endpoints, Outward, Sender, Transmit},
    fit::{Misfits, check_fit},
    flow_files::{read_flow, read_sounds},
    graph::Graph,
    http::{Health, HttpError, Listener, ListenerOptions, Shared, listen, routes},
    identity::{self, IdentityError, KeySource},
    intake::{Credentials, Intake, Refusals, Verifier},
    keeping::{Erasures, KeepFor, run_erasures, run_retention},
    ledger::{Ledger, LedgerError},
    reload::{CurrentFlow, Reload, Served},
    runner::{Bundles, Consequences, FlowDecider},
    sealing::{KeyRing, KeyRingError, PathSigner},
    service::Service,
    settings::{AcsCredential, Settings},
    storage::{self, StorageError},
    voice::{Voice, Watched},
    withheld::WithheldDigits,
};

/// Work in flight at a stop is given this long, after the requests in flight had as much (`http.drain` of at
/// most 14 s before that: under 25 s in all).
const FINISH: Duration = Duration::from_secs(5);
/// One try of a Call Automation request.
const TRY: Duration = Duration::from_secs(3);

/// The running service.
pub struct App {
    listener: Listener,
    ledger: Arc<dyn Ledger>,
    clock: Clock,
    service: Service,
    health: Health,
    voice: Arc<Voice>,
}

/// The service could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The flow has errors; nothing was started.
    #[error("the flow {file} has errors: run `switchboard flow check {file}`")]
    Flow {
        /// The file.
        file: PathBuf,
        /// What was found.
        findings: Vec<Diagnostic>,
    },
    /// Flow and settings do not belong together.
    #[error("the flow and the settings do not fit")]
    Fit(#[source] Misfits),
    /// A file named in the settings cannot be read.
    #[error("{file} cannot be read: check the path and its permissions")]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key ring cannot be used.
    #[error("the key ring cannot be used")]
    Keys(#[from] KeyRingError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LedgerError),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Tokens or connections cannot be had.
    #[error("the identity settings cannot be used")]
    Identity(#[from] IdentityError),
    /// The Call Automation client cannot be built.
    #[error("the [acs] settings cannot be used")]
    Client(#[from] callautomation::Error),
    /// The access key is not one.
    #[error("acs.access_key cannot be used")]
    AccessKey(#[from] AccessKeyError),
    /// Listening failed.
    #[error("the service cannot listen")]
    Http(#[from] HttpError),
}

/// What `build` makes before anything listens.
struct Parts {
    clock: Clock,
    ledger: Arc<dyn Ledger>,
    ring: Arc<KeyRing>,
    signer: Arc<PathSigner>,
    bundles: Bundles,
    flow: CurrentFlow,
    served: Served,
    http: reqwest::Client,
}

impl App {
    /// Starts the service: opens the ledger, takes over what a dead process left, listens.
    ///
    /// # Errors
    /// [`StartError`]. Tasks already started end with the runtime: the caller exits, it does not try again.
    pub async fn start(settings: &Settings) -> Result<Self, StartError> {
        let parts = prepare(settings).await?;
        let Parts { clock, ledger, ring, signer, bundles, flow, served, http } = parts;
        let withheld = WithheldDigits::default();
        let sender = Sender {
            client: client(settings, &http)?,
            endpoints: Endpoints {
                http: http.clone(),
                hosts: settings.flow.http_hosts.clone(),
                secrets: settings.flow.secrets.clone(),
                withheld: withheld.clone(),
                clock,
            },
        };
        let world: Arc<dyn Transmit> = Arc::new(sender);
        let service = Service::start(ledger.clone(), world.clone(), clock);
        let ended = service.consequences().wakes().ended.subscribe();
        let forgetting = withheld.clone().forget(clock, ended, service.stopping().clone());
        service.tracker().spawn(forgetting);
        let admission = admission(settings, clock, &service, world, ring);
        let tracker = service.tracker();
        let agents = agents(settings, &http, clock, &service)?;
        let health = Health::new(clock);
        tracker.spawn(health.clone().tick(service.stopping().clone()));
        // Its own clock: `clock` may go by that of a database.
        tracker.spawn(Clock::start().follow_wall(service.stopping().clone()));
        let keys = callback_keys(settings, &http);
        let voice = voice(settings, keys.clone(), clock, &service, &admission, &signer)?;
        let doors = (admission, withheld, keys);
        let intake =
            Arc::new(intake(settings, &http, clock, &service, doors, &signer, flow.clone()));
        let shared = Shared {
            intake: intake.clone(),
            runtime: Handle::current(),
            tracker: tracker.clone(),
            health: health.clone(),
            flow: flow.clone(),
            voice: Some(voice.clone()),
        };
        service.adopt().await?;
        // The port is open before anything slow: what comes meanwhile is answered, not refused.
        let listener =
            listen(&listener_options(settings, &service, clock)?, tracker, routes(shared))?;
        tracker.spawn(async move {
            let now = clock.timestamp();
            tokio::join!(intake.callbacks.warm_up(now), intake.event_grid.warm_up(now));
        });
        // Deliveries are wanted from now on, whatever there is to take up.
        health.set_ready(true);
        service.run_loops(agents);
        service.resume().await?;
        keep(settings, &service, clock);
        reload(settings, &service, clock, bundles, (flow, served), health.clone());
        health.set_started();
        tracing::info!(http.address = %listener.address, "ready");
        Ok(Self { listener, ledger, clock, service, health, voice })
    }

    /// Where the service listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.listener.address
    }

    /// The ledger, for readers of traces.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        self.ledger.clone()
    }

    /// Hints of what changes.
    pub fn consequences(&self) -> &Consequences {
        self.service.consequences()
    }

    /// Stops: no longer ready, answering for `lag` while the load balancer learns of it, requests in flight
    /// finish, the ledger is closed. What is not done is in the ledger for the next start. Under 25 s.
    pub async fn stop(self, lag: Duration) {
        self.health.set_ready(false);
        self.clock.sleep(lag).await;
        // Web sockets never end by themselves: their calls are told while there is somebody to tell it.
        self.voice.stopping.cancel();
        self.listener.stop().await;
        self.service.stopping().cancel();
        self.service.tracker().close();
        if tokio::time::timeout(FINISH, self.service.tracker().wait()).await.is_err() {
            tracing::warn!(
                "some work did not finish in time; the ledger has it for the next start"
            );
        }
        self.ledger.stop().await;
        tracing::info!("stopped");
    }
}

/// Starts what deletes: by age, and by order.
fn keep(settings: &Settings, service: &Service, clock: Clock) {
    let (ledger, stopping) = (service.ledger(), service.stopping());
    let keep =
        KeepFor { calls: settings.retention.calls, quarantine: settings.retention.quarantine };
    service.tracker().spawn(run_retention(ledger.clone(), keep, clock, stopping.clone()));
    let erasures = Erasures::at(&settings.sealing.erasures);
    service.tracker().spawn(run_erasures(ledger.clone(), erasures, clock, stopping.clone()));
}

/// Starts what takes up a changed flow.
fn reload(
    settings: &Settings,
    service: &Service,
    clock: Clock,
    bundles: Bundles,
    (current, served): (CurrentFlow, Served),
    health: Health,
) {
    let (settings, ledger) = (settings.clone(), service.ledger().clone());
    let reload = Reload { settings, served, ledger, bundles, current, health, clock };
    service.tracker().spawn(reload.run(service.stopping().clone()));
}

async fn prepare(settings: &Settings) -> Result<Parts, StartError> {
    let clock = Clock::start();
    let http = identity::http_client(settings)?;
    let files = read_flow(&settings.flow.file)
        .map_err(|source| StartError::File { file: settings.flow.file.clone(), source })?;
    let bundle = Bundle::pack(&files.flow, &files.parts)
        .map_err(|findings| StartError::Flow { file: settings.flow.file.clone(), findings })?;
    let served = Served::at(&settings.flow.file, &files, bundle.flow());
    let sounds = read_sounds(&settings.flow.file, bundle.flow());
    check_fit(bundle.flow(), &sounds, settings).map_err(StartError::Fit)?;
    let ring = Arc::new(KeyRing::load(&settings.sealing.key_ring, settings.sealing.create)?);
    let signer = Arc::new(PathSigner::new(ring.clone()));
    let bundles = Bundles::default();
    let outward = Outward {
        public_url: settings.http.public_url.clone(),
        cognitive_services: settings
            .acs
            .cognitive_services_endpoint
            .as_ref()
            .map(ToString::to_string),
        fallback: settings.last_resort.redirect.clone(),
        signer: signer.clone(),
        stream_rate: settings.acs.stream_rate,
    };
    let decider = FlowDecider { bundles: bundles.clone(), profile: Profile::CLASSIC, outward };
    let ledger = storage::open(settings, &http, ring.clone(), Arc::new(decider)).await?;
    let clock = clock.put_forward(ledger.clock_offset().unwrap_or(0));
    for (hash, source) in ledger.bundles().await? {
        match Bundle::compile(&source) {
            Ok(kept) => {
                bundles.add(kept);
            }
            Err(_) => {
                tracing::warn!(bundle = hash, "a kept flow no longer compiles: its calls end");
            }
        }
    }
    // Stored before any call can refer to it.
    ledger.keep_bundle(&bundle.hash_hex(), bundle.source()).await?;
    let flow = CurrentFlow::of(bundles.add(bundle), sounds);
    Ok(Parts { clock, ledger, ring, signer, bundles, flow, served, http })
}

fn client(settings: &Settings, http: &reqwest::Client) -> Result<Client, StartError> {
    let credential = match &settings.acs.credential {
        AcsCredential::AccessKey(key) => {
            Credential::AccessKey(AccessKey::from_base64(key.expose())?)
        }
        AcsCredential::Entra => Credential::Token(identity::token_credential(settings, http)?),
    };
    let mut options = ClientOptions { try_timeout: TRY, ..ClientOptions::default() };
    options.azure.transport = Some(identity::transport(http));
    Ok(Client::new(settings.acs.endpoint.clone(), credential, options)?)
}

fn agents(
    settings: &Settings,
    http: &reqwest::Client,
    clock: Clock,
    service: &Service,
) -> Result<Arc<PresencePoller>, StartError> {
    let roster = Roster::new(&settings.queues);
    let credential = identity::token_credential(settings, http)?;
    let graph = Graph::new(&settings.graph, http.clone(), credential);
    let poller = Arc::new(PresencePoller::new(roster, Arc::new(graph), &settings.graph, clock));
    service.tracker().spawn(poller.clone().run(service.stopping().clone()));
    Ok(poller)
}

/// The doors for arrivals, and the import of calls that were turned away before.
fn admission(
    settings: &Settings,
    clock: Clock,
    service: &Service,
    world: Arc<dyn Transmit>,
    ring: Arc<KeyRing>,
) -> Admission {
    let spool = Spool::new(&settings.last_resort.spool, ring, clock);
    let (ledger, consequences) = (service.ledger().clone(), service.consequences().clone());
    let stopping = service.stopping().clone();
    let import = run_import(spool.clone(), ledger.clone(), consequences.clone(), clock, stopping);
    service.tracker().spawn(import);
    let resort = LastResort::new(world, clock, settings.last_resort.clone(), spool);
    Admission::new(ledger, consequences, clock, service.tracker().clone(), Some(resort))
}

/// The keys of the tokens that Call Automation shows.
fn callback_keys(settings: &Settings, http: &reqwest::Client) -> KeySource {
    let kept = settings.last_resort.spool.with_added_extension("callback-keys");
    KeySource::kept_in(&kept, settings.acs.callback_keys.clone(), http.clone())
}

fn voice(
    settings: &Settings,
    keys: KeySource,
    clock: Clock,
    service: &Service,
    admission: &Admission,
    signer: &Arc<PathSigner>,
) -> Result<Arc<Voice>, StartError> {
    let acs = &settings.acs;
    let tokens = CallbackValidator::new(acs.callback_issuer.clone(), vec![acs.resource_id.clone()])
        .for_web_sockets();
    let watched = Watched::default();
    let grown = service.consequences().wakes().grown.subscribe();
    service.tracker().spawn(watched.clone().run(grown, service.stopping().clone()));
    Ok(Arc::new(Voice {
        ledger: service.ledger().clone(),
        admission: admission.clone(),
        clock,
        verifier: Verifier::new(Credentials::Callback(tokens), keys),
        signer: signer.clone(),
        refusals: Refusals::default(),
        agents: settings.voice_agents.clone(),
        http: identity::upgrading_client(settings)?,
        watched,
        stopping: service.stopping().child_token(),
    }))
}

fn intake(
    settings: &Settings,
    http: &reqwest::Client,
    clock: Clock,
    service: &Service,
    (admission, withheld, callback_keys): (Admission, WithheldDigits, KeySource),
    signer: &Arc<PathSigner>,
    flow: CurrentFlow,
) -> Intake {
    let acs = &settings.acs;
    let callback =
        CallbackValidator::new(acs.callback_issuer.clone(), vec![acs.resource_id.clone()]);
    let grid = &settings.event_grid;
    let event_grid = EventGridValidator::new(grid.tenant_id.clone(), grid.audiences.clone())
        .with_role(&grid.role);
    let beside = &settings.last_resort.spool;
    let kept = |url: &Url, name| {
        KeySource::kept_in(&beside.with_added_extension(name), url.clone(), http.clone())
    };
    let grid_keys = kept(&grid.keys_url, "event-grid-keys");
    Intake {
        ledger: service.ledger().clone(),
        clock,
        admission,
        callbacks: Verifier::new(Credentials::Callback(callback), callback_keys),
        event_grid: Verifier::new(Credentials::EventGrid(event_grid), grid_keys),
        signer: signer.clone(),
        resource_id: acs.resource_id.clone(),
        flow,
        config: settings.flow.constants.clone(),
        topic: grid.topic.clone(),
        withheld,
        refusals: Refusals::default(),
        allowed_origins: grid.allowed_origins.clone(),
    }
}

fn listener_options(
    settings: &Settings,
    service: &Service,
    clock: Clock,
) -> Result<ListenerOptions, StartError> {
    let read = |file: &PathBuf| {
        std::fs::read(file).map_err(|source| StartError::File { file: file.clone(), source })
    };
    let tls = match &settings.http.tls {
        Some(tls) => Some((read(&tls.certificate)?, read(&tls.key)?)),
        None => None,
    };
    let close_silent = Some((clock, service.stopping().clone()));
    Ok(ListenerOptions { address: settings.http.listen, tls, workers: 2, close_silent })
}
