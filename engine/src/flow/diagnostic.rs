//! What the checker says.

use std::fmt;

use super::codes::Code;

/// One finding in a flow file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule; its stable text is `F001` and so on.
    pub code: Code,
    /// Whether the flow can be used all the same.
    pub severity: Severity,
    /// What is wrong, in one sentence without its full stop.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The text at fault.
    pub span: Span,
    /// What to do.
    pub hint: Option<String>,
    /// The node it is about.
    pub node: Option<String>,
    /// The file it is in, beside the flow's own; none in the flow's own file.
    pub file: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity, message, line, column, hint, .. } = self;
        let file = self.file.as_ref().map(|file| format!("{file}:")).unwrap_or_default();
        write!(f, "{severity} {code} at {file}{line}:{column}: {message}")?;
        match hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The flow is refused.
    Error,
    /// The flow can be used; somebody should look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A piece of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Bytes from the start of the source. Never inside a character.
    pub offset: usize,
    /// Length in bytes.
    pub length: usize,
}

impl Span {
    /// The same place within `source`: never beyond its end, never inside a character.
    pub(crate) fn within(self, source: &str) -> Self {
        let offset = source.floor_char_boundary(self.offset);
        let end =
            source.ceil_char_boundary(self.offset.saturating_add(self.length).min(source.len()));
        Self { offset, length: end.saturating_sub(offset) }
    }

    /// Line and column of the start, both from 1, the column in characters.
    pub(crate) fn position(self, source: &str) -> (usize, usize) {
        let before = source.get(..self.offset).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.get(line_start..).unwrap_or_default().chars().count().saturating_add(1);
        (line, column)
    }
}

/// The text of a line, counted from 1, without its line end; empty where there is no such line.
pub fn line_of(source: &str, line: usize) -> &str {
    line.checked_sub(1).and_then(|index| source.lines().nth(index)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines() {
        let source = "a\näb\n";
        for (offset, place) in [(0, (1, 1)), (2, (2, 1)), (4, (2, 2)), (6, (3, 1))] {
            assert_eq!(Span { offset, length: 0 }.position(source), place, "{offset}");
        }
        assert_eq!(Span { offset: 3, length: 99 }.within(source), Span { offset: 2, length: 4 });
    }

    #[test]
    fn lines_are_found() {
        for (line, text) in [(0, ""), (1, "a"), (2, "b"), (3, "")] {
            assert_eq!(line_of("a\r\nb\n", line), text);
        }
    }
}
