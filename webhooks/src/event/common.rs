//! The event and the members that all kinds share.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::CallEventKind;
use crate::fields::{DataError, Fields, Read, put, serde_by_fields};
use crate::identifier::Identifier;
use crate::ids::{CallConnectionId, CorrelationId, EventId, ServerCallId};
use crate::sensitive::UnknownMembers;

serde_by_fields!(ResultInformation, SipDiagnostics, Participant);

/// One mid-call event.
///
/// Serialises as the `CloudEvents` object that ACS delivers, and reads back equal.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEvent {
    /// The event's id. A second delivery has the same one.
    pub id: EventId,
    /// `calling/callConnections/{id}` or `calling/recordings/{serverCallId}/recordingId/{id}`.
    pub source: String,
    /// The same as `source`, except in events of older api-versions.
    pub subject: Option<String>,
    /// When it happened, by the clock of ACS.
    pub time: Option<Timestamp>,
    /// Our leg of the call.
    pub call_connection_id: Option<CallConnectionId>,
    /// The call.
    pub server_call_id: Option<ServerCallId>,
    /// The conversation.
    pub correlation_id: Option<CorrelationId>,
    /// What we sent with the operation that led to this event, unchanged.
    pub operation_context: Option<String>,
    /// How the operation ended. Some events come without it.
    pub result: Option<ResultInformation>,
    /// The api-version that the call was made or answered with.
    pub version: Option<String>,
    /// The type once more; in live events of 2025, and in no document.
    pub public_event_type: Option<String>,
    /// What happened.
    pub kind: CallEventKind,
    /// What this version does not know.
    pub unknown: UnknownMembers,
}

/// How an operation ended (`ResultInformation`). Branch on the kind of event first, then on the
/// sub-code (contract 6.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultInformation {
    /// Like an HTTP or SIP status: 200, 400, 480, 487, 603. 0 if absent.
    pub code: i64,
    /// The exact reason, such as 8531. 0 if absent.
    pub sub_code: i64,
    /// Free text for people.
    pub message: String,
    /// What the telephone network said, in SIP terms.
    pub sip_details: Option<SipDiagnostics>,
    /// What the telephone network said, in Q.850 terms.
    pub q850_details: Option<SipDiagnostics>,
}

/// A code and text of the telephone network (`SipDiagnosticInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SipDiagnostics {
    /// SIP status or Q.850 cause. 0 if absent.
    pub code: i64,
    /// Free text for people.
    pub message: String,
}

/// A party in the call (`CallParticipant`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub identifier: Identifier,
    /// True if the party cannot be heard.
    pub is_muted: bool,
    /// True if the party hears and speaks to nobody.
    pub is_on_hold: bool,
}

impl Read for ResultInformation {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            code: fields.integer("code")?.unwrap_or(0),
            sub_code: fields.integer("subCode")?.unwrap_or(0),
            message: fields.text("message")?.unwrap_or_default(),
            sip_details: fields.read("sipDetails")?,
            q850_details: fields.read("q850Details")?,
        })
    }
}

impl ResultInformation {
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "code", Some(self.code));
        put(&mut map, "subCode", Some(self.sub_code));
        put(&mut map, "message", Some(self.message.as_str()));
        put(&mut map, "sipDetails", self.sip_details.as_ref().map(SipDiagnostics::to_json));
        put(&mut map, "q850Details", self.q850_details.as_ref().map(SipDiagnostics::to_json));
        Value::Object(map)
    }
}

impl Read for SipDiagnostics {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            code: fields.integer("code")?.unwrap_or(0),
            message: fields.text("message")?.unwrap_or_default(),
        })
    }
}

impl SipDiagnostics {
    fn to_json(&self) -> Value {
        serde_json::json!({ "code": self.code, "message": self.message })
    }
}

impl Read for Participant {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            identifier: fields.required("identifier", fields.read("identifier")?)?,
            is_muted: fields.bool("isMuted")?.unwrap_or(false),
            is_on_hold: fields.bool("isOnHold")?.unwrap_or(false),
        })
    }
}

impl Participant {
    pub(crate) fn to_json(&self) -> Value {
        serde_json::json!({
            "identifier": self.identifier.to_json(),
            "isMuted": self.is_muted,
            "isOnHold": self.is_on_hold,
        })
    }
}
