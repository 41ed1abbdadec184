//! One way to write a flow file: the same indentation, the same blanks, comments kept.
//!
//! | module | what it holds |
//! |---|---|
//! | `tokens` | a line of YAML, with what is closed only on later lines |
//! | `lines` | indentation, comments, empty lines |
//!
//! The result says the same as the source, or there is none: both are read and compared.

mod lines;
mod tokens;

use super::{
    diagnostic::{Diagnostic, Severity},
    document::{Shape, Tree, read},
    read::Finding,
};

/// Why a file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It is no YAML.
    #[error("line {}, column {}: {}", .0.line, .0.column, .0.message)]
    Unreadable(Box<Diagnostic>),
    /// It is written in a way that this release cannot keep.
    #[error(
        "it is written in a way that cannot be formatted without changing what it says: write it more simply"
    )]
    Unusual,
}

/// Writes a flow file, a sub-flow or a scenario in the one way. What it says stays the same, comments stay where they
/// are, and formatting the result changes nothing.
///
/// # Errors
/// When the source is no YAML, or is written in a way that is not kept.
pub fn format(source: &str) -> Result<String, FormatError> {
    let before = read(source).map_err(|unreadable| {
        let finding = Finding {
            hint: unreadable.hint,
            severity: Severity::Error,
            ..Finding::error(unreadable.code, unreadable.span, unreadable.message)
        };
        FormatError::Unreadable(Box::new(finding.place(source, None)))
    })?;
    let formatted = lines::written(source).ok_or(FormatError::Unusual)?;
    let says_the_same = |text: &str| read(text).is_ok_and(|after| same(&before, &after));
    let settled = lines::written(&formatted).is_some_and(|again| again == formatted);
    let kept = remarks(source) == remarks(&formatted);
    if says_the_same(&formatted) && settled && kept {
        Ok(formatted)
    } else {
        Err(FormatError::Unusual)
    }
}

/// What stands behind the first `#` of each line, without blanks: all comments, and texts that look like one. The reader
/// does not tell of comments, so a lost one would go unnoticed.
fn remarks(source: &str) -> Vec<String> {
    let remark = |line: &str| Some(line.split_once('#')?.1.split_whitespace().collect());
    source.lines().filter_map(remark).collect()
}

/// Whether two trees say the same.
fn same(one: &Tree, other: &Tree) -> bool {
    match (&one.shape, &other.shape) {
        (Shape::Null, Shape::Null) | (Shape::Number, Shape::Number) => true,
        (Shape::Bool(a), Shape::Bool(b)) => a == b,
        (Shape::Whole(a), Shape::Whole(b)) => a == b,
        (Shape::Text(a), Shape::Text(b)) => a == b,
        (Shape::List(a), Shape::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Shape::Map(a), Shape::Map(b)) => {
            let entries = a.iter().zip(b);
            a.len() == b.len()
                && entries.into_iter().all(|((k, a), (l, b))| k.name == l.name && same(a, b))
        }
        (
            Shape::Null
            | Shape::Number
            | Shape::Bool(_)
            | Shape::Whole(_)
            | Shape::Text(_)
            | Shape::List(_)
            | Shape::Map(_),
            _,
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIDY: &str = r#"
# a flow


flow:   help    # its name
language: en-US # how it speaks
start: a


nodes:
    # the first
    a:
        say: {text:   "Hello,  {you} # there: it's",next: b}
    b:
        menu:
            prompt: { en-US: 'It''s  me', de-DE: {file: a.wav } }
            choices: {
              one: {tone: "1",next: c},   # the first
              two: { tone: "2", next: c }
            }
            otherwise: c
    c:
        branch:
            when:
            - if: "a == [1,2]"
              next: d
            -   { if: x,   next: d}
            otherwise: d
    # in between
    d:
        say:
            text: |
                Two
                  lines.

            next: e
    e: {hangup: { }}


"#;

    const TIDY: &str = r#"# a flow

flow: help       # its name
language: en-US  # how it speaks
start: a

nodes:
  # the first
  a:
    say: { text: "Hello,  {you} # there: it's", next: b }
  b:
    menu:
      prompt: { en-US: 'It''s  me', de-DE: { file: a.wav } }
      choices: {
        one: { tone: "1", next: c },  # the first
        two: { tone: "2", next: c }
      }
      otherwise: c
  c:
    branch:
      when:
        - if: "a == [1,2]"
          next: d
        - { if: x, next: d }
      otherwise: d
  # in between
  d:
    say:
      text: |
        Two
          lines.

      next: e
  e: { hangup: {} }
"#;

    #[test]
    fn an_untidy_file_becomes_tidy_and_stays_so() {
        assert_eq!(format(UNTIDY).as_deref(), Ok(TIDY));
        assert_eq!(format(TIDY).as_deref(), Ok(TIDY));
        assert_eq!(format(&UNTIDY.replace('\n', "\r\n")).as_deref(), Ok(TIDY));
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        let Err(FormatError::Unreadable(found)) = format("flow: a\nnodes: { a: [ }\n") else {
            panic!("it was formatted");
        };
        assert_eq!(found.line, 2);
    }

    #[test]
    fn a_comment_below_a_text_is_none_of_it() {
        let source =
            "say:\n    text: |\n            Two\n              lines.\n      # why\n    next: b\n";
        let tidy = "say:\n  text: |\n    Two\n      lines.\n  # why\n  next: b\n";
        assert_eq!(format(source).as_deref(), Ok(tidy));
        assert_eq!(format(tidy).as_deref(), Ok(tidy));
        // One that stands as far to the right is text.
        let inside = "say:\n  text: |\n    Two\n    # lines.\n  next: b\n";
        assert_eq!(format(inside).as_deref(), Ok(inside));
    }

    #[test]
    fn a_text_in_an_item_of_a_list_is_kept() {
        let source = "when:\n- if: |\n      a == 1\n  next: d\n-   if: >-\n       a == 2\n       || b\n    next: e\n";
        let tidy = "when:\n  - if: |\n      a == 1\n    next: d\n  - if: >-\n      a == 2\n      || b\n    next: e\n";
        assert_eq!(format(source).as_deref(), Ok(tidy));
        assert_eq!(format(tidy).as_deref(), Ok(tidy));
        let itself = "a:\n- |\n  one\n   two\n- |2\n    three\n- b\n";
        let tidy = "a:\n  - |\n      one\n       two\n  - |2\n      three\n  - b\n";
        assert_eq!(format(itself).as_deref(), Ok(tidy));
    }

    #[test]
    fn no_line_ends_with_a_blank() {
        let source = "a: {\n  b: 1,\n\n  c: 2 }\nd:\n  -\n    e: 1\n";
        let tidy = format(source).expect("it is formatted");
        assert!(tidy.lines().all(|line| line.trim_end() == line), "{tidy:?}");
    }

    #[test]
    fn what_cannot_be_kept_is_left() {
        for unusual in ["a: &x 1\nb: *x\n", "? a\n: b\n", "a: !!str 1\n", "%YAML 1.2\n---\na: 1\n"]
        {
            assert_eq!(format(unusual), Err(FormatError::Unusual), "{unusual}");
        }
    }

    #[test]
    fn long_texts_in_quotes_over_several_lines_are_kept() {
        let source = "a:\n      text: \"one\n         two\n\n         three\"\n      next: b\n";
        assert_eq!(
            format(source).as_deref(),
            Ok("a:\n  text: \"one\n    two\n\n    three\"\n  next: b\n")
        );
    }
}
