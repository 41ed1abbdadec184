//! Calls between ACS users. They do not cover the telephone network or Teams users, so nothing
//! about routing is built on them (contract 5.3).

use serde_json::{Map, Value, json};

use crate::fields::{DataError, Fields, Read, put, put_str};
use crate::identifier::Identifier;
use crate::ids::{CorrelationId, ServerCallId};
use crate::sensitive::DisplayName;

/// A call, as `CallStarted` describes it and the other events repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallActivity {
    /// Who began it.
    pub started_by: Option<CallParty>,
    /// The call.
    pub server_call_id: Option<ServerCallId>,
    /// The conversation.
    pub correlation_id: Option<CorrelationId>,
    /// The group call.
    pub group_id: Option<String>,
    /// The room.
    pub room_id: Option<String>,
    /// True if there are two parties.
    pub is_two_party: Option<bool>,
    /// True if the call is in a room.
    pub is_rooms_call: Option<bool>,
}

/// A party of such a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallParty {
    /// Who.
    pub identifier: Identifier,
    /// The party's role in a room.
    pub role: Option<String>,
    /// True if the identifier stands in `communicationIdentifier`, as in newer documents; false
    /// if its members stand beside the role.
    pub is_nested: bool,
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEnded {
    /// The call.
    pub call: CallActivity,
    /// How long it was, in seconds with a fraction.
    pub duration_seconds: Option<f64>,
}

/// A party that joined or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallParticipantChange {
    /// The call.
    pub call: CallActivity,
    /// Who.
    pub user: Option<CallParty>,
    /// Id of the party in this call.
    pub participant_id: Option<String>,
    /// The name that the party shows.
    pub display_name: Option<DisplayName>,
    /// The party's program, as free text.
    pub endpoint_type: Option<String>,
}

impl Read for CallActivity {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        let id_of = |name| -> Result<Option<String>, DataError> {
            fields.object(name)?.map_or(Ok(None), |object| object.text("id"))
        };
        Ok(Self {
            started_by: fields.read("startedBy")?,
            server_call_id: fields.text("serverCallId")?,
            correlation_id: fields.text("correlationId")?,
            group_id: id_of("group")?,
            room_id: id_of("room")?,
            is_two_party: fields.bool("isTwoParty")?,
            is_rooms_call: fields.bool("isRoomsCall")?,
        })
    }
}

impl Read for CallParty {
    /// Two shapes are documented: the identifier in `communicationIdentifier`, and its members
    /// beside `role`.
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        let nested = fields.read("communicationIdentifier")?;
        let is_nested = nested.is_some();
        let identifier = match nested {
            Some(identifier) => identifier,
            None => Identifier::read(fields)?,
        };
        Ok(Self { identifier, role: fields.text("role")?, is_nested })
    }
}

impl CallActivity {
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let with_id = |id: &Option<String>| id.as_ref().map(|id| json!({ "id": id }));
        let mut map = Map::new();
        put(&mut map, "startedBy", self.started_by.as_ref().map(CallParty::to_json));
        put_str(&mut map, "serverCallId", self.server_call_id.as_ref());
        put_str(&mut map, "correlationId", self.correlation_id.as_ref());
        put(&mut map, "group", with_id(&self.group_id));
        put(&mut map, "room", with_id(&self.room_id));
        put(&mut map, "isTwoParty", self.is_two_party);
        put(&mut map, "isRoomsCall", self.is_rooms_call);
        map
    }
}

impl CallParty {
    fn to_json(&self) -> Value {
        let identifier = self.identifier.to_json();
        let mut party = if self.is_nested {
            json!({ "communicationIdentifier": identifier })
        } else {
            identifier
        };
        if let (Some(role), Value::Object(party)) = (&self.role, &mut party) {
            party.insert("role".to_owned(), role.as_str().into());
        }
        party
    }
}

impl CallEnded {
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut map = self.call.to_json();
        put(&mut map, "durationOfCall", self.duration_seconds);
        map
    }
}

impl CallParticipantChange {
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut map = self.call.to_json();
        put(&mut map, "user", self.user.as_ref().map(CallParty::to_json));
        put_str(&mut map, "participantId", self.participant_id.as_ref());
        put(&mut map, "displayName", self.display_name.as_ref().map(DisplayName::expose));
        put_str(&mut map, "endpointType", self.endpoint_type.as_ref());
        map
    }
}

impl Read for CallEnded {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            call: CallActivity::read(fields)?,
            duration_seconds: fields.number("durationOfCall")?,
        })
    }
}

impl Read for CallParticipantChange {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            call: CallActivity::read(fields)?,
            user: fields.read("user")?,
            participant_id: fields.text("participantId")?,
            display_name: fields.text("displayName")?,
            endpoint_type: fields.text("endpointType")?,
        })
    }
}
