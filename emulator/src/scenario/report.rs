//! What came of a script.

use serde::Serialize;

use crate::world::CallId;

/// One step that was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// The step as a sentence, without keys, words of the caller and numbers.
    pub text: String,
    /// Whether it went as written.
    pub ok: bool,
    /// When it was done, milliseconds after dialling, real time.
    pub at_ms: i64,
    /// What was there instead.
    pub detail: Option<String>,
}

/// A script that was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether every step and expectation held.
    pub passed: bool,
    /// The steps played; a failed one is the last before the expectations.
    pub steps: Vec<StepReport>,
    /// The call, if it could be placed.
    pub call: Option<CallId>,
}
