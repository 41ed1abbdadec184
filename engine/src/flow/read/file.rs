//! The file as a whole.

use std::{collections::BTreeMap, rc::Rc};

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    graph::Edge,
    library::Part,
    locales,
    model::{Node, Variable as Declared},
    nearest::nearest,
};

use super::{
    Expressed, Finding, Reader, Receiver, Variable, entry::is_entry, fields::Fields,
    values::shortened,
};

/// Most nodes of a flow.
const MAX_NODES: usize = 500;

const FIELDS: &[&str] = &[
    "flow",
    "subflow",
    "language",
    "voice",
    "languages",
    "params",
    "vars",
    "prompts",
    "start",
    "nodes",
];

/// A flow as far as it could be read.
pub(crate) struct Draft {
    pub(crate) name: Option<String>,
    pub(crate) language: String,
    pub(crate) voice: Option<String>,
    pub(crate) start: Option<(String, Span)>,
    pub(crate) nodes: Vec<DraftNode>,
    /// Variables that some node sets.
    pub(crate) set: Vec<String>,
    /// Variables that some expression reads.
    pub(crate) used: Vec<Variable>,
    /// Variables that receive digits.
    pub(crate) receivers: Vec<Receiver>,
    /// All expressions.
    pub(crate) expressed: Vec<Expressed>,
    /// Whether it is a sub-flow.
    pub(crate) is_sub: bool,
    /// Whether it chooses among flows.
    pub(crate) is_entry: bool,
    /// The other languages, with their voices.
    pub(crate) languages: BTreeMap<String, Option<String>>,
    /// Variables with a type.
    pub(crate) variables: BTreeMap<String, Declared>,
    /// The sub-flows entered, with the node that does.
    pub(crate) entered: Vec<(String, Rc<Part>)>,
    /// Its `return` nodes, with the names they return as.
    pub(crate) returns: Vec<(String, Option<String>)>,
}

/// A node as far as it could be read.
pub(crate) struct DraftNode {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// None where it has a fault.
    pub(crate) node: Option<Node>,
    /// Where it leads, as far as it could be read.
    pub(crate) edges: Vec<Edge>,
    /// Whether it may lead somewhere that could not be read.
    pub(crate) open: bool,
}

impl Reader<'_> {
    /// Reads the whole tree.
    pub(crate) fn file(&mut self, tree: &Tree) -> Draft {
        let mut draft = Draft {
            name: None,
            language: "en-US".to_owned(),
            voice: None,
            start: None,
            nodes: Vec::new(),
            set: Vec::new(),
            used: Vec::new(),
            receivers: Vec::new(),
            expressed: Vec::new(),
            is_sub: false,
            is_entry: false,
            languages: BTreeMap::new(),
            variables: BTreeMap::new(),
            entered: Vec::new(),
            returns: Vec::new(),
        };
        if matches!(tree.shape, Shape::Null) {
            self.report(
                Finding::error(Code::Shape, tree.span, "the file is empty")
                    .hint("start with flow: name"),
            );
            return draft;
        }
        if is_entry(tree) {
            return self.entry_file(tree, draft);
        }
        let Some(fields) =
            self.fields(tree, Span { offset: tree.span.offset, length: 0 }, "a flow", FIELDS)
        else {
            return draft;
        };
        draft.name = self.flow_name(&fields);
        if let Some(language) = fields.get("language").and_then(|tree| self.language(tree)) {
            draft.language = language;
        }
        let spoken = draft.language.clone();
        draft.voice = fields.get("voice").and_then(|tree| self.voice(tree, &spoken));
        draft.is_sub = self.is_sub;
        if is_language(&draft.language) {
            self.language.clone_from(&draft.language);
        }
        draft.languages = self.other_languages(&fields);
        self.languages = draft.languages.keys().cloned().collect();
        draft.variables = self.declared(&fields, "vars", false);
        draft.variables.extend(self.params(&fields));
        self.catalogue(&fields);
        draft.start = self.start(&fields);
        draft.nodes = self.nodes(&fields);
        draft.set = std::mem::take(&mut self.set);
        draft.used = std::mem::take(&mut self.used);
        draft.receivers = std::mem::take(&mut self.receivers);
        draft.expressed = std::mem::take(&mut self.expressed);
        draft.entered = std::mem::take(&mut self.entered);
        draft.returns = std::mem::take(&mut self.returns);
        draft
    }

    fn flow_name(&mut self, fields: &Fields<'_>) -> Option<String> {
        let (field, tree) = match fields.get("subflow") {
            Some(tree) => {
                self.is_sub = true;
                ("`subflow`", tree)
            }
            None => ("`flow`", self.required(fields, "flow", "write flow: name")?),
        };
        if let (Some(_), Some((key, _))) = (fields.get("subflow"), fields.entry("flow")) {
            let message = "a file is a flow or a sub-flow, not both";
            self.report(Finding::error(Code::BadSubFlow, key.span, message));
        }
        let name = self.plain(tree, field)?;
        self.name(name, tree.span, "a flow");
        Some(name.to_owned())
    }

    fn language(&mut self, tree: &Tree) -> Option<String> {
        let language = self.plain(tree, "`language`")?;
        self.language_tag(language, tree.span);
        Some(language.to_owned())
    }

    fn language_tag(&mut self, tag: &str, span: Span) {
        if !is_language(tag) {
            let message = format!("`{}` is no language tag", shortened(tag));
            self.report(
                Finding::error(Code::BadLanguage, span, message).hint("write for example en-US"),
            );
        } else if locales::spoken().all(|known| known != tag) {
            let message = format!("Azure's speech service has no voice for `{tag}`");
            let near = nearest(tag, locales::spoken()).map(|near| format!("did you mean {near}?"));
            self.report(Finding::warning(Code::UnknownLocale, span, message).maybe_hint(near));
        }
    }

    /// `languages: { de-DE: de-DE-KatjaNeural, fr-FR: }`
    fn other_languages(&mut self, fields: &Fields<'_>) -> BTreeMap<String, Option<String>> {
        let Some(tree) = fields.get("languages") else { return BTreeMap::new() };
        let Some(entries) = self.entries(tree, "`languages`", "of tag: voice") else {
            return BTreeMap::new();
        };
        let mut languages = BTreeMap::new();
        for (key, tree) in entries {
            self.language_tag(&key.name, key.span);
            let voice = match &tree.shape {
                Shape::Null => None,
                Shape::Bool(_)
                | Shape::Whole(_)
                | Shape::Number
                | Shape::Text(_)
                | Shape::List(_)
                | Shape::Map(_) => self.voice(tree, &key.name),
            };
            languages.insert(key.name.clone(), voice);
        }
        languages.remove(&self.language);
        languages
    }

    /// What the flow that enters this sub-flow gives.
    fn params(&mut self, fields: &Fields<'_>) -> BTreeMap<String, Declared> {
        if let (false, Some((key, _))) = (self.is_sub, fields.entry("params")) {
            let message = "only a sub-flow has params";
            let hint = "begin the file with subflow: name, or use vars with start values";
            self.report(Finding::error(Code::BadSubFlow, key.span, message).hint(hint));
        }
        self.declared(fields, "params", true)
    }

    fn voice(&mut self, tree: &Tree, language: &str) -> Option<String> {
        let voice = self.plain(tree, "`voice`")?;
        let fits = !voice.is_empty()
            && voice.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_:".contains(letter));
        if !fits {
            let message = format!("`{}` is no name for a voice", shortened(voice));
            self.report(
                Finding::error(Code::BadName, tree.span, message)
                    .hint("write for example en-US-JennyNeural"),
            );
        } else if let Some(misfit) = locales::misfit(voice, language) {
            self.report(Finding::warning(Code::UnknownVoice, tree.span, misfit));
        }
        Some(voice.to_owned())
    }

    fn start(&mut self, fields: &Fields<'_>) -> Option<(String, Span)> {
        let tree = self.required(fields, "start", "name the first node")?;
        let start = self.plain(tree, "`start`")?;
        Some((start.to_owned(), tree.span))
    }

    fn nodes(&mut self, fields: &Fields<'_>) -> Vec<DraftNode> {
        let Some(tree) = self.required(fields, "nodes", "write the nodes of the flow") else {
            return Vec::new();
        };
        let Some(entries) = self.entries(tree, "`nodes`", "of name: { kind: {…} }") else {
            return Vec::new();
        };
        if entries.is_empty() {
            self.report(
                Finding::error(Code::Empty, tree.span, "`nodes` is empty")
                    .hint("write at least a hangup"),
            );
        }
        if let Some((key, _)) = entries.get(MAX_NODES) {
            let message =
                format!("a flow has at most {MAX_NODES} nodes, this one has {}", entries.len());
            self.report(Finding::error(Code::TooLarge, key.span, message));
            return Vec::new();
        }
        entries.iter().map(|(key, tree)| self.named_node(key, tree)).collect()
    }

    fn named_node(&mut self, key: &Key, tree: &Tree) -> DraftNode {
        self.node = Some(key.name.clone());
        self.open = false;
        self.name(&key.name, key.span, "a node");
        let node = self.node(tree, key.span);
        self.node = None;
        DraftNode {
            name: key.name.clone(),
            span: key.span,
            node,
            edges: std::mem::take(&mut self.edges),
            open: self.open,
        }
    }
}

/// Language, optional script, region: `en-US`, `zh-Hans-CN`, `es-419`.
fn is_language(tag: &str) -> bool {
    let parts: Vec<&str> = tag.split('-').collect();
    let letters = |part: &str, count: std::ops::RangeInclusive<usize>| {
        count.contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_alphabetic())
    };
    let language =
        |part: &str| letters(part, 2..=3) && part.chars().all(|letter| letter.is_ascii_lowercase());
    let region = |part: &str| {
        (letters(part, 2..=2) && part.chars().all(|letter| letter.is_ascii_uppercase()))
            || (part.len() == 3 && part.chars().all(|letter| letter.is_ascii_digit()))
    };
    match parts.as_slice() {
        [first, last] => language(first) && region(last),
        [first, script, last] => language(first) && letters(script, 4..=4) && region(last),
        _ => false,
    }
}
