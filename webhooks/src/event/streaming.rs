//! States of media streaming and transcription.

use serde_json::{Map, Value};

use crate::fields::{DataError, Fields, Read, put_str, serde_by_fields};
use crate::wire::wire_enum;

serde_by_fields!(MediaStreamingUpdate, TranscriptionUpdate);

/// What became of a media stream (`MediaStreamingUpdate`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaStreamingUpdate {
    /// What is streamed; seen as `Audio`, with a capital.
    pub content_type: Option<String>,
    /// The state.
    pub status: Option<MediaStreamingStatus>,
    /// The reason for it.
    pub details: Option<StreamStatusDetails>,
}

/// What became of a transcription (`TranscriptionUpdate`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TranscriptionUpdate {
    /// The state.
    pub status: Option<TranscriptionStatus>,
    /// The reason for it.
    pub details: Option<StreamStatusDetails>,
}

wire_enum! {
    /// State of a media stream.
    #[derive(Debug)]
    pub enum MediaStreamingStatus {
        /// It runs.
        Started = "mediaStreamingStarted",
        /// It could not run.
        Failed = "mediaStreamingFailed",
        /// It has stopped.
        Stopped = "mediaStreamingStopped",
        /// ACS does not say what is wrong.
        UnspecifiedError = "unspecifiedError",
    }
}

wire_enum! {
    /// State of a transcription.
    #[derive(Debug)]
    pub enum TranscriptionStatus {
        /// It runs.
        Started = "transcriptionStarted",
        /// It could not run.
        Failed = "transcriptionFailed",
        /// It runs again.
        Resumed = "transcriptionResumed",
        /// Its settings changed.
        Updated = "transcriptionUpdated",
        /// It has stopped.
        Stopped = "transcriptionStopped",
        /// ACS does not say what is wrong.
        UnspecifiedError = "unspecifiedError",
    }
}

wire_enum! {
    /// Reason for the state of a media stream or a transcription.
    #[derive(Debug)]
    pub enum StreamStatusDetails {
        /// The stream was started.
        SubscriptionStarted = "subscriptionStarted",
        /// The web socket is connected again.
        StreamConnectionReestablished = "streamConnectionReestablished",
        /// The web socket could not be connected.
        StreamConnectionUnsuccessful = "streamConnectionUnsuccessful",
        /// There is no address to connect to.
        StreamUrlMissing = "streamUrlMissing",
        /// ACS is shutting down.
        ServiceShutdown = "serviceShutdown",
        /// The web socket was cut.
        StreamConnectionInterrupted = "streamConnectionInterrupted",
        /// The speech service could not be reached.
        SpeechServicesConnectionError = "speechServicesConnectionError",
        /// The stream was stopped.
        SubscriptionStopped = "subscriptionStopped",
        /// ACS does not say what is wrong.
        UnspecifiedError = "unspecifiedError",
        /// The other side did not accept the credentials.
        AuthenticationFailure = "authenticationFailure",
        /// The other side did not understand.
        BadRequest = "badRequest",
        /// The other side wants fewer requests.
        TooManyRequests = "tooManyRequests",
        /// The other side forbids it.
        Forbidden = "forbidden",
        /// The other side did not answer in time.
        ServiceTimeout = "serviceTimeout",
        /// The first connection of a media stream failed.
        InitialWebSocketConnectionFailed = "initialWebSocketConnectionFailed",
        /// The language of a transcription changed.
        TranscriptionLocaleUpdated = "transcriptionLocaleUpdated",
    }
}

impl Read for MediaStreamingUpdate {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            content_type: fields.text("contentType")?,
            status: fields.str("mediaStreamingStatus")?.map(MediaStreamingStatus::from_wire),
            details: fields.str("mediaStreamingStatusDetails")?.map(StreamStatusDetails::from_wire),
        })
    }
}

impl MediaStreamingUpdate {
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        put_str(&mut map, "contentType", self.content_type.as_ref());
        put_str(&mut map, "mediaStreamingStatus", self.status.as_ref());
        put_str(&mut map, "mediaStreamingStatusDetails", self.details.as_ref());
        Value::Object(map)
    }
}

impl Read for TranscriptionUpdate {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            status: fields.str("transcriptionStatus")?.map(TranscriptionStatus::from_wire),
            details: fields.str("transcriptionStatusDetails")?.map(StreamStatusDetails::from_wire),
        })
    }
}

impl TranscriptionUpdate {
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        put_str(&mut map, "transcriptionStatus", self.status.as_ref());
        put_str(&mut map, "transcriptionStatusDetails", self.details.as_ref());
        Value::Object(map)
    }
}
