//! The release binary as a process of its own: started, watched, killed.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    azure,
    machine::Cpu,
    time::now,
    trouble::{Doing as _, Trouble},
};

/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where a service keeps its calls.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// In a file of its folder.
    Sqlite,
    /// In a schema of a database, by its URL.
    Postgres(String),
    /// Nowhere: the endpoint alone, in front of a ledger that keeps nothing.
    Nothing,
}

/// What a service needs to be started, again and again.
#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    folder: PathBuf,
    programs: PathBuf,
    store: Store,
}

/// A service that runs.
pub(crate) struct Service {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to its word that it is ready.
    pub(crate) ready_after: Duration,
    /// When its process was started.
    pub(crate) started: Instant,
    /// Its process id.
    pub(crate) id: u32,
    /// A signed path for callbacks, which only the null endpoint tells.
    pub(crate) callback: String,
}

impl Deployment {
    /// A deployment in a folder of its own; replicas share one. The stand-in for Azure listens at `azure`.
    pub(crate) fn new(
        folder: &Path,
        programs: &Path,
        store: Store,
        azure: SocketAddr,
        ca: &str,
    ) -> Result<Self, Trouble> {
        std::fs::create_dir_all(folder).doing("make a folder")?;
        let deployment = Self { folder: folder.to_owned(), programs: programs.to_owned(), store };
        deployment.write("ca.pem", ca)?;
        deployment.write("flow.yaml", include_str!("../flow.yaml"))?;
        deployment.write("switchboard.toml", &deployment.settings(azure.port()))?;
        Ok(deployment)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Trouble> {
        std::fs::write(self.folder.join(name), text).doing("write a file")
    }

    fn settings(&self, azure: u16) -> String {
        let at = |name: &str| self.folder.join(name).display().to_string();
        let url = match &self.store {
            Store::Postgres(url) => format!("url = \"{url}\"\n"),
            Store::Sqlite | Store::Nothing => String::new(),
        };
        format!(
            r#"
[acs]
endpoint = "https://localhost:{azure}"
resource_id = "{resource}"
credential = "access_key"
access_key = "{key}"
cognitive_services_endpoint = "https://load.cognitiveservices.azure.com"
callback_issuer = "{issuer}"
callback_keys = "https://localhost:{azure}/calling/keys"
[event_grid]
tenant_id = "{tenant}"
audience = "{audience}"
keys_url = "https://localhost:{azure}/discovery/keys"
[http]
public_url = "https://load.example.com"
drain = "0s"
[tls]
extra_root = "{ca}"
[last_resort]
redirect = "+442079460100"
own_numbers = ["+18005550100"]
spool = "{spool}"
[ledger]
path = "{ledger}"
{url}[sealing]
key_ring = "{keys}"
erasures = "{erasures}"
[flow]
file = "{flow}"
"#,
            resource = azure::RESOURCE,
            key = STANDARD.encode([7; 32]),
            issuer = azure::ISSUER,
            tenant = azure::TENANT,
            audience = azure::AUDIENCE,
            ca = at("ca.pem"),
            spool = at("turned-away"),
            ledger = at("ledger.db"),
            keys = at("keys"),
            erasures = at("erasures"),
            flow = at("flow.yaml"),
        )
    }

    /// Starts the service and waits for its word. Its log (level info, as shipped) goes into `serve.log`.
    pub(crate) async fn start(&self) -> Result<Service, Trouble> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .doing("find a free port")?
            .port();
        let (program, arguments) = match self.store {
            Store::Sqlite | Store::Postgres(_) => ("switchboard", &["serve", "--config"][..]),
            Store::Nothing => ("switchboard-load-null", &[][..]),
        };
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("serve.log"))
            .doing("open a log")?;
        let started = now();
        let mut child = Command::new(self.programs.join(program))
            .args(arguments)
            .arg(self.folder.join("switchboard.toml"))
            .env("SWITCHBOARD__HTTP__LISTEN", format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .doing("start the service: build it with `cargo build --release`")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let id = child.id().unwrap_or_default();
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            let read = tokio::time::timeout(PATIENCE, out.read_line(&mut line)).await;
            read.unwrap_or(Ok(0)).doing("hear of the service")?;
        }
        if !line.contains("\"ready\":true") {
            let log = std::fs::read_to_string(self.folder.join("serve.log")).unwrap_or_default();
            return Err(Trouble::Process(format!("the service does not start: {line}{log}")));
        }
        let ready_after = started.elapsed();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let callback = told.get("callback").and_then(|path| path.as_str()).unwrap_or_default();
        let callback = callback.to_owned();
        Ok(Service { child, address, ready_after, started, id, callback })
    }
}

impl Service {
    /// Processor time of the process so far.
    pub(crate) fn cpu(&self) -> Cpu {
        Cpu::of(self.id)
    }

    /// kill -9.
    pub(crate) async fn kill(mut self) -> Result<(), Trouble> {
        self.child.kill().await.doing("kill the service")
    }

    /// SIGTERM, and waits for the end.
    pub(crate) async fn stop(mut self) -> Result<(), Trouble> {
        let id = self.id.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await.doing("stop the service")?;
        if tokio::time::timeout(PATIENCE, self.child.wait()).await.is_err() {
            return Err(Trouble::Process("the service does not stop".to_owned()));
        }
        Ok(())
    }
}
