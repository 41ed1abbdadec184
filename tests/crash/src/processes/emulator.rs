//! The world: the emulator as a process of its own.

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::child::{RigError, first_line, start, write};

/// The running emulator.
#[derive(Debug)]
pub(crate) struct Emulator {
    /// Lives as long as this.
    _child: Child,
    /// What it printed when it was ready.
    pub(crate) ready: Value,
}

impl Emulator {
    /// Starts one that trusts the service's certificates, with so many agents.
    pub(crate) async fn start(
        binary: &Path,
        folder: &Path,
        seed: u64,
        pace: f64,
        agents: usize,
    ) -> Result<Self, RigError> {
        let users: Vec<Value> = (0..agents)
            .map(|index| {
                json!({"oid": oid(index), "nickname": nickname(index), "name": format!("Agent {index}")})
            })
            .collect();
        let people = folder.join("people.json");
        write(&people, &json!({"numbers": ["+18005550100"], "users": users}).to_string())?;
        let mut command = Command::new(binary);
        command.arg("emulator").arg("--people").arg(&people);
        command.arg("--trust").arg(folder.join("rig-ca.pem"));
        command.args(["--seed", &seed.to_string(), "--speed", &pace.to_string()]);
        let log = folder.join("emulator.log");
        let mut child = start(command, &log)?;
        let ready = first_line(&mut child).await.ok_or_else(|| RigError::Failed {
            what: "the emulator".to_owned(),
            said: std::fs::read_to_string(&log).unwrap_or_default(),
        })?;
        Ok(Self { _child: child, ready })
    }

    /// A text of the ready line.
    pub(crate) fn text(&self, member: &str) -> &str {
        self.ready[member].as_str().unwrap_or_default()
    }
}

/// An agent's Entra object id.
pub(crate) fn oid(index: usize) -> String {
    format!("a9e70000-0000-4000-8000-{index:012}")
}

/// An agent's name for scripts.
pub(crate) fn nickname(index: usize) -> String {
    format!("agent{index}")
}
