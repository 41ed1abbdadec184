//! Source to flow.

use super::{
    codes::Code,
    diagnostic::{Diagnostic, Severity},
    document, graph,
    model::Flow,
    nearest::nearest,
    read::{Draft, Finding, Reader},
};

/// What became of a source.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The flow; none where there is an error among the findings.
    pub flow: Option<Flow>,
    /// All findings, in order of their place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a flow. Never fails: what is wrong is in the findings, all of them at once. A file that is not YAML has
/// one finding.
pub fn compile(source: &str) -> Compiled {
    let tree = match document::read(source) {
        Ok(tree) => tree,
        Err(fault) => {
            let finding =
                Finding::error(fault.code, fault.span, fault.message).maybe_hint(fault.hint);
            return Compiled { flow: None, diagnostics: vec![finding.place(source, None)] };
        }
    };
    let mut reader = Reader::new(source);
    let draft = reader.file(&tree);
    let mut diagnostics = reader.diagnostics;
    diagnostics.extend(graph::check(source, &draft));
    diagnostics.extend(unset(source, &draft));
    diagnostics.sort_by_key(|found| (found.span.offset, found.code));
    let sound = diagnostics.iter().all(|found| found.severity == Severity::Warning);
    let flow = if sound { finish(draft) } else { None };
    Compiled { flow, diagnostics }
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

fn finish(draft: Draft) -> Option<Flow> {
    let nodes =
        draft.nodes.into_iter().map(|node| Some((node.name, node.node?))).collect::<Option<_>>()?;
    let (start, _) = draft.start?;
    Some(Flow { name: draft.name?, language: draft.language, voice: draft.voice, start, nodes })
}
