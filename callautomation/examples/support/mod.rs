//! What the examples share: a hold on the emulator's world, a client for its resource, and a
//! webhook receiver. A real receiver checks each sender's token first; the crate of the events
//! has examples of that.

mod receiver;

use std::{error::Error, io::BufRead as _, path::Path, sync::Arc, time::Duration};

use azure_core::http::Transport;
use callautomation::{
    AnswerCall, CallConnectionProperties, CallIntelligenceOptions, Client, ClientOptions,
};
use reqwest::Certificate;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use webhooks::{CallConnectionId, CallEvent, CallEventKind, Identifier, IncomingCall};

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What reaches the receiver.
pub enum Received {
    /// A call rings (Event Grid).
    Ringing(Box<IncomingCall>),
    /// A recording can be fetched (Event Grid).
    Recorded(Box<webhooks::RecordingFileStatus>),
    /// Something happened in a call (callback).
    Call(Box<CallEvent>),
}

/// The emulator's world, seen from the application and from the people.
pub struct World {
    /// Our client of the resource.
    pub client: Client,
    /// Where events of calls go.
    pub callback: String,
    /// The host that sends recordings, with its port.
    pub storage: String,
    control: String,
    number: String,
    http: reqwest::Client,
    received: UnboundedReceiver<Received>,
}

/// A call that we have answered.
pub struct Answered {
    /// Our leg.
    pub id: CallConnectionId,
    /// Who called.
    pub caller: Identifier,
    /// The call in the emulator's control API.
    pub phone: String,
}

/// Runs an example to its end; an error is printed and makes the exit code 1.
pub fn run<F: Future<Output = Outcome<()>>>(example: impl FnOnce() -> F) -> Outcome<()> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    actix_web::rt::System::new().block_on(example())
}

impl World {
    /// Reads the line that `switchboard emulator` prints when it is ready: from the file named as
    /// first argument, or from standard input. Then subscribes to the resource's events.
    pub async fn join() -> Outcome<Self> {
        let ready = ready_line()?;
        let text = |name: &str| {
            ready[name].as_str().map(str::to_owned).ok_or(format!("the line has no {name}"))
        };
        let ca = text("ca_file")?;
        let roots = Certificate::from_pem_bundle(&std::fs::read(&ca)?)?;
        let http = reqwest::Client::builder().tls_certs_only(roots).build()?;
        let https = text("https")?;
        let storage = https.trim_start_matches("https://").to_owned();
        let mut options =
            ClientOptions { recording_hosts: vec![storage.clone()], ..ClientOptions::default() };
        options.azure.transport = Some(Transport::new(Arc::new(http.clone())));
        let client = Client::from_connection_string(&text("connection_string")?, options)?;
        let (base, received) = receiver::start(Path::new(&ca))?;
        let number = ready["numbers"][0].as_str().ok_or("the emulator has no number")?.to_owned();
        let world = Self {
            client,
            callback: format!("{base}/callbacks"),
            storage,
            control: text("control")?,
            number,
            http,
            received,
        };
        let subscription = json!({"endpoint": format!("{base}/events")});
        world.control("PUT", "/subscription", &subscription).await?;
        Ok(world)
    }

    /// Somebody dials our number; we answer and wait until the call stands.
    pub async fn answered_call(&mut self, from: &str) -> Outcome<Answered> {
        let dialled = json!({"from": from, "name": "Ada", "to": self.number});
        let made = self.control("POST", "/calls", &dialled).await?;
        let phone = made["call"].as_str().ok_or("the emulator made no call")?.to_owned();
        let ringing = loop {
            if let Received::Ringing(call) = self.next().await? {
                break call;
            }
        };
        println!("ringing");
        let mut answer = AnswerCall::new(ringing.incoming_call_context, self.callback.clone());
        // Texts and speech need an AI resource; the emulator is content with an address.
        answer.call_intelligence_options =
            Some(CallIntelligenceOptions::new("https://contoso.cognitiveservices.azure.com/"));
        let call: CallConnectionProperties = self.client.call(&answer, None).await?;
        let id = call.call_connection_id.ok_or("the answer has no call id")?;
        self.until(|event| matches!(event, CallEventKind::CallConnected).then_some(())).await?;
        let caller = ringing.from.ok_or("the call has no caller")?;
        Ok(Answered { id, caller, phone })
    }

    /// The next thing that reaches the receiver; an error after 30 s.
    pub async fn next(&mut self) -> Outcome<Received> {
        let next = tokio::time::timeout(Duration::from_secs(30), self.received.recv()).await;
        next.map_err(|_| "no event came within 30 s")?.ok_or_else(|| "the receiver ended".into())
    }

    /// Waits for the event of a call that `wanted` takes; the ones before are told and dropped.
    pub async fn until<T>(&mut self, wanted: impl Fn(&CallEventKind) -> Option<T>) -> Outcome<T> {
        loop {
            let Received::Call(event) = self.next().await? else { continue };
            let known = wanted(&event.kind);
            println!("event {:?}", event.kind);
            if let Some(known) = known {
                return Ok(known);
            }
            let failed = event.result.as_ref().is_some_and(|result| result.code >= 400);
            if failed {
                return Err(format!("{:?}", event.result).into());
            }
        }
    }

    /// A verb of the emulator's control API (`docs/emulator.md`): what people do.
    pub async fn control(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let method = method.parse()?;
        let url = format!("{}{path}", self.control);
        let answer = self.http.request(method, url).json(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            return Err(format!("{path}: {status} {text}").into());
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Waits until a condition of the control API holds, such as `user:adele:ringing`.
    pub async fn wait_for(&self, condition: &str) -> Outcome<()> {
        self.control("GET", &format!("/wait?condition={condition}"), &Value::Null).await?;
        Ok(())
    }
}

fn ready_line() -> Outcome<Value> {
    let line = match std::env::args().nth(1).filter(|path| path != "-") {
        Some(path) => std::fs::read_to_string(path)?,
        None => std::io::stdin().lock().lines().next().ok_or("standard input is empty")??,
    };
    Ok(serde_json::from_str(line.trim())?)
}
