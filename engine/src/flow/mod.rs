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
//! | [`ways`] | the ways out of each node, as people see them |
//! | `read`, `graph` | tree to nodes, and how the nodes hang together |
//! | `duration`, `nearest` | `30s`; "did you mean" |

pub mod bundle;
pub mod codes;
pub mod compile;
pub mod diagnostic;
mod document;
mod duration;
pub mod expression;
mod graph;
pub mod model;
mod nearest;
mod read;
pub mod scope;
mod syntax;
pub mod text;
pub mod ways;

pub use bundle::Bundle;
pub use codes::Code;
pub use compile::{Compiled, compile};
pub use diagnostic::{Diagnostic, Severity, Span, line_of};
pub use expression::{EvaluationError, Expression, ExpressionError, ExpressionFault};
pub use model::{
    Branch, Choice, Collect, Flow, Http, HttpMethod, Menu, Node, NodeName, Queue, Record, Retry,
    Say, Voicemail,
};
pub use scope::Scope;
pub use text::{RenderFailure, Rendered, Text};
pub use ways::{Way, WayKind};
