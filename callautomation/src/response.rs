//! A successful answer, before it is read.

use std::fmt;

use azure_core::Bytes;
use serde::de::DeserializeOwned;

/// A successful answer. `Debug` leaves the body out: it holds personal data.
#[derive(Clone)]
pub struct Response {
    /// The status, 200 to 299.
    pub status: u16,
    /// The body, at most 1 MiB, empty when the operation has none.
    pub body: Bytes,
    /// The service's own id of the exchange, for a support request.
    pub request_id: Option<String>,
}

impl Response {
    /// Reads the body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        serde_json::from_slice(&self.body).map_err(Unreadable::Json)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("request_id", &self.request_id)
            .finish()
    }
}

/// Why the body of an answer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not the JSON the operation answers with.
    #[error("the body is not the JSON this operation answers with")]
    Json(#[source] serde_json::Error),
    /// The connection broke or time ran out after the status line.
    #[error("the body did not arrive whole")]
    Cut,
    /// More than 1 MiB.
    #[error("the body is larger than 1 MiB")]
    TooLarge,
}
