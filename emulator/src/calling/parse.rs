//! From a route and a body to an operation of the world.

use serde_json::{Value, json};

use crate::wire::{
    AddParticipant, Answer, CancelAddParticipant, Connect, CreateCall, Hold, MoveHere, Mute,
    Operation, Parsed, Play, Recognize, Redirect, Refusal, Reject, RemoveParticipant, Route,
    SendTones, StartRecording, StreamChange, Transfer, WatchTones,
};
use crate::world::{AcsRequest, StreamVerb};

/// An operation, and the members of its body that the swagger does not have.
pub(crate) struct Read {
    pub(crate) request: AcsRequest,
    pub(crate) unknown: Vec<String>,
    /// What was passed over because the request was read leniently.
    pub(crate) forgiven: Vec<String>,
}

/// Reads the body that the operation has.
pub(crate) fn read(
    route: &Route,
    version: &str,
    body: &Value,
    lenient: bool,
) -> Result<Read, Refusal> {
    let (connection, version) = (route.id.clone(), version.to_owned());
    macro_rules! body {
        ($request:ty, $variant:ident, $($id:ident),+) => {
            with(<$request>::parse_with(body, lenient), |request| AcsRequest::$variant { $($id,)+ request })
        };
    }
    let plain = match route.operation {
        Operation::Answer => return body!(Answer, Answer, version),
        Operation::CreateCall => return body!(CreateCall, Create, version),
        Operation::Connect => return body!(Connect, Connect, version),
        Operation::StartRecording => return body!(StartRecording, StartRecording, version),
        Operation::Redirect => {
            return with(Redirect::parse_with(body, lenient), AcsRequest::Redirect);
        }
        Operation::Reject => return with(Reject::parse_with(body, lenient), AcsRequest::Reject),
        Operation::Transfer => return body!(Transfer, Transfer, connection),
        Operation::Play => return body!(Play, Play, connection),
        Operation::Recognize => return body!(Recognize, Recognize, connection),
        Operation::AddParticipant => return body!(AddParticipant, AddParticipant, connection),
        Operation::RemoveParticipant => {
            return body!(RemoveParticipant, RemoveParticipant, connection);
        }
        Operation::CancelAddParticipant => {
            return body!(CancelAddParticipant, CancelAddParticipant, connection);
        }
        Operation::Mute => return body!(Mute, Mute, connection),
        Operation::MoveHere => return body!(MoveHere, MoveHere, connection),
        Operation::Hold => return body!(Hold, Hold, connection),
        Operation::Unhold => return body!(Hold, Unhold, connection),
        Operation::WatchTones => return body!(WatchTones, WatchTones, connection),
        Operation::UnwatchTones => return body!(WatchTones, UnwatchTones, connection),
        Operation::SendTones => return body!(SendTones, SendTones, connection),
        Operation::StartStreaming => {
            return stream(connection, StreamVerb::StartMedia, body, lenient);
        }
        Operation::StopStreaming => {
            return stream(connection, StreamVerb::StopMedia, body, lenient);
        }
        Operation::StartTranscription => {
            return stream(connection, StreamVerb::StartTranscription, body, lenient);
        }
        Operation::StopTranscription => {
            return stream(connection, StreamVerb::StopTranscription, body, lenient);
        }
        Operation::UpdateTranscription => {
            return stream(connection, StreamVerb::UpdateTranscription, body, lenient);
        }
        Operation::GetCall => AcsRequest::GetCall { connection },
        Operation::HangUp => AcsRequest::HangUp { connection },
        Operation::Terminate => AcsRequest::Terminate { connection },
        Operation::CancelMedia => AcsRequest::CancelMedia { connection },
        Operation::GetParticipants => AcsRequest::GetParticipants { connection },
        Operation::GetParticipant => {
            AcsRequest::GetParticipant { connection, raw_id: route.participant.clone() }
        }
        Operation::GetRecording => AcsRequest::GetRecording { recording: connection },
        Operation::StopRecording => AcsRequest::StopRecording { recording: connection },
        Operation::PauseRecording => AcsRequest::PauseRecording { recording: connection },
        Operation::ResumeRecording => AcsRequest::ResumeRecording { recording: connection },
    };
    Ok(Read { request: plain, unknown: Vec::new(), forgiven: Vec::new() })
}

fn with<T>(
    parsed: Result<Parsed<T>, Refusal>,
    make: impl FnOnce(T) -> AcsRequest,
) -> Result<Read, Refusal> {
    parsed.map(|Parsed { request, unknown, forgiven }| Read {
        request: make(request),
        unknown,
        forgiven,
    })
}

/// Operations on the streams of a call; nothing in their body is required.
fn stream(
    connection: String,
    verb: StreamVerb,
    body: &Value,
    lenient: bool,
) -> Result<Read, Refusal> {
    let empty = json!({});
    let body = if body.is_null() { &empty } else { body };
    let make = |request| AcsRequest::Stream { connection, verb, request };
    with(StreamChange::parse_with(body, lenient), make)
}

/// The operation of a route and a body, for tests of the world.
#[cfg(test)]
pub(crate) fn read_operation(route: &Route, body: &Value) -> Result<AcsRequest, Refusal> {
    read(route, "2026-03-12", body, false).map(|read| read.request)
}
