//! The kinds of mid-call events.

use jiff::Timestamp;

use super::{
    MediaStreamingUpdate, PREFIX, Participant, Recognition, RecordingKind, RecordingState, Tone,
    TranscriptionUpdate,
};
use crate::identifier::Identifier;
use crate::ids::{CallConnectionId, InvitationId, RecordingId};
use crate::sensitive::Untyped;

/// What happened, with the data that this kind of event has beyond the common members (contract
/// 6.2, the 38 types of api-version 2026-03-12).
///
/// Members that the contract does not require are optional here, even where ACS always sends them.
#[derive(Debug, Clone, PartialEq)]
pub enum CallEventKind {
    /// The call stands: answered, or picked up by the other side.
    CallConnected,
    /// Our leg has ended. Nothing follows.
    CallDisconnected,
    /// An outbound call could not be made.
    CreateCallFailed,
    /// An incoming call could not be answered.
    AnswerFailed,
    /// A room, group or server call could not be joined.
    ConnectFailed,
    /// A transfer was taken by its target.
    CallTransferAccepted {
        /// Who the call went to.
        transfer_target: Option<Identifier>,
        /// Who was moved.
        transferee: Option<Identifier>,
    },
    /// A transfer was not taken; the call goes on with us.
    CallTransferFailed,
    /// The list of participants. Has no operation context.
    ParticipantsUpdated {
        /// Everybody in the call.
        participants: Vec<Participant>,
        /// Rises within a call connection, with gaps; lower numbers are stale.
        sequence_number: i64,
    },
    /// An invited party has joined.
    AddParticipantSucceeded {
        /// Who.
        participant: Option<Identifier>,
    },
    /// An invited party has not joined.
    AddParticipantFailed {
        /// Who.
        participant: Option<Identifier>,
    },
    /// A party was removed.
    RemoveParticipantSucceeded {
        /// Who.
        participant: Option<Identifier>,
    },
    /// A party could not be removed.
    RemoveParticipantFailed {
        /// Who.
        participant: Option<Identifier>,
    },
    /// An invitation was taken back.
    CancelAddParticipantSucceeded {
        /// Which.
        invitation_id: Option<InvitationId>,
    },
    /// An invitation could not be taken back: it was accepted or had ended.
    CancelAddParticipantFailed {
        /// Which.
        invitation_id: Option<InvitationId>,
    },
    /// A party was moved here from another call.
    MoveParticipantSucceeded {
        /// Who.
        participant: Option<Identifier>,
        /// The call connection that the party came from.
        from_call: Option<CallConnectionId>,
    },
    /// A party could not be moved here.
    MoveParticipantFailed {
        /// Who.
        participant: Option<Identifier>,
        /// The call connection that the party is in.
        from_call: Option<CallConnectionId>,
    },
    /// A prompt has begun.
    PlayStarted,
    /// A prompt has ended.
    PlayCompleted,
    /// A prompt was cut short by us.
    PlayCanceled,
    /// A prompt could not be played.
    PlayFailed {
        /// Which source of the request failed, counted from 0.
        failed_play_source_index: Option<i64>,
    },
    /// The caller answered a question.
    RecognizeCompleted(Recognition),
    /// The caller did not answer, or not with what was asked, or the prompt failed.
    RecognizeFailed {
        /// Which source of the prompt failed, counted from 0.
        failed_play_source_index: Option<i64>,
    },
    /// A question was cut short by us.
    RecognizeCanceled,
    /// A key was pressed while we listen all the time.
    ContinuousDtmfRecognitionToneReceived {
        /// Tells a repeated key from a second delivery, and shows gaps.
        sequence_id: Option<i64>,
        /// The key.
        tone: Tone,
    },
    /// Listening for keys all the time does not work.
    ContinuousDtmfRecognitionToneFailed,
    /// Listening for keys all the time has stopped.
    ContinuousDtmfRecognitionStopped,
    /// Keys were sent to a party.
    SendDtmfTonesCompleted,
    /// Keys could not be sent to a party.
    SendDtmfTonesFailed,
    /// A party could not be put on hold.
    HoldFailed,
    /// A media stream runs.
    MediaStreamingStarted {
        /// State and reason.
        update: Option<MediaStreamingUpdate>,
    },
    /// A media stream has stopped.
    MediaStreamingStopped {
        /// State and reason.
        update: Option<MediaStreamingUpdate>,
    },
    /// A media stream could not run.
    MediaStreamingFailed {
        /// State and reason.
        update: Option<MediaStreamingUpdate>,
    },
    /// A transcription runs.
    TranscriptionStarted {
        /// State and reason.
        update: Option<TranscriptionUpdate>,
    },
    /// A transcription has stopped.
    TranscriptionStopped {
        /// State and reason.
        update: Option<TranscriptionUpdate>,
    },
    /// A transcription has other settings.
    TranscriptionUpdated {
        /// State and reason.
        update: Option<TranscriptionUpdate>,
    },
    /// A transcription could not run.
    TranscriptionFailed {
        /// State and reason.
        update: Option<TranscriptionUpdate>,
    },
    /// A recording has begun, was paused, goes on or has ended. Has no operation context.
    RecordingStateChanged {
        /// Which recording.
        recording_id: Option<RecordingId>,
        /// Whether it records now.
        state: RecordingState,
        /// When it began.
        start_date_time: Option<Timestamp>,
        /// Who records.
        recording_kind: Option<RecordingKind>,
    },
    /// A recording could not begin.
    StartRecordingFailed {
        /// Which recording.
        recording_id: Option<RecordingId>,
    },
    /// A type that this version does not know.
    Unknown {
        /// The `type` as it came, with its prefix.
        event_type: String,
        /// The event's data without the common members.
        data: Untyped,
    },
}

impl CallEventKind {
    /// The short name, without `Microsoft.Communication.`.
    pub fn name(&self) -> &str {
        match self {
            Self::CallConnected => "CallConnected",
            Self::CallDisconnected => "CallDisconnected",
            Self::CreateCallFailed => "CreateCallFailed",
            Self::AnswerFailed => "AnswerFailed",
            Self::ConnectFailed => "ConnectFailed",
            Self::CallTransferAccepted { .. } => "CallTransferAccepted",
            Self::CallTransferFailed => "CallTransferFailed",
            Self::ParticipantsUpdated { .. } => "ParticipantsUpdated",
            Self::AddParticipantSucceeded { .. } => "AddParticipantSucceeded",
            Self::AddParticipantFailed { .. } => "AddParticipantFailed",
            Self::RemoveParticipantSucceeded { .. } => "RemoveParticipantSucceeded",
            Self::RemoveParticipantFailed { .. } => "RemoveParticipantFailed",
            Self::CancelAddParticipantSucceeded { .. } => "CancelAddParticipantSucceeded",
            Self::CancelAddParticipantFailed { .. } => "CancelAddParticipantFailed",
            Self::MoveParticipantSucceeded { .. } => "MoveParticipantSucceeded",
            Self::MoveParticipantFailed { .. } => "MoveParticipantFailed",
            Self::PlayStarted => "PlayStarted",
            Self::PlayCompleted => "PlayCompleted",
            Self::PlayCanceled => "PlayCanceled",
            Self::PlayFailed { .. } => "PlayFailed",
            Self::RecognizeCompleted(_) => "RecognizeCompleted",
            Self::RecognizeFailed { .. } => "RecognizeFailed",
            Self::RecognizeCanceled => "RecognizeCanceled",
            Self::ContinuousDtmfRecognitionToneReceived { .. } => {
                "ContinuousDtmfRecognitionToneReceived"
            }
            Self::ContinuousDtmfRecognitionToneFailed => "ContinuousDtmfRecognitionToneFailed",
            Self::ContinuousDtmfRecognitionStopped => "ContinuousDtmfRecognitionStopped",
            Self::SendDtmfTonesCompleted => "SendDtmfTonesCompleted",
            Self::SendDtmfTonesFailed => "SendDtmfTonesFailed",
            Self::HoldFailed => "HoldFailed",
            Self::MediaStreamingStarted { .. } => "MediaStreamingStarted",
            Self::MediaStreamingStopped { .. } => "MediaStreamingStopped",
            Self::MediaStreamingFailed { .. } => "MediaStreamingFailed",
            Self::TranscriptionStarted { .. } => "TranscriptionStarted",
            Self::TranscriptionStopped { .. } => "TranscriptionStopped",
            Self::TranscriptionUpdated { .. } => "TranscriptionUpdated",
            Self::TranscriptionFailed { .. } => "TranscriptionFailed",
            Self::RecordingStateChanged { .. } => "RecordingStateChanged",
            Self::StartRecordingFailed { .. } => "StartRecordingFailed",
            Self::Unknown { event_type, .. } => {
                event_type.strip_prefix(PREFIX).unwrap_or(event_type)
            }
        }
    }

    /// The `type` on the wire.
    pub fn event_type(&self) -> String {
        if let Self::Unknown { event_type, .. } = self {
            return event_type.clone();
        }
        format!("{PREFIX}{}", self.name())
    }
}
