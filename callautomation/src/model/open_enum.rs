//! Enumerations of the wire. The swagger declares them all open, so a value this client does not
//! know is kept as it came and never fails.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $wire:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value this client does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The value on the wire.
            pub fn as_wire(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Other(value) => value,
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($wire => Self::$variant,)*
                    _ => Self::Other(value),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_wire())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from).map(Self::from)
            }
        }
    };
}

open_enum! {
    /// State of a call connection (`CallConnectionStateModel`). The answer to a set-up request may
    /// say `connected` too early: wait for the event `CallConnected`.
    CallConnectionState {
        /// The service does not say.
        Unknown = "unknown",
        /// Being set up.
        Connecting = "connecting",
        /// Up.
        Connected = "connected",
        /// A transfer is under way.
        Transferring = "transferring",
        /// The target took the transfer.
        TransferAccepted = "transferAccepted",
        /// Being taken down.
        Disconnecting = "disconnecting",
        /// Over.
        Disconnected = "disconnected",
    }
}

open_enum! {
    /// State of a media streaming or transcription subscription.
    SubscriptionState {
        /// Turned off.
        Disabled = "disabled",
        /// Declared, not running.
        Inactive = "inactive",
        /// Running.
        Active = "active",
    }
}

open_enum! {
    /// Why a call is refused (`CallRejectReason`).
    RejectReason {
        /// No reason given.
        NoReason = "none",
        /// The caller hears busy.
        Busy = "busy",
        /// The caller may not call here.
        Forbidden = "forbidden",
    }
}

open_enum! {
    /// Voice of a text prompt when no voice is named (`VoiceKind`).
    VoiceKind {
        /// A male voice.
        Male = "male",
        /// A female voice.
        Female = "female",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_is_kept() {
        let state: CallConnectionState = serde_json::from_str("\"haunted\"").unwrap();
        assert_eq!(state, CallConnectionState::Other("haunted".to_owned()));
        assert_eq!(serde_json::to_string(&state).unwrap(), "\"haunted\"");
        let state: CallConnectionState = serde_json::from_str("\"transferAccepted\"").unwrap();
        assert_eq!(state, CallConnectionState::TransferAccepted);
    }
}
