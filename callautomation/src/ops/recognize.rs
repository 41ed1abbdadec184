//! What is heard from the caller.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier};

use super::call_path;
use crate::{
    Choice, DtmfOptions, InvalidRequest, Operation, PlaySource, RecognizeInput, Request,
    SpeechOptions, limits::Check, redact::debug_only,
};

/// Plays prompts and listens (`POST …:recognize`): `RecognizeCompleted`, `RecognizeFailed` or
/// `RecognizeCanceled`. Does not work on Teams users.
#[derive(Clone)]
pub struct Recognize {
    /// Which call.
    pub call_connection_id: CallConnectionId,
    /// To whom it listens; someone in the call, not a Teams user.
    pub target_participant: Identifier,
    /// What it listens for.
    pub input: RecognizeInput,
    /// What is played first, in order; at most 10, may be empty.
    pub prompts: Vec<PlaySource>,
    /// Input stops the prompt. Documentation and SDKs disagree on the default: always sent.
    pub interrupt_prompt: bool,
    /// Cancels what plays or waits first. Always sent, for the same reason.
    pub interrupt_call_media_operation: bool,
    /// Silence after the prompt that ends it, in seconds: 0 to 300 for keys, 0 to 20 where speech
    /// is listened for; the service's default is 5.
    pub initial_silence_timeout_in_seconds: Option<u16>,
    /// Language of speech and phrases; the service's default is `en-US`.
    pub speech_language: Option<String>,
    /// Endpoint id of a custom speech model.
    pub speech_recognition_model_endpoint_id: Option<String>,
    /// Comes back in the events; at most 256 characters.
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    pub operation_callback_uri: Option<String>,
}

debug_only!(Recognize {
    call_connection_id,
    target_participant,
    input,
    prompts,
    interrupt_prompt,
    interrupt_call_media_operation,
    initial_silence_timeout_in_seconds,
    operation_context,
});

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecognizeBody<'a> {
    recognize_input_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    play_prompt: Option<&'a PlaySource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    play_prompts: Option<&'a [PlaySource]>,
    interrupt_call_media_operation: bool,
    recognize_options: RecognizeOptions<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_context: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_callback_uri: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecognizeOptions<'a> {
    interrupt_prompt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_silence_timeout_in_seconds: Option<u16>,
    target_participant: &'a Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_recognition_model_endpoint_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dtmf_options: Option<&'a DtmfOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<&'a [Choice]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_options: Option<&'a SpeechOptions>,
}

impl Recognize {
    /// Listens to `target` for `input`; input stops the prompt, running media is left to finish.
    pub fn new(
        call: impl Into<CallConnectionId>,
        target: Identifier,
        input: RecognizeInput,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            target_participant: target,
            input,
            prompts: Vec::new(),
            interrupt_prompt: true,
            interrupt_call_media_operation: false,
            initial_silence_timeout_in_seconds: None,
            speech_language: None,
            speech_recognition_model_endpoint_id: None,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let check = Check(Operation::Recognize);
        check.can_be_listened_to(&self.target_participant)?;
        self.input.check(check)?;
        check.prompt_count("playPrompts", self.prompts.len())?;
        self.prompts.iter().try_for_each(|prompt| prompt.check(check))?;
        if let Some(seconds) = self.initial_silence_timeout_in_seconds {
            let longest = self.input.longest_initial_silence();
            check.within("initialSilenceTimeoutInSeconds", seconds, 0..=longest)?;
        }
        check.operation_context(self.operation_context.as_deref())?;
        check.optional_callback(self.operation_callback_uri.as_deref())?;
        let path = call_path(Operation::Recognize, &self.call_connection_id, ":recognize")?;
        Request::post_json(Operation::Recognize, path, &self.body())
    }

    fn body(&self) -> RecognizeBody<'_> {
        // One prompt goes in the older member, as the official clients do.
        let (play_prompt, play_prompts) = match self.prompts.as_slice() {
            [] => (None, None),
            [only] => (Some(only), None),
            several => (None, Some(several)),
        };
        RecognizeBody {
            recognize_input_type: self.input.wire_type(),
            play_prompt,
            play_prompts,
            interrupt_call_media_operation: self.interrupt_call_media_operation,
            recognize_options: self.options(),
            operation_context: self.operation_context.as_deref(),
            operation_callback_uri: self.operation_callback_uri.as_deref(),
        }
    }

    fn options(&self) -> RecognizeOptions<'_> {
        let mut options = RecognizeOptions {
            interrupt_prompt: self.interrupt_prompt,
            initial_silence_timeout_in_seconds: self.initial_silence_timeout_in_seconds,
            target_participant: &self.target_participant,
            speech_language: self.speech_language.as_deref(),
            speech_recognition_model_endpoint_id: self
                .speech_recognition_model_endpoint_id
                .as_deref(),
            dtmf_options: None,
            choices: None,
            speech_options: None,
        };
        match &self.input {
            RecognizeInput::Dtmf(dtmf) => options.dtmf_options = Some(dtmf),
            RecognizeInput::Choices(choices) => options.choices = Some(choices),
            RecognizeInput::Speech(speech) => options.speech_options = Some(speech),
            RecognizeInput::SpeechOrDtmf(speech, dtmf) => {
                options.speech_options = Some(speech);
                options.dtmf_options = Some(dtmf);
            }
        }
        options
    }
}
