//! Keys: reporting each one, and pressing them.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier, IdentifierKind, Tone};

use super::call_path;
use crate::{InvalidRequest, Operation, Request, limits::Check, redact::debug_only};

/// Most tones in one request (Microsoft's how-to on sending DTMF).
const MOST_TONES: usize = 18;

macro_rules! continuous {
    ($($(#[$doc:meta])* $name:ident, $action:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Which call.
            #[serde(skip)]
            pub call_connection_id: CallConnectionId,
            /// Whose keys; not a Teams user.
            pub target_participant: Identifier,
            /// Comes back in the events; at most 256 characters.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_context: Option<String>,
            /// `https` address for the events of this operation alone.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub operation_callback_uri: Option<String>,
        }

        debug_only!($name { call_connection_id, target_participant, operation_context });

        impl $name {
            /// The keys of `participant`.
            pub fn new(call: impl Into<CallConnectionId>, participant: Identifier) -> Self {
                Self {
                    call_connection_id: call.into(),
                    target_participant: participant,
                    operation_context: None,
                    operation_callback_uri: None,
                }
            }

            /// Checks the limits and makes the request.
            pub fn request(&self) -> Result<Request, InvalidRequest> {
                let operation = Operation::$name;
                let check = Check(operation);
                check.can_be_listened_to(&self.target_participant)?;
                check.correlation(
                    self.operation_context.as_deref(),
                    self.operation_callback_uri.as_deref(),
                )?;
                let path = call_path(operation, &self.call_connection_id, $action)?;
                Request::post_json(operation, path, self)
            }
        }
    )*};
}

continuous! {
    /// Reports each key from now on (`POST …:startContinuousDtmfRecognition`), beside everything
    /// else: `ContinuousDtmfRecognitionToneReceived` for each.
    StartContinuousDtmf, ":startContinuousDtmfRecognition";
    /// Stops reporting keys (`POST …:stopContinuousDtmfRecognition`):
    /// `ContinuousDtmfRecognitionStopped`.
    StopContinuousDtmf, ":stopContinuousDtmfRecognition";
}

/// Presses keys towards a phone (`POST …:sendDtmfTones`): `SendDtmfTonesCompleted` or
/// `SendDtmfTonesFailed`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SendDtmfTones {
    /// Which call.
    #[serde(skip)]
    pub call_connection_id: CallConnectionId,
    /// The keys, in order; 1 to 18. They may be a secret, such as a PIN.
    pub tones: Vec<Tone>,
    /// Who hears them: someone on the telephone network.
    pub target_participant: Identifier,
    /// Comes back in the answer and the events; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_context: Option<String>,
    /// `https` address for the events of this operation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_callback_uri: Option<String>,
}

debug_only!(SendDtmfTones { call_connection_id, target_participant, operation_context });

impl SendDtmfTones {
    /// Presses `tones` towards `participant`.
    pub fn new(
        call: impl Into<CallConnectionId>,
        participant: Identifier,
        tones: impl IntoIterator<Item = Tone>,
    ) -> Self {
        Self {
            call_connection_id: call.into(),
            tones: tones.into_iter().collect(),
            target_participant: participant,
            operation_context: None,
            operation_callback_uri: None,
        }
    }

    /// Checks the limits and makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let operation = Operation::SendDtmfTones;
        let check = Check(operation);
        let count = self.tones.len();
        let problem = format!("has {count} tones; allowed are 1 to {MOST_TONES}");
        check.that((1..=MOST_TONES).contains(&count), "tones", problem)?;
        check.tones("tones", &self.tones)?;
        let kind = self.target_participant.kind();
        let phone = matches!(kind, IdentifierKind::PhoneNumber | IdentifierKind::Unknown);
        check.that(phone, "targetParticipant", "is no phone; only phones can be sent tones")?;
        check.identifier("targetParticipant", &self.target_participant)?;
        check.correlation(
            self.operation_context.as_deref(),
            self.operation_callback_uri.as_deref(),
        )?;
        let path = call_path(operation, &self.call_connection_id, ":sendDtmfTones")?;
        Request::post_json(operation, path, self)
    }
}
