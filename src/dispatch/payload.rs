//! A command as it will be sent, rendered once and stored: every try sends the same bytes.

use std::sync::Arc;

use callautomation::{
    AnswerCall, AudioChannelType, AudioFormat, CallIntelligenceOptions, CancelAllMediaOperations,
    Choice, DtmfOptions, InvalidRequest, MediaStreamingOptions, PauseRecording, Play, PlaySource,
    Recognize, RecognizeInput, RecordingChannel, RecordingContent, RecordingFormat, RecordingScope,
    RedirectCall, RejectCall, RejectReason, Request, ResumeRecording, SpeechOptions,
    StartMediaStreaming, StartRecording, StopMediaStreaming, StopRecording, Terminate, TextPrompt,
};
use engine::{
    Millis,
    call::{
        Action, Call, Command, Number, Prompt, RecognizeKind, Rejection, Sent, withheld::context_of,
    },
    flow::Credential,
};
use serde::{Deserialize, Serialize};
use url::Url;
use webhooks::{CallConnectionId, Identifier, IncomingCallContext, RawId, Speech, Tone};

use crate::{sealing::PathSigner, settings::SampleRate, voice};

/// What leaves the house for one command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// A Call Automation request.
    CallAutomation(Request),
    /// State and participants of the call.
    Inspect {
        /// Our leg.
        connection: CallConnectionId,
    },
    /// A request to the company's endpoint.
    Fetch {
        /// `GET` or `POST`.
        method: String,
        /// Absolute URL; may hold what the caller typed.
        url: Speech,
        /// Longest wait in ms.
        timeout: Millis,
        /// The members of the JSON object that is sent; none means no body.
        #[serde(default)]
        body: Vec<(String, Sent)>,
        /// The first try's number: all of them have the same `Idempotency-Key`.
        #[serde(default)]
        first: Option<Number>,
        /// The secret that signs it, by name.
        #[serde(default)]
        sign: Option<String>,
        /// What is shown to be let in: the name of a secret.
        #[serde(default)]
        credential: Option<Credential>,
    },
    /// It cannot be written; it is refused without being sent.
    Unrenderable {
        /// What is wrong, without personal data.
        why: String,
    },
}

/// What a command needs to know of the deployment.
#[derive(Debug, Clone)]
pub struct Outward {
    /// Where ACS reaches this service: `https`, no path.
    pub public_url: Url,
    /// The AI Services endpoint for speech (contract 4.2, `callIntelligenceOptions`).
    pub cognitive_services: Option<String>,
    /// The number that takes calls which cannot be answered, E.164.
    pub fallback: Option<String>,
    /// Signs the callback path of each call.
    pub signer: Arc<PathSigner>,
    /// The sound that voice agents hear and speak.
    pub stream_rate: SampleRate,
}

/// Why a command could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum RenderError {
    #[error("{0}")]
    Invalid(#[from] InvalidRequest),
    #[error("our leg of the call is not known yet")]
    NoConnection,
    #[error("last_resort.redirect names no other number for callers who cannot be answered")]
    NoFallback,
    #[error("the ledger carries this command out itself")]
    Internal,
}

impl Outward {
    /// Renders a command. Pure: the same call and command give the same bytes.
    pub fn render(&self, call: &Call, command: &Command) -> Payload {
        match self.try_render(call, command) {
            Ok(payload) => payload,
            Err(error) => Payload::Unrenderable { why: error.to_string() },
        }
    }

    fn try_render(&self, call: &Call, command: &Command) -> Result<Payload, RenderError> {
        let sensitive = matches!(command.action, Action::Recognize { sensitive: true, .. });
        let context = Some(context_of(command.number, sensitive));
        let request = match &command.action {
            Action::Answer { context: capability, speech, streaming } => {
                let mut answer = AnswerCall::new(capability.clone(), self.callback(call));
                answer.operation_context = context;
                answer.call_intelligence_options = self
                    .cognitive_services
                    .as_ref()
                    .filter(|_| *speech)
                    .map(CallIntelligenceOptions::new);
                answer.media_streaming_options = streaming.then(|| self.streaming(call));
                answer.request()?
            }
            Action::Reject { context: capability, reason } => {
                RejectCall::new(capability.clone(), reject_reason(*reason)).request()?
            }
            Action::Redirect { context: capability, target } => {
                self.redirect(call, capability, target.as_ref())?
            }
            Action::Play { prompt, repeat, interrupt } => {
                let mut play = Play::new(connection(call)?, self.sources(prompt));
                play.repeat = *repeat;
                play.interrupt_call_media_operation = *interrupt;
                play.operation_context = context;
                play.request()?
            }
            Action::Recognize { .. } => self.recognize(call, command, context)?,
            Action::CancelMedia => CancelAllMediaOperations::new(connection(call)?).request()?,
            Action::AddAgent { .. }
            | Action::AddParty { .. }
            | Action::Transfer { .. }
            | Action::Hold { .. }
            | Action::Unhold { .. }
            | Action::CancelAdd { .. }
            | Action::Remove { .. } => self.people(call, command, context)?,
            Action::StartRecording => self.start_recording(call)?,
            Action::PauseRecording { id } => PauseRecording::new(id.clone()).request()?,
            Action::ResumeRecording { id } => ResumeRecording::new(id.clone()).request()?,
            Action::StopRecording { id } => StopRecording::new(id.clone()).request()?,
            Action::StartStreaming => {
                let mut start = StartMediaStreaming::new(connection(call)?);
                start.operation_context = context;
                start.request()?
            }
            Action::StopStreaming => {
                let mut stop = StopMediaStreaming::new(connection(call)?);
                stop.operation_context = context;
                stop.request()?
            }
            Action::Terminate => Terminate::new(connection(call)?).request()?,
            Action::Inspect => return Ok(Payload::Inspect { connection: connection(call)? }),
            Action::Fetch { method, url, timeout, body, first, sign, credential } => {
                return Ok(Payload::Fetch {
                    method: method.clone(),
                    url: url.clone(),
                    timeout: *timeout,
                    body: body.clone(),
                    first: *first,
                    sign: sign.clone(),
                    credential: credential.clone(),
                });
            }
            Action::Seek { .. } | Action::LeaveQueue | Action::Release { .. } => {
                return Err(RenderError::Internal);
            }
        };
        Ok(Payload::CallAutomation(request))
    }

    fn redirect(
        &self,
        call: &Call,
        capability: &IncomingCallContext,
        target: Option<&RawId>,
    ) -> Result<Request, RenderError> {
        let target = match target {
            Some(target) => Identifier::from_raw_id(target.expose()),
            None => Identifier::phone(self.fallback(call).ok_or(RenderError::NoFallback)?),
        };
        Ok(RedirectCall::new(capability.clone(), target).request()?)
    }

    fn recognize(
        &self,
        call: &Call,
        command: &Command,
        context: Option<String>,
    ) -> Result<Request, RenderError> {
        let Action::Recognize { target, prompt, kind, silence, language, interrupt, .. } =
            &command.action
        else {
            return Err(RenderError::Internal);
        };
        let target = Identifier::from_raw_id(target.expose());
        let mut recognize = Recognize::new(connection(call)?, target, recognize_input(kind));
        recognize.prompts = self.sources(prompt);
        recognize.interrupt_prompt = true;
        recognize.interrupt_call_media_operation = *interrupt;
        recognize.initial_silence_timeout_in_seconds = Some(whole_seconds(*silence));
        if matches!(kind, RecognizeKind::Choices(_) | RecognizeKind::Speech { .. }) {
            recognize.speech_language = Some(language.clone());
        }
        recognize.operation_context = context;
        Ok(recognize.request()?)
    }

    fn start_recording(&self, call: &Call) -> Result<Request, RenderError> {
        let mut start = StartRecording::new(RecordingScope::Connection(connection(call)?));
        start.recording_state_callback_uri = Some(self.callback(call));
        start.recording_content_type = RecordingContent::Audio;
        start.recording_channel_type = RecordingChannel::Mixed;
        start.recording_format_type = RecordingFormat::Wav;
        Ok(start.request()?)
    }

    /// Unless it is the number that was dialled: the call would come back.
    fn fallback(&self, call: &Call) -> Option<&str> {
        let dialled = call.called.as_ref().and_then(|called| called.expose().strip_prefix("4:"));
        self.fallback.as_deref().filter(|fallback| dialled != Some(*fallback))
    }

    /// Deterministic, so that a retry's bytes are the same.
    fn callback(&self, call: &Call) -> String {
        let signature = self.signer.sign(call.id.as_str());
        self.join(&format!("webhooks/calls/{}/{signature}", call.id))
    }

    /// The web socket for the sound of the call: opened by order, not by itself.
    fn streaming(&self, call: &Call) -> MediaStreamingOptions {
        let path = voice::path(&self.signer, call.id.as_str());
        // The public address is https (settings): the same host and port take web sockets.
        let url = self.join(&path).replacen("https://", "wss://", 1);
        let mut options = MediaStreamingOptions::new(url, AudioChannelType::Mixed);
        options.start_media_streaming = Some(false);
        options.enable_bidirectional = Some(true);
        options.enable_dtmf_tones = Some(true);
        options.audio_format = Some(match self.stream_rate {
            SampleRate::Of16000 => AudioFormat::Pcm16KMono,
            SampleRate::Of24000 => AudioFormat::Pcm24KMono,
        });
        options
    }

    pub(super) fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    fn sources(&self, prompt: &Prompt) -> Vec<PlaySource> {
        match prompt {
            Prompt::Text { text, language, voice } => vec![PlaySource::from(TextPrompt {
                text: text.expose().to_owned(),
                source_locale: Some(language.clone()),
                voice_name: voice.clone(),
                ..TextPrompt::default()
            })],
            Prompt::Ssml { text } => vec![PlaySource::ssml(text.expose())],
            Prompt::File { path } => {
                vec![PlaySource::file(self.join(&format!("prompts/{path}")))]
            }
            Prompt::Several(prompts) => {
                prompts.iter().flat_map(|prompt| self.sources(prompt)).collect()
            }
        }
    }
}

fn reject_reason(reason: Rejection) -> RejectReason {
    match reason {
        Rejection::None => RejectReason::NoReason,
        Rejection::Busy => RejectReason::Busy,
        Rejection::Forbidden => RejectReason::Forbidden,
    }
}

pub(super) fn connection(call: &Call) -> Result<CallConnectionId, RenderError> {
    call.connection.clone().ok_or(RenderError::NoConnection)
}

fn recognize_input(kind: &RecognizeKind) -> RecognizeInput {
    match kind {
        RecognizeKind::Digits { max, stop, between } => {
            let mut options = DtmfOptions::up_to(u16::from(*max));
            options.inter_tone_timeout_in_seconds =
                u8::try_from((*between / 1_000).clamp(1, 60)).ok();
            options.stop_tones = stop.and_then(Tone::from_char).into_iter().collect();
            RecognizeInput::Dtmf(options)
        }
        RecognizeKind::Speech { end_silence, stop } => {
            let mut keys = DtmfOptions::up_to(1);
            keys.stop_tones = stop.and_then(Tone::from_char).into_iter().collect();
            let end_silence_timeout_in_ms = u32::try_from(*end_silence).ok();
            RecognizeInput::SpeechOrDtmf(SpeechOptions { end_silence_timeout_in_ms }, keys)
        }
        RecognizeKind::Choices(choices) => RecognizeInput::Choices(
            choices
                .iter()
                .map(|(label, choice)| {
                    Choice::new(label, choice.phrases.iter(), choice.tone.and_then(Tone::from_char))
                })
                .collect(),
        ),
    }
}

pub(super) fn whole_seconds(millis: Millis) -> u16 {
    u16::try_from(millis.max(0) / 1_000).unwrap_or(u16::MAX)
}
