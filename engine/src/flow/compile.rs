//! Source to flow.

use std::{collections::BTreeMap, rc::Rc};

use crate::call::Profile;

use super::{
    bundle::unpack,
    check,
    codes::Code,
    diagnostic::{Diagnostic, Severity, Span},
    document, graph,
    library::{Library, Part, Parts},
    model::{Flow, Node},
    nearest::nearest,
    read::{Draft, Finding, Reader},
};

/// Most nodes of a flow with all its sub-flows.
const MAX_NODES: usize = 2_000;

/// What became of a source.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The flow; none where there is an error among the findings.
    pub flow: Option<Flow>,
    /// All findings, in order of their file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a flow. Never fails: what is wrong is in the findings, all of them at once. A file that is not YAML has
/// one finding. The source is a flow's file that needs no others, or what [`super::Bundle::source`] gives.
pub fn compile(source: &str) -> Compiled {
    match unpack(source) {
        Some((flow, parts)) => compile_with(&flow, &parts),
        None => compile_with(source, &Parts::new()),
    }
}

/// Reads and checks a flow with the files that it needs beside its own.
pub fn compile_with(source: &str, parts: &Parts) -> Compiled {
    compile_in(source, &Rc::new(Library::new(parts, None))).compiled
}

/// The same for a kind of number: what the flow does that a deployment with it cannot do is found, too.
pub fn compile_for(source: &str, parts: &Parts, profile: &Profile) -> Compiled {
    compile_in(source, &Rc::new(Library::new(parts, Some(profile)))).compiled
}

pub(crate) fn compile_in(source: &str, library: &Rc<Library>) -> Part {
    let tree = match document::read(source) {
        Ok(tree) => tree,
        Err(fault) => {
            let finding =
                Finding::error(fault.code, fault.span, fault.message).maybe_hint(fault.hint);
            let compiled = Compiled { flow: None, diagnostics: vec![finding.place(source, None)] };
            return Part {
                compiled,
                is_sub: true,
                is_entry: false,
                is_yaml: false,
                exits: BTreeMap::new(),
            };
        }
    };
    let mut reader = Reader::new(source, Rc::clone(library));
    let mut draft = reader.file(&tree);
    let mut diagnostics = reader.diagnostics;
    diagnostics.extend(graph::check(source, &draft));
    diagnostics.extend(unset(source, &draft));
    diagnostics.extend(exposed(source, &draft));
    diagnostics.extend(check::types(source, &draft));
    for (_, part) in &draft.entered {
        let known = |found: &Diagnostic| diagnostics.contains(found);
        let new: Vec<_> =
            part.compiled.diagnostics.iter().filter(|found| !known(found)).cloned().collect();
        diagnostics.extend(new);
    }
    let (is_sub, is_entry, exits) = (draft.is_sub, draft.is_entry, graph::exits(&draft));
    let places = draft.nodes.iter().map(|node| (node.name.clone(), node.span)).collect();
    let sound = diagnostics.iter().all(|found| found.severity == Severity::Warning);
    let mut flow = if sound { finish(source, &mut draft, &mut diagnostics) } else { None };
    // What an entry file leads to was checked as a whole with its own file.
    if let Some(whole) = flow.as_ref().filter(|_| !is_entry) {
        diagnostics.extend(check::whole(source, whole, &places, library.profile.as_ref()));
        if diagnostics.iter().any(|found| found.severity == Severity::Error) {
            flow = None;
        }
    }
    diagnostics.sort_by(|left, right| {
        (&left.file, left.span.offset, left.code).cmp(&(&right.file, right.span.offset, right.code))
    });
    Part { compiled: Compiled { flow, diagnostics }, is_sub, is_entry, is_yaml: true, exits }
}

/// Variables that are read and never set.
fn unset(source: &str, draft: &Draft) -> Vec<Diagnostic> {
    let missing = draft.used.iter().filter(|used| !draft.set.contains(&used.name));
    missing
        .map(|used| {
            let message = format!("no node sets `vars.{}`: it never has a value", used.name);
            let hint = nearest(&used.name, draft.set.iter().map(String::as_str))
                .map(|near| format!("did you mean `vars.{near}`?"));
            Finding::warning(Code::NeverAssigned, used.span, message)
                .maybe_hint(hint)
                .place(source, used.node.as_deref())
        })
        .collect()
}

/// Sensitive digits in a place that keeps or shows them.
fn exposed(source: &str, draft: &Draft) -> Vec<Diagnostic> {
    let secret =
        |name: &str| draft.receivers.iter().any(|taken| taken.sensitive && taken.name == name);
    let read = draft.used.iter().filter(|used| secret(&used.name) && !used.sent).map(|used| {
        let message = format!("`vars.{}` holds sensitive digits and is read here", used.name);
        Finding::error(Code::Sensitive, used.span, message)
            .hint("give it to an endpoint: body: { member: vars.NAME } of an http node")
            .place(source, used.node.as_deref())
    });
    let plain = draft.receivers.iter().filter(|taken| !taken.sensitive && secret(&taken.name));
    let kept = plain.map(|taken| {
        let message = format!("`{}` receives sensitive digits elsewhere", taken.name);
        Finding::error(Code::Sensitive, taken.span, message)
            .hint("write sensitive: true here, too, or another name")
            .place(source, taken.node.as_deref())
    });
    read.chain(kept).collect()
}

fn finish(source: &str, draft: &mut Draft, found: &mut Vec<Diagnostic>) -> Option<Flow> {
    let nodes = std::mem::take(&mut draft.nodes);
    let nodes: Option<BTreeMap<String, Node>> =
        nodes.into_iter().map(|node| Some((node.name, node.node?))).collect();
    let (start, span) = draft.start.clone()?;
    let mut flow = Flow {
        name: draft.name.clone()?,
        is_sub: draft.is_sub,
        language: draft.language.clone(),
        voice: draft.voice.clone(),
        languages: draft.languages.clone(),
        chosen: BTreeMap::new(),
        variables: draft.variables.clone(),
        start,
        nodes: nodes?,
    };
    for (name, part) in &draft.entered {
        let inner = part.compiled.flow.as_ref()?;
        if flow.nodes.len().saturating_add(inner.nodes.len()) > MAX_NODES {
            found.push(too_many(source, span));
            return None;
        }
        take_in(&mut flow, name, inner);
        if draft.is_entry {
            flow.chosen.insert(name.clone(), inner.voices());
        }
    }
    Some(flow)
}

fn too_many(source: &str, span: Span) -> Diagnostic {
    let message = format!("with its sub-flows this flow has more than {MAX_NODES} nodes");
    Finding::error(Code::TooLarge, span, message).place(source, None)
}

/// The nodes and variables of a sub-flow become the flow's own, with the name of the node that enters it before theirs.
fn take_in(flow: &mut Flow, under: &str, inner: &Flow) {
    for (name, node) in &inner.nodes {
        let mut node = node.clone();
        node.relocate(under);
        flow.nodes.insert(format!("{under}/{name}"), node);
    }
    for (name, variable) in &inner.variables {
        flow.variables.insert(format!("{under}/{name}"), variable.clone());
    }
}
