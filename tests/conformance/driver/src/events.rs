//! Events and frames through our parsers and back to JSON.

use serde_json::{Value, json};
use webhooks::frames::{Outgoing, OutgoingFrame, Spelling, parse_frame, parse_outgoing};
use webhooks::{GridEventKind, Schema, parse_call_events, parse_event_grid};

use crate::members::Problem;

/// The mid-call events of a callback's body, each written again, with the name of our variant.
pub(crate) fn mid_call(body: &str) -> Result<Value, Problem> {
    let events = parse_call_events(body.as_bytes()).map_err(|error| error.to_string())?;
    let written = events.into_iter().map(|event| {
        let event = event.map_err(|error| format!("{}: {}", error, error.fault))?;
        let known = !matches!(event.kind, webhooks::CallEventKind::Unknown { .. });
        let json = serde_json::to_value(&event).map_err(|error| error.to_string())?;
        Ok(json!({ "known": known, "name": event.kind.name(), "event": json }))
    });
    written.collect::<Result<_, Problem>>().map(Value::Array)
}

/// The one Event Grid event of a body, written again in the schema it came in.
pub(crate) fn event_grid(body: &str) -> Result<Value, Problem> {
    let events = parse_event_grid(body.as_bytes(), None).map_err(|error| error.to_string())?;
    let [event] = <[_; 1]>::try_from(events).map_err(|_| "not one event")?;
    let event = event.map_err(|error| format!("{}: {}", error, error.fault))?;
    let known = !matches!(event.kind, GridEventKind::Unknown { .. });
    // An event does not tell in which schema it came.
    let schema =
        if body.contains("\"eventType\"") { Schema::EventGrid } else { Schema::CloudEvents };
    Ok(json!({ "known": known, "name": event.event_type, "event": event.to_json(schema) }))
}

/// A frame of a web socket from ACS, written again.
pub(crate) fn frame(text: &str) -> Result<Value, Problem> {
    let frame = parse_frame(text).map_err(|error| error.to_string())?;
    serde_json::to_value(&frame).map_err(|error| error.to_string())
}

/// A frame to ACS, read as ACS would and sent again.
pub(crate) fn outgoing_frame(text: &str) -> Result<Value, Problem> {
    let frame = parse_outgoing(text).map_err(|error| error.to_string())?;
    let sound = frame.decode().map_err(|error| error.to_string())?;
    let again = match frame {
        OutgoingFrame::Audio(_) => Outgoing::Audio(&sound),
        OutgoingFrame::StopAudio => Outgoing::StopAudio,
        OutgoingFrame::Unknown { kind } => return Err(format!("{kind} is unknown")),
    };
    serde_json::from_str(&again.to_text(Spelling::Documents)).map_err(|error| error.to_string())
}
