//! What came of scenarios, for people and as JSON.

use std::path::Path;

use rehearsal::{Played, coverage::Summary, script};
use serde_json::json;

use crate::terminal;

/// One scenario: its script, and whether it went as written.
pub(super) fn scenario(file: &str, played: &Played, quiet: bool, why: bool) {
    if quiet && played.passed() {
        return;
    }
    terminal::say(&format!("{}  ({file})", played.title));
    terminal::say(script(&played.told, why).trim_end());
    for failure in played.failures() {
        terminal::say(&format!("  ✗ {failure}"));
    }
    if played.passed() {
        let outcome = played.outcome.unwrap_or("no call");
        let with = played.agent.as_ref().map(|who| format!(" with {who}")).unwrap_or_default();
        terminal::say(&format!("  ✓ {outcome}{with}, {} s", played.took / 1_000));
    }
    terminal::say("");
}

/// How many passed, and what was covered.
pub(super) fn totals(all: &[(String, Played)], summary: &Summary) {
    let failed: Vec<&(String, Played)> = all.iter().filter(|(_, one)| !one.passed()).collect();
    terminal::say(summary.to_string().trim_end());
    terminal::say(&format!(
        "{} scenarios: {} passed, {} failed",
        all.len(),
        all.len() - failed.len(),
        failed.len()
    ));
    for (file, played) in failed {
        terminal::say(&format!("  ✗ {}  ({file})", played.title));
    }
}

/// Everything, for programs. Holds what callers of the scenarios typed and said.
pub(super) fn as_json(flow: &Path, all: &[(String, Played)], summary: &Summary) -> String {
    let scenarios: Vec<_> = all
        .iter()
        .map(|(file, played)| json!({ "file": file, "passed": played.passed(), "played": played }))
        .collect();
    let passed = all.iter().all(|(_, played)| played.passed());
    json!({
        "flow": flow.display().to_string(),
        "passed": passed,
        "scenarios": scenarios,
        "coverage": summary,
    })
    .to_string()
}
