//! Calls that are not a connection of ours.

use serde::Serialize;
use webhooks::ServerCallId;

use crate::{InvalidRequest, limits::Check};

/// A call by something else than a connection of ours (`CallLocator`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind")]
pub enum CallLocator {
    /// By server call id.
    #[serde(rename = "serverCallLocator", rename_all = "camelCase")]
    ServerCall {
        /// As it came in an event or an answer.
        server_call_id: ServerCallId,
    },
    /// By group call id.
    #[serde(rename = "groupCallLocator", rename_all = "camelCase")]
    GroupCall {
        /// The group's GUID.
        group_call_id: String,
    },
    /// By room; to connect only, recording does not accept it.
    #[serde(rename = "roomCallLocator", rename_all = "camelCase")]
    RoomCall {
        /// The room's id.
        room_id: String,
    },
}

impl CallLocator {
    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        match self {
            Self::ServerCall { server_call_id } => {
                check.not_empty("serverCallId", server_call_id.as_str())
            }
            Self::GroupCall { group_call_id } => check.not_empty("groupCallId", group_call_id),
            Self::RoomCall { room_id } => check.not_empty("roomId", room_id),
        }
    }
}
