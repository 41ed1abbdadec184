//! One try over HTTP.

use async_trait::async_trait;
use callautomation::{
    AddParticipantResult, CallConnectionProperties, Client, Error, GetCall, GetParticipants,
    Operation, ParticipantList, RecordingStateResult, Repeatability, Request, Response,
};
use engine::call::{Input, Inspection, SettlementFacts};
use webhooks::{CallConnectionId, RawId};

use crate::{clock::timestamp, ids, ledger::Outgoing};

use super::{
    fetch::{Asked, Endpoints},
    payload::Payload,
    retry::Try,
    transmit::{Answer, Transmit},
};

/// Sends over HTTP. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Call Automation.
    pub client: Client,
    /// The endpoints that flows name.
    pub endpoints: Endpoints,
}

#[async_trait]
impl Transmit for Sender {
    async fn attempt(&self, command: &Outgoing, payload: &Payload) -> Answer {
        match payload {
            Payload::CallAutomation(request) => {
                Answer::Settled(self.call_automation(command, request).await)
            }
            Payload::Inspect { connection } => self.inspect(command, connection).await,
            Payload::Fetch { method, url, timeout, body, first, sign, credential } => {
                let asked = Asked {
                    call: &command.call,
                    method,
                    url,
                    timeout: *timeout,
                    body,
                    first: *first,
                    sign: sign.as_deref(),
                    credential: credential.as_ref(),
                };
                let result = self.endpoints.ask(asked).await;
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
        let call = match self.get_call(connection).await {
            Ok(call) => call,
            // Of the call itself: without the list of its participants a call may well be there.
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 404) => {
                let view = Inspection::Gone;
                return Answer::Input(Input::Inspected { number: command.number, view });
            }
            Err(error) => return Answer::Settled(failed(&error)),
        };
        match self.look(connection, &call).await {
            Ok(view) => Answer::Input(Input::Inspected { number: command.number, view }),
            Err(error) => Answer::Settled(failed(&error)),
        }
    }

    async fn get_call(&self, connection: &CallConnectionId) -> Result<Response, Error> {
        self.client.send(&GetCall::new(connection.clone()).request()?, None).await
    }

    async fn look(
        &self,
        connection: &CallConnectionId,
        call: &Response,
    ) -> Result<Inspection, Error> {
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
