//! Reads a script from YAML.

use super::Scenario;

/// A script that cannot be read: where, and why.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: the scenario cannot be read; SCENARIOS.md has the format")]
pub struct ScenarioError {
    /// From 1; 0 when unknown.
    pub line: u64,
    /// From 1; 0 when unknown.
    pub column: u64,
    /// What the YAML reader says.
    #[source]
    pub source: Box<serde_saphyr::Error>,
}

impl Scenario {
    /// Reads a script.
    ///
    /// # Errors
    /// The text is not YAML, or not a scenario; the error has the place.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        serde_saphyr::from_str(text).map_err(|source| {
            let place = source.location();
            ScenarioError {
                line: place.map_or(0, |place| place.line()),
                column: place.map_or(0, |place| place.column()),
                source: Box::new(source),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Step;

    const GOOD: &str = r#"
scenario: A person, first try
people:
  agents: { adele: { presence: Available }, megan: { presence: Offline } }
caller: { number: "+442079460123", name: "Ada Caller", dials: "+18005550100" }
steps:
  - hears: { text: "Welcome", within: 10s }
  - presses: { tones: "0" }
  - talks: 2s
  - fault: { on: play, nth: 1, action: { refuse: { status: 500 } } }
  - fault: { on: PlayCompleted, action: drop }
  - hangs_up: caller
expect: { outcome: connected, agent: adele, recording: true, ends_within: 60s }
"#;

    #[test]
    fn a_script_is_read() {
        let scenario = Scenario::parse(GOOD).expect("a scenario");
        assert_eq!(scenario.title, "A person, first try");
        assert_eq!(scenario.people.agents.len(), 2);
        assert!(
            matches!(&scenario.steps[0], Step::Hears { text, within: Some(_) } if text == "Welcome")
        );
        assert!(matches!(&scenario.steps[5], Step::HangsUp(who) if who == "caller"));
        assert_eq!(scenario.expect.agent.as_deref(), Some("adele"));
    }

    #[test]
    fn errors_have_line_and_column() {
        let cases = [
            (GOOD.replace("presses", "pushes"), 8),
            (GOOD.replace("2s", "soon"), 9),
            (GOOD.replace("within", "withn"), 7),
        ];
        for (text, line) in cases {
            let error = Scenario::parse(&text).expect_err("not a scenario");
            assert_eq!(error.line, line, "{error:?}");
            assert!(error.column > 0);
        }
    }
}
