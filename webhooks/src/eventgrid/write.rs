//! Writing an event in either schema of Event Grid.

use serde_json::{Map, Value};

use super::read::{DATA_VERSION, METADATA_VERSION};
use super::{GridEvent, GridEventKind as Kind};
use crate::fields::{put, put_str, put_unknown};
use crate::sensitive::{Secret, Subject};

/// The form of a delivery (contract 5.1). An event does not tell in which it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Event Grid's own, an array, `application/json`.
    EventGrid,
    /// `CloudEvents` 1.0, one object, `application/cloudevents+json`.
    CloudEvents,
}

impl GridEvent {
    /// The event as Event Grid delivers it; in [`Schema::EventGrid`] it belongs into an array.
    ///
    /// What could not be read of an incoming call is not written.
    pub fn to_json(&self, schema: Schema) -> Value {
        let mut map = Map::new();
        if schema == Schema::EventGrid {
            put(&mut map, "dataVersion", Some(DATA_VERSION));
            put(&mut map, "metadataVersion", Some(METADATA_VERSION));
        }
        put_unknown(&mut map, &self.unknown.envelope);
        // Unknown in the schema it came in, a member may mean something in the one it goes out in.
        for meaning in
            ["subject", "topic", "eventType", "eventTime", "source", "type", "time", "specversion"]
        {
            map.remove(meaning);
        }
        put_str(&mut map, "id", Some(&self.id));
        put(&mut map, "subject", self.subject.as_ref().map(Subject::expose));
        let (topic, event_type, time) = match schema {
            Schema::EventGrid => ("topic", "eventType", "eventTime"),
            Schema::CloudEvents => ("source", "type", "time"),
        };
        put(&mut map, topic, Some(self.topic.as_str()));
        put(&mut map, event_type, Some(self.event_type.as_str()));
        put(&mut map, time, self.time.map(|time| time.to_string()));
        if schema == Schema::CloudEvents {
            put(&mut map, "specversion", Some("1.0"));
        }
        put(&mut map, "data", Some(self.data()));
        Value::Object(map)
    }

    fn data(&self) -> Value {
        let mut data = Map::new();
        put_unknown(&mut data, &self.unknown.data);
        data.extend(match &self.kind {
            Kind::IncomingCall(call) => call.to_json(),
            Kind::RecordingFileStatusUpdated(status) => status.to_json(),
            Kind::CallStarted(call) => call.to_json(),
            Kind::CallEnded(end) => end.to_json(),
            Kind::CallParticipantAdded(change) | Kind::CallParticipantRemoved(change) => {
                change.to_json()
            }
            Kind::SubscriptionValidation { validation_code, validation_url } => {
                let mut map = Map::new();
                put(&mut map, "validationCode", Some(validation_code.expose()));
                put(&mut map, "validationUrl", validation_url.as_ref().map(Secret::expose));
                map
            }
            Kind::SubscriptionDeleted => Map::new(),
            Kind::Unknown { data, .. } => return data.expose().clone(),
        });
        Value::Object(data)
    }
}

/// As `CloudEvents`; see [`GridEvent::to_json`] for the other schema.
impl serde::Serialize for GridEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json(Schema::CloudEvents).serialize(serializer)
    }
}
