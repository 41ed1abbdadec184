//! The service's answer when it is not success.

use std::{fmt, time::Duration};

use azure_core::http::headers::{HeaderName, Headers};
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use serde_json::Value;

use crate::{Operation, client::request_id, explain, redact::debug_only};

/// Depth of inner errors that is looked into.
const DEPTH: u8 = 8;
/// Longest text kept of a message, in characters.
const MESSAGE: usize = 2_000;

/// What the service said when it did not do what it was asked
/// (`CommunicationErrorResponse`). How the numeric sub-code is written is not documented, so it is
/// looked for in `error.code`, the inner errors, the details and at last the message.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which operation.
    pub operation: Operation,
    /// The HTTP status, not 200 to 299.
    pub status: u16,
    /// `error.code`, as it came, at most 100 characters.
    pub code: Option<String>,
    /// The sub-code of the documentation's tables, such as 8522.
    pub sub_code: Option<i64>,
    /// The service's id of the exchange, for a support request.
    pub request_id: Option<String>,
    /// `ms-cv`, the thread through the service's own systems, for a support request.
    pub correlation_vector: Option<String>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
    message: Option<String>,
    target: Option<String>,
}

debug_only!(Refusal {
    operation,
    status,
    code,
    sub_code,
    request_id,
    correlation_vector,
    retry_after
});

impl Refusal {
    /// `error.message`, at most 2,000 characters. It may name participants: do not log it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// `error.target`: what the error is about. It may name a participant: do not log it.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    pub(crate) fn read(
        operation: Operation,
        status: u16,
        headers: &Headers,
        body: &[u8],
        now: Timestamp,
    ) -> Self {
        let envelope: Value = serde_json::from_slice(body).unwrap_or_default();
        let error = envelope.get("error").unwrap_or(&envelope);
        Self {
            operation,
            status,
            code: text(error, "code").map(|code| cut(&code, 100)),
            sub_code: sub_code(error, DEPTH),
            request_id: request_id(headers),
            correlation_vector: headers.get_optional_string(&HeaderName::from_static("ms-cv")),
            retry_after: retry_after(headers, now),
            message: text(error, "message").map(|text| cut(&text, MESSAGE)),
            target: text(error, "target").map(|text| cut(&text, MESSAGE)),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the service refused with HTTP {}", self.operation, self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(sub_code) = self.sub_code {
            write!(f, ", sub-code {sub_code}")?;
        }
        match self.sub_code.and_then(explain) {
            Some(known) => write!(f, ": {}; {}", known.cause, known.remedy),
            None => Ok(()),
        }
    }
}

/// Looks through an error object and what is inside it. Read without expectations: each member
/// may have any type.
fn sub_code(error: &Value, depth: u8) -> Option<i64> {
    let depth = depth.checked_sub(1)?;
    let inner = || {
        let names = ["innererror", "innerError"];
        names.iter().find_map(|name| sub_code(error.get(name)?, depth))
    };
    let details = || error.get("details")?.as_array()?.iter().find_map(|one| sub_code(one, depth));
    let message = || in_text(&text(error, "message")?);
    error.get("code").and_then(in_code).or_else(inner).or_else(details).or_else(message)
}

fn text(error: &Value, name: &str) -> Option<String> {
    as_text(error.get(name)?)
}

/// A number or a text; anything else is no code.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The last number in a code that can be a sub-code: `8522`, `"8522"`, `"404/8522"`, but not
/// `"404"`.
fn in_code(value: &Value) -> Option<i64> {
    let text = as_text(value)?;
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(plausible);
    numbers.next_back()
}

/// The number after the words "sub code", or the second half of a `DiagCode: a#b`.
fn in_text(text: &str) -> Option<i64> {
    let text = text.to_ascii_lowercase();
    let after = |mark: &str| text.find(mark).and_then(|at| text.get(at + mark.len()..));
    let number = |rest: &str| {
        let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '.');
        digits.split(|c: char| !c.is_ascii_digit()).next().and_then(plausible)
    };
    let named = ["subcode", "sub code", "sub-code", "sub_code"];
    let diag = || after("diagcode").and_then(|rest| rest.split_once('#')).map(|(_, rest)| rest);
    named.into_iter().find_map(after).or_else(diag).and_then(number)
}

/// The documented sub-codes have four to six digits; an HTTP status has three.
fn plausible(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    (1_000..1_000_000).contains(&number).then_some(number)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// `Retry-After` in seconds or as a date, or one of the headers in milliseconds.
pub(crate) fn retry_after(headers: &Headers, now: Timestamp) -> Option<Duration> {
    const MILLIS: [HeaderName; 2] =
        [HeaderName::from_static("retry-after-ms"), HeaderName::from_static("x-ms-retry-after-ms")];
    const RETRY_AFTER: HeaderName = HeaderName::from_static("retry-after");
    let millis = MILLIS.iter().find_map(|name| headers.get_optional_str(name)?.parse().ok());
    if let Some(millis) = millis {
        return Some(Duration::from_millis(millis));
    }
    let text = headers.get_optional_str(&RETRY_AFTER)?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests;
