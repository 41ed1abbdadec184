//! Frames from ACS (contract 8.2).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FrameError, Sensitive};
use crate::event::Tone;
use crate::json::{Json, Text};
use crate::sensitive::Untyped;
use crate::wire::wire_enum;

/// A frame from ACS.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame<'a> {
    /// The first frame of a media stream: what the sound is.
    AudioMetadata(AudioMetadata<'a>),
    /// 20 ms of sound; 50 in a second for each stream.
    AudioData(AudioData<'a>),
    /// A key was pressed.
    DtmfData(DtmfData<'a>),
    /// The first frame of a transcription.
    TranscriptionMetadata(TranscriptionMetadata<'a>),
    /// Something was said.
    TranscriptionData(TranscriptionData<'a>),
    /// A kind that this version does not know.
    Unknown {
        /// The `kind` as it came.
        kind: String,
        /// The whole frame.
        frame: Untyped,
    },
}

/// What the sound of a media stream is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioMetadata<'a> {
    /// Id of the stream.
    #[serde(borrow)]
    pub subscription_id: Cow<'a, str>,
    /// How the sound is coded: `PCM`, 16 bit, little endian.
    #[serde(borrow)]
    pub encoding: Cow<'a, str>,
    /// Samples in a second: 16000 or 24000.
    pub sample_rate: u32,
    /// Channels: 1.
    pub channels: u32,
    /// Bytes of sound in a frame: 640 at 16 kHz.
    pub length: u32,
}

/// 20 ms of sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioData<'a> {
    /// When it was heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// Who is heard; absent for mixed sound.
    #[serde(borrow, rename = "participantRawID", skip_serializing_if = "Option::is_none")]
    pub participant_raw_id: Option<Sensitive<'a>>,
    /// The sound in base64. See [`decode_into`](Self::decode_into).
    #[serde(borrow)]
    pub data: Sensitive<'a>,
    /// True if nothing is heard.
    #[serde(default)]
    pub silent: bool,
}

/// A key that was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DtmfData<'a> {
    /// The key as it came. How `*`, `#` and letters are spelled is not documented; see
    /// [`tone`](Self::tone).
    #[serde(borrow)]
    pub data: Sensitive<'a>,
    /// When it was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// Who pressed it.
    #[serde(borrow, rename = "participantRawID", skip_serializing_if = "Option::is_none")]
    pub participant_raw_id: Option<Sensitive<'a>>,
}

/// What a transcription is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionMetadata<'a> {
    /// Id of the stream.
    #[serde(borrow)]
    pub subscription_id: Cow<'a, str>,
    /// Language, such as `en-us`.
    #[serde(borrow)]
    pub locale: Cow<'a, str>,
    /// Our leg of the call.
    #[serde(borrow)]
    pub call_connection_id: Cow<'a, str>,
    /// The conversation.
    #[serde(borrow)]
    pub correlation_id: Cow<'a, str>,
    /// The model of a custom speech service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speech_recognition_model_endpoint_id: Option<String>,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionData<'a> {
    /// What was said.
    #[serde(borrow)]
    pub text: Sensitive<'a>,
    /// The form of the text: `display`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// 0.0 to 1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// When it begins, in ticks of 100 ns. Above 2^53, so never a floating-point number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// How long it is, in ticks of 100 ns. The documents' samples leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// The words.
    #[serde(borrow, default)]
    pub words: Vec<TranscriptionWord<'a>>,
    /// Who said it.
    #[serde(borrow, rename = "participantRawID", skip_serializing_if = "Option::is_none")]
    pub participant_raw_id: Option<Sensitive<'a>>,
    /// Whether more may follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_status: Option<ResultStatus>,
}

/// A word that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptionWord<'a> {
    /// The word.
    #[serde(borrow)]
    pub text: Sensitive<'a>,
    /// When it begins, in ticks of 100 ns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// How long it is, in ticks of 100 ns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
}

wire_enum! {
    /// Whether a transcription may still change.
    #[derive(Debug)]
    pub enum ResultStatus {
        /// It stays.
        Final = "Final",
        /// A later frame replaces it.
        Intermediate = "Intermediate",
    }
}

/// All that a frame may have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    audio_metadata: Option<AudioMetadata<'a>>,
    #[serde(borrow)]
    audio_data: Option<AudioData<'a>>,
    #[serde(borrow)]
    dtmf_data: Option<DtmfData<'a>>,
    #[serde(borrow)]
    transcription_metadata: Option<TranscriptionMetadata<'a>>,
    #[serde(borrow)]
    transcription_data: Option<TranscriptionData<'a>>,
}

/// Reads a frame. The case of `kind` does not matter; an unknown kind is kept.
pub fn parse_frame(text: &str) -> Result<Frame<'_>, FrameError> {
    let envelope: Envelope<'_> = match serde_json::from_str(text) {
        Ok(envelope) => envelope,
        Err(error) => return unknown_or(text, &error),
    };
    let kind = envelope.kind.0.to_ascii_lowercase();
    let frame = match kind.as_str() {
        "audiodata" => envelope.audio_data.map(Frame::AudioData),
        "audiometadata" => envelope.audio_metadata.map(Frame::AudioMetadata),
        "dtmfdata" => envelope.dtmf_data.map(Frame::DtmfData),
        "transcriptionmetadata" => {
            envelope.transcription_metadata.map(Frame::TranscriptionMetadata)
        }
        "transcriptiondata" => envelope.transcription_data.map(Frame::TranscriptionData),
        _ => return kept(text, envelope.kind.0.into_owned()),
    };
    frame.ok_or(FrameError::NoPayload)
}

/// A frame of an unknown kind may use the known names in its own way.
fn unknown_or(text: &str, error: &serde_json::Error) -> Result<Frame<'static>, FrameError> {
    let known = |kind: &str| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let json: Json<'_> =
        serde_json::from_str(text).map_err(|error| FrameError::malformed(&error))?;
    match json.get("kind").and_then(Json::as_str) {
        Some(kind) if !known(kind) => kept(text, kind.to_owned()),
        Some(_) | None => Err(FrameError::malformed(error)),
    }
}

const KINDS: [&str; 5] =
    ["AudioMetadata", "AudioData", "DtmfData", "TranscriptionMetadata", "TranscriptionData"];

fn kept(text: &str, kind: String) -> Result<Frame<'static>, FrameError> {
    let frame: serde_json::Value =
        serde_json::from_str(text).map_err(|error| FrameError::malformed(&error))?;
    Ok(Frame::Unknown { kind, frame: frame.into() })
}

impl Serialize for Frame<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn pair<S: serde::Serializer, T: Serialize>(
            serializer: S,
            kind: &str,
            name: &str,
            payload: &T,
        ) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeMap as _;
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("kind", kind)?;
            map.serialize_entry(name, payload)?;
            map.end()
        }
        match self {
            Self::AudioMetadata(it) => pair(serializer, "AudioMetadata", "audioMetadata", it),
            Self::AudioData(it) => pair(serializer, "AudioData", "audioData", it),
            Self::DtmfData(it) => pair(serializer, "DtmfData", "dtmfData", it),
            Self::TranscriptionMetadata(it) => {
                pair(serializer, "TranscriptionMetadata", "transcriptionMetadata", it)
            }
            Self::TranscriptionData(it) => {
                pair(serializer, "TranscriptionData", "transcriptionData", it)
            }
            Self::Unknown { frame, .. } => frame.serialize(serializer),
        }
    }
}

impl AudioData<'_> {
    /// Appends the sound to `pcm`: 16 bit, little endian, as the stream's metadata says. Give the
    /// same buffer again, cleared, and nothing is allocated.
    pub fn decode_into(&self, pcm: &mut Vec<u8>) -> Result<(), FrameError> {
        STANDARD.decode_vec(self.data.expose(), pcm).map_err(FrameError::NotBase64)
    }
}

impl DtmfData<'_> {
    /// The key, from its character (`3`, `#`) or its name (`three`, `pound`), in any case.
    pub fn tone(&self) -> Tone {
        let text = self.data.expose().trim();
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(key), None) => {
                Tone::from_char(key).unwrap_or_else(|| Tone::Other(text.to_owned()))
            }
            _ => Tone::from_wire(&text.to_ascii_lowercase()),
        }
    }
}
