//! Events of Event Grid as it delivers them.

use jiff::Timestamp;
use serde_json::Value;

use super::WHEN;
use crate::eventgrid::{
    CallActivity, CallEnded, CallParticipantChange, CallParty, GridEvent, GridEventKind as Kind,
    IncomingCall, RecordingChunk, RecordingFileStatus, Schema,
};
use crate::identifier::Identifier;
use crate::ids::EventId;
use crate::sensitive::{IncomingCallContext, UnknownMembers, Untyped};

/// An event of Event Grid to be sent to a webhook under test.
#[derive(Debug, Clone, PartialEq)]
pub struct GridEventBuilder(GridEvent);

/// An event of this kind, with id, topic and subject made up.
pub fn grid_event(kind: Kind) -> GridEventBuilder {
    let subject = match &kind {
        Kind::IncomingCall(call) => {
            let raw_id = |party: &Option<Identifier>| {
                party.as_ref().map(|party| party.raw_id().expose().to_owned()).unwrap_or_default()
            };
            format!("/caller/{}/recipient/{}", raw_id(&call.from), raw_id(&call.to))
        }
        Kind::RecordingFileStatusUpdated(status) => {
            let call = status.server_call_id.as_ref().map_or("", |id| id.as_str());
            let recording = status.recording_id.as_ref().map_or("", |id| id.as_str());
            format!("/recording/call/1/serverCallId/{call}/recordingId/{recording}")
        }
        Kind::CallStarted(_)
        | Kind::CallEnded(_)
        | Kind::CallParticipantAdded(_)
        | Kind::CallParticipantRemoved(_) => "call/c2VydmVyLWNhbGw".to_owned(),
        Kind::SubscriptionValidation { .. } | Kind::SubscriptionDeleted | Kind::Unknown { .. } => {
            String::new()
        }
    };
    GridEventBuilder(GridEvent {
        id: EventId::new("00000000-0000-4000-8000-000000000002"),
        topic: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication\
                /communicationServices/resource"
            .to_owned(),
        subject: Some(subject.into()),
        time: Some(WHEN),
        event_type: kind.event_type(),
        kind,
        unknown: UnknownMembers::default(),
    })
}

impl GridEventBuilder {
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

    /// The resource that it comes from.
    #[must_use]
    pub fn topic(mut self, topic: impl Into<String>) -> Self {
        self.0.topic = topic.into();
        self
    }

    /// What it is about.
    #[must_use]
    pub fn subject(mut self, subject: &str) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// The event.
    pub fn build(self) -> GridEvent {
        self.0
    }

    /// The body of the delivery: an array in the Event Grid schema, one object as `CloudEvents`.
    pub fn to_body(&self, schema: Schema) -> Vec<u8> {
        let event = self.0.to_json(schema);
        let body = match schema {
            Schema::EventGrid => Value::Array(vec![event]),
            Schema::CloudEvents => event,
        };
        body.to_string().into_bytes()
    }
}

/// A call that rings, with a context that can answer nothing.
pub fn incoming_call(from: Identifier, to: Identifier) -> IncomingCall {
    IncomingCall {
        to: Some(to),
        from: Some(from),
        server_call_id: Some("c2VydmVyLWNhbGw".into()),
        caller_display_name: None,
        incoming_call_context: IncomingCallContext::new("context-for-tests"),
        correlation_id: Some("00000000-0000-4000-8000-0000000000cc".into()),
        custom_context: None,
        on_behalf_of_callee: None,
        unreadable: Vec::new(),
    }
}

/// One of each kind that this version knows.
pub fn every_grid_event_kind() -> Vec<Kind> {
    let user = || Identifier::CommunicationUser { id: "8:acs:resource_user".to_owned() };
    let party = || CallParty { identifier: user(), role: None, is_nested: true };
    let call = || CallActivity {
        started_by: Some(party()),
        server_call_id: Some("c2VydmVyLWNhbGw".into()),
        correlation_id: Some("00000000-0000-4000-8000-0000000000cc".into()),
        group_id: None,
        room_id: None,
        is_two_party: Some(true),
        is_rooms_call: Some(false),
    };
    let change = || CallParticipantChange {
        call: call(),
        user: Some(party()),
        participant_id: Some("1".to_owned()),
        display_name: None,
        endpoint_type: None,
    };
    vec![
        Kind::IncomingCall(incoming_call(Identifier::phone("+14255550123"), user())),
        Kind::RecordingFileStatusUpdated(recording()),
        Kind::CallStarted(call()),
        Kind::CallEnded(CallEnded { call: call(), duration_seconds: Some(1.5) }),
        Kind::CallParticipantAdded(change()),
        Kind::CallParticipantRemoved(change()),
        Kind::SubscriptionValidation {
            validation_code: "00000000-0000-4000-8000-0000000000dd".into(),
            validation_url: None,
        },
        Kind::SubscriptionDeleted,
        Kind::Unknown {
            event_type: "Microsoft.Communication.Novel".to_owned(),
            data: Untyped::new(serde_json::json!({ "novel": true })),
        },
    ]
}

fn recording() -> RecordingFileStatus {
    RecordingFileStatus {
        recording_id: Some("cmVjb3JkaW5n".into()),
        server_call_id: Some("c2VydmVyLWNhbGw".into()),
        chunks: vec![RecordingChunk {
            document_id: Some("0-test".to_owned()),
            index: Some(0),
            end_reason: Some("SessionEnded".to_owned()),
            content_location: Some("https://storage.example/0-test/content".to_owned()),
            metadata_location: Some("https://storage.example/0-test/metadata".to_owned()),
            delete_location: Some("https://storage.example/0-test".to_owned()),
        }],
        start_time: Some(WHEN),
        duration_ms: Some(6620),
        session_end_reason: Some("CallEnded".to_owned()),
    }
}
