//! What requests and answers are made of.

mod context;
mod locator;
mod media;
mod open_enum;
mod prompt;
mod recognize;
mod recording;
mod source;

pub use context::{
    CustomCallingContext, TeamsPhoneCallDetails, TeamsPhoneCallerDetails, TeamsPhoneSourceDetails,
};
pub use locator::CallLocator;
pub(crate) use media::check_media;
pub use media::{
    AudioChannelType, AudioFormat, CallIntelligenceOptions, MediaStreamingOptions,
    TranscriptionOptions,
};
pub use open_enum::{CallConnectionState, RejectReason, SubscriptionState, VoiceKind};
pub use prompt::{PlaySource, Prompt, TextPrompt};
pub use recognize::{Choice, DtmfOptions, RecognizeInput, SpeechOptions};
pub use recording::{
    ChannelAffinity, ExternalStorage, RecordingChannel, RecordingContent, RecordingFormat,
    RecordingScope,
};
pub use source::{TeamsAppSource, UserSource};
