//! A replica of the service: the real binary with `serve`.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use tokio::{
    process::{Child, Command},
    sync::Mutex,
};

use crate::clock::{Millis, now, pause};

use super::child::{RigError, first_line, signal, start};

/// A replica that does not get ready within this has failed, ms. The database may be down meanwhile.
const START: Millis = 60_000;
/// Between two starts of one that ended before it was ready, as a supervisor waits, ms.
const AGAIN: Millis = 300;

/// A replica, dead or alive.
#[derive(Debug)]
pub(crate) struct Replica {
    /// `replica 0` and so on.
    pub(crate) name: String,
    binary: PathBuf,
    config: PathBuf,
    log: PathBuf,
    child: Mutex<Option<Child>>,
    /// Whether it ought to live.
    wanted: AtomicBool,
}

impl Replica {
    /// One that is not started yet.
    pub(crate) fn new(name: String, binary: &Path, config: PathBuf, log: PathBuf) -> Self {
        let (child, wanted) = (Mutex::new(None), AtomicBool::new(false));
        Self { name, binary: binary.to_owned(), config, log, child, wanted }
    }

    /// Starts it, again and again, until it says that it is ready.
    pub(crate) async fn start(&self) -> Result<(), RigError> {
        let end = now() + START;
        let mut slot = self.child.lock().await;
        while now() < end {
            let mut command = Command::new(&self.binary);
            command.arg("serve").arg("--config").arg(&self.config);
            let mut child = start(command, &self.log)?;
            let ready = first_line(&mut child).await;
            if ready.is_some_and(|line| line["ready"] == true) {
                *slot = Some(child);
                self.wanted.store(true, Ordering::Release);
                return Ok(());
            }
            let _ = child.kill().await;
            pause(AGAIN).await;
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(5).collect();
        Err(RigError::Failed { what: self.name.clone(), said: lines.join("\n") })
    }

    /// kill -9.
    pub(crate) async fn kill(&self) {
        self.wanted.store(false, Ordering::Release);
        if let Some(mut child) = self.child.lock().await.take() {
            let _ = child.kill().await;
        }
    }

    /// `STOP`, `CONT` or `TERM`.
    pub(crate) async fn signal(&self, name: &str) -> Result<(), RigError> {
        let pid = self.child.lock().await.as_ref().and_then(Child::id);
        match pid {
            Some(pid) => signal(name, &[pid]).await,
            None => Ok(()),
        }
    }

    /// What it said by ending although nobody had killed it.
    pub(crate) async fn death(&self) -> Option<String> {
        if !self.wanted.load(Ordering::Acquire) {
            return None;
        }
        let mut slot = self.child.lock().await;
        let status = slot.as_mut()?.try_wait().ok()??;
        Some(format!("{} ended by itself: {status}", self.name))
    }

    /// SIGTERM, and its exit.
    pub(crate) async fn terminate(&self) -> Option<String> {
        self.wanted.store(false, Ordering::Release);
        let _ = self.signal("TERM").await;
        let mut child = self.child.lock().await.take()?;
        let patience = std::time::Duration::from_secs(25);
        match tokio::time::timeout(patience, child.wait()).await {
            Ok(Ok(status)) if status.success() => None,
            Ok(Ok(status)) => Some(format!("{} did not end well when told: {status}", self.name)),
            Ok(Err(_)) | Err(_) => {
                Some(format!("{} did not end within 25 s of SIGTERM", self.name))
            }
        }
    }

    /// Panics that its log tells.
    pub(crate) fn panics(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines = log.lines().filter(|line| line.contains("panicked"));
        lines.map(|line| format!("{}: {line}", self.name)).collect()
    }
}
