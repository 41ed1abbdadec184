//! Starts and stops an emulator.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::clock::{Clock, Pace};
use crate::control::Control;
use crate::crypto::{Authority, AuthorityError, Certificate, KeyError, KeySet};
use crate::delivery::{self, Courier};
use crate::directory::{AppRegistration, Directory};
use crate::ids::Ids;
use crate::options::{Options, Time};
use crate::ready::{Ready, event_grid_topic};
use crate::server::{ListenError, Listeners, Serving};
use crate::shared::{Exchanges, Faults, Log, Parts, Repeats, Shared, State};
use crate::state::{self, StateError, StateFolder};
use crate::world::{World, WorldSettings};

/// The `iss` of callback tokens (secure-webhook-endpoint.md).
const CALLBACK_ISSUER: &str = "https://acscallautomation.communication.azure.com";
/// How long a connection to the application is kept; short, because it may be killed and started
/// again at any moment.
const IDLE: Duration = Duration::from_secs(2);
/// What the managed identity endpoint wants in `X-IDENTITY-HEADER`; well known, as the secret is.
const IDENTITY_HEADER: &str = "switchboard-emulator-development-identity";
/// Names of the HTTPS listener.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "::1", "emulator.asm.skype.com"];

/// Why an emulator cannot start.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StartError(#[from] StartProblem);

#[derive(Debug, thiserror::Error)]
pub(crate) enum StartProblem {
    #[error("speed must be a number above 0")]
    Speed,
    #[error("an extra root certificate is not PEM")]
    ExtraRoot(#[source] reqwest::Error),
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
    #[error("the certificate authority failed")]
    Authority(#[from] AuthorityError),
    #[error("the signing keys failed")]
    Keys(#[from] KeyError),
    #[error("the state folder cannot be used")]
    State(#[from] StateError),
    #[error("the listeners failed")]
    Listen(#[from] ListenError),
}

/// An emulator that runs. Dropping it leaves its listeners running until the process ends; stop it
/// with [`Running::stop`].
pub struct Running {
    shared: Arc<Shared>,
    serving: Serving,
    /// Removed at the end.
    temporary: Option<PathBuf>,
}

/// Starts an emulator inside the current multi-threaded tokio runtime.
///
/// # Errors
/// A port is taken, the state folder is not writable, or an option makes no sense.
pub async fn start(options: Options) -> Result<Running, StartError> {
    // Two RSA keys take long enough to do it elsewhere.
    let keys = tokio::task::spawn_blocking(|| Ok((KeySet::generate()?, KeySet::generate()?)));
    let keys: Result<_, KeyError> = keys.await.unwrap_or(Err(KeyError::Generate));
    Ok(start_with(options, keys.map_err(StartProblem::Keys)?)?)
}

fn start_with(options: Options, keys: (KeySet, KeySet)) -> Result<Running, StartProblem> {
    let pace = Pace::new(options.speed).ok_or(StartProblem::Speed)?;
    let (folder, temporary) = state_folder(&options);
    let kept = options.state_dir.as_deref().map(StateFolder::open).transpose()?;
    let loaded = kept.as_ref().map(StateFolder::load).transpose()?.flatten();
    let authority = Authority::open(&folder)?;
    let certificate = authority.issue(&NAMES)?;
    let listeners = Listeners::bind(options.bind, options.https_port, options.http_port)?;
    let ready = describe(&options, &authority, &listeners);
    let settings = WorldSettings {
        pace,
        content_root: ready.https.clone(),
        allow_http_callbacks: options.allow_http_callbacks,
        recording_chunk: options.recording_chunk_ms.max(1),
        resource_id: options.resource_id.clone(),
        tenant_id: options.tenant_id.clone(),
        profile: options.profile,
        lenient: options.lenient,
        ended_calls_kept: options.ended_calls_kept,
    };
    // The world has its own ids: they must not depend on how often something outside drew one.
    let fresh = World::new(settings, &options.people, Ids::new(options.seed));
    let (world, repeats, subscriptions) = match loaded {
        Some(before) => (before.world.taken_up_by(fresh), before.repeats, before.subscriptions),
        None => (fresh, Repeats::default(), Vec::new()),
    };
    let client = client(&options, authority.pem())?;
    let app = AppRegistration::new(options.client_id.clone(), options.client_secret.clone());
    let clock = match options.time {
        Time::Real => Clock::start(),
        Time::Stepped => Clock::stepped(world.now()),
    };
    let state = State {
        world,
        ids: Ids::new(options.seed.map(u64::reverse_bits)),
        requests: Log::default(),
        deliveries: Log::default(),
        asked: Exchanges::default(),
        posted: Exchanges::default(),
        repeats,
        faults: Faults::new(options.seed),
        courier: Courier::new(options.delivery_rules()),
        entra_keys: keys.0,
        acs_keys: keys.1,
        subscriptions,
        grid: delivery::Grid::default(),
        directory: Directory::new(app),
    };
    let (shared, effects) = Shared::new(Parts { options, clock, ready, authority, client, state });
    shared.spawn(Arc::clone(&shared).run_timers());
    shared.spawn(delivery::run(Arc::clone(&shared), effects));
    if let Some(folder) = kept {
        // Ends by itself, after a last snapshot.
        shared.tasks.spawn_on(state::keep(Arc::clone(&shared), folder), &shared.runtime);
    }
    let serving = listeners.serve(&shared, &certificate)?;
    Ok(Running { shared, serving, temporary })
}

/// Where the authority is kept, and the folder to remove at the end if it is a temporary one.
fn state_folder(options: &Options) -> (PathBuf, Option<PathBuf>) {
    if let Some(folder) = &options.state_dir {
        return (folder.clone(), None);
    }
    let unique = Ids::new(None).guid();
    let folder = std::env::temp_dir().join(format!("switchboard-emulator-{unique}"));
    (folder.clone(), Some(folder))
}

fn client(options: &Options, ca_pem: &str) -> Result<reqwest::Client, StartProblem> {
    let mut roots = Vec::new();
    for pem in options.extra_roots.iter().map(String::as_str).chain([ca_pem]) {
        let more = reqwest::Certificate::from_pem_bundle(pem.as_bytes());
        roots.extend(more.map_err(StartProblem::ExtraRoot)?);
    }
    reqwest::Client::builder()
        .tls_certs_only(roots)
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(IDLE)
        .build()
        .map_err(StartProblem::Client)
}

fn describe(options: &Options, authority: &Authority, listeners: &Listeners) -> Ready {
    let https = format!("https://localhost:{}", listeners.https_port);
    let address = match options.bind {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(_) | IpAddr::V6(_) => options.bind,
    };
    let http = format!("http://{}", SocketAddr::new(address, listeners.http_port));
    let tenant = &options.tenant_id;
    let key = options.access_key.expose();
    Ready {
        control: format!("{http}/control"),
        identity_endpoint: format!("{http}/msi/token"),
        http,
        connection_string: format!("endpoint={https}/;accesskey={key}"),
        ca_file: authority.file().display().to_string(),
        resource_id: options.resource_id.clone(),
        tenant_id: tenant.clone(),
        authority: https.clone(),
        graph: https.clone(),
        callback_issuer: CALLBACK_ISSUER.to_owned(),
        callback_keys: format!("{https}/calling/keys"),
        event_grid_issuer: format!("https://sts.windows.net/{tenant}/"),
        event_grid_keys: format!("{https}/{tenant}/discovery/v2.0/keys"),
        event_grid_topic: event_grid_topic(tenant),
        identity_header: IDENTITY_HEADER.to_owned(),
        client_id: options.client_id.clone(),
        client_secret: options.client_secret.expose().to_owned(),
        numbers: options.people.numbers.iter().map(|n| n.expose().to_owned()).collect(),
        https,
    }
}

impl Running {
    /// Where everything is.
    pub fn ready(&self) -> &Ready {
        &self.shared.ready
    }

    /// The emulator's description as one JSON line.
    pub fn ready_line(&self) -> String {
        json!(self.shared.ready).to_string()
    }

    /// The certificate authority, PEM.
    pub fn ca_pem(&self) -> &str {
        self.shared.authority.pem()
    }

    /// A server certificate that clients of the emulator trust, for a service beside it.
    ///
    /// # Errors
    /// A name is neither a DNS name nor an IP address.
    pub fn issue_certificate(&self, names: &[&str]) -> Result<Certificate, StartError> {
        let issued = self.shared.authority.issue(names);
        issued.map_err(|error| StartError(StartProblem::Authority(error)))
    }

    /// The people's verbs.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Stops: no new requests, deliveries that wait are dropped.
    pub async fn stop(self) {
        self.shared.stop.cancel();
        self.serving.stop().await;
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        if let Some(folder) = self.temporary {
            // What is left in the temporary folder harms nobody.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
