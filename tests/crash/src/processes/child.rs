//! A process of ours: started, stopped, continued, killed.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The rig itself does not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RigError {
    /// A program could not be run.
    #[error("{what} cannot be run: look whether it is installed")]
    Run {
        /// Which.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A program said no.
    #[error("{what} failed: {said}")]
    Failed {
        /// Which.
        what: String,
        /// The end of what it wrote.
        said: String,
    },
    /// A file could not be written or read.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The emulator's control API did not answer as described.
    #[error("the emulator did not do {what}")]
    Control {
        /// Which request.
        what: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// A certificate could not be made.
    #[error("a certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    /// The ledger's file cannot be read.
    #[error("the SQLite file cannot be read")]
    Sqlite(#[from] rusqlite::Error),
    /// Something is not as it must be.
    #[error("{0}")]
    Other(String),
}

/// Gives a file's path to its error.
pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> RigError + '_ {
    move |source| RigError::File { path: path.to_owned(), source }
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), RigError> {
    std::fs::write(path, text).map_err(at(path))
}

/// Starts a program whose standard error goes to a log. It is killed when dropped.
pub(crate) fn start(mut command: Command, log: &Path) -> Result<Child, RigError> {
    let file = OpenOptions::new().create(true).append(true).open(log).map_err(at(log))?;
    let what = command.as_std().get_program().display().to_string();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(file)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| RigError::Run { what, source })
}

/// The first line of a program's standard output as JSON; none if it ended before.
pub(crate) async fn first_line(child: &mut Child) -> Option<Value> {
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let line = lines.next_line().await.ok()??;
    serde_json::from_str(&line).ok()
}

/// Runs a program to its end; its standard output.
pub(crate) async fn output(mut command: Command) -> Result<String, RigError> {
    let what = command.as_std().get_program().display().to_string();
    let done = command.stdin(Stdio::null()).output().await;
    let done = done.map_err(|source| RigError::Run { what: what.clone(), source })?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let start = said.char_indices().rev().nth(400).map_or(0, |(index, _)| index);
    Err(RigError::Failed { what, said: said[start..].to_owned() })
}

/// Sends signals to processes, all in one go.
pub(crate) async fn signal(name: &str, pids: &[u32]) -> Result<(), RigError> {
    let mut command = Command::new("kill");
    command.arg(format!("-{name}")).args(pids.iter().map(u32::to_string));
    output(command).await.map(drop)
}
