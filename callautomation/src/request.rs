//! The request as a value.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{Method, Operation};

/// The characters RFC 3986 calls unreserved stay; everything else in a path segment is encoded,
/// so that `4:+1425…` becomes `4%3A%2B1425…` as the official clients write it.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A checked request, ready to be sent or stored.
///
/// Serialized, it holds everything but the credential, the api-version and the time, so sending
/// a stored one gives the same bytes. It contains personal data (numbers, prompts, the incoming
/// call context): store it sealed. `Debug` shows the operation and the path with a participant's
/// id left out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    operation: Operation,
    method: Method,
    /// Percent-encoded, starts with `/calling/`; may carry a query (a next page).
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl Request {
    /// Puts a request together; `path` starts with `/calling/` and is percent-encoded.
    pub(crate) fn new(
        operation: Operation,
        method: Method,
        path: String,
        body: Option<String>,
    ) -> Self {
        Self { operation, method, path, body }
    }

    /// A `POST` with a JSON body.
    pub(crate) fn post_json<T: Serialize>(
        operation: Operation,
        path: String,
        body: &T,
    ) -> Result<Self, InvalidRequest> {
        let body = serde_json::to_string(body)
            .map_err(|error| InvalidRequest::new(operation, "body", error.to_string()))?;
        Ok(Self::new(operation, Method::Post, path, Some(body)))
    }

    /// Which operation this is.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The HTTP verb.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Path, percent-encoded, without `api-version`. May contain a participant's raw id: personal
    /// data.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The JSON body in UTF-8, empty when there is none. Personal data.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default().as_bytes()
    }

    /// Whether the operation has a body at all.
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// The path as it may be logged: everything after `/participants/` is left out.
    pub fn loggable_path(&self) -> &str {
        const PARTICIPANT: &str = "/participants/";
        let bare = self.path.split('?').next().unwrap_or_default();
        bare.find(PARTICIPANT).map_or(bare, |at| &bare[..at + PARTICIPANT.len()])
    }

    /// What makes the path unfit to be sent, `None` for every path the builders make. Guards
    /// values that come back from a store.
    pub(crate) fn path_problem(&self) -> Option<&'static str> {
        let bare = self.path.split('?').next().unwrap_or_default();
        if !bare.starts_with("/calling/") {
            return Some("does not start with /calling/");
        }
        // A URL parser takes an encoded dot for a dot here.
        let folds = |segment: &str| {
            matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
        };
        if bare.split('/').any(folds) {
            return Some("has a dot segment");
        }
        let odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'\\' | b'#' | b'"');
        self.path.bytes().any(odd).then_some("has characters that must be percent-encoded")
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.loggable_path())
            .field("body_bytes", &self.body().len())
            .finish_non_exhaustive()
    }
}

/// A request that would break a published limit, refused before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {field} {problem}")]
pub struct InvalidRequest {
    /// The operation that was being built.
    pub operation: Operation,
    /// The member of the request, in the spelling of the wire.
    pub field: &'static str,
    /// What is wrong with it and what is allowed; never contains the value itself.
    pub problem: String,
}

impl InvalidRequest {
    pub(crate) fn new(
        operation: Operation,
        field: &'static str,
        problem: impl Into<String>,
    ) -> Self {
        Self { operation, field, problem: problem.into() }
    }
}

/// Encodes an id as one path segment.
///
/// # Errors
///
/// An empty id and the dot segments, which would address another resource.
pub(crate) fn segment(
    operation: Operation,
    field: &'static str,
    id: &str,
) -> Result<String, InvalidRequest> {
    match id {
        "" => Err(InvalidRequest::new(operation, field, "is empty")),
        "." | ".." => Err(InvalidRequest::new(operation, field, "is a dot segment, not an id")),
        _ => Ok(utf8_percent_encode(id, SEGMENT).to_string()),
    }
}
