//! The body of a delivery: one event or an array of them, each good or bad on its own.

use jiff::Timestamp;

use crate::event::{CallEvent, read_event};
use crate::fields::{DataError, Fields};
use crate::ids::EventId;
use crate::json::Json;

/// The longest event id, in bytes. A longer one is refused.
pub const MAX_EVENT_ID: usize = 1024;
/// The most events in one body: Event Grid's largest batch.
pub const MAX_EVENTS: usize = 5000;
/// The longest call connection id, in bytes.
const MAX_CALL_CONNECTION_ID: usize = 256;
/// How much of a foreign type name is kept in an error, in characters.
const MAX_SHOWN: usize = 100;
/// 2200-01-01, in seconds since 1970. A later time is no time of an event.
const LATEST_SECOND: i64 = 7_258_118_400;

/// Why no event can be read from a body.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// The body is not JSON, or nested too deeply (128 levels).
    #[error("the body is not JSON; it cannot come from Azure")]
    NotJson(#[source] serde_json::Error),
    /// The body is JSON, but neither an object nor an array.
    #[error("the body is JSON, but neither an event nor an array of events")]
    NotEvents,
    /// More events than any batch has.
    #[error("the body has {count} events; the largest batch of Event Grid has 5000")]
    TooManyEvents {
        /// How many.
        count: usize,
    },
    /// A content type that neither schema uses.
    #[error("the content type is neither JSON nor CloudEvents; check the event subscription")]
    ContentType,
}

/// Why one event of a body cannot be used. The others are not affected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {index} of the body cannot be used; keep the body and compare it with the contract")]
pub struct EventError {
    /// Which event of the body, counted from 0.
    pub index: usize,
    /// The event's id, if it has one that can be read.
    pub id: Option<EventId>,
    /// The event's type, if it has one, cut to 100 characters.
    pub event_type: Option<String>,
    /// What is wrong.
    #[source]
    pub fault: EventFault,
}

/// What is wrong with an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// A member is missing or has the wrong type.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The version of `CloudEvents` is another than 1.0.
    #[error("specversion is not 1.0")]
    SpecVersion,
    /// The id is empty or longer than 1,024 bytes.
    #[error("id is empty or longer than 1024 bytes")]
    IdLength,
    /// The time is later than any event can be.
    #[error("the time is after the year 2199")]
    TimeTooLate,
    /// The call connection id has characters that do not belong into a URL path.
    #[error("data.callConnectionId is not made of letters, digits, - and _")]
    CallConnectionId,
    /// The type has no known place: neither `type` nor `eventType` is there.
    #[error("type and eventType are missing")]
    NoType,
}

/// Reads the body of a mid-call callback: an array of `CloudEvents` objects, or one object.
///
/// Unknown types are [`Unknown`](crate::CallEventKind::Unknown), not errors.
pub fn parse_call_events(body: &[u8]) -> Result<Vec<Result<CallEvent, EventError>>, EnvelopeError> {
    Ok(read_each(&events_of(body)?, read_call_event))
}

fn read_call_event(envelope: &Fields<'_>) -> Result<CallEvent, EventFault> {
    check_spec_version(envelope.required("specversion", envelope.str("specversion")?)?)?;
    let event = read_event(envelope)?;
    check_id(&event.id)?;
    check_time(event.time)?;
    if event.call_connection_id.as_ref().is_some_and(|id| !fits_a_path(id.as_str())) {
        return Err(EventFault::CallConnectionId);
    }
    Ok(event)
}

/// The events of a body, not looked at yet.
pub(crate) fn events_of(body: &[u8]) -> Result<Vec<Json<'_>>, EnvelopeError> {
    // Text that is known to be UTF-8 is read faster; from_slice finds the error in what is not.
    let read = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    let events = match read.map_err(EnvelopeError::NotJson)? {
        Json::Array(events) => events,
        event @ Json::Object(_) => vec![event],
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            return Err(EnvelopeError::NotEvents);
        }
    };
    match events.len() {
        count if count > MAX_EVENTS => Err(EnvelopeError::TooManyEvents { count }),
        _ => Ok(events),
    }
}

/// Reads the events one by one; what fails is reported with what can be said about it.
pub(crate) fn read_each<T>(
    events: &[Json<'_>],
    read: impl Fn(&Fields<'_>) -> Result<T, EventFault>,
) -> Vec<Result<T, EventError>> {
    let read_one = |(index, event): (usize, &Json<'_>)| {
        let found = Fields::at(event, "").map_err(EventFault::from).and_then(|f| read(&f));
        found.map_err(|fault| {
            let text = |name: &str| event.get(name).and_then(Json::as_str);
            let id = text("id").map(EventId::from).filter(|id| check_id(id).is_ok());
            let event_type = text("type").or_else(|| text("eventType"));
            let event_type = event_type.map(|name| name.chars().take(MAX_SHOWN).collect());
            EventError { index, id, event_type, fault }
        })
    };
    events.iter().enumerate().map(read_one).collect()
}

pub(crate) fn check_spec_version(version: &str) -> Result<(), EventFault> {
    if version == "1.0" { Ok(()) } else { Err(EventFault::SpecVersion) }
}

pub(crate) fn check_id(id: &EventId) -> Result<(), EventFault> {
    let length = id.as_str().len();
    if (1..=MAX_EVENT_ID).contains(&length) { Ok(()) } else { Err(EventFault::IdLength) }
}

pub(crate) fn check_time(time: Option<Timestamp>) -> Result<(), EventFault> {
    if time.is_some_and(|time| time.as_second() >= LATEST_SECOND) {
        return Err(EventFault::TimeTooLate);
    }
    Ok(())
}

/// The id becomes a segment of URL paths, so nothing that means something there may be in it.
fn fits_a_path(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_CALL_CONNECTION_ID).contains(&id.len()) && id.bytes().all(plain)
}
