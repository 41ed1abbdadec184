//! `switchboard emulator`: the stand-in world by itself.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use emulator::{Control, Options, People, Time, control::Subscription, scenario::Scenario};

use crate::{clock::Clock, terminal};

use super::{BROKEN, OK, USAGE, scenario, serve::stop_signal};

/// Between two handshakes with a webhook that is not there yet.
const HANDSHAKES: Duration = Duration::from_millis(500);

/// How the emulator is started.
#[derive(Debug, Args)]
#[command(
    after_help = "Prints one JSON line when it is ready: the connection string, the CA file, the control API and the \
pages are in it. Ends with Ctrl-C or SIGTERM. docs/emulator.md shows it with the official SDKs."
)]
pub struct Arguments {
    /// Port for HTTPS: Call Automation, Graph, Entra, recordings; 0 takes a free one.
    #[arg(long, default_value_t = 0, value_name = "PORT", help_heading = "Listening")]
    https_port: u16,
    /// Port for plain HTTP: the pages, the control API, SDKs with an access key; 0 takes a free one.
    #[arg(long, default_value_t = 0, value_name = "PORT", help_heading = "Listening")]
    http_port: u16,
    /// Address to listen at. The control API has no password: keep it on loopback, or inside a container.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS", help_heading = "Listening")]
    bind: IpAddr,
    /// Accept callback addresses without TLS on loopback; the real service refuses them.
    #[arg(long, help_heading = "Listening")]
    allow_http_callbacks: bool,
    /// Trust this certificate (PEM) of a webhook too. May be given several times.
    #[arg(long, value_name = "FILE", help_heading = "Listening")]
    trust: Vec<PathBuf>,
    /// Subscribe this webhook to Event Grid's events, as soon as it answers the handshake.
    #[arg(long, value_name = "URL", help_heading = "World")]
    subscribe: Option<String>,
    /// Numbers and Teams users that exist at the start: JSON `{"numbers": [...], "users": [...]}`.
    #[arg(long, value_name = "FILE", help_heading = "World")]
    people: Option<PathBuf>,
    /// Which rules of Call Automation hold: classic, or tpe for Teams Phone extensibility.
    #[arg(long, default_value = "classic", value_name = "PROFILE", help_heading = "World")]
    profile: emulator::Profile,
    /// Pass over harmless mistakes of requests, and tell them: in the request log, the header x-emulator-forgiven and GET /forgiven.
    #[arg(long, help_heading = "World")]
    lenient: bool,
    /// Keep the world in this folder: people, calls, recordings, subscriptions, the certificate authority.
    #[arg(long, value_name = "FOLDER", help_heading = "World")]
    state: Option<PathBuf>,
    /// Make ids repeatable.
    #[arg(long, value_name = "NUMBER", help_heading = "World")]
    seed: Option<u64>,
    /// How many times faster than life speech, rings and silences are, 0.1 to 100.
    #[arg(long, default_value_t = 1.0, value_parser = speed, value_name = "FACTOR", help_heading = "World")]
    speed: f64,
    /// Whether the world's time passes by itself, or stands still until POST /clock/advance moves it.
    #[arg(long, value_enum, default_value_t = TimeMode::Real, help_heading = "World")]
    time: TimeMode,
    /// Play this scenario once the webhook is subscribed, then end: 0 if it went as written, 1 if not. For the CI of a call bot.
    #[arg(long, value_name = "FILE", requires = "subscribe", help_heading = "World")]
    scenario: Option<PathBuf>,
    /// Print the control API's OpenAPI document and exit.
    #[arg(long)]
    openapi: bool,
}

/// `--time`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum TimeMode {
    /// As on the wall.
    Real,
    /// Moved by the control API.
    Stepped,
}

impl From<TimeMode> for Time {
    fn from(mode: TimeMode) -> Self {
        match mode {
            TimeMode::Real => Self::Real,
            TimeMode::Stepped => Self::Stepped,
        }
    }
}

/// Reads a speed.
///
/// # Errors
/// It is not a number from 0.1 to 100.
pub fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.1..=100.0).contains(&speed) => Ok(speed),
        Ok(_) | Err(_) => Err("write a number from 0.1 to 100".to_owned()),
    }
}

/// A file of the arguments cannot be used.
#[derive(Debug, thiserror::Error)]
enum FileProblem {
    #[error("{} cannot be read", file.display())]
    Read { file: PathBuf, source: std::io::Error },
    #[error("{} is not as `{{\"numbers\": [\"+1…\"], \"users\": [{{\"oid\": …, \"name\": …}}]}}`", file.display())]
    People { file: PathBuf, source: serde_json::Error },
}

impl Arguments {
    fn options(self) -> Result<Options, FileProblem> {
        let people = self.people.as_deref().map(read_people).transpose()?;
        let extra_roots = self.trust.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
        Ok(Options {
            bind: self.bind,
            https_port: self.https_port,
            http_port: self.http_port,
            allow_http_callbacks: self.allow_http_callbacks,
            extra_roots,
            people: people.unwrap_or_default(),
            // Said in the ready line, which is read from other folders.
            state_dir: self.state.map(|folder| std::path::absolute(&folder).unwrap_or(folder)),
            profile: self.profile,
            lenient: self.lenient,
            seed: self.seed,
            speed: self.speed,
            time: self.time.into(),
            ..Options::default()
        })
    }
}

fn read(file: &Path) -> Result<String, FileProblem> {
    std::fs::read_to_string(file)
        .map_err(|source| FileProblem::Read { file: file.to_path_buf(), source })
}

fn read_people(file: &Path) -> Result<People, FileProblem> {
    serde_json::from_str(&read(file)?)
        .map_err(|source| FileProblem::People { file: file.to_path_buf(), source })
}

/// Starts the emulator, prints one JSON line when ready, and runs until SIGTERM or Ctrl-C.
pub async fn run(arguments: Arguments) -> u8 {
    if arguments.openapi {
        let document = emulator::openapi("/control");
        terminal::say(&serde_json::to_string_pretty(&document).unwrap_or_default());
        return OK;
    }
    let webhook = arguments.subscribe.clone();
    let scenario = match arguments.scenario.as_deref().map(scenario::read).transpose() {
        Ok(scenario) => scenario,
        Err(error) => {
            terminal::tell_error(&error);
            return USAGE;
        }
    };
    let options = match arguments.options() {
        Ok(options) => options,
        Err(problem) => {
            terminal::tell_error(&problem);
            return USAGE;
        }
    };
    match emulator::start(options).await {
        Ok(running) => {
            terminal::say(&running.ready_line());
            let control = running.control();
            let code = tokio::select! {
                () = stop_signal() => OK,
                code = work(&control, webhook, scenario) => code,
            };
            running.stop().await;
            code
        }
        Err(error) => {
            terminal::tell_error(&error);
            BROKEN
        }
    }
}

/// Subscribes the webhook once it answers, and plays the scenario; without one it never ends.
async fn work(control: &Control, webhook: Option<String>, scenario: Option<Scenario>) -> u8 {
    let clock = Clock::start();
    if let Some(endpoint) = webhook {
        while !control.subscribe(Subscription::plain(&endpoint)).await.validated {
            clock.sleep(HANDSHAKES).await;
        }
        terminal::tell(&format!("{endpoint} is subscribed"));
    }
    match scenario {
        Some(scenario) => scenario::run(&scenario, control).await,
        None => std::future::pending().await,
    }
}
