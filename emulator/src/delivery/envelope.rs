//! Event Grid events in their envelopes. Pure.

use serde_json::{Value, json};

use crate::control::EnvelopeSchema;
use crate::world::GridEvent;

/// One event as its subscription's schema writes it.
pub(super) fn envelope(schema: EnvelopeSchema, topic: &str, event: &GridEvent) -> Value {
    match schema {
        EnvelopeSchema::EventGrid => json!({
            "id": event.id, "topic": topic, "subject": event.subject, "data": event.data,
            "eventType": event.kind, "dataVersion": "1.0", "metadataVersion": "1",
            "eventTime": event.time,
        }),
        EnvelopeSchema::CloudEvents => json!({
            "id": event.id, "source": topic, "subject": event.subject, "data": event.data,
            "type": event.kind, "specversion": "1.0", "time": event.time,
        }),
    }
}

/// Content type and body of a request: an array in Event Grid's schema, one object in
/// `CloudEvents`, an array of them when the subscription batches.
pub(super) fn body(
    schema: EnvelopeSchema,
    batches: bool,
    mut events: Vec<Value>,
) -> (&'static str, Value) {
    match (schema, batches) {
        (EnvelopeSchema::EventGrid, _) => ("application/json; charset=utf-8", json!(events)),
        (EnvelopeSchema::CloudEvents, true) => {
            ("application/cloudevents-batch+json; charset=utf-8", json!(events))
        }
        (EnvelopeSchema::CloudEvents, false) => {
            let event = events.pop().unwrap_or_default();
            ("application/cloudevents+json; charset=utf-8", event)
        }
    }
}
