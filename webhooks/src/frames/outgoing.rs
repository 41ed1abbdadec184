//! Frames to ACS (contract 8.3), for streams that are bidirectional.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{FrameError, Sensitive};
use crate::json::Text;

/// A frame to ACS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outgoing<'a> {
    /// Sound for the caller, as the stream's `audioFormat` says: PCM of 16 bit, little endian.
    Audio(&'a [u8]),
    /// Throw away the sound that is not played yet, because the caller speaks.
    StopAudio,
}

/// How members and kinds are spelled. Both are official.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spelling {
    /// As in the documents, with capitals: `{"Kind":"AudioData",…}`.
    #[default]
    Documents,
    /// As the JavaScript SDK sends it: `{"kind":"audioData",…}`.
    JavaScriptSdk,
}

impl Outgoing<'_> {
    /// The frame's text.
    pub fn to_text(self, spelling: Spelling) -> String {
        // Base64 needs no escapes, so the text is put together as it is.
        let (before, after) = match (self, spelling) {
            (Self::Audio(_), Spelling::Documents) => {
                (r#"{"Kind":"AudioData","AudioData":{"Data":""#, r#""},"StopAudio":null}"#)
            }
            (Self::Audio(_), Spelling::JavaScriptSdk) => {
                (r#"{"kind":"audioData","audioData":{"data":""#, r#""}}"#)
            }
            (Self::StopAudio, Spelling::Documents) => {
                (r#"{"Kind":"StopAudio","AudioData":null,"StopAudio":{}}"#, "")
            }
            (Self::StopAudio, Spelling::JavaScriptSdk) => {
                (r#"{"kind":"stopAudio","stopAudio":{}}"#, "")
            }
        };
        let sound = if let Self::Audio(pcm) = self { pcm } else { &[] };
        let length = before.len() + sound.len().div_ceil(3) * 4 + after.len();
        let mut text = String::with_capacity(length);
        text.push_str(before);
        STANDARD.encode_string(sound, &mut text);
        text.push_str(after);
        text
    }
}

/// A frame to ACS as ACS reads it; for emulators and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutgoingFrame<'a> {
    /// Sound in base64.
    Audio(Sensitive<'a>),
    /// Throw away the sound that is not played yet.
    StopAudio,
    /// Something else.
    Unknown {
        /// The `kind` as it came.
        kind: String,
    },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, alias = "Kind")]
    kind: Text<'a>,
    #[serde(borrow, alias = "AudioData", rename = "audioData")]
    audio_data: Option<Sound<'a>>,
}

#[derive(Deserialize)]
struct Sound<'a> {
    #[serde(borrow, alias = "Data")]
    data: Sensitive<'a>,
}

/// Reads a frame to ACS in either spelling.
pub fn parse_outgoing(text: &str) -> Result<OutgoingFrame<'_>, FrameError> {
    let envelope: Envelope<'_> =
        serde_json::from_str(text).map_err(|error| FrameError::malformed(&error))?;
    match envelope.kind.0.to_ascii_lowercase().as_str() {
        "audiodata" => {
            let sound = envelope.audio_data.ok_or(FrameError::NoPayload)?;
            Ok(OutgoingFrame::Audio(sound.data))
        }
        "stopaudio" => Ok(OutgoingFrame::StopAudio),
        _ => Ok(OutgoingFrame::Unknown { kind: envelope.kind.0.into_owned() }),
    }
}

impl OutgoingFrame<'_> {
    /// The sound; empty if the frame has none.
    pub fn decode(&self) -> Result<Vec<u8>, FrameError> {
        match self {
            Self::Audio(sound) => STANDARD.decode(sound.expose()).map_err(FrameError::NotBase64),
            Self::StopAudio | Self::Unknown { .. } => Ok(Vec::new()),
        }
    }
}
