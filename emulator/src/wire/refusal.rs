//! How an operation is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A refusal: HTTP status, sub-code and text of contract section 4.4. How the real service writes
/// the sub-code into a synchronous body is not documented; here it is `error.code`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{status}/{sub_code} {message}")]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) sub_code: u32,
    pub(crate) message: String,
    /// The member of the request that is wrong.
    pub(crate) target: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, sub_code: u32, message: impl Into<String>) -> Self {
        Self { status, sub_code, message: message.into(), target: None }
    }

    /// 400/8523: an argument is malformed.
    pub(crate) fn member(path: &str, problem: &str) -> Self {
        Self {
            status: 400,
            sub_code: 8523,
            message: format!("Invalid request: '{path}' {problem}."),
            target: Some(path.to_owned()),
        }
    }

    /// 404/8522: the call, participant or recording does not exist, or no longer.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, 8522, format!("{what} was not found."))
    }

    /// 400/8501: media before `CallConnected`.
    pub(crate) fn not_established() -> Self {
        Self::new(400, 8501, "The call is not established yet.")
    }

    /// 400/8558: somebody who is not in the call.
    pub(crate) fn not_in_call() -> Self {
        Self::new(400, 8558, "The participant is not in the call.")
    }

    /// 400/8585: not now.
    pub(crate) fn wrong_state(message: &str) -> Self {
        Self::new(400, 8585, message)
    }

    /// The body, `CommunicationErrorResponse` of the swagger.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({"code": self.sub_code.to_string(), "message": self.message});
        if let Some(target) = &self.target {
            error["target"] = json!(target);
        }
        json!({"error": error})
    }
}
