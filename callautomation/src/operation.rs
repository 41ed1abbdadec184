//! The operations of the API and what may be done when one of them is left without an answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// HTTP verb of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`: reads, never changes anything.
    Get,
    /// `POST`: everything that starts something.
    Post,
    /// `DELETE`: hang up and stop recording.
    Delete,
}

impl Method {
    /// The verb as it stands in the request line and in the string to sign.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a repetition of an operation would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// Takes `Repeatability-Request-ID`: sent again with the same bytes, id and first-sent time,
    /// the service executes it once.
    Repeatable,
    /// Takes no such header, but a second execution changes nothing; "not found" then means that
    /// the first one worked.
    Idempotent,
    /// A repetition may be heard by the caller. Send once; when the outcome is unknown, wait for
    /// the operation's event.
    Neither,
}

/// An operation of the Call Automation API (swagger 2026-03-12, `operationId`).
///
/// These are the operations this client builds; the swagger has 13 more (connect, mute, move,
/// hold, DTMF sending, continuous DTMF, media streaming and transcription control).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// `CreateCall`: ring one or several targets.
    CreateCall,
    /// `AnswerCall`: take an incoming call.
    AnswerCall,
    /// `RedirectCall`: send an incoming call elsewhere without answering.
    RedirectCall,
    /// `RejectCall`: refuse an incoming call.
    RejectCall,
    /// `CallConnection_GetCall`: read the state of a call.
    GetCall,
    /// `CallConnection_HangupCall`: the app leaves the call.
    HangUp,
    /// `CallConnection_TerminateCall`: the call ends for everybody.
    Terminate,
    /// `CallConnection_TransferToParticipant`: blind transfer.
    TransferToParticipant,
    /// `CallConnection_GetParticipants`: list who is in the call.
    GetParticipants,
    /// `CallConnection_GetParticipant`: read one participant.
    GetParticipant,
    /// `CallConnection_AddParticipant`: invite someone into the call.
    AddParticipant,
    /// `CallConnection_CancelAddParticipant`: withdraw an invitation.
    CancelAddParticipant,
    /// `CallConnection_RemoveParticipant`: remove someone from the call.
    RemoveParticipant,
    /// `CallMedia_Play`: play prompts.
    Play,
    /// `CallMedia_Recognize`: collect keys or speech.
    Recognize,
    /// `CallMedia_CancelAllMediaOperations`: stop what plays and listens, and empty the queue.
    CancelAllMediaOperations,
    /// `CallRecording_StartRecording`: begin a recording.
    StartRecording,
    /// `CallRecording_GetRecordingProperties`: read the state of a recording.
    GetRecording,
    /// `CallRecording_StopRecording`: end a recording.
    StopRecording,
    /// `CallRecording_PauseRecording`: pause a recording.
    PauseRecording,
    /// `CallRecording_ResumeRecording`: go on with a recording.
    ResumeRecording,
}

impl Operation {
    /// Every operation, in the order of the enum.
    pub const ALL: [Self; 21] = [
        Self::CreateCall,
        Self::AnswerCall,
        Self::RedirectCall,
        Self::RejectCall,
        Self::GetCall,
        Self::HangUp,
        Self::Terminate,
        Self::TransferToParticipant,
        Self::GetParticipants,
        Self::GetParticipant,
        Self::AddParticipant,
        Self::CancelAddParticipant,
        Self::RemoveParticipant,
        Self::Play,
        Self::Recognize,
        Self::CancelAllMediaOperations,
        Self::StartRecording,
        Self::GetRecording,
        Self::StopRecording,
        Self::PauseRecording,
        Self::ResumeRecording,
    ];

    /// The operation's name, for logs and traces.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateCall => "CreateCall",
            Self::AnswerCall => "AnswerCall",
            Self::RedirectCall => "RedirectCall",
            Self::RejectCall => "RejectCall",
            Self::GetCall => "GetCall",
            Self::HangUp => "HangUp",
            Self::Terminate => "Terminate",
            Self::TransferToParticipant => "TransferToParticipant",
            Self::GetParticipants => "GetParticipants",
            Self::GetParticipant => "GetParticipant",
            Self::AddParticipant => "AddParticipant",
            Self::CancelAddParticipant => "CancelAddParticipant",
            Self::RemoveParticipant => "RemoveParticipant",
            Self::Play => "Play",
            Self::Recognize => "Recognize",
            Self::CancelAllMediaOperations => "CancelAllMediaOperations",
            Self::StartRecording => "StartRecording",
            Self::GetRecording => "GetRecording",
            Self::StopRecording => "StopRecording",
            Self::PauseRecording => "PauseRecording",
            Self::ResumeRecording => "ResumeRecording",
        }
    }

    /// What a repetition would do.
    pub fn class(self) -> Class {
        match self {
            Self::CreateCall
            | Self::AnswerCall
            | Self::RedirectCall
            | Self::RejectCall
            | Self::Terminate
            | Self::TransferToParticipant
            | Self::AddParticipant
            | Self::CancelAddParticipant
            | Self::RemoveParticipant
            | Self::StartRecording => Class::Repeatable,
            Self::GetCall
            | Self::HangUp
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::CancelAllMediaOperations
            | Self::GetRecording
            | Self::StopRecording
            | Self::PauseRecording
            | Self::ResumeRecording => Class::Idempotent,
            Self::Play | Self::Recognize => Class::Neither,
        }
    }

    /// Whether the operation takes the `Repeatability-*` headers.
    pub fn repeatable(self) -> bool {
        self.class() == Class::Repeatable
    }

    /// The success codes of the swagger. The client takes any other 2xx for success too: the
    /// service has then done what it was asked.
    pub fn success_codes(self) -> &'static [u16] {
        match self {
            Self::CreateCall => &[201],
            Self::AnswerCall
            | Self::GetCall
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::GetRecording => &[200],
            Self::RedirectCall
            | Self::RejectCall
            | Self::HangUp
            | Self::Terminate
            | Self::StopRecording => &[204],
            Self::TransferToParticipant
            | Self::AddParticipant
            | Self::CancelAddParticipant
            | Self::RemoveParticipant
            | Self::Play
            | Self::Recognize
            | Self::CancelAllMediaOperations
            | Self::PauseRecording
            | Self::ResumeRecording => &[202],
            Self::StartRecording => &[200, 202],
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
