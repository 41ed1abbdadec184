//! Why there was no answer, and what to do.

use std::time::Duration;

use crate::identity::BodyError;

/// Graph did not say who is available.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// There is no token to ask with.
    #[error("there is no token for Graph: check the [entra] settings")]
    Token(#[source] azure_core::Error),
    /// Graph cannot be reached.
    #[error("Graph cannot be reached: check graph.endpoint and the network")]
    Unreachable(#[source] reqwest::Error),
    /// The answer broke off or is too long.
    #[error("the answer of Graph could not be read")]
    Body(#[source] BodyError),
    /// Graph did not answer within the time given.
    #[error("Graph did not answer within {0:?}")]
    Late(Duration),
    /// Graph asks to be left alone; nothing is sent before that.
    #[error("Graph throttles: it will be asked again in {0:?}")]
    Throttled(Duration),
    /// Graph refuses; asking again does not help.
    #[error(
        "Graph refuses with {status} {code} (request {request_id}): 401 and 403 mean that the \
         identity lacks the application permission Presence.Read.All, granted by an administrator"
    )]
    Refused {
        /// HTTP status.
        status: u16,
        /// Graph's code, such as `Authorization_RequestDenied`; may be empty.
        code: String,
        /// What Microsoft's support asks for.
        request_id: String,
    },
    /// Graph failed.
    #[error("Graph failed with {status} (request {request_id}): it will be asked again")]
    Failed {
        /// HTTP status.
        status: u16,
        /// What Microsoft's support asks for.
        request_id: String,
    },
    /// What came is no list of presences.
    #[error("what Graph answered is no list of presences: check graph.endpoint")]
    Unreadable,
}
