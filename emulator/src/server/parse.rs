//! From a route and a body to an operation of the world.

use serde_json::Value;

use crate::wire::{
    AddParticipant, Answer, CancelAddParticipant, Operation, Parsed, Play, Recognize, Redirect,
    Refusal, Reject, RemoveParticipant, Route, StartRecording, Transfer,
};
use crate::world::AcsRequest;

/// An operation, and the members of its body that the swagger does not have.
pub(super) struct Read {
    pub(super) request: AcsRequest,
    pub(super) unknown: Vec<String>,
}

/// Reads the body that the operation has.
pub(super) fn read(route: &Route, version: &str, body: &Value) -> Result<Read, Refusal> {
    let connection = route.id.clone();
    let version = version.to_owned();
    match route.operation {
        Operation::Answer => {
            with(Answer::parse(body), |request| AcsRequest::Answer { version, request })
        }
        Operation::Redirect => with(Redirect::parse(body), AcsRequest::Redirect),
        Operation::Reject => with(Reject::parse(body), AcsRequest::Reject),
        Operation::Transfer => {
            with(Transfer::parse(body), |request| AcsRequest::Transfer { connection, request })
        }
        Operation::Play => {
            with(Play::parse(body), |request| AcsRequest::Play { connection, request })
        }
        Operation::Recognize => {
            with(Recognize::parse(body), |request| AcsRequest::Recognize { connection, request })
        }
        Operation::AddParticipant => with(AddParticipant::parse(body), |request| {
            AcsRequest::AddParticipant { connection, request }
        }),
        Operation::RemoveParticipant => with(RemoveParticipant::parse(body), |request| {
            AcsRequest::RemoveParticipant { connection, request }
        }),
        Operation::CancelAddParticipant => with(CancelAddParticipant::parse(body), |request| {
            AcsRequest::CancelAddParticipant { connection, request }
        }),
        Operation::StartRecording => with(StartRecording::parse(body), |request| {
            AcsRequest::StartRecording { version, request }
        }),
        Operation::GetCall
        | Operation::HangUp
        | Operation::Terminate
        | Operation::CancelMedia
        | Operation::GetParticipants
        | Operation::GetParticipant
        | Operation::GetRecording
        | Operation::StopRecording
        | Operation::PauseRecording
        | Operation::ResumeRecording
        | Operation::NotHere => without_body(route),
    }
}

fn with<T>(
    parsed: Result<Parsed<T>, Refusal>,
    make: impl FnOnce(T) -> AcsRequest,
) -> Result<Read, Refusal> {
    parsed.map(|parsed| Read { request: make(parsed.request), unknown: parsed.unknown })
}

/// Operations that need nothing but their path.
fn without_body(route: &Route) -> Result<Read, Refusal> {
    let id = route.id.clone();
    let request = match route.operation {
        Operation::GetCall => AcsRequest::GetCall { connection: id },
        Operation::HangUp => AcsRequest::HangUp { connection: id },
        Operation::Terminate => AcsRequest::Terminate { connection: id },
        Operation::CancelMedia => AcsRequest::CancelMedia { connection: id },
        Operation::GetParticipants => AcsRequest::GetParticipants { connection: id },
        Operation::GetParticipant => {
            AcsRequest::GetParticipant { connection: id, raw_id: route.participant.clone() }
        }
        Operation::GetRecording => AcsRequest::GetRecording { recording: id },
        Operation::StopRecording => AcsRequest::StopRecording { recording: id },
        Operation::PauseRecording => AcsRequest::PauseRecording { recording: id },
        Operation::ResumeRecording => AcsRequest::ResumeRecording { recording: id },
        Operation::Answer
        | Operation::Redirect
        | Operation::Reject
        | Operation::Transfer
        | Operation::Play
        | Operation::Recognize
        | Operation::AddParticipant
        | Operation::RemoveParticipant
        | Operation::CancelAddParticipant
        | Operation::StartRecording
        | Operation::NotHere => return Err(Refusal::not_here("This operation")),
    };
    Ok(Read { request, unknown: Vec::new() })
}
