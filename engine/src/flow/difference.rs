//! What changes for a caller between two versions of a flow.

use std::collections::BTreeMap;

use super::{
    compile::compile_with,
    document::{Shape, Tree, read},
    library::Parts,
    model::Flow,
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The node, with the sub-flow's file before it where it stands in one; empty for the head of the file.
    pub node: String,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Which field of the node: its path in YAML, without the node's own word.
    pub field: String,
    /// What it was; none where it was not there.
    pub before: Option<String>,
    /// What it is; none where it is gone.
    pub after: Option<String>,
}

/// What a caller notices of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// He hears something else.
    Heard,
    /// Another key.
    Key,
    /// Other words are understood.
    Words,
    /// The call goes elsewhere.
    Way,
    /// A time or a number of tries.
    Limit,
    /// The node is new, gone, or of another kind.
    Node,
    /// Anything else: a condition, an address, a value.
    Other,
}

impl ChangeKind {
    /// In one word, for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Heard => "hears",
            Self::Key => "key",
            Self::Words => "words",
            Self::Way => "way",
            Self::Limit => "limit",
            Self::Node => "node",
            Self::Other => "other",
        }
    }
}

/// A flow with the files beside it.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The flow's own file.
    pub flow: &'a str,
    /// The files beside it.
    pub parts: &'a Parts,
}

/// What differs between two versions that the checker accepts, in the order of the newer file; none where one of them is refused. What is written
/// differently and means the same is no change.
pub fn changes(before: Version<'_>, after: Version<'_>) -> Option<Vec<Change>> {
    let old_flow = compile_with(before.flow, before.parts).flow?;
    let new_flow = compile_with(after.flow, after.parts).flow?;
    let mut found = Vec::new();
    compare("", before.flow, after.flow, (&old_flow, &new_flow), &mut found)?;
    for (path, text) in after.parts {
        let old = before.parts.get(path).map_or("", String::as_str);
        compare(path, old, text, (&old_flow, &new_flow), &mut found);
    }
    Some(found)
}

fn compare(
    file: &str,
    before: &str,
    after: &str,
    flows: (&Flow, &Flow),
    found: &mut Vec<Change>,
) -> Option<()> {
    let (before, after) = (fields(before), fields(after)?);
    let before = before.unwrap_or_default();
    head(file, &before, &after, found);
    let (old, new) = (nodes(&before), nodes(&after));
    let name =
        |node: &str| if file.is_empty() { node.to_owned() } else { format!("{file}: {node}") };
    for (node, tree) in &new {
        match old.iter().find(|(known, _)| known == node) {
            None => found.push(whole(name(node), None, Some(tree))),
            // Nodes of sub-flows stand under other names in the flow: their text tells.
            Some(_) if file.is_empty() && unchanged(flows, node) => {}
            Some((_, was)) => node_changes(&name(node), was, tree, found),
        }
    }
    for (node, tree) in &old {
        if new.iter().all(|(known, _)| known != node) {
            found.push(whole(name(node), Some(tree), None));
        }
    }
    Some(())
}

/// Whether a node is the same once it is read, however it is written.
fn unchanged((old, new): (&Flow, &Flow), node: &str) -> bool {
    let shown = |flow: &Flow| flow.nodes.get(node).map(|node| format!("{node:?}"));
    shown(old) == shown(new)
}

fn node_changes(name: &str, was: &Tree, is: &Tree, found: &mut Vec<Change>) {
    let (old_word, new_word) = (word(was), word(is));
    if old_word != new_word {
        return found.push(whole(name.to_owned(), Some(was), Some(is)));
    }
    let (old, new) = (flat(was), flat(is));
    let mut at = BTreeMap::new();
    for (path, value) in &new {
        at.insert(path.as_str(), value.as_str());
        let before = old.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone());
        if before.as_ref() != Some(value) {
            found.push(change(name, path, before, Some(value.clone())));
        }
    }
    for (path, value) in &old {
        if !at.contains_key(path.as_str()) {
            found.push(change(name, path, Some(value.clone()), None));
        }
    }
}

fn change(node: &str, path: &str, before: Option<String>, after: Option<String>) -> Change {
    let field = path.split_once('.').map_or(path, |(_, rest)| rest).to_owned();
    Change { node: node.to_owned(), kind: kind_of(&field), field, before, after }
}

/// A node that is new, gone, or of another kind.
fn whole(node: String, before: Option<&Tree>, after: Option<&Tree>) -> Change {
    let described = |tree: &Tree| word(tree).unwrap_or_default();
    Change {
        node,
        kind: ChangeKind::Node,
        field: String::new(),
        before: before.map(described),
        after: after.map(described),
    }
}

/// By the names of the fields on the way to it.
fn kind_of(field: &str) -> ChangeKind {
    let steps: Vec<&str> = field.split('.').collect();
    let has = |names: &[&str]| steps.iter().any(|step| names.contains(step));
    let last = steps.last().copied().unwrap_or_default();
    match last {
        "next" | "otherwise" | "failed" | "open" | "closed" | "holiday" | "unavailable" => {
            ChangeKind::Way
        }
        "tone" | "own" | "stop" => ChangeKind::Key,
        "attempts" | "silence" | "between" | "every" | "ring" | "after" | "timeout" | "length"
        | "min" | "max" | "limit" | "end_silence" | "retries" => ChangeKind::Limit,
        _ if has(&["exits"]) => ChangeKind::Way,
        _ if has(&["phrases"]) => ChangeKind::Words,
        _ if has(&["text", "prompt", "say", "announce", "consent", "music", "file", "keys"]) => {
            ChangeKind::Heard
        }
        _ => ChangeKind::Other,
    }
}

/// What stands at the head of a file, without its nodes.
fn head(file: &str, before: &[(String, Tree)], after: &[(String, Tree)], found: &mut Vec<Change>) {
    let flattened = |fields: &[(String, Tree)]| -> Vec<(String, String)> {
        let head = fields.iter().filter(|(name, _)| name != "nodes");
        head.flat_map(|(name, tree)| {
            flat(tree).into_iter().map(move |(path, value)| (joined(name, &path), value))
        })
        .collect()
    };
    let (old, new) = (flattened(before), flattened(after));
    for (path, value) in &new {
        let was = old.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone());
        if was.as_ref() != Some(value) {
            found.push(head_change(file, path, was, Some(value.clone())));
        }
    }
    for (path, value) in &old {
        if new.iter().all(|(known, _)| known != path) {
            found.push(head_change(file, path, Some(value.clone()), None));
        }
    }
}

fn head_change(file: &str, path: &str, before: Option<String>, after: Option<String>) -> Change {
    let kind = match path.split('.').next().unwrap_or_default() {
        "start" => ChangeKind::Way,
        "language" | "voice" | "languages" | "prompts" => ChangeKind::Heard,
        _ => ChangeKind::Other,
    };
    Change { node: file.to_owned(), kind, field: path.to_owned(), before, after }
}

fn fields(source: &str) -> Option<Vec<(String, Tree)>> {
    match read(source).ok()?.shape {
        Shape::Map(map) => Some(map.into_iter().map(|(key, tree)| (key.name, tree)).collect()),
        Shape::Null
        | Shape::Bool(_)
        | Shape::Whole(_)
        | Shape::Number
        | Shape::Text(_)
        | Shape::List(_) => None,
    }
}

fn nodes(fields: &[(String, Tree)]) -> Vec<(String, Tree)> {
    let nodes = fields.iter().find(|(name, _)| name == "nodes").map(|(_, tree)| &tree.shape);
    match nodes {
        Some(Shape::Map(map)) => {
            map.iter().map(|(key, tree)| (key.name.clone(), tree.clone())).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The node's own word: `say`, `menu`.
fn word(node: &Tree) -> Option<String> {
    match &node.shape {
        Shape::Map(map) => map.first().map(|(key, _)| key.name.clone()),
        Shape::Null
        | Shape::Bool(_)
        | Shape::Whole(_)
        | Shape::Number
        | Shape::Text(_)
        | Shape::List(_) => None,
    }
}

/// All values with their paths. A list is one value: the order of phrases means nothing to a caller, that of conditions much.
fn flat(tree: &Tree) -> Vec<(String, String)> {
    match &tree.shape {
        Shape::Map(map) if !map.is_empty() => map
            .iter()
            .flat_map(|(key, tree)| {
                flat(tree).into_iter().map(|(path, value)| (joined(&key.name, &path), value))
            })
            .collect(),
        Shape::Map(_) | Shape::Null => vec![(String::new(), String::new())],
        Shape::Bool(value) => vec![(String::new(), value.to_string())],
        Shape::Whole(value) => vec![(String::new(), value.to_string())],
        Shape::Number => vec![(String::new(), "a number".to_owned())],
        Shape::Text(text) => vec![(String::new(), text.clone())],
        Shape::List(items) => {
            let shown = items.iter().map(|item| {
                let parts = flat(item).into_iter().map(|(path, value)| match path.as_str() {
                    "" => value,
                    path => format!("{path} {value}"),
                });
                parts.collect::<Vec<_>>().join(" ")
            });
            vec![(String::new(), shown.collect::<Vec<_>>().join(", "))]
        }
    }
}

fn joined(name: &str, path: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"
flow: help
start: menu
nodes:
  menu:
    menu:
      prompt: "For sales, press 1."
      choices: { sales: { tone: "1", phrases: [sales], next: people }, bye: { tone: "2", phrases: [bye], next: bye } }
      otherwise: people
  people: { queue: { name: sales, overflow: { after: 60s, next: bye } } }
  bye: { say: { text: "Goodbye.", next: end } }
  end: { hangup: {} }
"#;

    fn told(after: &str) -> Vec<String> {
        let parts = Parts::new();
        let version = |flow| Version { flow, parts: &parts };
        let found = changes(version(BEFORE), version(after)).expect("both are sound");
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        found
            .iter()
            .map(|one| {
                let (before, after) = (shown(&one.before), shown(&one.after));
                format!("{} {} {}: {before} → {after}", one.node, one.kind.word(), one.field)
            })
            .collect()
    }

    #[test]
    fn each_change_is_told_in_a_callers_terms() {
        let cases: [(&str, &str, &[&str]); 7] = [
            (
                "press 1.",
                "please press 1.",
                &["menu hears prompt: For sales, press 1. → For sales, please press 1."],
            ),
            ("tone: \"2\"", "tone: \"9\"", &["menu key choices.bye.tone: 2 → 9"]),
            ("[sales]", "[sales, buy]", &["menu words choices.sales.phrases: sales → sales, buy"]),
            ("otherwise: people", "otherwise: bye", &["menu way otherwise: people → bye"]),
            ("after: 60s", "after: 3m", &["people limit overflow.after: 60s → 3m"]),
            (
                "say: { text: \"Goodbye.\"",
                "voicemail: { prompt: \"Goodbye.\"",
                &["bye node : say → voicemail"],
            ),
            (
                "text: \"Goodbye.\", next: end }",
                "text: \"Goodbye.\", next: more } }\n  more: { say: { text: \"Really.\", next: end }",
                &["bye way next: end → more", "more node : nothing → say"],
            ),
        ];
        for (old, new, expected) in cases {
            assert_eq!(told(&BEFORE.replacen(old, new, 1)), expected, "{new}");
        }
    }

    #[test]
    fn what_means_the_same_is_no_change() {
        assert_eq!(told(BEFORE), Vec::<String>::new());
        let written = BEFORE.replace("otherwise: people", "attempts: 3\n      otherwise: people");
        assert_eq!(told(&written.replace("after: 60s", "after: 1m")), Vec::<String>::new());
    }

    #[test]
    fn a_flow_with_errors_is_not_compared() {
        let parts = Parts::new();
        let version = |flow| Version { flow, parts: &parts };
        assert_eq!(changes(version(BEFORE), version("flow: x")), None);
    }
}
