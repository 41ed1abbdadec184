//! The flow language: what a call does, written in YAML.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@compile`] | source to checked flow, with all findings at once |
//! | [`model`] | the checked form, which `step` walks |
//! | [`bundle`] | a flow with its source and hash: what a call pins |
//! | [`expression`], [`text`], [`scope`] | CEL, texts with `${…}` in them, and what they can read |
//! | [`diagnostic`], [`codes`] | findings and the rules behind them |
//! | `document`, `syntax` | YAML to tree, and its faults in our own sentences |
//! | `read`, `graph`, `check` | tree to nodes, how the nodes hang together, and what holds for the whole |
//! | [`report`] | what a flow promises: outcomes, the way to a person, the longest wait |
//! | [`ways`] | the ways out of each node, as people see them |
//! | [`library`] | the files beside a flow's own: sub-flows and calendars |
//! | [`language`] | the language described: its reference and its JSON Schema |
//! | [`hours`] | opening hours and calendars |
//! | [`pattern`] | what digits must look like |
//! | [`difference`] | what changes for a caller between two versions |
//! | [`mod@format`] | one way to write a file |
//! | `duration`, `nearest` | `30s`; "did you mean" |

pub mod bundle;
mod check;
pub mod codes;
pub mod compile;
pub mod diagnostic;
pub mod difference;
mod document;
mod duration;
pub mod expression;
pub mod format;
mod graph;
pub mod hours;
pub mod language;
pub mod library;
mod locales;
pub mod model;
mod nearest;
pub mod pattern;
mod read;
pub mod report;
pub mod scope;
mod syntax;
pub mod text;
pub mod ways;

pub(crate) use check::BEFORE_ANSWER;

pub use bundle::Bundle;
pub use codes::Code;
pub use compile::{Compiled, compile, compile_for, compile_with};
pub use diagnostic::{Diagnostic, Severity, Span, line_of};
pub use expression::{EvaluationError, Expression, ExpressionError, ExpressionFault};
pub use format::{FormatError, format};
pub use hours::Hours;
pub use library::{Parts, needs};
pub use model::{
    Add, Ask, Branch, Callback, ChangeRecording, Choice, Collect, Confirm, Consent, Credential,
    Flow, Hold, Http, HttpMethod, LanguageModel, Menu, Message, Node, NodeName, Play, Question,
    Queue, Record, RecordingChange, Redirect, RejectReason, Remove, Retry, Return, Ring, Said, Say,
    Set, Spoken, Stream, SubFlow, Target, TargetKind, Transfer, VarType, Variable, Voicemail,
};
pub use pattern::Pattern;
pub use scope::Scope;
pub use text::{RenderFailure, Rendered, Text};
pub use ways::{Way, WayKind};
