//! Which operation a request names.

use percent_encoding::percent_decode_str;

/// An operation of the swagger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Answer,
    Redirect,
    Reject,
    GetCall,
    HangUp,
    Terminate,
    Transfer,
    Play,
    Recognize,
    CancelMedia,
    GetParticipants,
    GetParticipant,
    AddParticipant,
    RemoveParticipant,
    CancelAddParticipant,
    StartRecording,
    GetRecording,
    StopRecording,
    PauseRecording,
    ResumeRecording,
    CreateCall,
    Connect,
    Mute,
    MoveHere,
    Hold,
    Unhold,
    WatchTones,
    UnwatchTones,
    SendTones,
    StartStreaming,
    StopStreaming,
    StartTranscription,
    StopTranscription,
    UpdateTranscription,
}

impl Operation {
    /// The name in logs and fault rules.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Redirect => "redirect",
            Self::Reject => "reject",
            Self::GetCall => "getCall",
            Self::HangUp => "hangUp",
            Self::Terminate => "terminate",
            Self::Transfer => "transferToParticipant",
            Self::Play => "play",
            Self::Recognize => "recognize",
            Self::CancelMedia => "cancelAllMediaOperations",
            Self::GetParticipants => "getParticipants",
            Self::GetParticipant => "getParticipant",
            Self::AddParticipant => "addParticipant",
            Self::RemoveParticipant => "removeParticipant",
            Self::CancelAddParticipant => "cancelAddParticipant",
            Self::StartRecording => "startRecording",
            Self::GetRecording => "getRecording",
            Self::StopRecording => "stopRecording",
            Self::PauseRecording => "pauseRecording",
            Self::ResumeRecording => "resumeRecording",
            Self::CreateCall => "createCall",
            Self::Connect => "connect",
            Self::Mute => "mute",
            Self::MoveHere => "moveParticipants",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
            Self::WatchTones => "startContinuousDtmfRecognition",
            Self::UnwatchTones => "stopContinuousDtmfRecognition",
            Self::SendTones => "sendDtmfTones",
            Self::StartStreaming => "startMediaStreaming",
            Self::StopStreaming => "stopMediaStreaming",
            Self::StartTranscription => "startTranscription",
            Self::StopTranscription => "stopTranscription",
            Self::UpdateTranscription => "updateTranscription",
        }
    }

    /// The first stable api-version that has it (the examples folders of the swagger, version by
    /// version; SDK change logs).
    pub(crate) fn since(self) -> &'static str {
        match self {
            Self::MoveHere => "2026-03-12",
            Self::StartStreaming
            | Self::StopStreaming
            | Self::StartTranscription
            | Self::StopTranscription
            | Self::UpdateTranscription => "2025-05-15",
            Self::Connect | Self::Hold | Self::Unhold => "2024-09-15",
            Self::CancelAddParticipant
            | Self::WatchTones
            | Self::UnwatchTones
            | Self::SendTones => "2023-10-15",
            Self::Answer
            | Self::Redirect
            | Self::Reject
            | Self::GetCall
            | Self::HangUp
            | Self::Terminate
            | Self::Transfer
            | Self::Play
            | Self::Recognize
            | Self::CancelMedia
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::AddParticipant
            | Self::RemoveParticipant
            | Self::Mute
            | Self::StartRecording
            | Self::GetRecording
            | Self::StopRecording
            | Self::PauseRecording
            | Self::ResumeRecording
            | Self::CreateCall => "2023-03-06",
        }
    }

    /// Whether the Repeatability headers count (contract section 4.1, column R).
    pub(crate) fn is_repeatable(self) -> bool {
        match self {
            Self::Answer
            | Self::Redirect
            | Self::Reject
            | Self::Terminate
            | Self::Transfer
            | Self::AddParticipant
            | Self::RemoveParticipant
            | Self::CancelAddParticipant
            | Self::StartRecording
            | Self::CreateCall
            | Self::Connect
            | Self::Mute
            | Self::MoveHere
            | Self::SendTones => true,
            Self::GetCall
            | Self::HangUp
            | Self::Play
            | Self::Recognize
            | Self::CancelMedia
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::GetRecording
            | Self::StopRecording
            | Self::PauseRecording
            | Self::ResumeRecording
            | Self::Hold
            | Self::Unhold
            | Self::WatchTones
            | Self::UnwatchTones
            | Self::StartStreaming
            | Self::StopStreaming
            | Self::StartTranscription
            | Self::StopTranscription
            | Self::UpdateTranscription => false,
        }
    }
}

/// An operation and the ids in its path, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    /// Call connection id or recording id; empty when the path has none.
    pub(crate) id: String,
    /// The participant's raw id.
    pub(crate) participant: String,
}

/// The operation of a method and a raw, still percent-encoded path; `None` when the swagger has
/// no such path.
pub(crate) fn route(method: &str, path: &str) -> Option<Route> {
    let path = path.strip_prefix("/calling/")?;
    let segments: Vec<&str> = path.split('/').collect();
    match segments.as_slice() {
        ["callConnections"] => found(method, "POST", Operation::CreateCall),
        ["recordings"] => found(method, "POST", Operation::StartRecording),
        [first] => {
            let verb = first.strip_prefix("callConnections:")?;
            found(method, "POST", incoming(verb)?)
        }
        ["recordings", last] => recording(method, last),
        ["callConnections", last] => connection(method, last),
        ["callConnections", id, "participants"] => {
            found(method, "GET", Operation::GetParticipants).map(|route| route.of(id))
        }
        ["callConnections", id, last] => {
            let verb = last.strip_prefix("participants:")?;
            found(method, "POST", participants(verb)?).map(|route| route.of(id))
        }
        ["callConnections", id, "participants", who] => {
            let mut route = found(method, "GET", Operation::GetParticipant)?.of(id);
            route.participant = decode(who);
            Some(route)
        }
        _ => None,
    }
}

fn incoming(verb: &str) -> Option<Operation> {
    match verb {
        "answer" => Some(Operation::Answer),
        "redirect" => Some(Operation::Redirect),
        "reject" => Some(Operation::Reject),
        "connect" => Some(Operation::Connect),
        _ => None,
    }
}

fn participants(verb: &str) -> Option<Operation> {
    match verb {
        "add" => Some(Operation::AddParticipant),
        "remove" => Some(Operation::RemoveParticipant),
        "cancelAddParticipant" => Some(Operation::CancelAddParticipant),
        "mute" => Some(Operation::Mute),
        "moveHere" => Some(Operation::MoveHere),
        _ => None,
    }
}

fn connection(method: &str, last: &str) -> Option<Route> {
    let Some((id, verb)) = last.split_once(':') else {
        let operation = match method {
            "GET" => Operation::GetCall,
            "DELETE" => Operation::HangUp,
            _ => return None,
        };
        return found(method, method, operation).map(|route| route.of(last));
    };
    let operation = match verb {
        "terminate" => Operation::Terminate,
        "transferToParticipant" => Operation::Transfer,
        "play" => Operation::Play,
        "recognize" => Operation::Recognize,
        "cancelAllMediaOperations" => Operation::CancelMedia,
        "hold" => Operation::Hold,
        "unhold" => Operation::Unhold,
        "startContinuousDtmfRecognition" => Operation::WatchTones,
        "stopContinuousDtmfRecognition" => Operation::UnwatchTones,
        "sendDtmfTones" => Operation::SendTones,
        "startMediaStreaming" => Operation::StartStreaming,
        "stopMediaStreaming" => Operation::StopStreaming,
        "startTranscription" => Operation::StartTranscription,
        "stopTranscription" => Operation::StopTranscription,
        "updateTranscription" => Operation::UpdateTranscription,
        _ => return None,
    };
    found(method, "POST", operation).map(|route| route.of(id))
}

fn recording(method: &str, last: &str) -> Option<Route> {
    let (id, verb) = last.split_once(':').unwrap_or((last, ""));
    let operation = match (method, verb) {
        ("GET", "") => Operation::GetRecording,
        ("DELETE", "") => Operation::StopRecording,
        ("POST", "pause") => Operation::PauseRecording,
        ("POST", "resume") => Operation::ResumeRecording,
        _ => return None,
    };
    found(method, method, operation).map(|route| route.of(id))
}

fn found(method: &str, expected: &str, operation: Operation) -> Option<Route> {
    (method == expected).then(|| Route { operation, id: String::new(), participant: String::new() })
}

impl Route {
    fn of(mut self, id: &str) -> Self {
        self.id = decode(id);
        self
    }
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_swagger_are_found() {
        let cases = [
            ("POST", "callConnections:answer", Operation::Answer, ""),
            ("POST", "callConnections", Operation::CreateCall, ""),
            ("GET", "callConnections/c-1", Operation::GetCall, "c-1"),
            ("DELETE", "callConnections/c-1", Operation::HangUp, "c-1"),
            ("POST", "callConnections/c-1:play", Operation::Play, "c-1"),
            ("POST", "callConnections/c-1:hold", Operation::Hold, "c-1"),
            ("GET", "callConnections/c-1/participants", Operation::GetParticipants, "c-1"),
            ("POST", "callConnections/c-1/participants:add", Operation::AddParticipant, "c-1"),
            ("DELETE", "recordings/ab%3D%3D", Operation::StopRecording, "ab=="),
            ("POST", "recordings/ab%3D:pause", Operation::PauseRecording, "ab="),
        ];
        for (method, path, operation, id) in cases {
            let route = route(method, &format!("/calling/{path}")).expect(path);
            assert_eq!((route.operation, route.id.as_str()), (operation, id));
        }
    }

    #[test]
    fn raw_ids_are_decoded() {
        let path = "/calling/callConnections/c/participants/4%3A%2B14255550123";
        let route = route("GET", path).expect("a participant");
        assert_eq!(route.participant, "4:+14255550123");
    }

    #[test]
    fn other_paths_and_methods_are_not_found() {
        for (method, path) in [
            ("GET", "/calling/callConnections:answer"),
            ("POST", "/calling/callConnections/c:sing"),
            ("PUT", "/calling/callConnections/c"),
            ("POST", "/elsewhere"),
        ] {
            assert_eq!(route(method, path), None, "{method} {path}");
        }
    }
}
