//! Joining a call that runs already.

use serde::Serialize;

use super::CALLS;
use crate::{
    CallIntelligenceOptions, CallLocator, InvalidRequest, MediaStreamingOptions, Operation,
    Request, TranscriptionOptions, limits::Check, model::check_media, redact::debug_only,
};

/// Joins a room, a group call or a call known by its server call id, as a further leg
/// (`POST …:connect`): `CallConnected` or `ConnectFailed`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connect {
    /// Which call.
    pub call_locator: CallLocator,
    /// `https` address for the events of this leg.
    pub callback_uri: String,
    /// Comes back in `CallConnected` and `ConnectFailed`; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// AI services for texts and speech.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_intelligence_options: Option<CallIntelligenceOptions>,
    /// Audio over a web socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_streaming_options: Option<MediaStreamingOptions>,
    /// A transcript over a web socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription_options: Option<TranscriptionOptions>,
}

debug_only!(Connect { call_locator, operation_context, call_intelligence_options });

impl Connect {
    /// Joins this call, with events to `callback_uri`.
    pub fn new(call_locator: CallLocator, callback_uri: impl Into<String>) -> Self {
        Self {
            call_locator,
            callback_uri: callback_uri.into(),
            operation_context: None,
            call_intelligence_options: None,
            media_streaming_options: None,
            transcription_options: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Connect);
        self.call_locator.check(check)?;
        check.callback("callbackUri", &self.callback_uri)?;
        check.operation_context(self.operation_context.as_deref())?;
        check_media(
            check,
            self.call_intelligence_options.as_ref(),
            self.media_streaming_options.as_ref(),
            self.transcription_options.as_ref(),
        )?;
        Request::post_json(Operation::Connect, format!("{CALLS}:connect"), self)
    }
}
