//! Events through our parser and back to JSON.

use serde_json::{Value, json};
use webhooks::{GridEventKind, parse_call_events, parse_event_grid};

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

/// The data of the one Event Grid event of a body, as far as our types write it again: complete
/// for an incoming call, else only the name of our variant.
pub(crate) fn event_grid(body: &str) -> Result<Value, Problem> {
    let events = parse_event_grid(body.as_bytes(), None).map_err(|error| error.to_string())?;
    let [event] = <[_; 1]>::try_from(events).map_err(|_| "not one event")?;
    let event = event.map_err(|error| format!("{}: {}", error, error.fault))?;
    let data = match &event.kind {
        GridEventKind::IncomingCall(call) => {
            Some(serde_json::to_value(call).map_err(|error| error.to_string())?)
        }
        _ => None,
    };
    let known = !matches!(event.kind, GridEventKind::Unknown { .. });
    Ok(json!({ "known": known, "type": event.event_type, "data": data }))
}
