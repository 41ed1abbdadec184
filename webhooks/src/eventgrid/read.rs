//! Reading Event Grid's two schemas.

use super::incoming_call::{Unreadable, lenient};
use super::{GridEvent, GridEventKind as Kind, IncomingCall, RecordingFileStatus};
use crate::envelope::{
    EnvelopeError, EventError, EventFault, check_id, check_spec_version, check_time, events_of,
    read_each,
};
use crate::event::PREFIX;
use crate::fields::{DataError, Fields, Read};
use crate::ids::EventId;
use crate::json::{Json, Object};
use crate::sensitive::{UnknownMembers, Untyped};

pub(super) const VALIDATION: &str = "Microsoft.EventGrid.SubscriptionValidationEvent";
/// What `dataVersion` says in the events of ACS.
pub(super) const DATA_VERSION: &str = "1.0";
/// What `metadataVersion` says in all events.
pub(super) const METADATA_VERSION: &str = "1";
pub(super) const DELETED: &str = "Microsoft.EventGrid.SubscriptionDeletedEvent";

/// Names of the envelope's members, which differ between the schemas.
struct Schema {
    event_type: &'static str,
    topic: &'static str,
    time: &'static str,
}

const EVENT_GRID: Schema = Schema { event_type: "eventType", topic: "topic", time: "eventTime" };
const CLOUD_EVENTS: Schema = Schema { event_type: "type", topic: "source", time: "time" };

/// Reads the body of an Event Grid delivery, in the Event Grid schema or as `CloudEvents`.
///
/// `content_type` is the header's value; without one the body decides. Unknown types are
/// [`Kind::Unknown`], not errors.
pub fn parse_event_grid(
    body: &[u8],
    content_type: Option<&str>,
) -> Result<Vec<Result<GridEvent, EventError>>, EnvelopeError> {
    let only_cloud_events = content_type.map_or(Ok(false), is_cloud_events)?;
    Ok(read_each(&events_of(body)?, |envelope| read_grid_event(envelope, only_cloud_events)))
}

fn is_cloud_events(content_type: &str) -> Result<bool, EnvelopeError> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    match media_type.to_ascii_lowercase().as_str() {
        "application/json" => Ok(false),
        "application/cloudevents+json" | "application/cloudevents-batch+json" => Ok(true),
        _ => Err(EnvelopeError::ContentType),
    }
}

fn read_grid_event(
    envelope: &Fields<'_>,
    only_cloud_events: bool,
) -> Result<GridEvent, EventFault> {
    let schema = if envelope.value(EVENT_GRID.event_type).is_some() && !only_cloud_events {
        EVENT_GRID
    } else {
        CLOUD_EVENTS
    };
    let event_type = envelope.str(schema.event_type)?.ok_or(EventFault::NoType)?;
    if let Some(version) = envelope.str("specversion")? {
        check_spec_version(version)?;
    }
    let data = envelope.value("data").unwrap_or(&NOTHING);
    // The usual versions are not kept, so that an event is the same from either schema.
    envelope.disregard("dataVersion", DATA_VERSION);
    envelope.disregard("metadataVersion", METADATA_VERSION);
    if event_type.strip_prefix(PREFIX) == Some("IncomingCall") {
        return incoming_call(envelope, &schema, event_type, data);
    }
    let id: EventId = envelope.required("id", envelope.text("id")?)?;
    check_id(&id)?;
    let time = envelope.timestamp(schema.time)?;
    check_time(time)?;
    let subject = envelope.str("subject")?;
    let topic = envelope.text(schema.topic)?.unwrap_or_default();
    let (kind, unknown_data) = read_kind(event_type, data, subject)?;
    Ok(GridEvent {
        id,
        topic,
        subject: subject.map(Into::into),
        time,
        event_type: event_type.to_owned(),
        kind,
        unknown: UnknownMembers { envelope: envelope.not_asked(), data: unknown_data },
    })
}

/// A call is not refused because of its envelope.
fn incoming_call(
    envelope: &Fields<'_>,
    schema: &Schema,
    event_type: &str,
    data: &Json<'_>,
) -> Result<GridEvent, EventFault> {
    let mut bad = Unreadable::new();
    let id = lenient(&mut bad, envelope.text("id")).filter(|id| check_id(id).is_ok());
    if id.is_none() && !bad.iter().any(|path| path == "id") {
        bad.push("id".to_owned());
    }
    let mut time = lenient(&mut bad, envelope.timestamp(schema.time));
    if check_time(time).is_err() {
        bad.push(schema.time.to_owned());
        time = None;
    }
    let topic = lenient(&mut bad, envelope.text(schema.topic)).unwrap_or_default();
    let subject = lenient(&mut bad, envelope.text("subject"));
    let data = Fields::at(data, "data")?;
    let call = IncomingCall::read(&data, bad)?;
    Ok(GridEvent {
        id: id.unwrap_or_else(|| EventId::new("")),
        topic,
        subject,
        time,
        event_type: event_type.to_owned(),
        kind: Kind::IncomingCall(call),
        unknown: UnknownMembers { envelope: envelope.not_asked(), data: data.not_asked() },
    })
}

/// The kind, and the members of its data that are not known.
fn read_kind(
    event_type: &str,
    data: &Json<'_>,
    subject: Option<&str>,
) -> Result<(Kind, Untyped), DataError> {
    let name = event_type.strip_prefix(PREFIX).unwrap_or(event_type);
    let known = matches!(
        name,
        "RecordingFileStatusUpdated"
            | "CallStarted"
            | "CallEnded"
            | "CallParticipantAdded"
            | "CallParticipantRemoved"
    );
    if event_type == DELETED {
        return Ok((Kind::SubscriptionDeleted, deleted_data(data)));
    }
    if event_type != VALIDATION && !(known && event_type != name) {
        let data = Untyped::new(data.to_value());
        let kind = Kind::Unknown { event_type: event_type.to_owned(), data };
        return Ok((kind, Untyped::default()));
    }
    let fields = Fields::at(data, "data")?;
    let kind = match name {
        "RecordingFileStatusUpdated" => {
            Kind::RecordingFileStatusUpdated(RecordingFileStatus::read(&fields, subject)?)
        }
        "CallStarted" => Kind::CallStarted(Read::read(&fields)?),
        "CallEnded" => Kind::CallEnded(Read::read(&fields)?),
        "CallParticipantAdded" => Kind::CallParticipantAdded(Read::read(&fields)?),
        "CallParticipantRemoved" => Kind::CallParticipantRemoved(Read::read(&fields)?),
        _ => validation(&fields)?,
    };
    Ok((kind, fields.not_asked()))
}

fn validation(data: &Fields<'_>) -> Result<Kind, DataError> {
    let code = data.text("validationCode")?;
    Ok(Kind::SubscriptionValidation {
        validation_code: data.required("validationCode", code)?,
        validation_url: data.text("validationUrl")?,
    })
}

/// Nothing is known about this event's data, which is kept if it is an object.
fn deleted_data(data: &Json<'_>) -> Untyped {
    Fields::at(data, "data").map_or_else(|_| Untyped::default(), |fields| fields.not_asked())
}

/// What an event without data has.
static NOTHING: Json<'static> = Json::Object(Object::EMPTY);
