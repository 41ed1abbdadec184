//! A request and its answer as plain values.

use serde_json::Value;

/// A request as it comes over the wire.
#[derive(Clone, Default)]
pub struct HttpRequest {
    /// `GET`, `POST`, `PATCH`, `DELETE`, upper case.
    pub method: String,
    /// Path and query, percent-encoded: `/calling/callConnections:answer?api-version=2026-03-12`.
    pub target: String,
    /// Names in any case, and values.
    pub headers: Vec<(String, String)>,
    /// The body's bytes; empty when there is none.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The query; empty when there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path may hold a phone number.
        write!(formatter, "HttpRequest({}, {} bytes)", self.method, self.body.len())
    }
}

/// The answer to a request.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status, 200 and so on.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body's bytes; empty when there is none.
    pub body: Vec<u8>,
}

impl HttpResponse {
    pub(crate) fn new(status: u16, body: Option<&Value>) -> Self {
        let mut headers = Vec::new();
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        Self { status, headers, body: body.map(Value::to_string).unwrap_or_default().into_bytes() }
    }

    /// With a `Retry-After` of so many seconds, if any.
    pub(crate) fn retry_after(mut self, seconds: Option<u32>) -> Self {
        self.headers.extend(seconds.map(|seconds| ("retry-after", seconds.to_string())));
        self
    }

    /// The first header of this name, lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is empty.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl std::fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}
