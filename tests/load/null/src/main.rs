//! The service's endpoint in front of a ledger that keeps nothing: what HTTP, token check and parsing cost. For the
//! load test only; no setting of the service can do this.

mod ledger;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use switchboard::{
    admission::Admission,
    clock::Clock,
    commands::serve::stop_signal,
    http::{Health, ListenerOptions, Shared, listen, routes},
    identity::{self, KeySource},
    ids,
    intake::{Credentials, Intake, Refusals, Verifier},
    ledger::Ledger,
    reload::CurrentFlow,
    runner::Consequences,
    sealing::{KeyRing, PathSigner},
    settings::{Settings, environment},
    telemetry,
    terminal::{say, tell_error},
    withheld::WithheldDigits,
};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use webhooks::token::{CallbackValidator, EventGridValidator};

use ledger::Nothing;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let path = std::env::args_os().nth(1).map(PathBuf::from);
    match path.ok_or_else(|| "name the settings file".into()).and_then(|path| start(&path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell_error(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Runs until SIGTERM, with as many threads as the service.
fn start(path: &Path) -> Result<(), Failure> {
    let settings = Settings::load(Some(path), environment())?;
    telemetry::init(&settings.log)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build()?.block_on(serve(&settings))
}

async fn serve(settings: &Settings) -> Result<(), Failure> {
    let (clock, tracker) = (Clock::start(), TaskTracker::new());
    let ring = Arc::new(KeyRing::load(&settings.sealing.key_ring, settings.sealing.create)?);
    let signer = Arc::new(PathSigner::new(ring));
    let health = Health::new(clock);
    let intake = Arc::new(intake(settings, clock, &tracker, signer.clone())?);
    let shared = Shared {
        intake: intake.clone(),
        runtime: Handle::current(),
        tracker: tracker.clone(),
        health: health.clone(),
        flow: CurrentFlow::default(),
        voice: None,
    };
    let options = ListenerOptions {
        address: settings.http.listen,
        tls: None,
        workers: 2,
        close_silent: None,
    };
    let listener = listen(&options, &tracker, routes(shared))?;
    let now = switchboard::clock::timestamp(clock.now());
    tokio::join!(intake.callbacks.warm_up(now), intake.event_grid.warm_up(now));
    health.set_ready(true);
    health.set_started();
    let call = ids::call_id(clock.now(), "load", "made up");
    let path = format!("/webhooks/calls/{call}/{}", signer.sign(call.as_str()));
    say(&serde_json::json!({ "ready": true, "callback": path }).to_string());
    stop_signal().await;
    listener.stop().await;
    Ok(())
}

fn intake(
    settings: &Settings,
    clock: Clock,
    tracker: &TaskTracker,
    signer: Arc<PathSigner>,
) -> Result<Intake, Failure> {
    let http = identity::http_client(settings)?;
    let ledger: Arc<dyn Ledger> = Arc::new(Nothing);
    let (consequences, commands) = Consequences::new();
    // The null ledger orders nothing.
    drop(commands);
    let (acs, grid) = (&settings.acs, &settings.event_grid);
    let callback =
        CallbackValidator::new(acs.callback_issuer.clone(), vec![acs.resource_id.clone()]);
    let event_grid = EventGridValidator::new(grid.tenant_id.clone(), grid.audiences.clone())
        .with_role(&grid.role);
    let keys = |url: &url::Url| KeySource::new(url.clone(), http.clone());
    Ok(Intake {
        admission: Admission::new(ledger.clone(), consequences, clock, tracker.clone(), None),
        ledger,
        clock,
        callbacks: Verifier::new(Credentials::Callback(callback), keys(&acs.callback_keys)),
        event_grid: Verifier::new(Credentials::EventGrid(event_grid), keys(&grid.keys_url)),
        signer,
        resource_id: acs.resource_id.clone(),
        flow: CurrentFlow::default(),
        config: settings.flow.constants.clone(),
        topic: grid.topic.clone(),
        withheld: WithheldDigits::default(),
        refusals: Refusals::default(),
        allowed_origins: grid.allowed_origins.clone(),
    })
}
