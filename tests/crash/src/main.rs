//! The crash rig: the real binary, its database and its connections are killed and disturbed under load, and a
//! checker that knows nothing of the service's insides says whether a call, an event or an order was lost or
//! done twice. README.md says how it is used and what it found.

mod check;
mod clock;
mod collect;
mod evidence;
mod faults;
mod measure;
mod processes;
mod proxy;
mod random;
mod report;
mod run;
mod world;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, ValueEnum};

use crate::{
    check::check,
    evidence::Evidence,
    processes::{RigError, at, write},
    report::Report,
    run::{Order, run},
};

/// Ladders that are written for each run with violations.
const LADDERS: usize = 10;

/// Kills the service, its database and its connections under load, and checks what came of the calls.
#[derive(Debug, Parser)]
struct Arguments {
    /// The binary: service and emulator.
    #[arg(long, value_name = "FILE", default_value = "target/release/switchboard")]
    binary: PathBuf,
    /// kill -9 so many times, on both ledgers together.
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// From what everything is drawn; from the clock if not given.
    #[arg(long)]
    seed: Option<u64>,
    /// Which ledger; both run at the same time.
    #[arg(long, value_enum, default_value_t = Which::Both)]
    ledger: Which,
    /// Callers at once, on each ledger.
    #[arg(long, default_value_t = 24)]
    callers: usize,
    /// How many times faster than life people speak and listen.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Where the files of the run go; a temporary folder if not given.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Keep logs and evidence of a sound run too.
    #[arg(long)]
    keep: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Runs nothing: judges evidence.json of an earlier run again.
    #[arg(long, value_name = "FILE", conflicts_with = "kills")]
    judge: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Both,
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return broken(&error),
    };
    let judged = match &arguments.judge {
        Some(file) => judge_again(file).map(|report| vec![report]),
        None => runtime.block_on(run_all(&arguments)),
    };
    runtime.shutdown_background();
    let reports = match judged {
        Ok(reports) => reports,
        Err(error) => return broken(&error),
    };
    if arguments.json {
        say(&serde_json::to_string_pretty(&reports).unwrap_or_default());
    } else {
        for report in &reports {
            say(&report.table());
        }
    }
    let sound = reports.iter().all(|report| report.violations.is_empty());
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn judge_again(file: &Path) -> Result<Report, RigError> {
    let text = std::fs::read_to_string(file).map_err(at(file))?;
    let read: Result<Evidence, _> = serde_json::from_str(&text);
    let evidence = read.map_err(|error| RigError::Other(format!("{error} in the evidence")))?;
    let shared = file.parent().is_some_and(|folder| folder.ends_with("postgres"));
    Ok(Report::new(shared, 0, &evidence, check(&evidence)))
}

async fn run_all(arguments: &Arguments) -> Result<Vec<Report>, RigError> {
    let seed = arguments.seed.unwrap_or_else(|| clock::now().unsigned_abs() % 1_000_000);
    let temporary =
        || std::env::temp_dir().join(format!("switchboard-crash-{}", std::process::id()));
    let folder = arguments.folder.clone().unwrap_or_else(temporary);
    if !arguments.json {
        say(&format!("seed {seed}, files in {}", folder.display()));
    }
    let both = arguments.ledger == Which::Both;
    let order = |shared: bool, kills: usize| {
        let folder = folder.join(if shared { "postgres" } else { "sqlite" });
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let binary = std::fs::canonicalize(&arguments.binary).map_err(at(&arguments.binary))?;
        let Arguments { callers, speed, .. } = *arguments;
        Ok::<_, RigError>(Order { binary, seed, kills, callers, speed, shared, folder })
    };
    let half = if both { arguments.kills / 2 } else { arguments.kills };
    let mut reports = Vec::new();
    if both {
        let (postgres, sqlite) = (order(true, arguments.kills - half)?, order(false, half)?);
        let (first, second) = tokio::join!(judged(&postgres), judged(&sqlite));
        reports.extend([first?, second?]);
    } else {
        reports.push(judged(&order(arguments.ledger == Which::Postgres, half)?).await?);
    }
    if !arguments.keep && reports.iter().all(|report| report.violations.is_empty()) {
        let _ = std::fs::remove_dir_all(&folder);
    } else {
        tell(&format!("logs, schedule, evidence and ladders are kept in {}", folder.display()));
    }
    Ok(reports)
}

/// A run and its judgement; what shows how it came to a violation is written beside the logs.
async fn judged(order: &Order) -> Result<Report, RigError> {
    let mut finished = run(order).await?;
    let evidence = std::mem::take(&mut finished.evidence);
    let violations = check(&evidence);
    let text = serde_json::to_string(&evidence).unwrap_or_default();
    write(&order.folder.join("evidence.json"), &text)?;
    let calls: std::collections::BTreeSet<_> =
        violations.iter().filter_map(|found| found.call.clone()).collect();
    for call in calls.iter().take(LADDERS) {
        let ladder = collect::ladder(order, call).await?;
        write(&order.folder.join(format!("ladder-{call}.txt")), &ladder)?;
        tell(&ladder);
    }
    drop(finished);
    Ok(Report::new(order.shared, order.seed, &evidence, violations))
}

fn broken(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("error: the rig does not work: {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    tell(&text);
    ExitCode::from(70)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
