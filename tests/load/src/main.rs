//! Measures the service under load and prints one table.

mod azure;
mod database;
mod figures;
mod machine;
mod measure;
mod rig;
mod service;
mod table;
mod time;
mod trouble;
mod wire;

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::Parser;

use measure::{answer, memory, overload, recovery, references, webhooks};
use rig::{Rig, Scale};
use service::Store;
use trouble::{Doing as _, Trouble};

/// Measures the release binary under load, beside references in the same run. Loopback only.
#[derive(Debug, Parser)]
struct Arguments {
    /// Seconds in place of minutes: whether something broke, not how quick it is.
    #[arg(long)]
    short: bool,
    /// Only the measurements whose name begins so: start, null, webhooks, answer, memory, recovery, overload, reference.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The folder of the release binaries.
    #[arg(long, default_value = "target/release")]
    programs: PathBuf,
    /// A PostgreSQL on this machine in which schemas may be made; without it only SQLite is measured.
    #[arg(long, env = "SWITCHBOARD_TEST_POSTGRES")]
    postgres: Option<String>,
    /// Node.js with Express in `tests/load/references`; without it that reference is left out.
    #[arg(long)]
    node: Option<PathBuf>,
    /// Python with `FastAPI`; without it that reference is left out.
    #[arg(long)]
    python: Option<PathBuf>,
    /// The report as JSON goes there.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread: the two cores are for the service and for all the rest.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let run = runtime.doing("start").and_then(|runtime| runtime.block_on(run(&arguments)));
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// Writes to standard output. Who does not read it misses it.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// An error and its causes.
fn tell(error: &Trouble) {
    let mut text = format!("error: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    let _ = writeln!(std::io::stderr(), "{text}");
}

async fn run(arguments: &Arguments) -> Result<bool, Trouble> {
    let scale = if arguments.short { Scale::SHORT } else { Scale::FULL };
    let (programs, postgres) = (arguments.programs.clone(), arguments.postgres.clone());
    let mut rig = Rig::start(scale, programs, postgres).await?;
    let load = machine::load_average();
    let measured = measure_all(&mut rig, arguments).await;
    say(&format!("load average {load} before, {} after\n", machine::load_average()));
    say(&rig.report.table());
    if let Some(path) = &arguments.json {
        let json = serde_json::to_string_pretty(&rig.report).unwrap_or_default();
        std::fs::write(path, json).doing("write the report")?;
    }
    measured?;
    Ok(rig.report.is_sound())
}

async fn measure_all(rig: &mut Rig, arguments: &Arguments) -> Result<(), Trouble> {
    let wanted = |name: &str| {
        arguments.only.is_empty() || arguments.only.iter().any(|only| name.starts_with(only))
    };
    if wanted("start") {
        memory::start(rig).await?;
    }
    if wanted("reference") {
        all_references(rig, arguments).await?;
    }
    if wanted("null") {
        webhooks::webhooks(rig, "null ledger", Store::Nothing, 1).await?;
    }
    if wanted("webhooks") {
        webhooks::webhooks(rig, "sqlite", Store::Sqlite, 1).await?;
        for (what, replicas) in [("postgres", 1), ("postgres, 2 replicas", 2)] {
            if let Some(store) = rig.schema().await? {
                webhooks::webhooks(rig, what, store, replicas).await?;
            }
        }
    }
    for what in ["sqlite", "postgres"] {
        in_store(rig, what, &wanted).await?;
    }
    floors(rig);
    Ok(())
}

async fn in_store(
    rig: &mut Rig,
    what: &str,
    wanted: &impl Fn(&str) -> bool,
) -> Result<(), Trouble> {
    for name in ["answer", "memory", "recovery", "overload"] {
        let store = if what == "sqlite" { Some(Store::Sqlite) } else { rig.schema().await? };
        let Some(store) = store.filter(|_| wanted(name)) else { continue };
        match name {
            "answer" => answer::answer(rig, what, store).await?,
            "memory" => memory::memory(rig, what, store).await?,
            "recovery" => recovery::recovery(rig, what, store).await?,
            _ => overload::overload(rig, what, store).await?,
        }
    }
    Ok(())
}

async fn all_references(rig: &mut Rig, arguments: &Arguments) -> Result<(), Trouble> {
    let scripts = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/references"));
    if let Some(node) = &arguments.node {
        let express = scripts.join("express.mjs");
        references::endpoint(rig, "Express, nothing stored", node, &express).await?;
    }
    if let Some(python) = &arguments.python {
        let fastapi = scripts.join("fastapi_endpoint.py");
        references::endpoint(rig, "FastAPI, nothing stored", python, &fastapi).await?;
    }
    references::databases(rig).await
}

/// Relations between figures of one run, far below what was measured when they were written.
fn floors(rig: &mut Rig) {
    const RATE: &str = "events/s at saturation";
    let report = &mut rig.report;
    let value = |of: &str, unit| report.value("webhooks", of, unit);
    let mut floors = Vec::new();
    if let (Some(ours), Some(null)) = (value("sqlite", RATE), value("null ledger", RATE)) {
        floors.push((
            "SQLite: at least a tenth of the events of the null ledger",
            ours > null / 10.0,
        ));
    }
    let plain = "sqlite, insert and commit, one after the other";
    let plain = report.value("reference", plain, "rows/s");
    if let (Some(ours), Some(plain)) = (value("sqlite", RATE), plain) {
        floors.push(("SQLite: at least half the rows of a plain loop", ours > plain / 2.0));
    }
    let plain = "postgres, insert and commit, one after the other, 1 at once";
    let plain = report.value("reference", plain, "rows/s");
    if let (Some(ours), Some(plain)) = (value("postgres", RATE), plain) {
        floors.push(("PostgreSQL: at least half the rows of a plain loop", ours > plain / 2.0));
    }
    for (what, holds) in floors {
        report.floor(what, holds);
    }
}
