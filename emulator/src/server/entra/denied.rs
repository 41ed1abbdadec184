//! Entra's refusals (reference-error-codes.md).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::clock::entra_time;
use crate::shared::Shared;

/// A refusal: `error`, number, text, status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denied {
    pub(super) error: &'static str,
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) status: u16,
}

pub(super) fn denied(
    error: &'static str,
    number: u32,
    status: u16,
    text: impl Into<String>,
) -> Denied {
    Denied { error, number, text: text.into(), status }
}

impl Denied {
    /// `AADSTS…` with its text, without the trailing ids.
    pub(super) fn headline(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.text)
    }

    /// The error document, in the older style with line breaks in its text.
    pub(super) fn body(&self, shared: &Shared) -> Value {
        let (trace, correlation) = {
            let mut state = shared.lock();
            (state.ids.guid(), state.ids.guid())
        };
        let timestamp = entra_time(shared.clock.wall());
        let description = format!(
            "{}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}",
            self.headline()
        );
        json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", shared.ready.authority, self.number),
        })
    }
}

/// JSON that nobody may keep.
pub(super) fn answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
        .insert_header(("cache-control", "no-store"))
        .insert_header(("pragma", "no-cache"))
        .json(body)
}
