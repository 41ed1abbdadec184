//! What Azure Communication Services (ACS) sends, typed; and whether it may be believed.
//!
//! No I/O: bytes, headers, keys and the time come in as arguments.
//!
//! | module | what |
//! |---|---|
//! | [`identifier`] | who takes part in a call: raw ids and the identifier model |
//! | [`ids`] | opaque ids that ACS gives to calls, recordings, invitations and events |
//! | [`sensitive`] | personal and secret text that does not print |
//! | [`event`] | mid-call events (`CloudEvents` envelope), their kinds and their wire form |
//! | [`envelope`] | bodies of mid-call callbacks: which events are good and which are not |
//! | [`eventgrid`] | Event Grid deliveries in both schemas: incoming calls, recordings |
//! | [`token`] | whether a sender may be believed: bearer tokens, key sets and their caches |
//! | [`handshake`] | how Event Grid subscriptions are confirmed |
//! | [`frames`] | web socket frames of media streaming and transcription |
//! | `testing` | events and signed tokens for the tests of your own webhook (feature `testing`) |
//!
//! [`explain`] and [`ResultInformation::explain`] tell cause and remedy of a result's sub-code.
//!
//! # Features
//!
//! | feature | what |
//! |---|---|
//! | `token` (default) | the module [`token`]; without it there is no cryptography in the tree |
//! | `testing` | the module `testing`: builders of events, a signer with a key of its own |

pub mod envelope;
pub mod event;
pub mod eventgrid;
mod explain;
mod fields;
pub mod frames;
pub mod handshake;
pub mod identifier;
pub mod ids;
mod json;
pub mod sensitive;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "token")]
pub mod token;
mod wire;

pub use envelope::{EnvelopeError, EventError, EventFault, parse_call_events};
pub use event::{
    CallEvent, CallEventKind, MediaStreamingStatus, MediaStreamingUpdate, Participant, Recognition,
    RecordingKind, RecordingState, ResultInformation, SipDiagnostics, StreamStatusDetails, Tone,
    TranscriptionStatus, TranscriptionUpdate,
};
pub use eventgrid::{
    CustomContext, GridEvent, GridEventKind, IncomingCall, RecordingChunk, RecordingFileStatus,
    Schema, parse_event_grid,
};
pub use explain::{Explanation, explain, explained};
pub use fields::DataError;
pub use handshake::{
    Delivery, HandshakeRefusal, OptionsAnswer, ValidationAnswer, answer_options, classify,
};
pub use identifier::{Cloud, Identifier, IdentifierKind, PhoneNumber, RawId};
pub use ids::{CallConnectionId, CorrelationId, EventId, InvitationId, RecordingId, ServerCallId};
pub use sensitive::{
    CallerText, Digits, DisplayName, IncomingCallContext, Phone, Secret, Speech, Subject,
    UnknownMembers, Untyped,
};
