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

/// An operation of the Call Automation API (swagger 2026-03-12, `operationId`): all 34.
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
    /// `Connect`: join a room, a group call or a known call with a leg of our own.
    Connect,
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
    /// `CallConnection_Mute`: mute ACS users.
    Mute,
    /// `CallConnection_MoveParticipants`: take participants over from another call.
    MoveParticipants,
    /// `CallMedia_Play`: play prompts.
    Play,
    /// `CallMedia_Recognize`: collect keys or speech.
    Recognize,
    /// `CallMedia_CancelAllMediaOperations`: stop what plays and listens, and empty the queue.
    CancelAllMediaOperations,
    /// `CallMedia_StartContinuousDtmfRecognition`: report each key from now on.
    StartContinuousDtmf,
    /// `CallMedia_StopContinuousDtmfRecognition`: stop reporting keys.
    StopContinuousDtmf,
    /// `CallMedia_SendDtmfTones`: press keys towards a phone.
    SendDtmfTones,
    /// `CallMedia_Hold`: put a participant on hold.
    Hold,
    /// `CallMedia_Unhold`: take a participant back.
    Unhold,
    /// `CallMedia_StartMediaStreaming`: open the audio web socket.
    StartMediaStreaming,
    /// `CallMedia_StopMediaStreaming`: close the audio web socket.
    StopMediaStreaming,
    /// `CallMedia_StartTranscription`: open the transcript web socket.
    StartTranscription,
    /// `CallMedia_StopTranscription`: close the transcript web socket.
    StopTranscription,
    /// `CallMedia_UpdateTranscription`: change language or model of the transcript.
    UpdateTranscription,
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
    pub const ALL: [Self; 34] = [
        Self::CreateCall,
        Self::AnswerCall,
        Self::RedirectCall,
        Self::RejectCall,
        Self::Connect,
        Self::GetCall,
        Self::HangUp,
        Self::Terminate,
        Self::TransferToParticipant,
        Self::GetParticipants,
        Self::GetParticipant,
        Self::AddParticipant,
        Self::CancelAddParticipant,
        Self::RemoveParticipant,
        Self::Mute,
        Self::MoveParticipants,
        Self::Play,
        Self::Recognize,
        Self::CancelAllMediaOperations,
        Self::StartContinuousDtmf,
        Self::StopContinuousDtmf,
        Self::SendDtmfTones,
        Self::Hold,
        Self::Unhold,
        Self::StartMediaStreaming,
        Self::StopMediaStreaming,
        Self::StartTranscription,
        Self::StopTranscription,
        Self::UpdateTranscription,
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
            Self::Connect => "Connect",
            Self::GetCall => "GetCall",
            Self::HangUp => "HangUp",
            Self::Terminate => "Terminate",
            Self::TransferToParticipant => "TransferToParticipant",
            Self::GetParticipants => "GetParticipants",
            Self::GetParticipant => "GetParticipant",
            Self::AddParticipant => "AddParticipant",
            Self::CancelAddParticipant => "CancelAddParticipant",
            Self::RemoveParticipant => "RemoveParticipant",
            Self::Mute => "Mute",
            Self::MoveParticipants => "MoveParticipants",
            Self::Play => "Play",
            Self::Recognize => "Recognize",
            Self::CancelAllMediaOperations => "CancelAllMediaOperations",
            Self::StartContinuousDtmf => "StartContinuousDtmf",
            Self::StopContinuousDtmf => "StopContinuousDtmf",
            Self::SendDtmfTones => "SendDtmfTones",
            Self::Hold => "Hold",
            Self::Unhold => "Unhold",
            Self::StartMediaStreaming => "StartMediaStreaming",
            Self::StopMediaStreaming => "StopMediaStreaming",
            Self::StartTranscription => "StartTranscription",
            Self::StopTranscription => "StopTranscription",
            Self::UpdateTranscription => "UpdateTranscription",
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
            | Self::Connect
            | Self::Terminate
            | Self::TransferToParticipant
            | Self::AddParticipant
            | Self::CancelAddParticipant
            | Self::RemoveParticipant
            | Self::Mute
            | Self::MoveParticipants
            | Self::SendDtmfTones
            | Self::StartRecording => Class::Repeatable,
            Self::GetCall
            | Self::HangUp
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::CancelAllMediaOperations
            | Self::StartContinuousDtmf
            | Self::StopContinuousDtmf
            | Self::Unhold
            | Self::StartMediaStreaming
            | Self::StopMediaStreaming
            | Self::StartTranscription
            | Self::StopTranscription
            | Self::UpdateTranscription
            | Self::GetRecording
            | Self::StopRecording
            | Self::PauseRecording
            | Self::ResumeRecording => Class::Idempotent,
            // A second hold would begin its music anew.
            Self::Play | Self::Recognize | Self::Hold => Class::Neither,
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
            | Self::Connect
            | Self::GetCall
            | Self::GetParticipants
            | Self::GetParticipant
            | Self::Mute
            | Self::StartContinuousDtmf
            | Self::StopContinuousDtmf
            | Self::Hold
            | Self::Unhold
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
            | Self::MoveParticipants
            | Self::Play
            | Self::Recognize
            | Self::CancelAllMediaOperations
            | Self::SendDtmfTones
            | Self::StartMediaStreaming
            | Self::StopMediaStreaming
            | Self::StartTranscription
            | Self::StopTranscription
            | Self::UpdateTranscription
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
