//! The words and signs of an expression, with their places. The first thing every expression goes through: what has no
//! token never reaches the parser.

use cel::parser::pratt_parser::{Lexer, TokenKind};

/// A token with its place in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Where the tokens end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At the end of the source.
    Source,
    /// Before a piece that is no token, which starts here.
    Fault(usize),
    /// Before a `}` that closes nothing, which starts here. Only [`until_brace`] stops there.
    Brace(usize),
}

/// All tokens of `source`, without blanks and comments.
pub(crate) fn all(source: &str) -> (Vec<Token>, End) {
    scan(source, false)
}

/// The tokens of `source` up to the `}` that closes nothing.
pub(crate) fn until_brace(source: &str) -> (Vec<Token>, End) {
    scan(source, true)
}

fn scan(source: &str, stop_at_brace: bool) -> (Vec<Token>, End) {
    let mut lexer = Lexer::new(source);
    let mut tokens = Vec::new();
    let mut open = 0_usize;
    loop {
        let token = lexer.lex();
        let (kind, start, end) = (token.kind, token.start, token.end);
        if kind == TokenKind::TokEnd {
            return (tokens, End::Source);
        }
        if kind == TokenKind::TokError {
            return (tokens, End::Fault(start));
        }
        if kind == TokenKind::TokLeftBrace {
            open = open.saturating_add(1);
        }
        if kind == TokenKind::TokRightBrace {
            if open == 0 && stop_at_brace {
                return (tokens, End::Brace(start));
            }
            open = open.saturating_sub(1);
        }
        if kind != TokenKind::TokWhitespace && kind != TokenKind::TokComment {
            tokens.push(Token { kind, start, end });
        }
    }
}
