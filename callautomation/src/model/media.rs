//! Options of a call's set-up that concern media.

use serde::Serialize;

use crate::{InvalidRequest, limits::Check, redact::debug_only};

/// The AI services resource of a call (`CallIntelligenceOptions`). Without it, text and SSML
/// prompts, choices, speech and transcription are refused with sub-code 8567.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallIntelligenceOptions {
    /// `https` address of the resource.
    pub cognitive_services_endpoint: String,
}

/// Which audio a media stream carries (`MediaStreamingAudioChannelType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AudioChannelType {
    /// All participants in one stream.
    Mixed,
    /// The dominant speakers, each in frames of their own.
    Unmixed,
}

/// Sample format of a media stream (`AudioFormat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AudioFormat {
    /// PCM, 16 bit, 16 kHz, mono.
    #[serde(rename = "pcm16KMono")]
    Pcm16KMono,
    /// PCM, 16 bit, 24 kHz, mono.
    #[serde(rename = "pcm24KMono")]
    Pcm24KMono,
}

/// A web socket to which the service streams audio (`WebSocketMediaStreamingOptions`).
/// `transportType` and `contentType` have one value each and are filled in.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "transportType", rename = "websocket")]
pub struct MediaStreamingOptions {
    /// `wss` address the service dials.
    pub transport_url: String,
    /// Which audio is sent.
    pub audio_channel_type: AudioChannelType,
    /// Kind of media; the API knows `audio` only.
    content_type: AudioOnly,
    /// Start as soon as the call is up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_media_streaming: Option<bool>,
    /// Also take audio from the socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_bidirectional: Option<bool>,
    /// Sample format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_format: Option<AudioFormat>,
    /// Also send pressed keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_dtmf_tones: Option<bool>,
}

debug_only!(MediaStreamingOptions { audio_channel_type, start_media_streaming, audio_format });

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum AudioOnly {
    Audio,
}

/// A web socket to which the service streams a transcript (`WebSocketTranscriptionOptions`).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "transportType", rename = "websocket")]
pub struct TranscriptionOptions {
    /// Language, such as `en-US`.
    pub locale: String,
    /// `wss` address the service dials.
    pub transport_url: String,
    /// Endpoint id of a custom speech model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech_model_endpoint_id: Option<String>,
    /// Start as soon as the call is up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_transcription: Option<bool>,
    /// Also send what is not final yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_intermediate_results: Option<bool>,
}

debug_only!(TranscriptionOptions { locale, start_transcription });

impl MediaStreamingOptions {
    /// Streams to `transport_url`, everything else at the service's default.
    pub fn new(transport_url: impl Into<String>, audio_channel_type: AudioChannelType) -> Self {
        Self {
            transport_url: transport_url.into(),
            audio_channel_type,
            content_type: AudioOnly::Audio,
            start_media_streaming: None,
            enable_bidirectional: None,
            audio_format: None,
            enable_dtmf_tones: None,
        }
    }

    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        check.absolute("mediaStreamingOptions.transportUrl", &self.transport_url, &["wss"])
    }
}

impl TranscriptionOptions {
    /// Streams to `transport_url`, everything else at the service's default.
    pub fn new(locale: impl Into<String>, transport_url: impl Into<String>) -> Self {
        Self {
            locale: locale.into(),
            transport_url: transport_url.into(),
            speech_model_endpoint_id: None,
            start_transcription: None,
            enable_intermediate_results: None,
        }
    }

    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        check.not_empty("transcriptionOptions.locale", &self.locale)?;
        check.absolute("transcriptionOptions.transportUrl", &self.transport_url, &["wss"])
    }
}

impl CallIntelligenceOptions {
    /// The resource at this `https` address.
    pub fn new(cognitive_services_endpoint: impl Into<String>) -> Self {
        Self { cognitive_services_endpoint: cognitive_services_endpoint.into() }
    }

    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        let endpoint = &self.cognitive_services_endpoint;
        check.absolute("callIntelligenceOptions.cognitiveServicesEndpoint", endpoint, &["https"])
    }
}

/// The three optional media parts that create and answer share.
pub(crate) fn check_media(
    check: Check,
    intelligence: Option<&CallIntelligenceOptions>,
    streaming: Option<&MediaStreamingOptions>,
    transcription: Option<&TranscriptionOptions>,
) -> Result<(), InvalidRequest> {
    intelligence.map_or(Ok(()), |options| options.check(check))?;
    streaming.map_or(Ok(()), |options| options.check(check))?;
    transcription.map_or(Ok(()), |options| options.check(check))
}
