//! A logical line of YAML: one line, and those after it as long as a bracket or a quote is open.

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `{` or `[`
    Open(char),
    /// `}` or `]`
    Close(char),
    Comma,
    /// The `:` after a key.
    Colon,
    /// The `-` of an item.
    Dash,
    /// A scalar, byte for byte; in quotes it may hold line ends.
    Scalar(String),
    /// A comment, with its `#`.
    Comment(String),
    /// The end of a line within brackets.
    Break,
}

/// Reads one logical line from the lines of a file; how many lines it took. None where a bracket or quote is never closed.
pub(super) fn logical(lines: &[&str]) -> Option<(Vec<Token>, usize)> {
    let mut reader = Reader { tokens: Vec::new(), depth: 0 };
    let mut taken = 0;
    let mut open: Option<(char, String)> = None;
    while let Some(line) = lines.get(taken) {
        taken += 1;
        let mut rest = line.trim();
        if let Some((quote, mut text)) = open.take() {
            text.push('\n');
            let Some(end) = end_of_quote(rest, quote) else {
                text.push_str(rest);
                open = Some((quote, text));
                continue;
            };
            text.push_str(&rest[..end]);
            reader.tokens.push(Token::Scalar(text));
            rest = rest[end..].trim_start();
        }
        open = reader.line(rest).ok()?;
        if open.is_none() && reader.depth == 0 {
            return Some((reader.tokens, taken));
        }
        if open.is_none() {
            reader.tokens.push(Token::Break);
        }
    }
    None
}

/// Anchors, tags and the like: no flow needs them.
struct Unusual;

struct Reader {
    tokens: Vec<Token>,
    depth: usize,
}

impl Reader {
    /// One line; a quote that it leaves open, with its text so far.
    fn line(&mut self, line: &str) -> Result<Option<(char, String)>, Unusual> {
        let mut rest = line;
        let mut blank_before = true;
        while let Some(first) = rest.chars().next() {
            let before = rest;
            match first {
                ' ' | '\t' => rest = rest.trim_start(),
                '#' if blank_before => {
                    self.tokens.push(Token::Comment(rest.to_owned()));
                    return Ok(None);
                }
                '"' | '\'' if self.value_may_begin() => match end_of_quote(&rest[1..], first) {
                    Some(end) => {
                        let (text, after) = rest.split_at(end + 1);
                        self.tokens.push(Token::Scalar(text.to_owned()));
                        rest = after;
                    }
                    None => return Ok(Some((first, rest.to_owned()))),
                },
                '{' | '[' if self.depth > 0 || self.value_may_begin() => {
                    self.depth += 1;
                    self.tokens.push(Token::Open(first));
                    rest = &rest[1..];
                }
                '}' | ']' if self.depth > 0 => {
                    self.depth -= 1;
                    self.tokens.push(Token::Close(first));
                    rest = &rest[1..];
                }
                ',' if self.depth > 0 => {
                    self.tokens.push(Token::Comma);
                    rest = &rest[1..];
                }
                ':' if ends_key(&rest[1..], self.depth > 0) => {
                    self.tokens.push(Token::Colon);
                    rest = &rest[1..];
                }
                '-' if self.depth == 0 && self.item_may_begin() && is_blank(&rest[1..]) => {
                    self.tokens.push(Token::Dash);
                    rest = &rest[1..];
                }
                // Anchors, aliases, tags, keys that are maps: not in flows.
                '&' | '*' | '!' | '?' | '%' | '@' | '`' if self.value_may_begin() => {
                    return Err(Unusual);
                }
                _ => {
                    let end = end_of_plain(rest, self.depth > 0);
                    self.tokens.push(Token::Scalar(rest[..end].trim_end().to_owned()));
                    rest = &rest[end..];
                }
            }
            let taken = &before[..before.len() - rest.len()];
            blank_before = taken.ends_with([' ', '\t']);
            if taken.is_empty() {
                return Err(Unusual);
            }
        }
        Ok(None)
    }

    fn value_may_begin(&self) -> bool {
        !matches!(self.tokens.last(), Some(Token::Scalar(_) | Token::Close(_)))
    }

    fn item_may_begin(&self) -> bool {
        self.tokens.iter().all(|token| *token == Token::Dash)
    }
}

/// Where a text in quotes ends, its closing quote included.
fn end_of_quote(text: &str, quote: char) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => {
                letters.next();
            }
            _ if letter != quote => {}
            '\'' if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                letters.next();
            }
            _ => return Some(at + letter.len_utf8()),
        }
    }
    None
}

/// Where a text without quotes ends: before `: `, before ` #`, and within brackets before `,`, brackets and braces.
fn end_of_plain(text: &str, within: bool) -> usize {
    let mut blank_before = false;
    for (at, letter) in text.char_indices() {
        let ends = match letter {
            ':' => at > 0 && ends_key(&text[at + 1..], within),
            '#' => blank_before,
            ',' | '{' | '}' | '[' | ']' => within && at > 0,
            _ => false,
        };
        if ends {
            return at;
        }
        blank_before = matches!(letter, ' ' | '\t');
    }
    text.len()
}

/// Whether a `:` before this ends a key.
fn ends_key(after: &str, within: bool) -> bool {
    is_blank(after) || (within && after.starts_with([',', '{', '}', '[', ']']))
}

fn is_blank(after: &str) -> bool {
    after.is_empty() || after.starts_with([' ', '\t'])
}
