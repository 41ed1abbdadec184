//! YAML faults in our own sentences: the library's speak of its API and of YAML's grammar.

use serde_saphyr::{Error, Location};

use super::{
    codes::Code,
    diagnostic::Span,
    document::{Unreadable, span_of},
};

/// What the library says, what we say, and what to do.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "there is a `:` where no key can stand",
        "put texts with `: ` in quotes, and check the indentation",
    ),
    (
        "illegal placement of ':'",
        "there is a `:` where no key can stand, or a bracket is not closed",
        "put texts with `: ` in quotes, and close every [ and {",
    ),
    ("unclosed quote", "a text in quotes does not end", "close it on its own line"),
    ("multiline quoted scalar", "a text in quotes does not end", "close it on its own line"),
    ("unexpected end of stream", "a text in quotes does not end", "close it on its own line"),
    ("tabs disallowed", "there is a tab in the indentation", "indent with blanks"),
    ("tabs", "there is a tab where YAML takes none", "indent with blanks"),
    (
        "did not find expected ',' or '}'",
        "a map in { } is broken here",
        "put a comma between its fields, texts with `: ` or `,` in quotes, and close it with }",
    ),
    (
        "did not find expected ',' or ']'",
        "a list in [ ] is broken here",
        "put a comma between its items and close it with ]",
    ),
    (
        "anchor or alias",
        "`*` and `&` have a meaning of their own in YAML",
        "put keys and texts in quotes: \"*\"",
    ),
    ("unknown anchor", "there is no anchor of this name", "put texts that start with * in quotes"),
    (
        "unknown escape",
        "after `\\` in double quotes there is a letter that YAML does not know",
        "write \\\\ for the sign itself, or use single quotes",
    ),
    (
        "trailing content after",
        "something follows a text in quotes",
        "put a comma between fields, or escape the quotes inside: \\\"",
    ),
    (
        "multiple YAML documents",
        "the file holds several documents",
        "put each flow into its own file",
    ),
    ("recursive references", "an alias stands inside what it refers to", "write it out"),
    ("unclosed bracket", "a bracket is not closed", "close every [ and {"),
    (
        "budget",
        "the file is nested too deeply or too large",
        "write it with fewer levels and aliases",
    ),
];

/// A fault of the library as a finding.
pub(super) fn unreadable(source: &str, error: &Error) -> Unreadable {
    let span = place(source, error.location().unwrap_or(Location::UNKNOWN));
    if let Error::DuplicateMappingKey { key, .. } = error {
        let key = key.as_deref().unwrap_or_default();
        return Unreadable {
            code: Code::DuplicateKey,
            message: format!("the key `{}` stands here a second time", key.escape_debug()),
            hint: Some("remove or rename one of the two".to_owned()),
            span,
        };
    }
    let said = error.to_string();
    let known = SENTENCES.iter().find(|(part, _, _)| said.contains(part));
    let (message, hint) = match known {
        Some((_, message, hint)) => ((*message).to_owned(), Some((*hint).to_owned())),
        None => (format!("this is not YAML: {}", without_place(&said)), None),
    };
    Unreadable { code: Code::Syntax, message, hint, span }
}

/// Faults of the scanner have line and column only.
fn place(source: &str, location: Location) -> Span {
    let span = span_of(location);
    if span != Span::default() {
        return span;
    }
    let count = |number: u64| usize::try_from(number).unwrap_or_default().saturating_sub(1);
    let lines = source.split_inclusive('\n');
    let before: usize = lines.clone().take(count(location.line())).map(str::len).sum();
    let line = lines.clone().nth(count(location.line())).unwrap_or_default();
    let column: usize = line.chars().take(count(location.column())).map(char::len_utf8).sum();
    let offset = before.saturating_add(column);
    // A fault at the very end is shown behind the last thing that was written.
    let written = source.trim_end().len();
    Span { offset: offset.min(written), length: usize::from(offset < written) }
}

/// The library's message without its place, which we have ourselves.
fn without_place(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let marks = [" at line ", " (line ", "; line ", " at byte ", ", set ", "; use "];
    let end = marks.iter().filter_map(|mark| line.find(mark)).min();
    let text = end.and_then(|end| line.get(..end)).unwrap_or(line);
    text.trim_end_matches(['.', ',', ';', ':']).to_owned()
}
