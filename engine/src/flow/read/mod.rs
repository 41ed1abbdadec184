//! Tree to flow: every field is read on its own, every finding is kept, nothing stops at the first.
//!
//! | module | what it reads |
//! |---|---|
//! | `fields` | a map with known fields |
//! | `values` | names, numbers, durations, keys, targets |
//! | `texts` | texts and expressions, and which names they may read |
//! | `nodes` | the kinds of node but these two |
//! | `menu`, `collect`, `consent`, `callback`, `ask` | questions to the caller |
//! | `speech`, `prompts` | what is heard, and the catalogue of it |
//! | `hours`, `before`, `set`, `sub`, `http` | opening hours; redirect and reject; variables; sub-flows; requests |
//! | `record`, `people` | recordings and messages; who is brought in and taken out |
//! | `stream` | talks with a voice agent |
//! | `file` | the file as a whole |
//! | `entry`, `rules` | a file that chooses among flows, and the nodes that it becomes |

mod ask;
mod before;
mod callback;
mod collect;
mod consent;
mod entry;
mod fields;
mod file;
mod hours;
mod http;
mod menu;
mod nodes;
mod people;
mod prompts;
mod record;
mod rules;
mod set;
mod speech;
mod stream;
mod sub;
mod texts;
mod values;

use std::{collections::BTreeMap, rc::Rc};

use super::{
    codes::Code,
    diagnostic::{Diagnostic, Severity, Span},
    expression::Expression,
    graph::{Edge, Role},
    library::{Library, Part},
    model::{Spoken, VarType},
};

pub(crate) use file::{Draft, DraftNode};

/// The language of a flow that names none.
const DEFAULT_LANGUAGE: &str = "en-US";

/// A variable that is set or read.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) node: Option<String>,
    /// It is a member of what an http node sends, as it stands.
    pub(crate) sent: bool,
}

/// An expression, and what its value is for.
#[derive(Debug, Clone)]
pub(crate) struct Expressed {
    pub(crate) expression: Expression,
    pub(crate) span: Span,
    pub(crate) node: Option<String>,
    pub(crate) wanted: Wanted,
}

/// What a value is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It decides: true or false.
    Condition,
    /// It is spoken, or part of a URL.
    Spoken,
    /// A variable receives it.
    Variable(String),
    /// A parameter of this type receives it.
    Parameter(VarType),
    /// Anything does.
    Anything,
}

/// A variable that receives digits.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) node: Option<String>,
    pub(crate) sensitive: bool,
}

/// Reads trees and keeps what it finds.
pub(crate) struct Reader<'s> {
    pub(crate) source: &'s str,
    pub(crate) diagnostics: Vec<Diagnostic>,
    node: Option<String>,
    edges: Vec<Edge>,
    /// Whether the node that is read may lead somewhere that could not be read.
    open: bool,
    set: Vec<String>,
    used: Vec<Variable>,
    receivers: Vec<Receiver>,
    expressed: Vec<Expressed>,
    /// The flow's own language.
    language: String,
    /// The other languages of the flow.
    languages: Vec<String>,
    /// The catalogue of prompts.
    prompts: BTreeMap<String, Spoken>,
    /// The files beside the flow's own.
    library: Rc<Library>,
    is_sub: bool,
    /// The sub-flows entered, with the node that does.
    entered: Vec<(String, Rc<Part>)>,
    /// What `return` nodes are named, and what is needed to come there is found out later.
    returns: Vec<(String, Option<String>)>,
}

/// A finding before it has its line.
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Finding {
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, span, message: message.into(), hint: None }
    }

    pub(crate) fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn maybe_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    /// The finding with its place in `source`.
    pub(crate) fn place(self, source: &str, node: Option<&str>) -> Diagnostic {
        let span = self.span.within(source);
        let (line, column) = span.position(source);
        Diagnostic {
            code: self.code,
            severity: self.severity,
            message: self.message,
            line,
            column,
            span,
            hint: self.hint,
            node: node.map(str::to_owned),
            file: None,
        }
    }
}

impl<'s> Reader<'s> {
    pub(crate) fn new(source: &'s str, library: Rc<Library>) -> Self {
        Self {
            source,
            diagnostics: Vec::new(),
            node: None,
            edges: Vec::new(),
            open: false,
            set: Vec::new(),
            used: Vec::new(),
            receivers: Vec::new(),
            expressed: Vec::new(),
            language: DEFAULT_LANGUAGE.to_owned(),
            languages: Vec::new(),
            prompts: BTreeMap::new(),
            library,
            is_sub: false,
            entered: Vec::new(),
            returns: Vec::new(),
        }
    }

    fn report(&mut self, finding: Finding) {
        let diagnostic = finding.place(self.source, self.node.as_deref());
        self.diagnostics.push(diagnostic);
    }

    fn lead(&mut self, target: &str, span: Span, role: Role) {
        self.edges.push(Edge { target: target.to_owned(), span, role });
    }
}
