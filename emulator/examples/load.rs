//! Many calls at once in real time, over real HTTPS, with a bot in the same process that plays one
//! prompt after the other to each of them. Prints how late events arrive and how much memory a call
//! takes: `cargo run --release -p switchboard-emulator --example load -- 2000 60`.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use emulator::control::Subscription;
use emulator::{Options, Running};
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

const NUMBER: &str = "+18005550100";
const VERSION: &str = "api-version=2026-03-12";
/// 5 s of speech at the emulator's 60 ms a character.
const PROMPT: &str =
    "All of our agents are still busy. Please stay on the line, you will be helped soon.";
/// Between two calls that begin.
const BETWEEN: Duration = Duration::from_millis(10);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the bot knows.
struct Bot {
    client: reqwest::Client,
    root: String,
    token: String,
    callbacks: Mutex<String>,
    tasks: TaskTracker,
    seen: Mutex<Seen>,
}

/// What was measured.
#[derive(Default)]
struct Seen {
    /// Milliseconds between the time of an event and its arrival.
    late: Vec<i64>,
    connected: usize,
    refused: usize,
}

fn main() -> Result<(), Failure> {
    let number = |nth, otherwise| {
        std::env::args().nth(nth).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (calls, seconds) = (number(1, 2_000_u32), number(2, 60_u32));
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    runtime.block_on(run(calls, seconds))
}

async fn run(calls: u32, seconds: u32) -> Result<(), Failure> {
    let emulator = emulator::start(Options { seed: Some(1), ..Options::default() }).await?;
    let bot = bot(&emulator).await?;
    let endpoint = serve(&emulator, Arc::clone(&bot))?;
    *bot.callbacks.lock().map_err(|_| "poisoned")? = format!("{endpoint}/callbacks");
    let control = emulator.control();
    let handshake = control.subscribe(Subscription::plain(format!("{endpoint}/events")));
    if !handshake.await.validated {
        return Err("the webhook was not validated".into());
    }
    let before = resident();
    for nth in 0..calls {
        let from = format!("+4420{:08}", nth + 1);
        control.dial(&from, "Caller", NUMBER)?;
        pause(BETWEEN).await;
    }
    pause(Duration::from_secs(5)).await;
    // Only what comes while all calls are up counts.
    let connected = {
        let mut seen = bot.seen.lock().map_err(|_| "poisoned")?;
        seen.late.clear();
        seen.connected
    };
    let memory = resident().saturating_sub(before);
    pause(Duration::from_secs(seconds.into())).await;
    let seen = std::mem::take(&mut *bot.seen.lock().map_err(|_| "poisoned")?);
    report(connected, seconds, memory, seen)?;
    std::process::exit(0);
}

fn report(connected: usize, seconds: u32, memory: u64, mut seen: Seen) -> Result<(), Failure> {
    seen.late.sort_unstable();
    let at = |per_mille: usize| seen.late.get(seen.late.len() * per_mille / 1_000).copied();
    let report = json!({
        "calls": connected,
        "events": seen.late.len(),
        "events_per_second": seen.late.len() / usize::try_from(seconds.max(1))?,
        "late_ms": {"p50": at(500), "p99": at(990), "p999": at(999), "max": seen.late.last()},
        "refused_or_failed_requests": seen.refused,
        "resident_bytes_per_call_with_the_bot": memory / u64::try_from(connected.max(1))?,
    });
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}

async fn bot(emulator: &Running) -> Result<Arc<Bot>, Failure> {
    let ready = emulator.ready();
    let root = reqwest::Certificate::from_pem(emulator.ca_pem().as_bytes())?;
    let client = reqwest::Client::builder().tls_certs_only([root]).build()?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &ready.client_id),
        ("client_secret", &ready.client_secret),
        ("scope", "https://communication.azure.com/.default"),
    ];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let url = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let answer = client.post(url).body(form).send().await?.text().await?;
    let answer: Value = serde_json::from_str(&answer)?;
    let token = answer["access_token"].as_str().ok_or("no token")?.to_owned();
    Ok(Arc::new(Bot {
        client,
        root: ready.https.clone(),
        token,
        callbacks: Mutex::default(),
        tasks: TaskTracker::new(),
        seen: Mutex::default(),
    }))
}

/// Starts the webhook and gives its root.
fn serve(emulator: &Running, bot: Arc<Bot>) -> Result<String, Failure> {
    let issued = emulator.issue_certificate(&["localhost"])?;
    let chain = rustls::pki_types::CertificateDer::pem_slice_iter(issued.cert_pem.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>()?;
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let tasks = bot.tasks.clone();
    let server = HttpServer::new(move || {
        App::new().app_data(Data::from(Arc::clone(&bot))).default_service(web::to(receive))
    });
    let server = server.workers(1).disable_signals().bind_rustls_0_23("127.0.0.1:0", tls)?;
    let port = server.addrs().first().ok_or("no port")?.port();
    tasks.spawn(server.run());
    Ok(format!("https://localhost:{port}"))
}

async fn receive(bot: Data<Bot>, _request: HttpRequest, body: Bytes) -> HttpResponse {
    let now = now();
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    let event = &body[0];
    let data = event["data"].clone();
    if !data["validationCode"].is_null() {
        return HttpResponse::Ok().json(json!({"validationResponse": data["validationCode"]}));
    }
    let kind = event["type"].as_str().or(event["eventType"].as_str()).unwrap_or_default();
    let kind = kind.rsplit('.').next().unwrap_or_default().to_owned();
    let sent = event["time"].as_str().or(event["eventTime"].as_str()).unwrap_or_default();
    if let (Ok(sent), Ok(mut seen)) = (sent.parse::<jiff::Timestamp>(), bot.seen.lock()) {
        seen.late.push(now - sent.as_millisecond());
        seen.connected += usize::from(kind == "CallConnected");
    }
    let acting = bot.clone().into_inner();
    bot.tasks.spawn(async move { acting.act(&kind, &data).await });
    HttpResponse::Ok().finish()
}

impl Bot {
    async fn act(&self, kind: &str, data: &Value) {
        let callbacks = self.callbacks.lock().map(|text| text.clone()).unwrap_or_default();
        let (path, body) = match kind {
            "IncomingCall" => (
                "/calling/callConnections:answer".to_owned(),
                json!({
                    "incomingCallContext": data["incomingCallContext"],
                    "callbackUri": callbacks,
                    "callIntelligenceOptions":
                        {"cognitiveServicesEndpoint": "https://ai.example/"},
                }),
            ),
            "CallConnected" | "PlayCompleted" => {
                let connection = data["callConnectionId"].as_str().unwrap_or_default();
                let text = json!({"text": PROMPT, "voiceName": "en-US-JennyNeural"});
                let body = json!({"playSources": [{"kind": "text", "text": text}]});
                (format!("/calling/callConnections/{connection}:play"), body)
            }
            _ => return,
        };
        let request = self.client.post(format!("{}{path}?{VERSION}", self.root));
        let request = request.bearer_auth(&self.token).body(body.to_string());
        let taken = request.send().await.is_ok_and(|answer| answer.status().is_success());
        if let (false, Ok(mut seen)) = (taken, self.seen.lock()) {
            seen.refused += 1;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a load paces itself")]
async fn pause(pause: Duration) {
    tokio::time::sleep(pause).await;
}

#[expect(clippy::disallowed_methods, reason = "an example measures real time")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Bytes of memory in use by this process; 0 where the system does not tell.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1_024
}
