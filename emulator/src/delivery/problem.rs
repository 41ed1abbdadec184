//! Why a delivery got no answer, with the whole chain of causes and without the address.

use super::schedule::Outcome;

/// The text for the log.
pub(super) fn describe(error: reqwest::Error) -> String {
    chain(&error.without_url())
}

/// How a request without an answer failed, in Event Grid's words, and the text for the log.
pub(super) fn outcome(error: reqwest::Error) -> (Outcome, String) {
    let timed_out = error.is_timeout();
    let text = describe(error);
    let outcome = if timed_out {
        Outcome::TimedOut
    } else if text.contains("dns error") {
        Outcome::NoName
    } else {
        Outcome::Broken
    };
    (outcome, text)
}

/// An error and its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
