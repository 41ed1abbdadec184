//! Texts with `${…}` inside.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{
    expression::{
        EvaluationError, Expression, ExpressionError, ExpressionFault,
        tokens::{self, End},
    },
    scope::Scope,
};

/// Longest rendered text, in characters (what text to speech takes in one piece).
pub const MAX_TEXT_CHARACTERS: usize = 4_000;

/// What stands for itself in a URL: letters, digits and `-._~`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text of a flow: words, and expressions between `${` and `}`. `$${` stands for `${`. Cheap to clone.
///
/// ```
/// use engine::flow::{Scope, Text};
/// use serde_json::json;
///
/// let text = Text::parse("Hello ${caller.name}.").expect("it is well formed");
/// let scope = Scope::new().with("caller", json!({"name": "Ada"}));
/// assert_eq!(text.render(&scope).text, "Hello Ada.");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    source: Arc<str>,
    parts: Arc<[Part]>,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Value { expression: Expression, offset: usize },
}

impl Text {
    /// Reads a text. All faults are found; their offsets count in bytes from the start of the text.
    pub fn parse(source: &str) -> Result<Self, Vec<ExpressionError>> {
        let (text, faults) = Self::read(source);
        if faults.is_empty() { Ok(text) } else { Err(faults) }
    }

    /// Reads a text as far as it can be read, for the checker: a fault in one expression must not hide
    /// one in another.
    pub(super) fn read(source: &str) -> (Self, Vec<ExpressionError>) {
        let mut reader =
            Reader { source, at: 0, words: String::new(), parts: Vec::new(), faults: Vec::new() };
        reader.run();
        (Self { source: source.into(), parts: reader.parts.into() }, reader.faults)
    }

    /// A text that is spoken as it stands: `${` means nothing in it.
    pub fn literal(words: &str) -> Self {
        Self { source: words.into(), parts: Arc::new([Part::Words(words.to_owned())]) }
    }

    /// The text in `scope`. An expression that fails, or gives a list or map, renders as nothing and is named; null
    /// renders as nothing. What goes beyond [`MAX_TEXT_CHARACTERS`] is cut off, and the text is named.
    pub fn render(&self, scope: &Scope) -> Rendered {
        self.render_with(scope, |value, _| spoken(&value))
    }

    /// The text as a URL: each value is percent-encoded as one path segment or query value, except one at
    /// the very start, which may give scheme and host. A value that is null, `.` or `..` is a failure: it
    /// would name another resource.
    pub fn render_url(&self, scope: &Scope) -> Rendered {
        self.render_with(scope, |value, offset| {
            let text = spoken(&value)?;
            if value.is_null() || text == "." || text == ".." {
                return Err(EvaluationError::NotUrl);
            }
            if offset == 0 { Ok(text) } else { Ok(utf8_percent_encode(&text, ENCODED).to_string()) }
        })
    }

    /// The text as SSML: each value is escaped, so that no caller's name can be read as markup.
    pub fn render_ssml(&self, scope: &Scope) -> Rendered {
        self.render_with(scope, |value, _| spoken(&value).map(|text| escaped(&text)))
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The expressions of this text with their places, in bytes from its start.
    pub fn expressions(&self) -> impl Iterator<Item = (usize, &Expression)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Words(_) => None,
            Part::Value { expression, offset } => Some((*offset, expression)),
        })
    }

    /// The words before the first expression; empty where the text starts with one.
    pub fn leading_words(&self) -> &str {
        self.words_at(0)
    }

    /// The words right after an expression that starts the text.
    pub(super) fn words_after_first(&self) -> &str {
        self.words_at(1)
    }

    fn words_at(&self, index: usize) -> &str {
        match self.parts.get(index) {
            Some(Part::Words(words)) => words,
            Some(Part::Value { .. }) | None => "",
        }
    }

    fn render_with(
        &self,
        scope: &Scope,
        write: impl Fn(Value, usize) -> Result<String, EvaluationError>,
    ) -> Rendered {
        let mut rendered = Rendered { text: String::new(), failures: Vec::new() };
        for part in self.parts.iter() {
            match part {
                Part::Words(words) => rendered.text.push_str(words),
                Part::Value { expression, offset } => {
                    let written = expression
                        .evaluate(scope)
                        .and_then(|value| write(value, offset.saturating_sub(OPEN.len())));
                    match written {
                        Ok(written) => rendered.text.push_str(&written),
                        Err(error) => rendered.fail(expression.source(), error),
                    }
                }
            }
        }
        rendered.cut();
        rendered
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.source).finish()
    }
}

/// A value as it is spoken or sent.
fn spoken(value: &Value) -> Result<String, EvaluationError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => Err(EvaluationError::NotText),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // XML 1.0 has no other control characters.
            other if other.is_control() && !matches!(other, '\t' | '\n' | '\r') => {}
            other => safe.push(other),
        }
    }
    safe
}

const OPEN: &str = "${";
const ESCAPED: &str = "$${";

struct Reader<'s> {
    source: &'s str,
    at: usize,
    words: String,
    parts: Vec<Part>,
    faults: Vec<ExpressionError>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(rest) = self.source.get(self.at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with(ESCAPED) {
                self.words.push_str(OPEN);
                self.skip(ESCAPED.len());
            } else if rest.starts_with(OPEN) {
                self.skip(OPEN.len());
                self.value();
            } else if let Some(letter) = rest.chars().next() {
                self.words.push(letter);
                self.skip(letter.len_utf8());
            }
        }
        self.end_words();
    }

    fn value(&mut self) {
        self.end_words();
        let start = self.at;
        let rest = self.source.get(start..).unwrap_or_default();
        let (_, end) = tokens::until_brace(rest);
        let length = match end {
            End::Brace(length) => Some(length),
            End::Fault(_) | End::Source => rest.find('}'),
        };
        let Some(length) = length else {
            self.faults.push(ExpressionError {
                kind: ExpressionFault::Syntax,
                message: "`${` has no `}`".to_owned(),
                hint: Some("close it with }, or write $${ to say the signs themselves".to_owned()),
                offset: start.saturating_sub(OPEN.len()),
                length: OPEN.len(),
            });
            return self.skip(rest.len());
        };
        match Expression::parse(rest.get(..length).unwrap_or_default()) {
            Ok(expression) => self.parts.push(Part::Value { expression, offset: start }),
            Err(mut fault) => {
                fault.offset = fault.offset.saturating_add(start);
                self.faults.push(fault);
            }
        }
        self.skip(length.saturating_add(1));
    }

    fn end_words(&mut self) {
        if !self.words.is_empty() {
            self.parts.push(Part::Words(std::mem::take(&mut self.words)));
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }
}

/// A text with its values in it. Personal data: `Debug` shows its length and failures only.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// The parts that have no value now.
    pub failures: Vec<RenderFailure>,
}

impl Rendered {
    fn fail(&mut self, part: &str, error: EvaluationError) {
        self.failures.push(RenderFailure { part: part.trim().to_owned(), error });
    }

    fn cut(&mut self) {
        if let Some((end, _)) = self.text.char_indices().nth(MAX_TEXT_CHARACTERS) {
            self.text.truncate(end);
            self.fail("the end of the text", EvaluationError::TooLong);
        }
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered")
            .field("bytes", &self.text.len())
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// A part of a text that has no value now. Holds no value of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderFailure {
    /// The expression as the flow has it, for example `vars.gate`.
    pub part: String,
    /// Why.
    pub error: EvaluationError,
}

impl fmt::Display for RenderFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        Scope::new()
            .with("caller", json!({"name": "Ada & Co/..", "number": null}))
            .with("config", json!({"base": "https://example.org/api", "dots": ".."}))
            .with("vars", json!({"n": 42, "f": 2.5, "yes": true, "list": [1], "empty": ""}))
    }

    #[test]
    fn texts_are_rendered() {
        for (source, rendered, failed) in [
            ("", "", ""),
            ("Hello.", "Hello.", ""),
            ("Hi ${caller.name}!", "Hi Ada & Co/..!", ""),
            ("${vars.n} ${vars.f} ${vars.yes}", "42 2.5 true", ""),
            ("[${caller.number}]", "[]", ""),
            ("Gate ${vars.gate}, please", "Gate , please", "vars.gate"),
            ("${vars.list}${vars.n}", "42", "vars.list"),
            ("$${x} costs $5 ${'}'} ${ {'a': 'b'}['a'] } $$", "${x} costs $5 } b $$", ""),
            ("$$${x}", "$${x}", ""),
        ] {
            let text = Text::parse(source).expect(source);
            let found = text.render(&scope());
            let failures: Vec<&str> = found.failures.iter().map(|f| f.part.as_str()).collect();
            assert_eq!(
                (found.text.as_str(), failures.join(",").as_str()),
                (rendered, failed),
                "{source}"
            );
            assert_eq!(text.source(), source);
        }
    }

    #[test]
    fn urls_are_encoded_but_for_their_start() {
        for (source, rendered, failed) in [
            ("${config.base}/f/${vars.n}", "https://example.org/api/f/42", ""),
            (
                "https://example.org/${caller.name}?q=${'a b&c'}",
                "https://example.org/Ada%20%26%20Co%2F..?q=a%20b%26c",
                "",
            ),
            ("https://example.org/${config.dots}/x", "https://example.org//x", "config.dots"),
            ("https://example.org/${caller.number}", "https://example.org/", "caller.number"),
            ("https://example.org/${vars.list}", "https://example.org/", "vars.list"),
            (
                "https://example.org/?q=${vars.empty}${'ä~_-'}",
                "https://example.org/?q=%C3%A4~_-",
                "",
            ),
        ] {
            let found = Text::parse(source).expect(source).render_url(&scope());
            let failures: Vec<&str> = found.failures.iter().map(|f| f.part.as_str()).collect();
            assert_eq!(
                (found.text.as_str(), failures.join(",").as_str()),
                (rendered, failed),
                "{source}"
            );
        }
    }

    #[test]
    fn values_in_ssml_are_escaped_and_words_are_not() {
        let scope = Scope::new().with("caller", json!({"name": "<b>A&B</b>\u{7}'\""}));
        let text = Text::parse("<speak>${caller.name}</speak>").expect("it is sound");
        assert_eq!(
            text.render_ssml(&scope).text,
            "<speak>&lt;b&gt;A&amp;B&lt;/b&gt;&apos;&quot;</speak>"
        );
    }

    #[test]
    fn all_faults_of_a_text_are_found() {
        let source = "a ${1 +} b ${2 *} ${'x} ${";
        let faults = Text::parse(source).expect_err("it is broken");
        let places: Vec<usize> = faults.iter().map(|fault| fault.offset).collect();
        assert_eq!(places, [7, 16, 20, 24]);
    }

    #[test]
    fn a_text_never_grows_beyond_what_can_be_spoken() {
        let scope = Scope::new().with("vars", json!({"long": "ä".repeat(5_000)}));
        let found = Text::parse("${vars.long}").expect("it is sound").render(&scope);
        assert_eq!(found.text.chars().count(), MAX_TEXT_CHARACTERS);
        assert_eq!(found.failures.first().map(|f| &f.error), Some(&EvaluationError::TooLong));
    }

    #[test]
    fn a_literal_means_itself_and_debug_hides_values() {
        let text = Text::literal("${caller.name}");
        assert_eq!(text.render(&scope()).text, "${caller.name}");
        let rendered = Text::parse("${caller.name}").expect("it is sound").render(&scope());
        assert!(!format!("{rendered:?} {:?}", scope()).contains("Ada"));
        let failure =
            RenderFailure { part: "vars.gate".to_owned(), error: EvaluationError::NotText };
        assert!(failure.to_string().starts_with("vars.gate: "));
    }
}
