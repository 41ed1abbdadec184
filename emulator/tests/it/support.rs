//! A service under test: an HTTPS webhook that remembers what it got, and a client that signs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use emulator::control::Subscription;
use emulator::world::CallId;
use emulator::{Control, Options, Running};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

pub(crate) const NUMBER: &str = "+18005550100";
pub(crate) const CALLER: &str = "+442079460123";
pub(crate) const ADELE: &str = "a1e1e000-0000-4000-8000-000000000001";
pub(crate) const VERSION: &str = "api-version=2026-03-12";
/// Longer than anything takes; reached only when a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A request the webhook got.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The one CloudEvents object of a callback.
    pub(crate) fn event(&self) -> &Value {
        &self.body[0]
    }

    pub(crate) fn kind(&self) -> &str {
        let kind = self.event()["type"].as_str().unwrap_or_default();
        kind.rsplit('.').next().unwrap_or_default()
    }
}

/// How the webhook answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Kind,
    /// Answers this status to everything.
    Status(u16),
    /// Echoes a wrong validation code.
    Liar,
}

struct Webhook {
    received: Mutex<Vec<Received>>,
    version: watch::Sender<u64>,
    mood: Mutex<Mood>,
}

pub(crate) struct World {
    pub(crate) emulator: Running,
    pub(crate) client: reqwest::Client,
    webhook: Arc<Webhook>,
    pub(crate) webhook_root: String,
    server: ServerHandle,
}

/// A fast world with a webhook, subscribed to nothing yet.
pub(crate) async fn world() -> World {
    world_with(Options { seed: Some(1), speed: 20.0, ..Options::default() }).await
}

pub(crate) async fn world_with(options: Options) -> World {
    let emulator = emulator::start(options).await.expect("the emulator starts");
    let webhook = Arc::new(Webhook {
        received: Mutex::default(),
        version: watch::Sender::new(0),
        mood: Mutex::new(Mood::Kind),
    });
    let (server, port) = serve(&emulator, Arc::clone(&webhook));
    let root = reqwest::Certificate::from_pem(emulator.ca_pem().as_bytes()).expect("a root");
    let client = reqwest::Client::builder().tls_certs_only([root]).build().expect("a client");
    World { emulator, client, webhook, webhook_root: format!("https://localhost:{port}"), server }
}

fn serve(emulator: &Running, webhook: Arc<Webhook>) -> (ServerHandle, u16) {
    let issued = emulator.issue_certificate(&["localhost"]).expect("a certificate");
    let chain = rustls::pki_types::CertificateDer::pem_slice_iter(issued.cert_pem.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("a chain");
    let key = rustls::pki_types::PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key.expect("a key"))
        .expect("a usable certificate");
    let server = HttpServer::new(move || {
        App::new().app_data(Data::from(Arc::clone(&webhook))).default_service(web::to(receive))
    });
    let server = server.workers(1).disable_signals().shutdown_timeout(1);
    let server = server.bind_rustls_0_23("127.0.0.1:0", tls).expect("bound");
    let port = server.addrs()[0].port();
    let server = server.run();
    let handle = server.handle();
    tokio_util::task::TaskTracker::new().spawn(server);
    (handle, port)
}

async fn receive(webhook: Data<Webhook>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or("").to_owned();
    let mut headers = Vec::new();
    for (name, value) in request.headers() {
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).expect("a value");
        headers.push((name.as_str().to_owned(), text(&value)));
    }
    let received = Received {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let code = received.body[0]["data"]["validationCode"].clone();
    let origin = received.header("webhook-request-origin").to_owned();
    webhook.received.lock().expect("lock").push(received);
    webhook.version.send_modify(|version| *version += 1);
    let mood = *webhook.mood.lock().expect("lock");
    match mood {
        Mood::Status(status) => {
            let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
            HttpResponse::build(status).finish()
        }
        Mood::Liar => HttpResponse::Ok().json(json!({"validationResponse": "wrong"})),
        Mood::Kind if !origin.is_empty() => {
            HttpResponse::Ok().insert_header(("WebHook-Allowed-Origin", origin)).finish()
        }
        Mood::Kind if !code.is_null() => {
            HttpResponse::Ok().json(json!({"validationResponse": code}))
        }
        Mood::Kind => HttpResponse::Ok().finish(),
    }
}

impl World {
    pub(crate) fn control(&self) -> Control {
        self.emulator.control()
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.webhook.mood.lock().expect("lock") = mood;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.webhook.received.lock().expect("lock").clone()
    }

    /// Waits until the webhook's requests say so, and gives what was looked for.
    pub(crate) async fn wait_received<T>(&self, find: impl Fn(&[Received]) -> Option<T>) -> T {
        let mut versions = self.webhook.version.subscribe();
        let search = async {
            loop {
                versions.borrow_and_update();
                if let Some(found) = find(&self.received()) {
                    return found;
                }
                versions.changed().await.expect("the webhook lives");
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        assert!(found.is_ok(), "not received; got {:?}", self.kinds());
        found.expect("just checked")
    }

    /// Waits for the nth callback of a kind, from 1.
    pub(crate) async fn callback(&self, kind: &str, nth: usize) -> Received {
        self.wait_received(|all| all.iter().filter(|one| one.kind() == kind).nth(nth - 1).cloned())
            .await
    }

    /// The kinds of all callbacks so far, in order.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let callbacks = self.received();
        let callbacks = callbacks.iter().filter(|one| one.path.starts_with("/callbacks"));
        callbacks.map(|one| one.kind().to_owned()).collect()
    }

    pub(crate) async fn subscribe(&self) {
        let subscription: Subscription = serde_json::from_value(json!({
            "endpoint": format!("{}/events", self.webhook_root),
        }))
        .expect("a subscription");
        let handshake = self.control().subscribe(subscription).await;
        assert!(handshake.validated, "{handshake:?}");
    }

    /// A call placed and announced; its context.
    pub(crate) async fn incoming(&self) -> (CallId, String) {
        let call = self.control().dial(CALLER, "Ada Caller", NUMBER).expect("dialled");
        let correlation = self.control().call(call).expect("a call").correlation_id;
        let is_its = |one: &&Received| one.body[0]["data"]["correlationId"] == json!(correlation);
        let event = self
            .wait_received(|all| {
                all.iter().filter(|one| one.path == "/events").find(is_its).cloned()
            })
            .await;
        let context = event.body[0]["data"]["incomingCallContext"].as_str().expect("a context");
        (call, context.to_owned())
    }

    /// A call that the application has answered; its connection.
    pub(crate) async fn answered(&self) -> (CallId, String) {
        self.subscribe().await;
        let (call, context) = self.incoming().await;
        let body = json!({
            "incomingCallContext": context,
            "callbackUri": self.callbacks(),
            "operationContext": "answer",
            "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"},
        });
        let (status, body) = self.post("/calling/callConnections:answer", &body).await;
        assert_eq!(status, 200, "{body}");
        let connection = body["callConnectionId"].as_str().expect("a connection").to_owned();
        self.callback("ParticipantsUpdated", 1).await;
        (call, connection)
    }

    pub(crate) fn callbacks(&self) -> String {
        format!("{}/callbacks", self.webhook_root)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// The answer to a request signed with the access key.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let response = self.send_for_any(method, path, body, headers).await;
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The same for answers that are not JSON.
    pub(crate) async fn send_for_any(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Response {
        self.send_with(method, &format!("{path}?{VERSION}"), body, headers).await
    }

    /// The same for a target with a query of its own.
    pub(crate) async fn send_with(
        &self,
        method: Method,
        target: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Response {
        self.signed(method, target, body, headers).send().await.expect("an answer")
    }

    /// The same for a connection that may break; what broke is told.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
    ) -> Result<reqwest::Response, String> {
        let request = self.signed(method, &format!("{path}?{VERSION}"), None, &[]);
        request.send().await.map_err(|error| error.to_string())
    }

    fn signed(
        &self,
        method: Method,
        target: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let text = body.map(Value::to_string).unwrap_or_default();
        let root = self.emulator.ready().https.clone();
        let host = root.trim_start_matches("https://").to_owned();
        let date = http_date();
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        let signature = self.sign(&format!("{method}\n{target}\n{date};{host};{hash}"));
        let mut request = self
            .client
            .request(method, format!("{root}{target}"))
            .header("x-ms-date", &date)
            .header("x-ms-content-sha256", &hash)
            .header(
                "authorization",
                format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"),
            )
            .header("content-type", "application/json")
            .body(text);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }

    fn sign(&self, text: &str) -> String {
        let connection = &self.emulator.ready().connection_string;
        let key = connection.split_once("accesskey=").expect("a key").1;
        let key = STANDARD.decode(key).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    pub(crate) async fn stop(self) {
        self.server.stop(false).await;
        self.emulator.stop().await;
    }
}

/// The date of a signature, now.
#[expect(clippy::disallowed_methods, reason = "a test signs with the real time")]
pub(crate) fn http_date() -> String {
    jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
