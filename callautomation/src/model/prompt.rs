//! What the caller hears.

use serde::Serialize;

use crate::{InvalidRequest, limits::Check, model::VoiceKind, redact::debug_only};

/// One prompt (`PlaySource`): a file, a text or SSML, and optionally the name under which the
/// service caches it. Several play in order as one operation.
#[derive(Clone, PartialEq, Eq)]
pub struct PlaySource {
    /// What is played.
    pub prompt: Prompt,
    /// Name of the prompt in the service's cache, so that a repetition is not fetched again.
    pub cache_id: Option<String>,
}

debug_only!(PlaySource { cache_id });

/// The kinds of prompt. Texts may name the caller, so `Debug` shows the kind alone.
#[derive(Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A WAV file (mono, 16 bit, 16 kHz) at an address the service can reach.
    File(String),
    /// A text to be spoken; needs an AI services resource on the call.
    Text(TextPrompt),
    /// SSML to be spoken; needs an AI services resource on the call.
    Ssml {
        /// The SSML document.
        ssml_text: String,
        /// Endpoint id of a custom voice.
        custom_voice_endpoint_id: Option<String>,
    },
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

/// A text and the voice that speaks it (`TextSource`).
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextPrompt {
    /// The text, at most 4,000 characters.
    pub text: String,
    /// Language of the text, such as `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_locale: Option<String>,
    /// Kind of voice, used when no voice is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_kind: Option<VoiceKind>,
    /// Name of the voice, such as `en-US-NancyNeural`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_name: Option<String>,
    /// Endpoint id of a custom voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_voice_endpoint_id: Option<String>,
}

debug_only!(TextPrompt { source_locale, voice_kind, voice_name });

impl Prompt {
    fn kind(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Text(_) => "text",
            Self::Ssml { .. } => "ssml",
        }
    }
}

impl PlaySource {
    /// A WAV file at an `http` or `https` address.
    pub fn file(uri: impl Into<String>) -> Self {
        Self::from(Prompt::File(uri.into()))
    }

    /// A text in the resource's default voice.
    pub fn text(text: impl Into<String>) -> Self {
        Self::from(TextPrompt { text: text.into(), ..TextPrompt::default() })
    }

    /// An SSML document.
    pub fn ssml(ssml_text: impl Into<String>) -> Self {
        let ssml_text = ssml_text.into();
        Self::from(Prompt::Ssml { ssml_text, custom_voice_endpoint_id: None })
    }

    /// Names the prompt for the service's cache.
    #[must_use]
    pub fn cached_as(mut self, cache_id: impl Into<String>) -> Self {
        self.cache_id = Some(cache_id.into());
        self
    }

    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        match &self.prompt {
            Prompt::File(uri) => check.absolute("file.uri", uri, &["http", "https"]),
            Prompt::Text(text) => check.prompt_text("text.text", &text.text),
            Prompt::Ssml { ssml_text, .. } => {
                check.that(!ssml_text.trim().is_empty(), "ssml.ssmlText", "is empty")
            }
        }
    }
}

impl From<Prompt> for PlaySource {
    fn from(prompt: Prompt) -> Self {
        Self { prompt, cache_id: None }
    }
}

impl From<TextPrompt> for PlaySource {
    fn from(text: TextPrompt) -> Self {
        Self::from(Prompt::Text(text))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    play_source_cache_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a TextPrompt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssml: Option<SsmlWire<'a>>,
}

#[derive(Serialize)]
struct FileWire<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SsmlWire<'a> {
    ssml_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_voice_endpoint_id: Option<&'a str>,
}

impl Serialize for PlaySource {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut wire = Wire {
            kind: self.prompt.kind(),
            play_source_cache_id: self.cache_id.as_deref(),
            file: None,
            text: None,
            ssml: None,
        };
        match &self.prompt {
            Prompt::File(uri) => wire.file = Some(FileWire { uri }),
            Prompt::Text(text) => wire.text = Some(text),
            Prompt::Ssml { ssml_text, custom_voice_endpoint_id } => {
                let custom_voice_endpoint_id = custom_voice_endpoint_id.as_deref();
                wire.ssml = Some(SsmlWire { ssml_text, custom_voice_endpoint_id });
            }
        }
        wire.serialize(to)
    }
}
