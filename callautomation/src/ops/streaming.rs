//! Starting and stopping what was set up when the call began: the web sockets for audio and for
//! the transcript.

use serde::Serialize;
use webhooks::CallConnectionId;

use super::call_path;
use crate::{InvalidRequest, Operation, Request, limits::Check, redact::debug_only};

macro_rules! switch {
    ($($(#[$doc:meta])* $name:ident, $action:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Which call.
            #[serde(skip)]
            pub call_connection_id: CallConnectionId,
            /// Comes back in the events; at most 256 characters.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_context: Option<String>,
            /// `https` address for the events of this operation alone.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_callback_uri: Option<String>,
        }

        debug_only!($name { call_connection_id, operation_context });

        impl $name {
            /// In this call.
            pub fn new(call: impl Into<CallConnectionId>) -> Self {
                Self {
                    call_connection_id: call.into(),
                    operation_context: None,
                    operation_callback_uri: None,
                }
            }

            /// Checks the limits and makes the request.
            pub fn request(&self) -> Result<Request, InvalidRequest> {
                let operation = Operation::$name;
                Check(operation).correlation(
                    self.operation_context.as_deref(),
                    self.operation_callback_uri.as_deref(),
                )?;
                let path = call_path(operation, &self.call_connection_id, $action)?;
                Request::post_json(operation, path, self)
            }
        }
    )*};
}

switch! {
    /// Opens the audio web socket that the call was set up with (`POST …:startMediaStreaming`):
    /// `MediaStreamingStarted` or `MediaStreamingFailed`.
    StartMediaStreaming, ":startMediaStreaming";
    /// Closes the audio web socket (`POST …:stopMediaStreaming`): `MediaStreamingStopped`.
    StopMediaStreaming, ":stopMediaStreaming";
    /// Closes the transcript web socket (`POST …:stopTranscription`): `TranscriptionStopped`.
    StopTranscription, ":stopTranscription";
}

macro_rules! transcript {
    ($($(#[$doc:meta])* $name:ident, $action:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Which call.
            #[serde(skip)]
            pub call_connection_id: CallConnectionId,
            /// Language, such as `en-US`.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub locale: Option<String>,
            /// Endpoint id (GUID) of a custom speech model.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub speech_model_endpoint_id: Option<String>,
            /// Comes back in the events; at most 256 characters.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_context: Option<String>,
            /// `https` address for the events of this operation alone.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_callback_uri: Option<String>,
        }

        debug_only!($name { call_connection_id, locale, operation_context });

        impl $name {
            /// In this call, in this language.
            pub fn new(call: impl Into<CallConnectionId>, locale: impl Into<String>) -> Self {
                Self {
                    call_connection_id: call.into(),
                    locale: Some(locale.into()),
                    speech_model_endpoint_id: None,
                    operation_context: None,
                    operation_callback_uri: None,
                }
            }

            /// Checks the limits and makes the request.
            pub fn request(&self) -> Result<Request, InvalidRequest> {
                let operation = Operation::$name;
                let check = Check(operation);
                self.locale.as_deref().map_or(Ok(()), |text| check.not_empty("locale", text))?;
                self.speech_model_endpoint_id
                    .as_deref()
                    .map_or(Ok(()), |text| check.not_empty("speechModelEndpointId", text))?;
                check.correlation(
                    self.operation_context.as_deref(),
                    self.operation_callback_uri.as_deref(),
                )?;
                let path = call_path(operation, &self.call_connection_id, $action)?;
                Request::post_json(operation, path, self)
            }
        }
    )*};
}

transcript! {
    /// Opens the transcript web socket that the call was set up with (`POST
    /// …:startTranscription`): `TranscriptionStarted` or `TranscriptionFailed`. Without a language
    /// the one of the set-up holds.
    StartTranscription, ":startTranscription";
    /// Changes language or speech model of the transcript (`POST …:updateTranscription`):
    /// `TranscriptionUpdated` or `TranscriptionFailed`.
    UpdateTranscription, ":updateTranscription";
}
