//! The binary: arguments, settings, logs, a runtime, an exit code.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use switchboard::{
    commands::{self, reading::Which},
    settings::{Log, LogFormat, Settings, environment},
    telemetry, terminal,
};

/// Contact-centre service for Azure Communication Services and Microsoft Teams.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try it: emulator and service in one process, a page with a phone and Teams clients. Needs nothing of Azure.
    Demo(DemoArguments),
    /// Run the service.
    Serve(ConfigArguments),
    /// Run the emulator alone: Call Automation, Event Grid, Graph presence and Entra on this machine.
    Emulator(commands::emulator::Arguments),
    /// Place a scripted call to a running emulator, and check what comes of it.
    Call(commands::call::Arguments),
    /// Work on call flows.
    #[command(subcommand)]
    Flow(commands::flow::FlowCommand),
    /// Show what happened to a call, or list the newest calls.
    Trace {
        /// The call's id; none lists the newest calls.
        call: Option<String>,
        /// List the newest calls of a caller, by E.164 number.
        #[arg(long, value_name = "E.164", conflicts_with = "call")]
        number: Option<String>,
        /// List at most so many.
        #[arg(long, value_name = "COUNT", default_value_t = 20, conflicts_with = "call")]
        newest: usize,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Write everything that is known of a caller or of calls, as JSON. Holds personal data.
    Export(CallsArguments),
    /// Make the personal data of a caller or of calls unreadable for ever.
    Erase(CallsArguments),
    /// Copy the SQLite ledger while it is in use, or check a copy. The key ring is not part of it.
    Backup {
        /// The copy.
        file: PathBuf,
        /// Only check the copy that is there.
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Work on the key ring.
    #[command(subcommand)]
    Keys(KeysCommand),
}

#[derive(Args)]
#[group(id = "calls", required = true, multiple = false, args = ["call", "number"])]
struct CallsArguments {
    /// Ids of calls.
    call: Vec<String>,
    /// All calls of a caller, by E.164 number.
    #[arg(long, value_name = "E.164")]
    number: Option<String>,
    #[command(flatten)]
    config: ConfigArguments,
}

impl CallsArguments {
    fn which(&self) -> Which {
        match &self.number {
            Some(number) => Which::Number(number.clone()),
            None => Which::Calls(self.call.clone()),
        }
    }
}

#[derive(Subcommand)]
enum KeysCommand {
    /// List the keys and how much each still seals.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Add a new key that is not yet current: the first step where several replicas share the ring.
    Add {
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Make a key current; the others still open what they sealed.
    Rotate {
        /// Which; without one a new key is made, for a single process.
        id: Option<String>,
        #[command(flatten)]
        config: ConfigArguments,
    },
}

#[derive(Args)]
struct DemoArguments {
    /// Port of the page; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Play a scripted call in the terminal, then exit: 0 if it ended as the script expects, 1 if not.
    #[arg(long)]
    once: bool,
    /// With --once: print the trace as JSON.
    #[arg(long, requires = "once")]
    json: bool,
    /// With --once: another script.
    #[arg(long, requires = "once", value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// How many times faster than life speech, rings and silences are.
    #[arg(long, value_parser = commands::emulator::speed)]
    speed: Option<f64>,
    /// Show the service's log.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Args)]
struct ConfigArguments {
    /// The settings file; `SWITCHBOARD__SECTION__KEY` variables lie over it.
    #[arg(long, short, value_name = "FILE", env = "SWITCHBOARD_CONFIG")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    // Two crypto back ends could be compiled in by features elsewhere; rustls must not have to guess.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match Arguments::try_parse() {
        Ok(arguments) => ExitCode::from(run(arguments.command)),
        Err(error) => {
            // Help and version are what was asked for; they go to standard output.
            let _ = error.print();
            ExitCode::from(if error.use_stderr() { commands::USAGE } else { commands::OK })
        }
    }
}

fn run(command: Command) -> u8 {
    match command {
        Command::Demo(demo) => {
            log(&quiet(demo.verbose));
            block_on(async move {
                if demo.once {
                    commands::demo::run_once(demo.scenario.as_deref(), demo.json, demo.speed).await
                } else {
                    commands::demo::run(demo.port, demo.speed).await
                }
            })
        }
        Command::Serve(config) => with_settings(&config, |settings| {
            log(&settings.log);
            block_on(async move { commands::serve::run(&settings).await })
        }),
        Command::Emulator(arguments) => {
            log(&quiet(false));
            block_on(commands::emulator::run(arguments))
        }
        Command::Call(arguments) => block_on(commands::call::run(arguments)),
        Command::Flow(command) => commands::flow::run(&command),
        Command::Trace { call, number, newest, json, config } => {
            with_settings(&config, |settings| {
                let which = call.map(|call| Which::Calls(vec![call])).or(number.map(Which::Number));
                block_on(async move {
                    commands::trace::run(&settings, which.as_ref(), newest, json).await
                })
            })
        }
        Command::Export(calls) => with_settings(&calls.config, |settings| {
            block_on(async { commands::export::run(&settings, &calls.which()).await })
        }),
        Command::Erase(calls) => with_settings(&calls.config, |settings| {
            block_on(async { commands::erase::run(&settings, &calls.which()).await })
        }),
        Command::Backup { file, check, config } => with_settings(&config, |settings| {
            block_on(async {
                if check {
                    commands::backup::check(&settings, &file).await
                } else {
                    commands::backup::make(&settings, &file).await
                }
            })
        }),
        Command::Keys(KeysCommand::List { json, config }) => with_settings(&config, |settings| {
            block_on(async { commands::keys::list(&settings, json).await })
        }),
        Command::Keys(KeysCommand::Add { config }) => {
            with_settings(&config, |settings| commands::keys::add(&settings.sealing.key_ring))
        }
        Command::Keys(KeysCommand::Rotate { id, config }) => with_settings(&config, |settings| {
            commands::keys::rotate(&settings.sealing.key_ring, id.as_deref())
        }),
    }
}

/// Logs of commands whose output people read: only what goes wrong, unless asked for more.
fn quiet(verbose: bool) -> Log {
    let filter = if verbose { "info" } else { "warn" };
    Log { format: LogFormat::Text, filter: filter.to_owned() }
}

/// A command goes on without logs rather than not at all.
fn log(log: &Log) {
    if let Err(error) = telemetry::init(log) {
        terminal::tell_error(&error);
    }
}

fn with_settings(config: &ConfigArguments, work: impl FnOnce(Settings) -> u8) -> u8 {
    match Settings::load(config.config.as_deref(), environment()) {
        Ok(settings) => work(settings),
        Err(problems) => {
            terminal::tell(&problems.to_string());
            commands::USAGE
        }
    }
}

/// Runs on a runtime of its own; work that does not end with it is left behind after a second.
fn block_on(work: impl Future<Output = u8>) -> u8 {
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(work);
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            code
        }
        Err(error) => {
            terminal::tell(&format!("error: no runtime could be started: {error}"));
            commands::BROKEN
        }
    }
}
