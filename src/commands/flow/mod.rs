//! `switchboard flow`: work on flow files without a network.

pub mod check;
pub mod graph;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::terminal;

/// What can be done with flows.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// Check flows: everything that is wrong with them, at its place. Exit code 1 if one has errors.
    Check {
        /// The flows' files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Draw a flow: as SVG, as a Mermaid diagram, or as an outline for the terminal.
    Graph(graph::Arguments),
}

/// Runs a command; its exit code.
pub fn run(command: &FlowCommand) -> u8 {
    match command {
        FlowCommand::Check { files, json } => check::run(files, *json),
        FlowCommand::Graph(arguments) => graph::run(arguments),
    }
}

/// The text of a file; none, and said so, if it cannot be read.
fn read(file: &Path) -> Option<String> {
    match std::fs::read_to_string(file) {
        Ok(source) => Some(source),
        Err(error) => {
            terminal::tell(&format!("error: {} cannot be read: {error}", file.display()));
            None
        }
    }
}
