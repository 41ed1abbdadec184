//! Source to syntax tree.
//!
//! The library has two parsers. Its generated one needs 200 KB of stack for one pair of brackets in a debug
//! build, so that a dozen of them end the process; its hand-written one (feature `parser_pratt`) parses
//! every 1 KB source within half a megabyte, and is the one used here. Its sentences are replaced by ours.

use std::panic::catch_unwind;

use cel::{
    IdedExpr, ParseErrors,
    parser::{PrattParser, pratt_parser::TokenKind},
};

use super::{
    MAX_EXPRESSION_BYTES,
    error::{ExpressionError, ExpressionFault},
    tokens::{self, End, Token},
};

/// How deep the parser may go; the tree it makes is bounded again, more narrowly.
const PARSER_DEPTH: u16 = 32;

/// How many nodes a tree may have before loops are expanded.
const PARSER_NODES: usize = 600;

/// An expression with its tokens.
pub(super) struct Parsed<'s> {
    /// As written.
    pub(super) source: &'s str,
    /// The syntax tree, loops expanded.
    pub(super) tree: IdedExpr,
    /// The words and signs.
    pub(super) tokens: Vec<Token>,
}

/// Reads `source`.
pub(super) fn parse(source: &str) -> Result<Parsed<'_>, ExpressionError> {
    let whole = |kind, message: String| ExpressionError {
        kind,
        message,
        hint: None,
        offset: 0,
        length: source.len(),
    };
    if source.len() > MAX_EXPRESSION_BYTES {
        let bytes = source.len();
        let message = format!("the expression has {bytes} bytes, more than {MAX_EXPRESSION_BYTES}");
        return Err(whole(ExpressionFault::Bounds, message));
    }
    let tokens = readable_tokens(source)?;
    if tokens.is_empty() {
        return Err(whole(ExpressionFault::Syntax, "the expression is empty".to_owned()));
    }
    match catch_unwind(|| parser().parse(source)) {
        Ok(Ok(tree)) => Ok(Parsed { source, tree, tokens }),
        Ok(Err(errors)) => Err(translate(source, &tokens, &errors)),
        Err(_) => Err(whole(ExpressionFault::Syntax, "the expression cannot be read".to_owned())),
    }
}

fn parser() -> PrattParser {
    PrattParser::new().max_recursion_depth(PARSER_DEPTH).max_expression_node_count(PARSER_NODES)
}

/// The tokens, or what is wrong with the first piece that is none.
fn readable_tokens(source: &str) -> Result<Vec<Token>, ExpressionError> {
    let (tokens, end) = tokens::all(source);
    if let End::Fault(offset) = end {
        return Err(not_a_token(source, offset));
    }
    match tokens.iter().find(|token| token.kind == TokenKind::TokEqual) {
        Some(token) => Err(ExpressionError {
            kind: ExpressionFault::Syntax,
            message: "a single `=` means nothing in an expression".to_owned(),
            hint: Some("write == to compare".to_owned()),
            offset: token.start,
            length: 1,
        }),
        None => Ok(tokens),
    }
}

fn not_a_token(source: &str, offset: usize) -> ExpressionError {
    let rest = source.get(offset..).unwrap_or_default();
    let first = rest.chars().next().unwrap_or(' ');
    let (message, hint) = match first {
        '\'' | '"' | 'r' | 'R' | 'b' | 'B' => ("the quoted text does not end".to_owned(), None),
        '&' => ("a single `&` means nothing in an expression".to_owned(), Some("write && for and")),
        '|' => ("a single `|` means nothing in an expression".to_owned(), Some("write || for or")),
        '0'..='9' | '.' => ("this is not a number".to_owned(), None),
        other => (
            format!("`{}` means nothing here", other.escape_debug()),
            Some("put text in quotes: 'text'"),
        ),
    };
    ExpressionError {
        kind: ExpressionFault::Syntax,
        message,
        hint: hint.map(str::to_owned),
        offset,
        length: first.len_utf8().min(rest.len()),
    }
}

fn translate(source: &str, tokens: &[Token], errors: &ParseErrors) -> ExpressionError {
    let Some(error) = errors.errors.first() else {
        return unexpected(source, tokens, 0);
    };
    if error.msg.contains("recursion limit") || error.msg.contains("count exceeds") {
        return ExpressionError {
            kind: ExpressionFault::Bounds,
            message: "the expression is too deeply nested or too long".to_owned(),
            hint: Some("use several branch nodes or several ${…}".to_owned()),
            offset: 0,
            length: source.len(),
        };
    }
    let offset = offset_of(source, error.pos);
    if error.msg.contains("has() macro") {
        return ExpressionError {
            kind: ExpressionFault::Syntax,
            message: "has() asks for a field".to_owned(),
            hint: Some("write has(vars.name)".to_owned()),
            offset,
            length: token_length(tokens, offset),
        };
    }
    unexpected(source, tokens, offset)
}

fn unexpected(source: &str, tokens: &[Token], offset: usize) -> ExpressionError {
    let length = token_length(tokens, offset);
    let word = source.get(offset..offset.saturating_add(length)).unwrap_or_default();
    let message = if word.is_empty() {
        "the expression ends too early".to_owned()
    } else {
        format!("`{word}` does not fit here")
    };
    ExpressionError { kind: ExpressionFault::Syntax, message, hint: None, offset, length }
}

fn token_length(tokens: &[Token], offset: usize) -> usize {
    tokens
        .iter()
        .find(|token| token.start == offset)
        .map_or(0, |token| token.end.saturating_sub(token.start))
}

/// From line and column, both from 1 and in bytes, to the offset, never beyond the source or inside a character.
fn offset_of(source: &str, (line, column): (isize, isize)) -> usize {
    let lines = usize::try_from(line).unwrap_or(0).saturating_sub(1);
    let before: usize = source.split_inclusive('\n').take(lines).map(str::len).sum();
    let column = usize::try_from(column).unwrap_or(0).saturating_sub(1);
    source.floor_char_boundary(before.saturating_add(column))
}
