//! Plays a scenario file against an emulator, whatever application answers.

use std::path::{Path, PathBuf};

use emulator::{
    Control,
    scenario::{Scenario, ScenarioError, StepReport, play},
};

use crate::terminal;

use super::{NO, OK};

/// The file is not a scenario.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("the scenario {} cannot be read: check the path", file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It says something that cannot be played.
    #[error("the scenario {} cannot be played", file.display())]
    Content {
        /// Which.
        file: PathBuf,
        /// Where and why.
        #[source]
        source: ScenarioError,
    },
}

/// Reads a scenario file.
///
/// # Errors
/// When it cannot be read, or is no scenario: with line and column.
pub fn read(file: &Path) -> Result<Scenario, FileError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| FileError::Read { file: file.to_owned(), source })?;
    Scenario::parse(&text).map_err(|source| FileError::Content { file: file.to_owned(), source })
}

/// Plays it: each step on standard error as it is done, the report as JSON on standard output. Its
/// expectations of the service (outcome, agent) are for `demo --once`; here the steps and what the world
/// shows are judged.
pub async fn run(scenario: &Scenario, control: &Control) -> u8 {
    terminal::tell(&scenario.title);
    let report = play(scenario, control, progress).await;
    terminal::say(&serde_json::to_string(&report).unwrap_or_default());
    terminal::tell(if report.passed { "✓ as expected" } else { "✗ not as expected" });
    if report.passed { OK } else { NO }
}

/// A step as a line for people.
pub fn progress(step: &StepReport) {
    let mark = if step.ok { "✓" } else { "✗" };
    let detail = step.detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default();
    terminal::tell(&format!("{:>8} ms  {mark} {}{detail}", step.at_ms, step.text));
}
