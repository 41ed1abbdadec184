//! Reading Event Grid's two schemas.

use serde_json::{Map, Value};

use super::incoming_call::{Unreadable, lenient};
use super::{GridEvent, GridEventKind as Kind, IncomingCall, RecordingFileStatus};
use crate::envelope::{
    EnvelopeError, EventError, EventFault, check_id, check_spec_version, check_time, events_of,
    read_each,
};
use crate::event::PREFIX;
use crate::fields::{DataError, Fields, Read};
use crate::ids::EventId;
use crate::sensitive::Untyped;

const VALIDATION: &str = "Microsoft.EventGrid.SubscriptionValidationEvent";
const DELETED: &str = "Microsoft.EventGrid.SubscriptionDeletedEvent";

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
    let nothing = Value::Object(Map::new());
    let data = envelope.value("data").unwrap_or(&nothing);
    if event_type.strip_prefix(PREFIX) == Some("IncomingCall") {
        return incoming_call(envelope, &schema, event_type, data);
    }
    let id: EventId = envelope.required("id", envelope.text("id")?)?;
    check_id(&id)?;
    let time = envelope.timestamp(schema.time)?;
    check_time(time)?;
    let subject = envelope.str("subject")?;
    Ok(GridEvent {
        id,
        topic: envelope.text(schema.topic)?.unwrap_or_default(),
        subject: subject.map(Into::into),
        time,
        event_type: event_type.to_owned(),
        kind: read_kind(event_type, data, subject)?,
    })
}

/// A call is not refused because of its envelope.
fn incoming_call(
    envelope: &Fields<'_>,
    schema: &Schema,
    event_type: &str,
    data: &Value,
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
    Ok(GridEvent {
        id: id.unwrap_or_else(|| EventId::new("")),
        topic: lenient(&mut bad, envelope.text(schema.topic)).unwrap_or_default(),
        subject: lenient(&mut bad, envelope.text("subject")),
        time,
        event_type: event_type.to_owned(),
        kind: Kind::IncomingCall(IncomingCall::read(&Fields::at(data, "data")?, bad)?),
    })
}

fn read_kind(event_type: &str, data: &Value, subject: Option<&str>) -> Result<Kind, DataError> {
    let fields = || Fields::at(data, "data");
    if event_type == VALIDATION {
        let fields = fields()?;
        let code = fields.text("validationCode")?;
        return Ok(Kind::SubscriptionValidation {
            validation_code: fields.required("validationCode", code)?,
            validation_url: fields.text("validationUrl")?,
        });
    }
    if event_type == DELETED {
        return Ok(Kind::SubscriptionDeleted);
    }
    Ok(match event_type.strip_prefix(PREFIX) {
        Some("RecordingFileStatusUpdated") => {
            Kind::RecordingFileStatusUpdated(RecordingFileStatus::read(&fields()?, subject)?)
        }
        Some("CallStarted") => Kind::CallStarted(Read::read(&fields()?)?),
        Some("CallEnded") => Kind::CallEnded(Read::read(&fields()?)?),
        Some("CallParticipantAdded") => Kind::CallParticipantAdded(Read::read(&fields()?)?),
        Some("CallParticipantRemoved") => Kind::CallParticipantRemoved(Read::read(&fields()?)?),
        _ => Kind::Unknown { event_type: event_type.to_owned(), data: Untyped::new(data.clone()) },
    })
}
