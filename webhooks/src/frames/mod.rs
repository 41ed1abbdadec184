//! Frames of the web sockets for media streaming and transcription, which ACS opens to us.
//!
//! Source: contract section 8; there is no swagger for them. All frames are JSON text. Reading
//! borrows from the text: base64 and words are not copied.
//!
//! ```
//! use webhooks::frames::{Frame, Outgoing, Spelling, parse_frame};
//!
//! let text = r#"{"kind":"AudioData","audioData":{"timestamp":"2026-11-21T10:00:00Z",
//!     "participantRawID":"8:acs:resource_user","data":"AQACAA==","silent":false}}"#;
//! let Frame::AudioData(audio) = parse_frame(text)? else { return Ok(()) };
//! let mut pcm = Vec::new();
//! audio.decode_into(&mut pcm)?;
//! assert_eq!(pcm, [1, 0, 2, 0]);
//!
//! // The caller speaks while we play: stop what is still queued at ACS.
//! let stop = Outgoing::StopAudio.to_text(Spelling::Documents);
//! assert_eq!(stop, r#"{"Kind":"StopAudio","AudioData":null,"StopAudio":{}}"#);
//! # Ok::<(), webhooks::frames::FrameError>(())
//! ```

mod headers;
mod incoming;
mod outgoing;
mod text;

pub use headers::UpgradeHeaders;
pub use incoming::{
    AudioData, AudioMetadata, DtmfData, Frame, ResultStatus, TranscriptionData,
    TranscriptionMetadata, TranscriptionWord, parse_frame,
};
pub use outgoing::{Outgoing, OutgoingFrame, Spelling, parse_outgoing};
pub use text::Sensitive;

/// Why a frame cannot be used. Skip it and count it: the stream goes on.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The text is not JSON, has no kind, or a member of its kind has the wrong type.
    /// The JSON error itself is not kept, because it may repeat what was said.
    #[error(
        "the frame cannot be read at line {line}, column {column}; compare it with the contract"
    )]
    Malformed {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// The kind is known, but the member that belongs to it is missing.
    #[error("the frame has no member for its kind")]
    NoPayload,
    /// The sound is not base64.
    #[error("the sound of the frame is not base64")]
    NotBase64(#[source] base64::DecodeError),
}

impl FrameError {
    fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed { line: error.line(), column: error.column() }
    }
}
