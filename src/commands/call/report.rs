//! What came of a scripted call, for people and for programs.

use serde::Serialize;

use crate::terminal;

/// The whole run.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    /// Every step was done and every expectation came true.
    pub(super) passed: bool,
    /// The call's id in the emulator.
    pub(super) call: String,
    /// What was done, in order; it ends at the first step that failed.
    pub(super) steps: Vec<Entry>,
    /// What was expected.
    pub(super) expectations: Vec<Entry>,
    /// Everything that the caller heard, in order.
    pub(super) heard: Vec<String>,
    /// Why the call ended.
    pub(super) outcome: Option<String>,
}

/// One step or expectation.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Milliseconds since the call was placed.
    pub(super) at_ms: i64,
    /// What it was.
    pub(super) text: String,
    /// Whether it was done, or came true.
    pub(super) ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// Tells a line of progress.
pub(super) fn tell(at_ms: i64, mark: &str, text: &str) {
    let (seconds, tenths) = (at_ms / 1_000, at_ms % 1_000 / 100);
    terminal::tell(&format!("{seconds:>4}.{tenths} s  {mark} {text}"));
}

impl Entry {
    /// Tells it.
    pub(super) fn tell(&self) {
        let mark = if self.ok { "✓" } else { "✗" };
        let problem = self.problem.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
        tell(self.at_ms, mark, &format!("{}{problem}", self.text));
    }
}
