//! Why a delivery got no answer, with the whole chain of causes and without the address.

/// The text for the log.
pub(super) fn describe(error: reqwest::Error) -> String {
    chain(&error.without_url())
}

/// An error and its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
