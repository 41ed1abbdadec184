//! Requests of the control operations: answer, redirect, reject, participants, transfer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CustomContext, Fields, Identifier, Leg, Notes, Parsed, Refusal};

/// The longest wait for an invitee, seconds (swagger: 0 to 180).
const INVITATION_SECONDS: std::ops::RangeInclusive<i64> = 0..=180;

/// What ties the events of an operation to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OperationMeta {
    /// Echoed in the operation's events.
    pub(crate) context: Option<String>,
    /// Where the operation's events go instead of the call's callback address.
    pub(crate) callback: Option<String>,
    /// The call connection that asked; empty for what concerns every leg of a call.
    pub(crate) connection: Option<String>,
}

impl OperationMeta {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            context: fields.text("operationContext")?,
            callback: callback(fields, "operationCallbackUri")?,
            connection: None,
        })
    }
}

/// `AnswerCallRequest`.
pub(crate) struct Answer {
    pub(crate) incoming_context: String,
    pub(crate) answered_by: Option<String>,
    pub(crate) leg: Leg,
}

/// `RedirectCallRequest`.
pub(crate) struct Redirect {
    pub(crate) incoming_context: String,
    pub(crate) target: Identifier,
}

/// `RejectCallRequest`.
pub(crate) struct Reject {
    pub(crate) incoming_context: String,
    pub(crate) reason: String,
}

/// `AddParticipantRequest`.
pub(crate) struct AddParticipant {
    pub(crate) who: Identifier,
    pub(crate) caller_number: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) timeout_seconds: Option<i64>,
    pub(crate) custom: CustomContext,
    pub(crate) meta: OperationMeta,
}

/// `RemoveParticipantRequest`.
pub(crate) struct RemoveParticipant {
    pub(crate) who: Identifier,
    pub(crate) meta: OperationMeta,
}

/// `CancelAddParticipantRequest`.
pub(crate) struct CancelAddParticipant {
    pub(crate) invitation: String,
    pub(crate) meta: OperationMeta,
}

/// `TransferToParticipantRequest`.
pub(crate) struct Transfer {
    pub(crate) target: Identifier,
    pub(crate) transferee: Option<Identifier>,
    pub(crate) caller_number: Option<String>,
    pub(crate) custom: CustomContext,
    pub(crate) meta: OperationMeta,
}

/// Reads a body with one of the readers of this module.
fn parse<T>(
    body: &Value,
    lenient: bool,
    reader: impl FnOnce(&Fields<'_>) -> Result<T, Refusal>,
) -> Result<Parsed<T>, Refusal> {
    let notes = Notes::new(lenient);
    let request = {
        let fields = Fields::body(body, &notes)?;
        let request = reader(&fields)?;
        fields.finish();
        request
    };
    let Notes { unknown, forgiven, .. } = notes;
    Ok(Parsed { request, unknown: unknown.into_inner(), forgiven: forgiven.into_inner() })
}

/// For tests: strict reading without a word about it.
#[cfg(test)]
pub(crate) trait Strict: Sized {
    /// Reads the body of the operation strictly.
    fn parse(body: &Value) -> Result<Parsed<Self>, Refusal>;
}

macro_rules! parsed_from_json {
    ($($request:ty),*) => {$(
        impl $request {
            /// Reads the body of the operation; leniently when asked to.
            pub(crate) fn parse_with(body: &Value, lenient: bool) -> Result<Parsed<Self>, Refusal> {
                parse(body, lenient, Self::read)
            }
        }

        #[cfg(test)]
        impl Strict for $request {
            fn parse(body: &Value) -> Result<Parsed<Self>, Refusal> {
                Self::parse_with(body, false)
            }
        }
    )*};
}

parsed_from_json!(
    Answer,
    Redirect,
    Reject,
    AddParticipant,
    RemoveParticipant,
    CancelAddParticipant,
    Transfer,
    super::Play,
    super::CreateCall,
    super::Connect,
    super::Mute,
    super::MoveHere,
    super::Hold,
    super::WatchTones,
    super::SendTones,
    super::StreamChange,
    super::Recognize,
    super::StartRecording
);

impl Answer {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            incoming_context: fields.required_text("incomingCallContext")?,
            answered_by: fields.object("answeredBy", |by| by.required_text("id"))?,
            leg: Leg::read(fields)?,
        })
    }
}

impl Redirect {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            incoming_context: fields.required_text("incomingCallContext")?,
            target: fields.required_object("target", Identifier::read)?,
        })
    }
}

impl Reject {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let reason = fields.text("callRejectReason")?;
        Ok(Self {
            incoming_context: fields.required_text("incomingCallContext")?,
            reason: reason.unwrap_or_else(|| "none".to_owned()),
        })
    }
}

impl AddParticipant {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            who: fields.required_object("participantToAdd", Identifier::read)?,
            caller_number: fields.object("sourceCallerIdNumber", Identifier::read_number)?,
            custom: custom(fields)?,
            display_name: fields.text("sourceDisplayName")?,
            timeout_seconds: fields.integer("invitationTimeoutInSeconds", INVITATION_SECONDS)?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl RemoveParticipant {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            who: fields.required_object("participantToRemove", Identifier::read)?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl CancelAddParticipant {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            invitation: fields.required_text("invitationId")?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl Transfer {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            custom: custom(fields)?,
            target: fields.required_object("targetParticipant", Identifier::read)?,
            transferee: fields.object("transferee", Identifier::read)?,
            caller_number: fields.object("sourceCallerIdNumber", Identifier::read_number)?,
            meta: OperationMeta::read(fields)?,
        })
    }
}

fn custom(fields: &Fields<'_>) -> Result<CustomContext, Refusal> {
    let custom = fields.object("customCallingContext", CustomContext::read)?;
    Ok(custom.unwrap_or_default())
}

/// An absolute address. Whether it may be without TLS is for the world's settings.
pub(super) fn callback(
    fields: &Fields<'_>,
    member: &'static str,
) -> Result<Option<String>, Refusal> {
    let Some(text) = fields.text(member)? else {
        return Ok(None);
    };
    match url::Url::parse(&text) {
        Ok(url) if url.scheme() == "https" && url.has_host() => Ok(Some(text)),
        Ok(url) if url.scheme() == "http" && url.has_host() => {
            // Whether the world allows it is seen there; forgiven, it is told here.
            fields.forgive(member, "must be an absolute https address");
            Ok(Some(text))
        }
        _ => Err(fields.refuse(member, "must be an absolute https address")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_needs_its_context_and_an_address() {
        let cases = [
            (json!({"callbackUri": "https://a/b"}), "incomingCallContext"),
            (json!({"incomingCallContext": "c"}), "callbackUri"),
            (json!({"incomingCallContext": "c", "callbackUri": "/b"}), "callbackUri"),
            (json!({"incomingCallContext": "c", "callbackUri": "ftp://a"}), "callbackUri"),
        ];
        for (body, member) in cases {
            let refusal = Answer::parse(&body).err().expect("a refusal");
            assert_eq!(refusal.target.as_deref(), Some(member));
        }
    }

    #[test]
    fn an_invitation_has_its_limits() {
        let body = |seconds: i64| {
            json!({"participantToAdd": {"rawId": "8:orgid:a"},
                "invitationTimeoutInSeconds": seconds})
        };
        assert!(AddParticipant::parse(&body(180)).is_ok());
        let refusal = AddParticipant::parse(&body(181)).err().expect("too long");
        assert_eq!(refusal.target.as_deref(), Some("invitationTimeoutInSeconds"));
    }
}
