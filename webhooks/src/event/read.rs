//! Reading a mid-call event from its `CloudEvents` object.

use serde_json::Value;

use super::{
    CallEvent, CallEventKind as Kind, MediaStreamingUpdate, PREFIX, Recognition, RecordingKind,
    RecordingState, ResultInformation, Tone, TranscriptionUpdate,
};
use crate::fields::{DataError, Fields};
use crate::identifier::Identifier;
use crate::ids::EventId;
use crate::json::{Json, Object};
use crate::sensitive::{UnknownMembers, Untyped};

/// Reads one event. The envelope's version and limits are checked by the caller.
pub(crate) fn read_event(envelope: &Fields<'_>) -> Result<CallEvent, DataError> {
    let event_type = envelope.required("type", envelope.str("type")?)?;
    let id: EventId = envelope.required("id", envelope.text("id")?)?;
    let data = envelope.value("data").unwrap_or(&NOTHING);
    // The same in every event, so they are not kept.
    envelope.disregard("specversion", "1.0");
    envelope.disregard("datacontenttype", "application/json");
    let mut event = CallEvent {
        id,
        source: envelope.text("source")?.unwrap_or_default(),
        subject: envelope.str("subject").ok().flatten().map(str::to_owned),
        time: envelope.timestamp("time")?,
        call_connection_id: None,
        server_call_id: None,
        correlation_id: None,
        operation_context: None,
        result: None,
        version: None,
        public_event_type: None,
        // Replaced below, whatever the type is.
        kind: Kind::CallConnected,
        unknown: UnknownMembers::default(),
    };
    event.unknown.envelope = envelope.not_asked();
    match event_type.strip_prefix(PREFIX) {
        Some(name) => read_known(&mut event, event_type, name, data)?,
        None => read_unknown(&mut event, event_type, data),
    }
    Ok(event)
}

/// What an event without data has.
static NOTHING: Json<'static> = Json::Object(Object::EMPTY);

fn unknown(event_type: &str, data: Value) -> Kind {
    Kind::Unknown { event_type: event_type.to_owned(), data: Untyped::new(data) }
}

/// A type of ours: if it is known, kind and common members must be well-formed.
fn read_known(
    event: &mut CallEvent,
    event_type: &str,
    name: &str,
    data: &Json<'_>,
) -> Result<(), DataError> {
    let fields = match Fields::at(data, "data") {
        Ok(fields) => fields,
        Err(error) if is_known(name) => return Err(error),
        Err(_) => {
            read_unknown(event, event_type, data);
            return Ok(());
        }
    };
    let Some(kind) = read_kind(name, &fields)? else {
        read_unknown(event, event_type, data);
        return Ok(());
    };
    let keeps_all = matches!(kind, Kind::RecognizeCompleted(Recognition::Unknown { .. }));
    event.kind = kind;
    read_common(event, &fields)?;
    if !keeps_all {
        event.unknown.data = fields.not_asked();
    }
    Ok(())
}

fn is_known(name: &str) -> bool {
    !matches!(read_kind(name, &Fields::empty()), Ok(None))
}

fn read_common(event: &mut CallEvent, data: &Fields<'_>) -> Result<(), DataError> {
    event.call_connection_id = data.text("callConnectionId")?;
    event.server_call_id = data.text("serverCallId")?;
    event.correlation_id = data.text("correlationId")?;
    event.operation_context = data.text("operationContext")?;
    event.result = data.read::<ResultInformation>("resultInformation")?;
    event.version = data.text("version")?;
    event.public_event_type = data.str("publicEventType").ok().flatten().map(str::to_owned);
    Ok(())
}

/// An unknown type never fails: a common member that cannot be read stays in the data.
fn read_unknown(event: &mut CallEvent, event_type: &str, data: &Json<'_>) {
    let Ok(fields) = Fields::at(data, "data") else {
        event.kind = unknown(event_type, data.to_value());
        return;
    };
    let mut taken = Vec::new();
    event.call_connection_id = take(&mut taken, "callConnectionId", |name| fields.text(name));
    event.server_call_id = take(&mut taken, "serverCallId", |name| fields.text(name));
    event.correlation_id = take(&mut taken, "correlationId", |name| fields.text(name));
    event.operation_context = take(&mut taken, "operationContext", |name| fields.text(name));
    event.result = take(&mut taken, "resultInformation", |name| fields.read(name));
    event.version = take(&mut taken, "version", |name| fields.text(name));
    event.public_event_type = take(&mut taken, "publicEventType", |name| fields.text(name));
    event.kind = unknown(event_type, Value::Object(fields.without(&taken)));
}

/// Reads a member and notes its name if that worked.
fn take<T>(
    taken: &mut Vec<&'static str>,
    name: &'static str,
    read: impl FnOnce(&str) -> Result<Option<T>, DataError>,
) -> Option<T> {
    let found = read(name).ok().flatten();
    if found.is_some() {
        taken.push(name);
    }
    found
}

/// The members that every event has.
const COMMON: [&str; 7] = [
    "callConnectionId",
    "serverCallId",
    "correlationId",
    "operationContext",
    "resultInformation",
    "version",
    "publicEventType",
];

/// The kind by its short name; `None` if this version does not know it.
fn read_kind(name: &str, data: &Fields<'_>) -> Result<Option<Kind>, DataError> {
    if let Some(kind) = plain_kind(name) {
        return Ok(Some(kind));
    }
    if let Some(kind) = participant_kind(name, data)? {
        return Ok(Some(kind));
    }
    media_kind(name, data)
}

/// Kinds without data of their own.
fn plain_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "CallConnected" => Kind::CallConnected,
        "CallDisconnected" => Kind::CallDisconnected,
        "CreateCallFailed" => Kind::CreateCallFailed,
        "AnswerFailed" => Kind::AnswerFailed,
        "ConnectFailed" => Kind::ConnectFailed,
        "CallTransferFailed" => Kind::CallTransferFailed,
        "PlayStarted" => Kind::PlayStarted,
        "PlayCompleted" => Kind::PlayCompleted,
        "PlayCanceled" => Kind::PlayCanceled,
        "RecognizeCanceled" => Kind::RecognizeCanceled,
        "ContinuousDtmfRecognitionToneFailed" => Kind::ContinuousDtmfRecognitionToneFailed,
        "ContinuousDtmfRecognitionStopped" => Kind::ContinuousDtmfRecognitionStopped,
        "SendDtmfTonesCompleted" => Kind::SendDtmfTonesCompleted,
        "SendDtmfTonesFailed" => Kind::SendDtmfTonesFailed,
        "HoldFailed" => Kind::HoldFailed,
        _ => return None,
    })
}

/// Kinds about who is in the call.
fn participant_kind(name: &str, data: &Fields<'_>) -> Result<Option<Kind>, DataError> {
    let participant = || data.read::<Identifier>("participant");
    let invitation_id = || data.text("invitationId");
    Ok(Some(match name {
        "CallTransferAccepted" => Kind::CallTransferAccepted {
            transfer_target: data.read("transferTarget")?,
            transferee: data.read("transferee")?,
        },
        "ParticipantsUpdated" => Kind::ParticipantsUpdated {
            participants: data.required("participants", data.list("participants")?)?,
            sequence_number: data.required("sequenceNumber", data.integer("sequenceNumber")?)?,
        },
        "AddParticipantSucceeded" => Kind::AddParticipantSucceeded { participant: participant()? },
        "AddParticipantFailed" => Kind::AddParticipantFailed { participant: participant()? },
        "RemoveParticipantSucceeded" => {
            Kind::RemoveParticipantSucceeded { participant: participant()? }
        }
        "RemoveParticipantFailed" => Kind::RemoveParticipantFailed { participant: participant()? },
        "CancelAddParticipantSucceeded" => {
            Kind::CancelAddParticipantSucceeded { invitation_id: invitation_id()? }
        }
        "CancelAddParticipantFailed" => {
            Kind::CancelAddParticipantFailed { invitation_id: invitation_id()? }
        }
        "MoveParticipantSucceeded" => Kind::MoveParticipantSucceeded {
            participant: participant()?,
            from_call: data.text("fromCall")?,
        },
        "MoveParticipantFailed" => Kind::MoveParticipantFailed {
            participant: participant()?,
            from_call: data.text("fromCall")?,
        },
        _ => return Ok(None),
    }))
}

/// Kinds about what is played, heard, streamed and recorded.
fn media_kind(name: &str, data: &Fields<'_>) -> Result<Option<Kind>, DataError> {
    let failed_source = || data.integer("failedPlaySourceIndex");
    let streaming = || data.read::<MediaStreamingUpdate>("mediaStreamingUpdate");
    let transcription = || data.read::<TranscriptionUpdate>("transcriptionUpdate");
    Ok(Some(match name {
        "PlayFailed" => Kind::PlayFailed { failed_play_source_index: failed_source()? },
        "RecognizeFailed" => Kind::RecognizeFailed { failed_play_source_index: failed_source()? },
        "RecognizeCompleted" => Kind::RecognizeCompleted(Recognition::read(data, &COMMON)?),
        "ContinuousDtmfRecognitionToneReceived" => Kind::ContinuousDtmfRecognitionToneReceived {
            sequence_id: data.integer("sequenceId")?,
            tone: data.required("tone", data.str("tone")?.map(Tone::from_wire))?,
        },
        "MediaStreamingStarted" => Kind::MediaStreamingStarted { update: streaming()? },
        "MediaStreamingStopped" => Kind::MediaStreamingStopped { update: streaming()? },
        "MediaStreamingFailed" => Kind::MediaStreamingFailed { update: streaming()? },
        "TranscriptionStarted" => Kind::TranscriptionStarted { update: transcription()? },
        "TranscriptionStopped" => Kind::TranscriptionStopped { update: transcription()? },
        "TranscriptionUpdated" => Kind::TranscriptionUpdated { update: transcription()? },
        "TranscriptionFailed" => Kind::TranscriptionFailed { update: transcription()? },
        "RecordingStateChanged" => Kind::RecordingStateChanged {
            recording_id: data.text("recordingId")?,
            state: data.required("state", data.str("state")?.map(RecordingState::from_wire))?,
            start_date_time: data.timestamp("startDateTime")?,
            recording_kind: data.str("recordingKind")?.map(RecordingKind::from_wire),
        },
        "StartRecordingFailed" => {
            Kind::StartRecordingFailed { recording_id: data.text("recordingId")? }
        }
        _ => return Ok(None),
    }))
}
