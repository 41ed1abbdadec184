//! Opaque ids that ACS gives to calls, recordings, invitations and events.
//!
//! Nothing is read out of them, and they are not personal: they may be logged.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! opaque_id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as it is.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )+};
}

opaque_id! {
    /// Our leg of a call. It stands in the path of every operation on that leg.
    CallConnectionId;
    /// The call itself, shared by all its legs; used to start a recording.
    ServerCallId;
    /// Ties what belongs to one conversation together. It recurs after redirect and transfer, so
    /// it is no key of a call.
    CorrelationId;
    /// One recording of a call.
    RecordingId;
    /// One invitation of a participant, needed to cancel it.
    InvitationId;
    /// One event. A second delivery of an event has the same id.
    EventId;
}
