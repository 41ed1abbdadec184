//! Typed answers. Unknown members are ignored, unknown values kept; a member of a shape we do not
//! know is left out rather than losing the call id that stands beside it.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use webhooks::{
    CallConnectionId, CorrelationId, DisplayName, Identifier, InvitationId, Participant,
    PhoneNumber, RecordingId, RecordingKind, RecordingState, ServerCallId,
};

use crate::{CallConnectionState, SubscriptionState, redact::debug_only};

/// A call (`CallConnectionProperties`), the answer to create, answer, connect and
/// get.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CallConnectionProperties {
    /// Our leg; it stands in the path of every further operation.
    #[serde(deserialize_with = "lenient")]
    pub call_connection_id: Option<CallConnectionId>,
    /// The call, shared by all its legs.
    #[serde(deserialize_with = "lenient")]
    pub server_call_id: Option<ServerCallId>,
    /// The conversation; recurs after redirect and transfer.
    #[serde(deserialize_with = "lenient")]
    pub correlation_id: Option<CorrelationId>,
    /// State; may say connected before the call is up.
    #[serde(deserialize_with = "lenient")]
    pub call_connection_state: Option<CallConnectionState>,
    /// Where events go.
    #[serde(deserialize_with = "lenient")]
    pub callback_uri: Option<String>,
    /// Who was called.
    #[serde(deserialize_with = "lenient_list")]
    pub targets: Vec<Identifier>,
    /// Who called.
    #[serde(deserialize_with = "lenient")]
    pub source: Option<Identifier>,
    /// The number called from.
    #[serde(deserialize_with = "lenient")]
    pub source_caller_id_number: Option<PhoneNumber>,
    /// The name called from.
    #[serde(deserialize_with = "lenient")]
    pub source_display_name: Option<DisplayName>,
    /// The number that was dialled first.
    #[serde(deserialize_with = "lenient")]
    pub answered_for: Option<PhoneNumber>,
    /// Audio over a web socket.
    #[serde(deserialize_with = "lenient")]
    pub media_streaming_subscription: Option<MediaStreamingSubscription>,
    /// A transcript over a web socket.
    #[serde(deserialize_with = "lenient")]
    pub transcription_subscription: Option<TranscriptionSubscription>,
}

debug_only!(CallConnectionProperties {
    call_connection_id,
    server_call_id,
    correlation_id,
    call_connection_state,
});

/// A media stream of the call (`MediaStreamingSubscription`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaStreamingSubscription {
    /// Id of the subscription.
    pub id: Option<String>,
    /// Whether it runs.
    pub state: Option<SubscriptionState>,
    /// What it carries: `audio`.
    #[serde(deserialize_with = "lenient_list")]
    pub subscribed_content_types: Vec<String>,
}

/// A transcript of the call (`TranscriptionSubscription`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TranscriptionSubscription {
    /// Id of the subscription.
    pub id: Option<String>,
    /// Whether it runs.
    pub state: Option<SubscriptionState>,
    /// What it carries: `final`, `intermediate`.
    #[serde(deserialize_with = "lenient_list")]
    pub subscribed_result_types: Vec<String>,
    /// Language, such as `en-US`.
    pub locale: Option<String>,
}

/// The participants of a call, one page (`GetParticipantsResponse`). Read strictly: a participant
/// left out would be taken for gone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantList {
    /// Who is in the call. Whether the app itself is listed is not documented: look for a raw id,
    /// do not count.
    pub value: Vec<Participant>,
    /// Address of the next page; follow with [`Client::next_page`](crate::Client::next_page).
    #[serde(default)]
    pub next_link: Option<String>,
}

/// The answer to add participant (`AddParticipantResponse`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddParticipantResult {
    /// Who rings.
    #[serde(deserialize_with = "lenient")]
    pub participant: Option<Participant>,
    /// What the request had.
    #[serde(deserialize_with = "lenient")]
    pub operation_context: Option<String>,
    /// Names the invitation, to withdraw it.
    #[serde(deserialize_with = "lenient")]
    pub invitation_id: Option<InvitationId>,
}

/// The answer to move participants (`MoveParticipantsResponse`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MoveParticipantsResult {
    /// Who is in the call now, as far as it could be read.
    #[serde(deserialize_with = "lenient_list")]
    pub participants: Vec<Participant>,
    /// What the request had.
    #[serde(deserialize_with = "lenient")]
    pub operation_context: Option<String>,
    /// The call they left.
    #[serde(deserialize_with = "lenient")]
    pub from_call: Option<CallConnectionId>,
}

/// The answer to cancel add participant (`CancelAddParticipantResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CancelAddParticipantResult {
    /// The invitation.
    #[serde(deserialize_with = "lenient")]
    pub invitation_id: Option<InvitationId>,
    /// What the request had.
    #[serde(deserialize_with = "lenient")]
    pub operation_context: Option<String>,
}

/// The answer to transfer, remove participant, mute and send tones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OperationResult {
    /// What the request had.
    #[serde(deserialize_with = "lenient")]
    pub operation_context: Option<String>,
}

/// The state of a recording (`RecordingStateResponse`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordingStateResult {
    /// The recording.
    #[serde(deserialize_with = "lenient")]
    pub recording_id: Option<RecordingId>,
    /// Whether it records.
    #[serde(deserialize_with = "lenient")]
    pub recording_state: Option<RecordingState>,
    /// Who records.
    #[serde(deserialize_with = "lenient")]
    pub recording_kind: Option<RecordingKind>,
}

/// A member of another shape counts as absent, and so does null.
fn lenient<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

/// The entries that can be read.
fn lenient_list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let entries: Option<Vec<serde_json::Value>> = lenient(from)?;
    let entries = entries.unwrap_or_default().into_iter();
    Ok(entries.filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}
