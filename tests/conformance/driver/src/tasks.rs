//! The tasks.

use callautomation::{
    AccessKey, ByteRange, Client, ClientOptions, Credential, FromResponse as _, ParticipantList,
    RecordingDownload, Repeatability, Response, ToSign,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{answers, events, members::Problem, requests};

/// One line of the input.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Task {
    /// Build a request and send it; the answers as our types read them, one for each page.
    Send {
        endpoint: String,
        key: String,
        operation: String,
        inputs: Value,
        repeatability_id: String,
        first_sent: Timestamp,
    },
    /// Fetch a recording, from the byte `first` to the byte `last`; what came, as text.
    Download { endpoint: String, key: String, location: String, first: u64, last: Option<u64> },
    /// Delete a recording.
    Delete { endpoint: String, key: String, location: String },
    /// Build a request and show it.
    Build { operation: String, inputs: Value },
    /// Read an answer.
    Answer { operation: String, status: u16, body: String },
    /// Sign what another program sent.
    Sign { key: String, method: String, target: String, host: String, date: String, body: String },
    /// Read the body of a callback.
    MidCall { body: String },
    /// Read the body of an Event Grid delivery.
    EventGrid { body: String },
    /// Read a frame of a web socket; `outgoing` is one to ACS.
    Frame { text: String, outgoing: bool },
}

impl Task {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Value, Problem> {
        match self {
            Self::Send { endpoint, key, operation, inputs, repeatability_id, first_sent } => {
                let request = requests::build(&operation, inputs)?;
                let repeatability = Repeatability::new(&repeatability_id, first_sent)
                    .ok_or("the repeatability id is no UUID of version 4")?;
                let client = client(&endpoint, &key)?;
                send(&client, &operation, request, &repeatability).await
            }
            Self::Download { endpoint, key, location, first, last } => {
                download(&client(&endpoint, &key)?, &location, ByteRange { first, last }).await
            }
            Self::Delete { endpoint, key, location } => {
                let deleted = client(&endpoint, &key)?.delete_recording(&url(&location)?).await;
                deleted.map(|()| Value::Null).map_err(|error| describe(&error))
            }
            Self::Build { operation, inputs } => {
                let request = requests::build(&operation, inputs)?;
                let body = request.has_body().then(|| serde_json::from_slice(request.body()));
                let body: Option<Value> = body.transpose().map_err(|error| error.to_string())?;
                let method = request.method().as_str();
                Ok(json!({ "method": method, "path": request.path(), "body": body }))
            }
            Self::Answer { operation, status, body } => {
                let response =
                    Response { status, body: body.into_bytes().into(), request_id: None };
                answers::read(&operation, &response)
            }
            Self::Sign { key, method, target, host, date, body } => {
                let signature = access_key(&key)?.sign(ToSign {
                    method: &method,
                    path_and_query: &target,
                    host: &host,
                    date: &date,
                    body: body.as_bytes(),
                });
                Ok(json!({
                    "x-ms-content-sha256": signature.content_hash,
                    "authorization": signature.authorization,
                }))
            }
            Self::MidCall { body } => events::mid_call(&body),
            Self::EventGrid { body } => events::event_grid(&body),
            Self::Frame { text, outgoing: false } => events::frame(&text),
            Self::Frame { text, outgoing: true } => events::outgoing_frame(&text),
        }
    }
}

async fn send(
    client: &Client,
    operation: &str,
    request: callautomation::Request,
    repeatability: &Repeatability,
) -> Result<Value, Problem> {
    let mut pages = Vec::new();
    let mut next = Some(request);
    while let Some(request) = next {
        let response =
            client.send(&request, Some(repeatability)).await.map_err(|error| describe(&error))?;
        pages.push(answers::read(operation, &response)?);
        next = if operation == "CallConnection_GetParticipants" {
            let page = ParticipantList::from_response(&response).map_err(|e| e.to_string())?;
            client.next_page(&page).map_err(|error| describe(&error))?
        } else {
            None
        };
    }
    Ok(Value::Array(pages))
}

async fn download(client: &Client, location: &str, range: ByteRange) -> Result<Value, Problem> {
    let location = url(location)?;
    let what = RecordingDownload { location: &location, range, resumes: 0 };
    let mut file = Vec::new();
    let fetched = client.download_recording(what, &mut file, |_| ()).await;
    fetched.map_err(|error| describe(&error))?;
    String::from_utf8(file).map(Value::String).map_err(|error| error.to_string())
}

fn url(text: &str) -> Result<Url, Problem> {
    Url::parse(text).map_err(|error| error.to_string())
}

fn client(endpoint: &str, key: &str) -> Result<Client, Problem> {
    let endpoint = url(endpoint)?;
    // The recorder stands for the storage of recordings too, under this name.
    let recording_hosts = vec!["127.0.0.1".to_owned()];
    let options =
        ClientOptions { allow_http_loopback: true, recording_hosts, ..ClientOptions::default() };
    Client::new(endpoint, Credential::AccessKey(access_key(key)?), options)
        .map_err(|error| describe(&error))
}

fn access_key(key: &str) -> Result<AccessKey, Problem> {
    AccessKey::from_base64(key).map_err(|error| error.to_string())
}

/// The error with its causes.
fn describe(error: &dyn std::error::Error) -> Problem {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
