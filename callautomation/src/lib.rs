//! A client for the Azure Communication Services Call Automation REST API, stable version
//! 2026-03-12.
//!
//! A request is a value. Each operation is a struct with public fields ([`AnswerCall`], [`Play`],
//! [`AddParticipant`] and so on); its `request` method checks the limits the service publishes and
//! gives a [`Request`], which can be stored and sent again byte for byte. [`Client::send`] sends a
//! value once, signs it, and says what became of it: an answer, a refusal, or one of the two kinds
//! of silence ([`Error::Uncertain`] and [`Error::NotSent`]). The client does not retry on its own: whether
//! a repetition is safe is a property of the operation ([`Operation::class`]) and a decision of the
//! caller, who may leave it to a [`RetryPolicy`] ([`Client::send_with_retry`]).
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use callautomation::{AnswerCall, Client, ClientOptions, Credential, Play, PlaySource};
//!
//! let (endpoint, key) = callautomation::parse_connection_string(
//!     "endpoint=https://contoso.communication.azure.com/;accesskey=a2V5",
//! )?;
//! let client = Client::new(endpoint, Credential::AccessKey(key), ClientOptions::default())?;
//! let answer = AnswerCall::new("the incomingCallContext", "https://app.contoso.com/callback");
//! let call = client.call(&answer, None).await?;
//! if let Some(id) = call.call_connection_id {
//!     client.call(&Play::new(id, [PlaySource::text("Welcome.")]), None).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Map
//!
//! | Module | Holds |
//! | --- | --- |
//! | `ops` | one struct per operation: the request body and its checks |
//! | `model` | what bodies are made of: prompts, calling context, media options, open enums |
//! | `operation`, `request`, `limits`, `repeatability` | the request as a value |
//! | `answer` | typed results, read tolerantly |
//! | `client`, `options`, `wire`, `signing`, `credential`, `clock` | sending |
//! | `retry` | when to send again |
//! | `token` | a credential that renews ahead |
//! | `recording` | files of recordings: fetching, deleting |
//! | `error`, `refusal` | what went wrong, and what to do about it |
//!
//! It knows nothing of calls in progress, holds no state but a connection pool, and never logs.

mod answer;
mod client;
mod clock;
mod connection_string;
mod credential;
mod error;
mod limits;
mod model;
mod operation;
mod ops;
mod options;
mod recording;
mod redact;
mod refusal;
mod repeatability;
mod request;
mod response;
mod retry;
mod signing;
mod token;
mod typed;
mod wire;

pub use answer::{
    AddParticipantResult, CallConnectionProperties, CancelAddParticipantResult,
    MediaStreamingSubscription, MoveParticipantsResult, OperationResult, ParticipantList,
    RecordingStateResult, TranscriptionSubscription,
};
pub use client::Client;
pub use clock::Clock;
pub use connection_string::{ConnectionStringError, parse_connection_string};
pub use credential::{AccessKey, AccessKeyError, Credential, TOKEN_SCOPE};
pub use error::{Error, SendFailure};
pub use model::{
    AudioChannelType, AudioFormat, CallConnectionState, CallIntelligenceOptions, CallLocator,
    ChannelAffinity, Choice, CustomCallingContext, DtmfOptions, ExternalStorage,
    MediaStreamingOptions, PlaySource, Prompt, RecognizeInput, RecordingChannel, RecordingContent,
    RecordingFormat, RecordingScope, RejectReason, SpeechOptions, SubscriptionState,
    TeamsAppSource, TeamsPhoneCallDetails, TeamsPhoneCallerDetails, TeamsPhoneSourceDetails,
    TextPrompt, TranscriptionOptions, UserSource, VoiceKind,
};
pub use operation::{Class, Method, Operation};
pub use ops::{
    AddParticipant, AnswerCall, CancelAddParticipant, CancelAllMediaOperations, Connect,
    CreateCall, GetCall, GetParticipant, GetParticipants, GetRecording, HangUp, Hold,
    MoveParticipants, Mute, PauseRecording, Play, Recognize, RedirectCall, RejectCall,
    RemoveParticipant, ResumeRecording, SendDtmfTones, StartContinuousDtmf, StartMediaStreaming,
    StartRecording, StartTranscription, StopContinuousDtmf, StopMediaStreaming, StopRecording,
    StopTranscription, Terminate, TransferToParticipant, Unhold, UpdateTranscription,
};
pub use options::ClientOptions;
pub use recording::{ByteRange, DownloadError, Progress, RecordingDownload};
pub use refusal::Refusal;
pub use repeatability::Repeatability;
pub use request::{InvalidRequest, Request};
pub use response::{Response, Unreadable};
pub use retry::{Outcome, RetryPolicy, Verdict};
pub use signing::{Signature, ToSign};
pub use token::{SteadyCredential, TokenPace};
pub use typed::{FromResponse, TypedRequest};
pub use webhooks::{Explanation, explain};

/// The API version this client is written for, sent as the `api-version` query parameter.
pub const API_VERSION: &str = "2026-03-12";

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
