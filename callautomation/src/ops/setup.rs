//! Operations that begin a call or decide about an incoming one.

use serde::Serialize;
use webhooks::{DisplayName, Identifier, IncomingCallContext, PhoneNumber};

use super::CALLS;
use crate::{
    CallIntelligenceOptions, InvalidRequest, MediaStreamingOptions, Operation, RejectReason,
    Request, TeamsAppSource, TranscriptionOptions, UserSource, limits::Check, model::check_media,
    redact::debug_only,
};

/// Answers an incoming call (`POST …:answer`). The answer comes when the service has taken the
/// request; the call is up with the event `CallConnected`. Rings 30 s; a later answer has no
/// effect.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerCall {
    /// The `incomingCallContext` of the event; it can be used once.
    pub incoming_call_context: IncomingCallContext,
    /// `https` address for the events of this call.
    pub callback_uri: String,
    /// Comes back in `CallConnected` and `AnswerFailed`; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// AI services for texts and speech.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_intelligence_options: Option<CallIntelligenceOptions>,
    /// The ACS user who answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<UserSource>,
    /// Audio over a web socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_streaming_options: Option<MediaStreamingOptions>,
    /// A transcript over a web socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription_options: Option<TranscriptionOptions>,
}

debug_only!(AnswerCall { operation_context, call_intelligence_options });

impl AnswerCall {
    /// Answers, with events to `callback_uri`.
    pub fn new(
        incoming_call_context: impl Into<IncomingCallContext>,
        callback_uri: impl Into<String>,
    ) -> Self {
        Self {
            incoming_call_context: incoming_call_context.into(),
            callback_uri: callback_uri.into(),
            operation_context: None,
            call_intelligence_options: None,
            answered_by: None,
            media_streaming_options: None,
            transcription_options: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::AnswerCall);
        check.not_empty("incomingCallContext", self.incoming_call_context.expose())?;
        check.callback("callbackUri", &self.callback_uri)?;
        check.operation_context(self.operation_context.as_deref())?;
        check_media(
            check,
            self.call_intelligence_options.as_ref(),
            self.media_streaming_options.as_ref(),
            self.transcription_options.as_ref(),
        )?;
        Request::post_json(Operation::AnswerCall, format!("{CALLS}:answer"), self)
    }
}

/// Calls one or several targets (`POST /calling/callConnections`).
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCall {
    /// Whom to call: one makes a 1:1 call, several a group call.
    pub targets: Vec<Identifier>,
    /// `https` address for the events of this call.
    pub callback_uri: String,
    /// The caller's number, one of the resource's; required when a target is a phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_caller_id_number: Option<PhoneNumber>,
    /// The caller's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_display_name: Option<DisplayName>,
    /// The ACS user who calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<UserSource>,
    /// Comes back in `CallConnected` and `CreateCallFailed`; at most 256 characters.
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
    /// The Teams resource account that calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams_app_source: Option<TeamsAppSource>,
}

debug_only!(CreateCall { targets, operation_context, call_intelligence_options });

impl CreateCall {
    /// Calls `targets`, with events to `callback_uri`.
    pub fn new(
        targets: impl IntoIterator<Item = Identifier>,
        callback_uri: impl Into<String>,
    ) -> Self {
        Self {
            targets: targets.into_iter().collect(),
            callback_uri: callback_uri.into(),
            source_caller_id_number: None,
            source_display_name: None,
            source: None,
            operation_context: None,
            call_intelligence_options: None,
            media_streaming_options: None,
            transcription_options: None,
            teams_app_source: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::CreateCall);
        check.that(!self.targets.is_empty(), "targets", "is empty")?;
        self.targets.iter().try_for_each(|target| check.dialled("targets", target))?;
        check.callback("callbackUri", &self.callback_uri)?;
        check.caller_id(&self.targets, self.source_caller_id_number.as_ref())?;
        check.operation_context(self.operation_context.as_deref())?;
        check_media(
            check,
            self.call_intelligence_options.as_ref(),
            self.media_streaming_options.as_ref(),
            self.transcription_options.as_ref(),
        )?;
        Request::post_json(Operation::CreateCall, CALLS.to_owned(), self)
    }
}

/// Sends an incoming call elsewhere (`POST …:redirect`). No event follows.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedirectCall {
    /// The `incomingCallContext` of the event; it can be used once.
    pub incoming_call_context: IncomingCallContext,
    /// Where the call goes.
    pub target: Identifier,
}

debug_only!(RedirectCall { target });

impl RedirectCall {
    /// Redirects to `target`.
    pub fn new(incoming_call_context: impl Into<IncomingCallContext>, target: Identifier) -> Self {
        Self { incoming_call_context: incoming_call_context.into(), target }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::RedirectCall);
        check.not_empty("incomingCallContext", self.incoming_call_context.expose())?;
        check.dialled("target", &self.target)?;
        Request::post_json(Operation::RedirectCall, format!("{CALLS}:redirect"), self)
    }
}

/// Refuses an incoming call (`POST …:reject`). No event follows.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectCall {
    /// The `incomingCallContext` of the event; it can be used once.
    pub incoming_call_context: IncomingCallContext,
    /// What the caller is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_reject_reason: Option<RejectReason>,
}

debug_only!(RejectCall { call_reject_reason });

impl RejectCall {
    /// Refuses with a reason.
    pub fn new(
        incoming_call_context: impl Into<IncomingCallContext>,
        reason: RejectReason,
    ) -> Self {
        let incoming_call_context = incoming_call_context.into();
        Self { incoming_call_context, call_reject_reason: Some(reason) }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::RejectCall);
        check.not_empty("incomingCallContext", self.incoming_call_context.expose())?;
        Request::post_json(Operation::RejectCall, format!("{CALLS}:reject"), self)
    }
}
