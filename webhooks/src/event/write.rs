//! Writing a mid-call event as its `CloudEvents` object.

use serde_json::{Map, Value};

use super::{
    CallEvent, CallEventKind as Kind, MediaStreamingUpdate, Participant, ResultInformation,
    TranscriptionUpdate,
};
use crate::fields::{DataError, Fields, Read, put, put_str, put_unknown, serde_by_fields};
use crate::identifier::Identifier;

serde_by_fields!(CallEvent);

impl Read for CallEvent {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        super::read_event(fields)
    }
}

impl CallEvent {
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "datacontenttype", Some("application/json"));
        put_unknown(&mut map, &self.unknown.envelope);
        put_str(&mut map, "id", Some(&self.id));
        put_str(&mut map, "source", Some(&self.source));
        put(&mut map, "type", Some(self.kind.event_type()));
        put(&mut map, "data", Some(self.data()));
        put(&mut map, "time", self.time.map(|time| time.to_string()));
        put(&mut map, "specversion", Some("1.0"));
        put_str(&mut map, "subject", self.subject.as_ref());
        Value::Object(map)
    }

    fn data(&self) -> Value {
        let mut data = Map::new();
        put_unknown(&mut data, &self.unknown.data);
        match own_data(&self.kind) {
            Value::Object(members) => data.extend(members),
            Value::Null => {}
            other @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                return other;
            }
        }
        put_str(&mut data, "callConnectionId", self.call_connection_id.as_ref());
        put_str(&mut data, "serverCallId", self.server_call_id.as_ref());
        put_str(&mut data, "correlationId", self.correlation_id.as_ref());
        put_str(&mut data, "operationContext", self.operation_context.as_ref());
        let result = self.result.as_ref().map(ResultInformation::to_json);
        put(&mut data, "resultInformation", result);
        put_str(&mut data, "version", self.version.as_ref());
        put_str(&mut data, "publicEventType", self.public_event_type.as_ref());
        Value::Object(data)
    }
}

/// The data that this kind has beyond the common members: an object, except for an unknown type.
fn own_data(kind: &Kind) -> Value {
    match kind {
        Kind::CallConnected
        | Kind::CallDisconnected
        | Kind::CreateCallFailed
        | Kind::AnswerFailed
        | Kind::ConnectFailed
        | Kind::CallTransferFailed
        | Kind::PlayStarted
        | Kind::PlayCompleted
        | Kind::PlayCanceled
        | Kind::RecognizeCanceled
        | Kind::ContinuousDtmfRecognitionToneFailed
        | Kind::ContinuousDtmfRecognitionStopped
        | Kind::SendDtmfTonesCompleted
        | Kind::SendDtmfTonesFailed
        | Kind::HoldFailed => Value::Null,
        Kind::CallTransferAccepted { transfer_target, transferee } => object([
            ("transferTarget", party(transfer_target.as_ref())),
            ("transferee", party(transferee.as_ref())),
        ]),
        Kind::ParticipantsUpdated { participants, sequence_number } => serde_json::json!({
            "participants": participants.iter().map(Participant::to_json).collect::<Vec<_>>(),
            "sequenceNumber": sequence_number,
        }),
        Kind::AddParticipantSucceeded { participant }
        | Kind::AddParticipantFailed { participant }
        | Kind::RemoveParticipantSucceeded { participant }
        | Kind::RemoveParticipantFailed { participant } => {
            object([("participant", party(participant.as_ref()))])
        }
        Kind::CancelAddParticipantSucceeded { invitation_id: id }
        | Kind::CancelAddParticipantFailed { invitation_id: id } => {
            object([("invitationId", text(id.as_ref()))])
        }
        Kind::MoveParticipantSucceeded { participant, from_call }
        | Kind::MoveParticipantFailed { participant, from_call } => object([
            ("participant", party(participant.as_ref())),
            ("fromCall", text(from_call.as_ref())),
        ]),
        Kind::PlayFailed { failed_play_source_index: index }
        | Kind::RecognizeFailed { failed_play_source_index: index } => {
            object([("failedPlaySourceIndex", index.map(Value::from))])
        }
        Kind::RecognizeCompleted(recognition) => recognition.to_json(),
        Kind::ContinuousDtmfRecognitionToneReceived { sequence_id, tone } => object([
            ("sequenceId", sequence_id.map(Value::from)),
            ("tone", Some(tone.as_wire().into())),
        ]),
        Kind::MediaStreamingStarted { update }
        | Kind::MediaStreamingStopped { update }
        | Kind::MediaStreamingFailed { update } => {
            object([("mediaStreamingUpdate", update.as_ref().map(MediaStreamingUpdate::to_json))])
        }
        Kind::TranscriptionStarted { update }
        | Kind::TranscriptionStopped { update }
        | Kind::TranscriptionUpdated { update }
        | Kind::TranscriptionFailed { update } => {
            object([("transcriptionUpdate", update.as_ref().map(TranscriptionUpdate::to_json))])
        }
        Kind::RecordingStateChanged { recording_id, state, start_date_time, recording_kind } => {
            object([
                ("recordingId", text(recording_id.as_ref())),
                ("state", Some(state.as_wire().into())),
                ("startDateTime", start_date_time.map(|time| time.to_string().into())),
                ("recordingKind", text(recording_kind.as_ref())),
            ])
        }
        Kind::StartRecordingFailed { recording_id } => {
            object([("recordingId", text(recording_id.as_ref()))])
        }
        Kind::Unknown { data, .. } => data.expose().clone(),
    }
}

/// An object of the members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

fn party(identifier: Option<&Identifier>) -> Option<Value> {
    identifier.map(Identifier::to_json)
}

fn text(value: Option<&impl AsRef<str>>) -> Option<Value> {
    value.map(|value| value.as_ref().into())
}
