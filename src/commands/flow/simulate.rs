//! `switchboard flow simulate`: scenarios played through a flow, in virtual time and without a network.

mod files;
mod report;
mod typed;

use std::{
    io::{IsTerminal as _, stdin},
    path::PathBuf,
};

use clap::Args;
use engine::flow::Bundle;
use rehearsal::{Coverage, Played, junit::junit, play};

use crate::terminal;

use super::{
    super::{NO, OK, USAGE},
    check, read,
};

use files::{Stage, stage};

/// What to play.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A folder with a flow.yaml and scenarios beside it, scenario files, or a flow's file to type with.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The flow, where it is not the flow.yaml beside the scenarios.
    #[arg(long, value_name = "FILE")]
    flow: Option<PathBuf>,
    /// As JSON, with every line of every script.
    #[arg(long)]
    json: bool,
    /// Write the results to this file, as the XML that continuous integration reads (junit).
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print no scripts, only what failed and the coverage.
    #[arg(long, short)]
    quiet: bool,
    /// Print the engine's reasons in the scripts.
    #[arg(long)]
    why: bool,
    /// Fail if fewer of the flow's ways were taken, in percent.
    #[arg(long, value_name = "PERCENT")]
    cover: Option<usize>,
    /// While typing: the people, endpoints and constants of this scenario. Its steps are not played.
    #[arg(long, value_name = "SCENARIO")]
    like: Option<PathBuf>,
}

/// Plays; 0 if all went as written, 1 if not or the flow has errors, 64 if a file cannot be used.
pub fn run(arguments: &Arguments) -> u8 {
    let stage = match stage(&arguments.paths, arguments.flow.as_deref()) {
        Ok(stage) => stage,
        Err(problem) => {
            terminal::tell(&format!("error: {problem}"));
            return USAGE;
        }
    };
    let Some(files) = read(&stage.flow) else { return USAGE };
    let bundle = match Bundle::pack(&files.flow, &files.parts) {
        Ok(bundle) => bundle,
        Err(findings) => {
            for finding in &findings {
                terminal::tell(&check::draw(finding, &stage.flow, &files));
            }
            return NO;
        }
    };
    if stage.scenarios.is_empty() {
        return typed::run(&bundle, arguments.like.as_deref());
    }
    play_all(arguments, &stage, &bundle)
}

fn play_all(arguments: &Arguments, stage: &Stage, bundle: &Bundle) -> u8 {
    let mut coverage = Coverage::of(bundle.flow());
    let mut all: Vec<(String, Played)> = Vec::new();
    for (file, scenario) in &stage.scenarios {
        let played = play(bundle, scenario);
        coverage.add(&played.hops);
        all.push((file.display().to_string(), played));
    }
    let summary = coverage.summary();
    if let Some(file) = &arguments.junit
        && let Err(error) = std::fs::write(file, junit(&bundle.flow().name, &all))
    {
        terminal::tell(&format!("error: {} cannot be written: {error}", file.display()));
        return USAGE;
    }
    if arguments.json {
        terminal::say(&report::as_json(&stage.flow, &all, &summary));
    } else {
        for (file, played) in &all {
            report::scenario(file, played, arguments.quiet, arguments.why);
        }
        report::totals(&all, &summary);
    }
    let covered = arguments.cover.is_none_or(|least| summary.ways.percent() >= least);
    if !covered {
        terminal::tell(&format!(
            "{} % of the ways were taken, {} % are wanted",
            summary.ways.percent(),
            arguments.cover.unwrap_or_default()
        ));
    }
    if covered && all.iter().all(|(_, played)| played.passed()) { OK } else { NO }
}

/// Whether a person sits there, rather than a script that pipes its lines in.
fn is_person() -> bool {
    stdin().is_terminal()
}
