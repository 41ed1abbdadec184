//! Mid-call events as ACS sends them.

use jiff::Timestamp;
use serde_json::Value;

use super::WHEN;
use crate::event::{
    CallEvent, CallEventKind as Kind, MediaStreamingStatus, MediaStreamingUpdate, Participant,
    Recognition, RecordingKind, RecordingState, ResultInformation, StreamStatusDetails as Details,
    Tone, TranscriptionStatus, TranscriptionUpdate,
};
use crate::identifier::Identifier;
use crate::ids::{CallConnectionId, CorrelationId, EventId, ServerCallId};
use crate::sensitive::UnknownMembers;

/// A mid-call event to be sent to a webhook under test.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEventBuilder(CallEvent);

/// An event of this kind, with ids made up and the result that goes with the kind: 200/0, for
/// failures 500/9999, for cancelled media 400/8508.
pub fn call_event(kind: Kind) -> CallEventBuilder {
    let failed = (500, 9999, "The service failed for an unknown reason.");
    let (code, sub_code, message) = match kind.name() {
        "PlayCanceled" | "RecognizeCanceled" => (400, 8508, "The operation was cancelled."),
        name if name.ends_with("Failed") => failed,
        _ => (200, 0, "Action completed successfully."),
    };
    let result = ResultInformation {
        code,
        sub_code,
        message: message.to_owned(),
        ..ResultInformation::default()
    };
    let event = CallEvent {
        id: EventId::new("00000000-0000-4000-8000-000000000001"),
        source: String::new(),
        subject: None,
        time: Some(WHEN),
        call_connection_id: None,
        server_call_id: Some(ServerCallId::new("c2VydmVyLWNhbGw")),
        correlation_id: Some(CorrelationId::new("00000000-0000-4000-8000-0000000000cc")),
        operation_context: None,
        result: Some(result),
        version: Some("2026-03-12".to_owned()),
        public_event_type: Some(kind.event_type()),
        kind,
        unknown: UnknownMembers::default(),
    };
    CallEventBuilder(event).call_connection_id("00000000-0000-4000-8000-0000000000aa")
}

impl CallEventBuilder {
    /// Another event id.
    #[must_use]
    pub fn id(mut self, id: impl Into<EventId>) -> Self {
        self.0.id = id.into();
        self
    }

    /// When it happened.
    #[must_use]
    pub fn time(mut self, time: Timestamp) -> Self {
        self.0.time = Some(time);
        self
    }

    /// The leg of the call; source and subject follow.
    #[must_use]
    pub fn call_connection_id(mut self, id: impl Into<CallConnectionId>) -> Self {
        let id = id.into();
        self.0.source = format!("calling/callConnections/{id}");
        self.0.subject = Some(self.0.source.clone());
        self.0.call_connection_id = Some(id);
        self
    }

    /// The call.
    #[must_use]
    pub fn server_call_id(mut self, id: impl Into<ServerCallId>) -> Self {
        self.0.server_call_id = Some(id.into());
        self
    }

    /// The conversation.
    #[must_use]
    pub fn correlation_id(mut self, id: impl Into<CorrelationId>) -> Self {
        self.0.correlation_id = Some(id.into());
        self
    }

    /// What the operation was sent with.
    #[must_use]
    pub fn operation_context(mut self, context: impl Into<String>) -> Self {
        self.0.operation_context = Some(context.into());
        self
    }

    /// How the operation ended.
    #[must_use]
    pub fn result(mut self, code: i64, sub_code: i64, message: impl Into<String>) -> Self {
        let message = message.into();
        self.0.result =
            Some(ResultInformation { code, sub_code, message, ..ResultInformation::default() });
        self
    }

    /// The event.
    pub fn build(self) -> CallEvent {
        self.0
    }

    /// The body of the callback: an array with the one event, as ACS sends it.
    pub fn to_body(&self) -> Vec<u8> {
        Value::Array(vec![self.0.to_json()]).to_string().into_bytes()
    }
}

/// One of each of the 38 kinds of api-version 2026-03-12, with data.
pub fn every_call_event_kind() -> Vec<Kind> {
    let mut kinds = vec![
        Kind::CallConnected,
        Kind::CallDisconnected,
        Kind::CreateCallFailed,
        Kind::AnswerFailed,
        Kind::ConnectFailed,
        Kind::CallTransferFailed,
        Kind::PlayStarted,
        Kind::PlayCompleted,
        Kind::PlayCanceled,
        Kind::PlayFailed { failed_play_source_index: Some(0) },
        Kind::RecognizeFailed { failed_play_source_index: Some(0) },
        Kind::RecognizeCanceled,
        Kind::RecognizeCompleted(Recognition::Dtmf { tones: vec![Tone::One, Tone::Pound] }),
        Kind::ContinuousDtmfRecognitionToneReceived { sequence_id: Some(1), tone: Tone::One },
        Kind::ContinuousDtmfRecognitionToneFailed,
        Kind::ContinuousDtmfRecognitionStopped,
        Kind::SendDtmfTonesCompleted,
        Kind::SendDtmfTonesFailed,
        Kind::HoldFailed,
    ];
    kinds.extend(about_participants());
    kinds.extend(about_streams_and_recordings());
    kinds
}

fn about_participants() -> Vec<Kind> {
    let who = || Identifier::phone("+14255550123");
    let participant = Some(who());
    let invitation_id = Some("00000000-0000-4000-8000-0000000000bb".into());
    let from_call = Some("00000000-0000-4000-8000-0000000000ab".into());
    vec![
        Kind::CallTransferAccepted { transfer_target: participant.clone(), transferee: None },
        Kind::ParticipantsUpdated {
            participants: vec![Participant {
                identifier: who(),
                is_muted: false,
                is_on_hold: false,
            }],
            sequence_number: 1,
        },
        Kind::AddParticipantSucceeded { participant: participant.clone() },
        Kind::AddParticipantFailed { participant: participant.clone() },
        Kind::RemoveParticipantSucceeded { participant: participant.clone() },
        Kind::RemoveParticipantFailed { participant: participant.clone() },
        Kind::CancelAddParticipantSucceeded { invitation_id: Clone::clone(&invitation_id) },
        Kind::CancelAddParticipantFailed { invitation_id },
        Kind::MoveParticipantSucceeded {
            participant: participant.clone(),
            from_call: Clone::clone(&from_call),
        },
        Kind::MoveParticipantFailed { participant, from_call },
    ]
}

fn about_streams_and_recordings() -> Vec<Kind> {
    let streaming = |status, details| {
        let content_type = Some("Audio".to_owned());
        Some(MediaStreamingUpdate { content_type, status: Some(status), details: Some(details) })
    };
    let transcription = |status, details| {
        Some(TranscriptionUpdate { status: Some(status), details: Some(details) })
    };
    vec![
        Kind::MediaStreamingStarted {
            update: streaming(MediaStreamingStatus::Started, Details::SubscriptionStarted),
        },
        Kind::MediaStreamingStopped {
            update: streaming(MediaStreamingStatus::Stopped, Details::SubscriptionStopped),
        },
        Kind::MediaStreamingFailed {
            update: streaming(
                MediaStreamingStatus::Failed,
                Details::InitialWebSocketConnectionFailed,
            ),
        },
        Kind::TranscriptionStarted {
            update: transcription(TranscriptionStatus::Started, Details::SubscriptionStarted),
        },
        Kind::TranscriptionStopped {
            update: transcription(TranscriptionStatus::Stopped, Details::SubscriptionStopped),
        },
        Kind::TranscriptionUpdated {
            update: transcription(
                TranscriptionStatus::Updated,
                Details::TranscriptionLocaleUpdated,
            ),
        },
        Kind::TranscriptionFailed {
            update: transcription(
                TranscriptionStatus::Failed,
                Details::SpeechServicesConnectionError,
            ),
        },
        Kind::RecordingStateChanged {
            recording_id: Some("cmVjb3JkaW5n".into()),
            state: RecordingState::Active,
            start_date_time: Some(WHEN),
            recording_kind: Some(RecordingKind::AzureCommunicationServices),
        },
        Kind::StartRecordingFailed { recording_id: Some("cmVjb3JkaW5n".into()) },
    ]
}
