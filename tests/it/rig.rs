//! The world of a test: an emulator in this process, the real binary as another, killed at will.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use emulator::{
    Control, Options, Running,
    control::{Condition, EntraTarget, EnvelopeSchema, Subscription, TokenVersion},
    world::CallId,
};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const CALLER: &str = "+442079460123";
pub(crate) const NAME: &str = "Ada Canary";
pub(crate) const LINE: &str = "+18005550100";
pub(crate) const ADELE: &str = "a1e1e000-0000-4000-8000-000000000001";
const AUDIENCE: &str = "api://switchboard-test";
/// Longest wait for anything in the world.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Rig {
    pub(crate) emulator: Running,
    folder: TempDir,
    port: u16,
    service: Option<Child>,
}

impl Rig {
    /// An emulator and a service that is subscribed to its calls.
    pub(crate) async fn start() -> Self {
        let mut rig = Self::without_service().await;
        rig.serve();
        rig.subscribe(EnvelopeSchema::EventGrid).await;
        rig
    }

    /// The same on PostgreSQL, in a schema of its own. None where no database is given.
    pub(crate) async fn start_on_postgres() -> Option<Self> {
        let mut rig = Self::on_postgres(None).await?;
        rig.serve();
        rig.subscribe(EnvelopeSchema::EventGrid).await;
        Some(rig)
    }

    /// The same without its service, which is to reach the database at this port of this machine.
    pub(crate) async fn on_postgres(through: Option<u16>) -> Option<Self> {
        Self::on_postgres_in_world(7, through).await
    }

    /// The same in a world with ids of its own.
    pub(crate) async fn on_postgres_in_world(ids: u64, through: Option<u16>) -> Option<Self> {
        let url = std::env::var_os("SWITCHBOARD_TEST_POSTGRES")?.into_string().ok()?;
        let rig = Self::in_world(8.0, ids).await;
        let schema = format!("it_{}_{}", std::process::id(), rig.port);
        let made = Command::new("psql")
            .args([url.as_str(), "-qc", &format!("CREATE SCHEMA {schema}")])
            .status()
            .unwrap();
        assert!(made.success(), "psql makes a schema");
        let sign = if url.contains('?') { '&' } else { '?' };
        let url = match through {
            Some(port) => {
                let mut url = url::Url::parse(&url).unwrap();
                url.set_port(Some(port)).unwrap();
                url.to_string()
            }
            None => url,
        };
        let shared =
            format!("[ledger]\nurl = \"{url}{sign}options=-c%20search_path%3D{schema}\"\n");
        let settings = std::fs::read_to_string(rig.path("switchboard.toml")).unwrap();
        let settings = settings.replace("[ledger]\n", &shared);
        std::fs::write(rig.path("switchboard.toml"), settings).unwrap();
        Some(rig)
    }

    pub(crate) async fn without_service() -> Self {
        Self::at_speed(8.0).await
    }

    /// A world without a service, in which a line rings for 30 s divided by the speed.
    pub(crate) async fn at_speed(speed: f64) -> Self {
        Self::in_world(speed, 7).await
    }

    /// The same with ids of its own: of other events than those of another seed.
    pub(crate) async fn in_world(speed: f64, ids: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            speed,
            seed: Some(ids),
            state_dir: Some(folder.path().join("emulator")),
            ..Options::default()
        };
        let emulator = emulator::start(options).await.unwrap();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let rig = Self { emulator, folder, port, service: None };
        rig.write_settings();
        rig
    }

    fn write_settings(&self) {
        let ready = self.emulator.ready();
        let certificate = self.emulator.issue_certificate(&["localhost", "127.0.0.1"]).unwrap();
        let file = |name: &str, text: &str| std::fs::write(self.path(name), text).unwrap();
        file("service.crt", &certificate.cert_pem);
        file("service.key", &certificate.key_pem);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let flow = root.join("flows/airline/flow.yaml");
        let port = self.port;
        let at = |name: &str| self.path(name).display().to_string();
        file(
            "switchboard.toml",
            &format!(
                r#"
[acs]
endpoint = "{https}"
resource_id = "{resource}"
credential = "entra"
cognitive_services_endpoint = "https://test.cognitiveservices.azure.com/"
callback_issuer = "{issuer}"
callback_keys = "{callback_keys}"
[entra]
tenant_id = "{tenant}"
kind = "client_secret"
client_id = "{client}"
client_secret = "{secret}"
authority = "{authority}"
[event_grid]
tenant_id = "{tenant}"
audience = "{AUDIENCE}"
keys_url = "{grid_keys}"
[graph]
endpoint = "{graph}"
scope = "https://graph.microsoft.com/.default"
poll = "1s"
[http]
listen = "127.0.0.1:{port}"
public_url = "https://localhost:{port}"
tls_certificate = "{crt}"
tls_key = "{key}"
drain = "1s"
[tls]
extra_root = "{ca}"
[ledger]
path = "{ledger}"
[last_resort]
spool = "{spool}"
[sealing]
key_ring = "{keys}"
erasures = "{erasures}"
[flow]
file = "{flow}"
http_hosts = ["localhost:1"]
constants = {{ flights = "https://localhost:1" }}
[log]
filter = "debug"
[[queue]]
name = "support"
wrap_up = "1s"
agents = [{{ id = "{ADELE}", name = "Adele Vance" }}]
"#,
                https = ready.https,
                resource = ready.resource_id,
                issuer = ready.callback_issuer,
                callback_keys = ready.callback_keys,
                tenant = ready.tenant_id,
                client = ready.client_id,
                secret = ready.client_secret,
                authority = ready.authority,
                grid_keys = ready.event_grid_keys,
                graph = ready.graph,
                crt = at("service.crt"),
                key = at("service.key"),
                ca = ready.ca_file,
                ledger = at("ledger.db"),
                keys = at("keys"),
                erasures = at("erasures"),
                spool = at("turned-away"),
                flow = flow.display(),
            ),
        );
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn control(&self) -> Control {
        self.emulator.control()
    }

    /// Starts the real binary and waits until it says that it is ready.
    pub(crate) fn serve(&mut self) {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path("serve.log"))
            .unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(["serve", "--config"])
            .arg(self.path("switchboard.toml"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.service = Some(child);
        assert!(line.contains("\"ready\":true"), "serve did not start: {line}\n{}", self.log());
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path("serve.log")).unwrap_or_default()
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        let mut child = self.service.take().expect("a running service");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM; the exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        self.signal();
        self.service.take().expect("a running service").wait().unwrap().code()
    }

    /// The process id of the running service.
    pub(crate) fn process(&self) -> u32 {
        self.service.as_ref().expect("a running service").id()
    }

    /// SIGTERM, without waiting.
    pub(crate) fn signal(&self) {
        let id = self.service.as_ref().expect("a running service").id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Writes another line in place of one of the settings.
    pub(crate) fn change_settings(&self, line: &str, instead: &str) {
        let settings = std::fs::read_to_string(self.path("switchboard.toml")).unwrap();
        assert!(settings.contains(line), "{settings}");
        std::fs::write(self.path("switchboard.toml"), settings.replace(line, instead)).unwrap();
    }

    pub(crate) async fn subscribe(&self, schema: EnvelopeSchema) {
        let handshake = self
            .control()
            .subscribe(Subscription {
                name: "TEST".to_owned(),
                schema,
                entra: Some(self.target()),
                ..Subscription::plain(self.url("/webhooks/events"))
            })
            .await;
        assert!(handshake.validated, "{handshake:?}\n{}", self.log());
    }

    /// What Event Grid would present to this service.
    pub(crate) fn grid_authorization(&self) -> String {
        self.control().event_grid_authorization(&self.target()).unwrap()
    }

    fn target(&self) -> EntraTarget {
        EntraTarget {
            tenant: self.emulator.ready().tenant_id.clone(),
            audience: AUDIENCE.to_owned(),
            version: TokenVersion::V1,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// A client that trusts the emulator's authority.
    pub(crate) fn client(&self) -> reqwest::Client {
        let root = reqwest::Certificate::from_pem(self.emulator.ca_pem().as_bytes()).unwrap();
        reqwest::Client::builder().tls_certs_merge([root]).build().unwrap()
    }

    pub(crate) fn dial(&self) -> CallId {
        self.control().dial(CALLER, NAME, LINE).unwrap()
    }

    /// Waits for a condition of the world, and says what was there instead.
    pub(crate) async fn until(&self, condition: Condition) {
        if !self.control().wait(&condition, PATIENCE).await {
            let world = serde_json::to_string_pretty(&self.control().world()).unwrap();
            panic!("{condition:?} did not come true\n{world}\n{}", self.log());
        }
    }

    /// Presses keys as soon as the line listens.
    pub(crate) async fn press(&self, call: CallId, keys: &str) {
        self.until(Condition::Listening(call)).await;
        self.control().press(call, keys).unwrap();
    }

    /// A command of the real binary; its standard output.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(arguments)
            .arg("--config")
            .arg(self.path("switchboard.toml"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The newest call's trace, by the real `trace` command, once it has an outcome.
    pub(crate) async fn trace(&self) -> Value {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let calls: Value = serde_json::from_str(&self.command(&["trace", "--json"])).unwrap();
            if let Some(call) = calls[0]["id"].as_str().filter(|_| calls[0]["outcome"].is_string())
            {
                return serde_json::from_str(&self.command(&["trace", call, "--json"])).unwrap();
            }
            assert!(tokio::time::Instant::now() < deadline, "no outcome: {calls}\n{}", self.log());
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(mut child) = self.service.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// How many entries of a trace begin with these words.
pub(crate) fn count(trace: &Value, kind: &str, words: &str) -> usize {
    let entries = trace["entries"].as_array().unwrap();
    let fits = |entry: &&Value| {
        entry["kind"] == kind && entry["text"].as_str().is_some_and(|text| text.starts_with(words))
    };
    entries.iter().filter(fits).count()
}
