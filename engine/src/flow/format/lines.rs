//! Indentation, comments and empty lines.

use super::tokens::{Token, logical};

/// Blanks of one level.
const STEP: usize = 2;
/// Comments behind lines that are longer than this stand two blanks behind them; the others stand below each other.
const ALIGNED: usize = 72;

/// A level of the file: how it was indented, and how it is now.
#[derive(Debug, Clone, Copy)]
struct Level {
    was: usize,
    is: usize,
    items: bool,
}

/// A line as it will be.
#[derive(Debug, Default)]
struct Out {
    text: String,
    /// A comment behind it.
    comment: Option<String>,
}

/// The file in the one way; none where it is written in a way that is not understood.
pub(super) fn written(source: &str) -> Option<String> {
    let lines: Vec<&str> = source.lines().map(|line| line.trim_end_matches('\r')).collect();
    let mut writer = Writer { lines: &lines, levels: Vec::new(), out: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        at = writer.next(at)?;
    }
    Some(joined(writer.out))
}

struct Writer<'s> {
    lines: &'s [&'s str],
    levels: Vec<Level>,
    out: Vec<Out>,
}

impl Writer<'_> {
    /// Writes what begins at a line; where the next begins.
    fn next(&mut self, at: usize) -> Option<usize> {
        let line = self.lines[at];
        let text = line.trim();
        if text.is_empty() {
            let again = self.out.last().is_none_or(|before| before.text.is_empty());
            if !again {
                self.out.push(Out::default());
            }
            return Some(at + 1);
        }
        if text == "---" {
            self.out.push(Out { text: text.to_owned(), comment: None });
            return Some(at + 1);
        }
        if text.starts_with('#') {
            let indent = self.indent_of_comment(at);
            self.out.push(Out { text: format!("{}{text}", blanks(indent)), comment: None });
            return Some(at + 1);
        }
        self.content(at)
    }

    fn content(&mut self, at: usize) -> Option<usize> {
        let (tokens, taken) = logical(&self.lines[at..])?;
        let was = indent(self.lines[at]);
        let mut rest = tokens.as_slice();
        let mut is = self.level(was, rest.first() == Some(&Token::Dash));
        let mut text = blanks(is);
        let (mut column, mut dash) = (was, None);
        // An item's own fields stand behind its dash.
        while let Some((Token::Dash, after)) = rest.split_first() {
            text.push_str("- ");
            dash = Some(column);
            column += self.lines[at]
                .get(column + 1..)?
                .find(|letter| letter != ' ')
                .map_or(1, |gap| gap + 1);
            rest = after;
            is = self.level(column, rest.first() == Some(&Token::Dash));
        }
        self.write(&text, rest, is);
        match rest.header() {
            // The text belongs to the item itself, or to a field of it.
            Some(header) => {
                let itself = matches!(rest.first(), Some(Token::Scalar(text)) if text == header);
                let place = match dash.filter(|_| itself) {
                    Some(dash) => (dash, is.saturating_sub(STEP)),
                    None => (column, is),
                };
                Some(self.literal(at + taken, header, place, is))
            }
            None => Some(at + taken),
        }
    }

    /// The new indentation of a line that was indented so.
    fn level(&mut self, was: usize, items: bool) -> usize {
        while let Some(top) = self.levels.last() {
            let left = top.was > was || (top.was == was && top.items && !items);
            if !left {
                break;
            }
            self.levels.pop();
        }
        match self.levels.last() {
            Some(top) if top.was == was && top.items == items => top.is,
            top => {
                let is = top.map_or(0, |top| top.is + STEP);
                self.levels.push(Level { was, is, items });
                is
            }
        }
    }

    /// A comment goes with a level that is open, else with what comes after it.
    fn indent_of_comment(&mut self, at: usize) -> usize {
        let was = indent(self.lines[at]);
        let next = self.lines[at..].iter().find(|line| {
            let text = line.trim();
            !text.is_empty() && !text.starts_with('#')
        });
        let Some(next) = next else {
            let open = self.levels.iter().rev().find(|level| level.was <= was);
            return open.map_or(0, |level| level.is);
        };
        let next_was = indent(next);
        if was > next_was
            && let Some(level) = self.levels.iter().find(|level| level.was == was)
        {
            return level.is;
        }
        let levels = self.levels.clone();
        let is = self.level(next_was, next.trim_start().starts_with("- "));
        self.levels = levels;
        is
    }

    /// Writes tokens; after each line end within brackets a line begins.
    fn write(&mut self, begin: &str, tokens: &[Token], is: usize) {
        let mut line = Out { text: begin.to_owned(), comment: None };
        let mut depth = 0_usize;
        let mut before: Option<&Token> = None;
        let mut begins = true;
        for (at, token) in tokens.iter().enumerate() {
            if matches!(token, Token::Close(_)) {
                depth = depth.saturating_sub(1);
            }
            match token {
                Token::Break => {
                    self.push(std::mem::take(&mut line));
                    let closes = matches!(tokens.get(at + 1), Some(Token::Close(_)));
                    let levels = if closes { depth.saturating_sub(1) } else { depth };
                    line.text = blanks(is + levels * STEP);
                    begins = true;
                }
                Token::Comment(text) if begins && !line.text.trim().is_empty() => {
                    line.comment = Some(text.clone());
                }
                Token::Comment(text) if begins => line.text.push_str(text),
                Token::Comment(text) => line.comment = Some(text.clone()),
                Token::Open(_)
                | Token::Close(_)
                | Token::Comma
                | Token::Colon
                | Token::Dash
                | Token::Scalar(_) => {
                    if !begins && needs_blank(before, token) {
                        line.text.push(' ');
                    }
                    line.text.push_str(&word(token, is));
                    begins = false;
                }
            }
            if matches!(token, Token::Open(_)) {
                depth += 1;
            }
            before = Some(token);
        }
        self.push(line);
    }

    /// A line of which nothing but its indentation or a dash is there ends with no blank.
    fn push(&mut self, mut line: Out) {
        line.text.truncate(line.text.trim_end().len());
        self.out.push(line);
    }

    /// The lines of a text after `|` or `>`: moved as a whole. What it belongs to was indented so, and is now so.
    fn literal(
        &mut self,
        at: usize,
        header: &str,
        (was, is): (usize, usize),
        behind: usize,
    ) -> usize {
        let below = &self.lines[at..];
        let first = below.iter().find(|line| !line.trim().is_empty()).map(|line| indent(line));
        let first = first.filter(|first| *first > was);
        let fixed = header.chars().find_map(|letter| letter.to_digit(10));
        // A line that stands less far to the right than the text is no text: a comment, or what comes next.
        let least = match fixed {
            Some(more) => was + usize::try_from(more).unwrap_or(1),
            None => first.unwrap_or(was + 1),
        };
        let inside = |line: &&&str| line.trim().is_empty() || indent(line) >= least;
        let count = below.iter().take_while(inside).count();
        let mut lines = &below[..count];
        // Empty lines behind the text are the file's, unless the header keeps them.
        while !header.contains('+') && lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines = &lines[..lines.len() - 1];
        }
        let (from, to) =
            if fixed.is_some() { (was, is) } else { (first.unwrap_or(was), behind + STEP) };
        for line in lines {
            let moved = match line.get(from..) {
                Some(text) if !line.trim().is_empty() => format!("{}{text}", blanks(to)),
                Some(_) | None => String::new(),
            };
            // Not empty for `joined`: this is text.
            self.out.push(Out {
                text: if moved.is_empty() { "\u{0}".to_owned() } else { moved },
                comment: None,
            });
        }
        at + lines.len()
    }
}

/// The header of a text that comes on the lines below.
trait Header {
    fn header(&self) -> Option<&str>;
}

impl Header for [Token] {
    fn header(&self) -> Option<&str> {
        let mut words = self.iter().rev().filter(|token| !matches!(token, Token::Comment(_)));
        match words.next() {
            Some(Token::Scalar(text)) if text.starts_with(['|', '>']) => Some(text),
            Some(_) | None => None,
        }
    }
}

fn needs_blank(before: Option<&Token>, token: &Token) -> bool {
    !matches!(
        (before, token),
        (Some(Token::Open('{')), Token::Close('}'))
            | (Some(Token::Open('[')), _)
            | (_, Token::Close(']') | Token::Comma | Token::Colon)
    )
}

/// A token as it is written; a text in quotes over several lines is indented anew.
fn word(token: &Token, is: usize) -> String {
    match token {
        Token::Open(sign) | Token::Close(sign) => sign.to_string(),
        Token::Comma => ",".to_owned(),
        Token::Colon => ":".to_owned(),
        Token::Dash => "-".to_owned(),
        Token::Scalar(text) => {
            let mut lines = text.lines();
            let mut word = lines.next().unwrap_or_default().to_owned();
            for line in lines {
                word.push('\n');
                if !line.is_empty() {
                    word.push_str(&blanks(is + STEP));
                    word.push_str(line);
                }
            }
            word
        }
        Token::Comment(text) => text.clone(),
        Token::Break => String::new(),
    }
}

/// Comments behind neighbouring lines stand below each other.
fn joined(mut out: Vec<Out>) -> String {
    while out.last().is_some_and(|line| line.text.is_empty() && line.comment.is_none()) {
        out.pop();
    }
    let mut text = String::new();
    let mut at = 0;
    while at < out.len() {
        let group = out[at..].iter().take_while(|line| line.comment.is_some()).count();
        let length = |line: &Out| line.text.chars().count();
        let short = out[at..at + group].iter().map(length).filter(|length| *length <= ALIGNED);
        let column = short.max().unwrap_or(0);
        for line in &out[at..at + group.max(1)] {
            let content = if line.text == "\u{0}" { "" } else { line.text.as_str() };
            text.push_str(content);
            if let Some(comment) = &line.comment {
                text.push_str(&blanks(column.saturating_sub(length(line)) + STEP));
                text.push_str(comment);
            }
            text.push('\n');
        }
        at += group.max(1);
    }
    text
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}
