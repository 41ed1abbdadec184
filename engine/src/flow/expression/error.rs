//! Why an expression cannot be read, and why it has no value. Neither holds a value of the call.

use thiserror::Error;

/// Why an expression was refused when its flow was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What kind of fault it is.
    pub kind: ExpressionFault,
    /// What is wrong, in a sentence without its full stop.
    pub message: String,
    /// What to write instead, where known.
    pub hint: Option<String>,
    /// Where in the expression, in bytes from its start.
    pub offset: usize,
    /// How many bytes are at fault; 0 at the end of the expression.
    pub length: usize,
}

/// The kinds of fault of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpressionFault {
    /// It is not CEL.
    Syntax,
    /// It is CEL, but outside the bounds of a flow: too long, too deep, too many items, two loops.
    Bounds,
    /// It calls a function that a flow does not have.
    Function,
}

/// Why an expression has no value now. Holds names of the flow, types and operators, never values:
/// it may be written to the journal and to logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// A root, field or list item that does not exist now.
    #[error("`{0}` has no value here; test it with has(…) first")]
    Missing(String),
    /// An operator or function met types it does not know.
    #[error("`{0}` does not work on these types; convert with string(), int() or double()")]
    Types(String),
    /// A division by zero, or a number out of range.
    #[error("the arithmetic has no result; check for zero and for large numbers")]
    Arithmetic,
    /// A function refused its argument, for example `int("abc")`.
    #[error("`{0}` refused its argument; test the value before converting it")]
    Refused(String),
    /// A loop over a map, or over a list of more than 100 items.
    #[error("a loop runs over lists of at most 100 items only; choose a shorter list")]
    Loop,
    /// A value that is neither text, number, truth value, null, list nor map.
    #[error("the result is not a plain value; choose one of its fields")]
    NotPlain,
    /// A list or map where a text, number or truth value is wanted.
    #[error("a list or map cannot be spoken or sent; choose one of its fields")]
    NotText,
    /// A value that would change which resource a URL names: null, `.` or `..`.
    #[error("null and dots cannot stand in a URL; test the value first")]
    NotUrl,
    /// A text longer than 4,000 characters, which was cut.
    #[error("a text has at most 4,000 characters; the rest was cut off")]
    TooLong,
    /// The evaluator failed. A fault of ours or of a library.
    #[error("the evaluator failed on this expression; write it more simply and report the fault")]
    Failed,
}
