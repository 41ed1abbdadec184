//! Mid-call events: what happened on a call that we have answered or made.
//!
//! Source: contract section 6. The wire form is a `CloudEvents` 1.0 object; [`CallEvent`]
//! serialises to it and reads back equal.

mod common;
mod kind;
mod read;
mod recognition;
mod recording;
mod streaming;
mod tone;
mod write;

pub use common::{CallEvent, Participant, ResultInformation, SipDiagnostics};
pub use kind::CallEventKind;
pub use recognition::Recognition;
pub use recording::{RecordingKind, RecordingState};
pub use streaming::{
    MediaStreamingStatus, MediaStreamingUpdate, StreamStatusDetails, TranscriptionStatus,
    TranscriptionUpdate,
};
pub use tone::Tone;

pub(crate) use read::read_event;

/// What stands before the short name in the `type` of an ACS event.
pub(crate) const PREFIX: &str = "Microsoft.Communication.";
