//! One try over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use callautomation::{
    AddParticipantResult, CallConnectionProperties, Client, Error, GetCall, GetParticipants,
    Operation, ParticipantList, RecordingStateResult, Repeatability, Request, Response,
};
use engine::call::{CallId, FetchResult, Input, Inspection, Number, Sent, SettlementFacts};
use futures_util::StreamExt as _;
use url::Url;
use webhooks::{CallConnectionId, RawId};

use crate::{
    clock::{Clock, timestamp},
    ids,
    ledger::Outgoing,
    withheld::WithheldDigits,
};

use super::{
    payload::Payload,
    retry::Try,
    transmit::{Answer, Transmit},
};

/// The longest body of a company endpoint, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Sends over HTTP. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Call Automation.
    pub client: Client,
    /// For the company's endpoints.
    pub http: reqwest::Client,
    /// Sensitive digits that requests to those may hold.
    pub withheld: WithheldDigits,
    /// Time.
    pub clock: Clock,
    /// Hosts (`host` or `host:port`) that flows may ask.
    pub http_hosts: Vec<String>,
}

#[async_trait]
impl Transmit for Sender {
    async fn attempt(&self, command: &Outgoing, payload: &Payload) -> Answer {
        match payload {
            Payload::CallAutomation(request) => {
                Answer::Settled(self.call_automation(command, request).await)
            }
            Payload::Inspect { connection } => self.inspect(command, connection).await,
            Payload::Fetch { method, url, timeout, body } => {
                let limit = Duration::from_millis(u64::try_from(*timeout).unwrap_or(0));
                let result = match self.written(&command.call, body) {
                    Ok(body) => self.fetch(method, url.expose(), body, limit).await,
                    Err(of) => FetchResult::Lost { of },
                };
                Answer::Input(Input::Fetched { number: command.number, result })
            }
            Payload::Unrenderable { why } => {
                Answer::Settled(Try::Unrenderable { why: why.clone() })
            }
        }
    }
}

impl Sender {
    async fn call_automation(&self, command: &Outgoing, request: &Request) -> Try {
        let operation = request.operation();
        let id = ids::repeatability_id(&command.call, command.number);
        let repeatability = Repeatability::new(&id, timestamp(command.first_sent));
        let repeatability = repeatability.as_ref().filter(|_| operation.repeatable());
        match self.client.send(request, repeatability).await {
            Ok(response) => Try::Done(facts(operation, &response)),
            Err(error) => failed(&error),
        }
    }

    async fn inspect(&self, command: &Outgoing, connection: &CallConnectionId) -> Answer {
        match self.look(connection).await {
            Ok(view) => Answer::Input(Input::Inspected { number: command.number, view }),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 404) => {
                let view = Inspection::Gone;
                Answer::Input(Input::Inspected { number: command.number, view })
            }
            Err(error) => Answer::Settled(failed(&error)),
        }
    }

    async fn look(&self, connection: &CallConnectionId) -> Result<Inspection, Error> {
        let call = self.client.send(&GetCall::new(connection.clone()).request()?, None).await?;
        let state = call
            .json::<CallConnectionProperties>()
            .ok()
            .and_then(|call| call.call_connection_state);
        let mut participants: Vec<RawId> = Vec::new();
        let mut next = Some(GetParticipants::new(connection.clone()).request()?);
        while let Some(request) = next {
            let page = self.client.send(&request, None).await?;
            let page: ParticipantList = page.json().unwrap_or_default();
            participants
                .extend(page.value.iter().map(|participant| participant.identifier.raw_id()));
            next = self.client.next_page(&page)?;
        }
        let state = state.map_or_else(|| "unknown".to_owned(), |state| state.as_wire().to_owned());
        Ok(Inspection::Live { state, participants })
    }

    /// The body of a request; the question whose digits are not there any more.
    fn written(
        &self,
        call: &CallId,
        body: &[(String, Sent)],
    ) -> Result<Option<serde_json::Value>, Number> {
        if body.is_empty() {
            return Ok(None);
        }
        let mut members = serde_json::Map::new();
        for (name, sent) in body {
            let value = match sent {
                Sent::Value(value) => value.0.clone(),
                Sent::Withheld(of) => {
                    let digits = self.withheld.get(call, *of, self.clock.now()).ok_or(*of)?;
                    digits.expose().into()
                }
            };
            members.insert(name.clone(), value);
        }
        Ok(Some(members.into()))
    }

    async fn fetch(
        &self,
        method: &str,
        url: &str,
        body: Option<serde_json::Value>,
        limit: Duration,
    ) -> FetchResult {
        let failed = |cause: &str| FetchResult::Failed { cause: cause.to_owned() };
        let Ok(url) = Url::parse(url) else { return failed("the address is not a URL") };
        if !self.allows(&url) {
            return failed("its host is not in flow.http_hosts");
        }
        let method = if method == "POST" { reqwest::Method::POST } else { reqwest::Method::GET };
        let request = self.http.request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        match tokio::time::timeout(limit, exchange(request)).await {
            Ok(Ok((status, body))) => FetchResult::Answer { status, body },
            Ok(Err(cause)) => failed(cause),
            Err(_) => failed("no answer in time"),
        }
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.http_hosts.iter().any(|allowed| allowed == host || Some(allowed) == with_port.as_ref())
    }
}

async fn exchange(
    request: reqwest::RequestBuilder,
) -> Result<(u16, serde_json::Value), &'static str> {
    // The error itself names the URL, which may hold what the caller typed.
    let response = request.send().await.map_err(|_| "it could not be reached")?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(part) = stream.next().await {
        body.extend_from_slice(&part.map_err(|_| "the answer broke off")?);
        if body.len() > LONGEST_ANSWER {
            return Err("the answer is longer than 64 KiB");
        }
    }
    Ok((status, serde_json::from_slice(&body).unwrap_or(serde_json::Value::Null)))
}

/// What an accepted request told. An answer that cannot be read is still an acceptance: its events will tell.
fn facts(operation: Operation, response: &Response) -> SettlementFacts {
    let mut facts = SettlementFacts::default();
    if operation == Operation::AnswerCall {
        let call: CallConnectionProperties = response.json().unwrap_or_default();
        facts.connection = call.call_connection_id;
        facts.server_call_id = call.server_call_id;
        facts.correlation_id = call.correlation_id;
    } else if operation == Operation::AddParticipant {
        let added: AddParticipantResult = response.json().unwrap_or_default();
        facts.invitation = added.invitation_id;
    } else if operation == Operation::StartRecording {
        let recording: RecordingStateResult = response.json().unwrap_or_default();
        facts.recording = recording.recording_id;
    }
    facts
}

fn failed(error: &Error) -> Try {
    match error {
        Error::Service(refusal) => Try::Answered {
            status: refusal.status,
            sub_code: refusal.sub_code,
            retry_after: refusal
                .retry_after
                .and_then(|pause| i64::try_from(pause.as_millis()).ok()),
        },
        // Carried out; what it told is lost, its events will tell it again.
        Error::Body { .. } => Try::Done(SettlementFacts::default()),
        Error::Uncertain { source, .. } => Try::Uncertain { cause: source.to_string() },
        Error::NotSent { source, .. } | Error::Credential { source, .. } => {
            Try::NotSent { cause: source.to_string() }
        }
        Error::Invalid(invalid) => Try::Unrenderable { why: invalid.to_string() },
        Error::Configuration(what) => Try::Unrenderable { why: (*what).to_owned() },
    }
}
