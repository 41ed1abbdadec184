//! What is wrong with settings, where, and what to write instead.

use std::fmt;

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it came from: a key with file and line, or the name of a variable.
    pub place: String,
    /// What is wrong. Never shows a secret.
    pub wrong: String,
    /// What to write instead.
    pub instead: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.wrong, self.instead)
    }
}

/// Everything that is wrong with the settings, in the order of the sections.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings cannot be used:{}", lines(.0))]
pub struct SettingsProblems(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |lines, problem| lines + &format!("\n  {problem}"))
}
