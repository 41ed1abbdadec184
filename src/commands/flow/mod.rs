//! `switchboard flow`: work on flow files without a network.

pub mod check;
pub mod diff;
pub mod fmt;
pub mod graph;
pub mod new;
pub mod simulate;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use engine::{call::Profile, flow::language};

use crate::{
    flow_files::{FlowFiles, read_flow},
    terminal,
};

use super::OK;

/// What can be done with flows.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// Check flows: everything that is wrong with them, at its place. Exit code 1 if one has errors.
    Check {
        /// The flows' files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The deployment's kind of number: `classic` (of the ACS resource) or `tpe` (Teams Phone extensibility). What it does not
        /// allow is found, too.
        #[arg(long, default_value = "classic", value_parser = profile_named)]
        profile: Profile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Draw a flow: as SVG, as a Mermaid diagram, or as an outline for the terminal.
    Graph(graph::Arguments),
    /// What changes for a caller between two versions of a flow: texts, keys, ways, limits, outcomes, the longest wait.
    Diff(diff::Arguments),
    /// Write flow files and scenarios in the one way; comments are kept. With --check, exit code 1 if something would change.
    Fmt(fmt::Arguments),
    /// Begin a flow with one that is shipped: its file and its scenarios.
    New(new::Arguments),
    /// Play scenarios through a flow in virtual time, or type what a caller does. Exit code 1 if something is not as written.
    Simulate(simulate::Arguments),
    /// Print the reference of the flow language, as Markdown.
    Reference,
    /// Print the JSON Schema of flow files, for editors.
    Schema,
}

/// Runs a command; its exit code.
pub fn run(command: &FlowCommand) -> u8 {
    match command {
        FlowCommand::Check { files, profile, json } => check::run(files, profile, *json),
        FlowCommand::Graph(arguments) => graph::run(arguments),
        FlowCommand::Diff(arguments) => diff::run(arguments),
        FlowCommand::Fmt(arguments) => fmt::run(arguments),
        FlowCommand::New(arguments) => new::run(arguments),
        FlowCommand::Simulate(arguments) => simulate::run(arguments),
        FlowCommand::Reference => {
            terminal::say(language::reference().trim_end());
            OK
        }
        FlowCommand::Schema => {
            terminal::say(&format!("{:#}", language::schema()));
            OK
        }
    }
}

/// A flow with the files beside it; none, and said so, if it cannot be read.
fn read(file: &Path) -> Option<FlowFiles> {
    match read_flow(file) {
        Ok(files) => Some(files),
        Err(error) => {
            terminal::tell(&format!("error: {} cannot be read: {error}", file.display()));
            None
        }
    }
}

fn profile_named(name: &str) -> Result<Profile, String> {
    let found = Profile::ALL.iter().find(|profile| profile.name == name);
    found.cloned().ok_or_else(|| "write classic or tpe".to_owned())
}
