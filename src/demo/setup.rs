//! Builds the demo's world, and takes it down again.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use emulator::control::{EntraTarget, EnvelopeSchema, Subscription, TokenVersion};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{
    app::{App, StartError},
    http::{HttpError, Listener, ListenerOptions, listen},
    settings::{
        Acs, AcsCredential, Agent, Entra, EntraCredential, EventGrid, Flow, Graph, Http,
        LastResort, Ledger, Log, Queue, Retention, SampleRate, Sealing, ServerTls, Settings, Tls,
    },
};

use super::{FLOW, lookup::lookup_routes, routes};

/// The application that the service's webhook stands for in the demo's Entra.
const AUDIENCE: &str = "api://switchboard-demo";

/// What the demo is started with.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Divides the length of speech, rings and silences; 1 is real time.
    pub speed: f64,
    /// The flow's source.
    pub flow: String,
    /// Makes ids of the emulator repeatable.
    pub seed: Option<u64>,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self { speed: 1.0, flow: FLOW.to_owned(), seed: None }
    }
}

/// The demo, running.
pub struct Demo {
    emulator: emulator::Running,
    app: App,
    lookup: Listener,
    tracker: TaskTracker,
    page: Option<Listener>,
    /// Ledger, keys and certificates; removed at the end.
    _folder: TempDir,
}

/// The demo could not be started.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Temporary files could not be written.
    #[error(
        "a temporary file could not be written: check the space and rights of the temporary folder"
    )]
    File(#[from] std::io::Error),
    /// The emulator did not start.
    #[error("the emulator could not be started")]
    Emulator(#[from] emulator::StartError),
    /// The service did not start.
    #[error("the service could not be started")]
    Service(#[from] StartError),
    /// The page or the company's endpoint could not listen.
    #[error("the demo cannot listen")]
    Http(#[from] HttpError),
    /// An address of the demo is not a URL.
    #[error("an address of the demo is not a URL")]
    Url(#[from] url::ParseError),
    /// The service did not confirm the Event Grid subscription.
    #[error("the service did not confirm the Event Grid subscription: {0}")]
    Subscription(String),
}

impl Demo {
    /// Starts emulator, company endpoint and service, and subscribes the service to calls.
    ///
    /// # Errors
    /// When a part does not start. Tasks already started end with the runtime.
    pub async fn start(options: &DemoOptions) -> Result<Self, DemoError> {
        let folder = tempfile::Builder::new().prefix("switchboard-demo-").tempdir()?;
        let tracker = TaskTracker::new();
        let emulator = emulator::start(emulator::Options {
            speed: options.speed,
            seed: options.seed,
            state_dir: Some(folder.path().join("emulator")),
            ..emulator::Options::default()
        })
        .await?;
        let certificate = emulator.issue_certificate(&["localhost", "127.0.0.1"])?;
        let tls = Some((
            certificate.cert_pem.clone().into_bytes(),
            certificate.key_pem.clone().into_bytes(),
        ));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = ListenerOptions { address, tls, workers: 1, close_silent: None };
        let lookup = listen(&listener, &tracker, lookup_routes)?;

        let file = |name: &str, text: &str| write(folder.path(), name, text);
        file("service.crt", &certificate.cert_pem)?;
        file("service.key", &certificate.key_pem)?;
        file("flow.yaml", &options.flow)?;
        let settings = settings(&emulator, folder.path(), lookup.address)?;
        let app = App::start(&settings).await?;
        subscribe(&emulator, &settings).await?;
        Ok(Self { emulator, app, lookup, tracker, page: None, _folder: folder })
    }

    /// Serves the page with the phone, the Teams clients and the trace on a loopback port.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn serve_page(&mut self, port: u16) -> Result<SocketAddr, DemoError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let options = ListenerOptions { address, tls: None, workers: 2, close_silent: None };
        let routes = routes::page_routes(self.control(), &self.app);
        let page = listen(&options, &self.tracker, routes)?;
        let bound = page.address;
        self.page = Some(page);
        Ok(bound)
    }

    /// The people of the demo's world.
    pub fn control(&self) -> emulator::Control {
        self.emulator.control()
    }

    /// The service.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Stops everything.
    pub async fn stop(self) {
        if let Some(page) = &self.page {
            page.stop().await;
        }
        self.app.stop(Duration::ZERO).await;
        self.lookup.stop().await;
        self.emulator.stop().await;
    }
}

fn write(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    std::fs::write(folder.join(name), text)
}

/// The settings of a service that lives in the emulator's world.
///
/// # Errors
/// When an address is not a URL, or no port is free.
fn settings(
    emulator: &emulator::Running,
    folder: &Path,
    lookup: SocketAddr,
) -> Result<Settings, DemoError> {
    let ready = emulator.ready();
    let port = free_port()?;
    let agents: Vec<Agent> = emulator
        .control()
        .world()
        .users
        .into_iter()
        .map(|user| Agent { id: user.oid, name: user.name })
        .collect();
    let lookup = format!("localhost:{}", lookup.port());
    let constants = BTreeMap::from([("flights".to_owned(), format!("https://{lookup}").into())]);
    let mut queue = Queue::new("support", agents);
    queue.wrap_up = Duration::from_secs(2);
    let mut graph = Graph::at(Url::parse(&ready.graph)?);
    graph.poll = Duration::from_secs(2);
    "https://graph.microsoft.com/.default".clone_into(&mut graph.scope);
    Ok(Settings {
        acs: Acs {
            endpoint: Url::parse(&ready.https)?,
            resource_id: ready.resource_id.clone(),
            credential: AcsCredential::Entra,
            cognitive_services_endpoint: Some(Url::parse(
                "https://contoso-demo.cognitiveservices.azure.com/",
            )?),
            callback_issuer: ready.callback_issuer.clone(),
            callback_keys: Url::parse(&ready.callback_keys)?,
            stream_rate: SampleRate::Of24000,
        },
        entra: Some(Entra {
            tenant_id: ready.tenant_id.clone(),
            credential: EntraCredential::ClientSecret {
                client_id: ready.client_id.clone(),
                client_secret: ready.client_secret.clone().into(),
            },
            authority: Url::parse(&ready.authority)?,
        }),
        event_grid: EventGrid {
            tenant_id: ready.tenant_id.clone(),
            audiences: vec![AUDIENCE.to_owned()],
            topic: None,
            keys_url: Url::parse(&ready.event_grid_keys)?,
            role: crate::settings::event_grid::ROLE.to_owned(),
            allowed_origins: vec![crate::settings::event_grid::ORIGIN.to_owned()],
        },
        graph,
        http: Http {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            public_url: Url::parse(&format!("https://localhost:{port}"))?,
            tls: Some(ServerTls {
                certificate: folder.join("service.crt"),
                key: folder.join("service.key"),
            }),
            drain: Duration::ZERO,
        },
        tls: Tls { extra_root: Some(ready.ca_file.clone().into()) },
        last_resort: LastResort { spool: folder.join("turned-away"), ..LastResort::default() },
        ledger: Ledger { path: folder.join("ledger.db"), ..Ledger::default() },
        sealing: Sealing {
            key_ring: folder.join("keys"),
            create: true,
            erasures: folder.join("erasures"),
        },
        retention: Retention::default(),
        flow: Flow {
            file: folder.join("flow.yaml"),
            constants,
            secrets: BTreeMap::new(),
            http_hosts: vec![lookup],
        },
        queues: vec![queue],
        voice_agents: BTreeMap::new(),
        log: Log::default(),
    })
}

/// A port nobody listens on. Callback addresses name it before the service listens.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Subscribes the service to the calls of the emulator's resource.
///
/// # Errors
/// When the service does not confirm.
async fn subscribe(emulator: &emulator::Running, settings: &Settings) -> Result<(), DemoError> {
    let endpoint = format!("{}/webhooks/events", settings.http.public_base());
    let handshake = emulator
        .control()
        .subscribe(Subscription {
            name: "SWITCHBOARD".to_owned(),
            schema: EnvelopeSchema::EventGrid,
            entra: Some(EntraTarget {
                tenant: settings.event_grid.tenant_id.clone(),
                audience: AUDIENCE.to_owned(),
                version: TokenVersion::V1,
            }),
            ..Subscription::plain(endpoint)
        })
        .await;
    if handshake.validated {
        return Ok(());
    }
    Err(DemoError::Subscription(handshake.problem.unwrap_or_default()))
}
