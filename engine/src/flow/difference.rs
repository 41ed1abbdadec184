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
    let flows = Flows { old: &old_flow, new: &new_flow, same_parts: before.parts == after.parts };
    compare("", before.flow, after.flow, flows, &mut found)?;
    for (path, text) in after.parts {
        let old = before.parts.get(path).map_or("", String::as_str);
        let read = compare(path, old, text, flows, &mut found);
        if read.is_none() && old != text {
            found.push(other_file(path, before.parts.get(path), text));
        }
    }
    Some(found)
}

/// A file that is no YAML, a calendar, is another: told by the first line that differs.
fn other_file(path: &str, before: Option<&String>, after: &str) -> Change {
    let old = before.map_or("", String::as_str);
    let same = old.lines().zip(after.lines()).take_while(|(old, new)| old == new).count();
    let line = |text: &str| text.lines().nth(same).map(str::to_owned);
    Change {
        node: path.to_owned(),
        kind: ChangeKind::Other,
        field: String::new(),
        before: line(old),
        after: line(after),
    }
}

/// Both versions, read.
#[derive(Clone, Copy)]
struct Flows<'a> {
    old: &'a Flow,
    new: &'a Flow,
    /// The files beside them are the same.
    same_parts: bool,
}

fn compare(
    file: &str,
    before: &str,
    after: &str,
    flows: Flows<'_>,
    found: &mut Vec<Change>,
) -> Option<()> {
    let (before, after) = (fields(before), fields(after)?);
    let before = before.unwrap_or_default();
    let known = found.len();
    head(file, &before, &after, found);
    let same_head = found.len() == known;
    let (old, new) = (nodes(&before), nodes(&after));
    let name =
        |node: &str| if file.is_empty() { node.to_owned() } else { format!("{file}: {node}") };
    for (node, tree) in &new {
        match old.iter().find(|(known, _)| known == node) {
            None => found.push(whole(name(node), None, Some(tree))),
            // Nodes of sub-flows stand under other names in the flow: their text tells.
            Some(_) if file.is_empty() && unchanged(flows, node) => {}
            Some((_, was)) => {
                let known = found.len();
                node_changes(&name(node), was, tree, found);
                // Something that no field of it shows.
                let shown = found.len() > known || !same_head || !flows.same_parts;
                if !shown && file.is_empty() {
                    found.push(Change {
                        kind: ChangeKind::Other,
                        ..whole(name(node), Some(was), Some(tree))
                    });
                }
            }
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
fn unchanged(flows: Flows<'_>, node: &str) -> bool {
    let shown = |flow: &Flow| flow.nodes.get(node).map(|node| format!("{node:?}"));
    shown(flows.old) == shown(flows.new)
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
    let (old, new) = (orders(was), orders(is));
    for (path, names) in new {
        let was = old.iter().find(|(known, _)| *known == path).map(|(_, names)| names);
        if let Some(was) = was.filter(|was| reordered(was, &names)) {
            found.push(change(name, &path, Some(was.join(", ")), Some(names.join(", "))));
        }
    }
}

/// Whether the same names stand in another order.
fn reordered(one: &[String], other: &[String]) -> bool {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    one != other && sorted(one) == sorted(other)
}

/// The names in each map whose order counts: variables are set one after the other.
fn orders(tree: &Tree) -> Vec<(String, Vec<String>)> {
    let Shape::Map(map) = &tree.shape else { return Vec::new() };
    let mut found = Vec::new();
    for (key, tree) in map {
        if let Shape::Map(inner) = &tree.shape
            && matches!(key.name.as_str(), "vars" | "set")
        {
            let names = inner.iter().map(|(key, _)| key.name.clone()).collect();
            found.push((key.name.clone(), names));
        }
        let below = orders(tree).into_iter();
        found.extend(below.map(|(path, names)| (joined(&key.name, &path), names)));
    }
    found
}

fn change(node: &str, path: &str, before: Option<String>, after: Option<String>) -> Change {
    let (word, field) = path.split_once('.').unwrap_or(("", path));
    let kind = kind_of(word, field);
    Change { node: node.to_owned(), kind, field: field.to_owned(), before, after }
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

/// By the node's own word and the names of the fields on the way to it.
fn kind_of(word: &str, field: &str) -> ChangeKind {
    let steps: Vec<&str> = field.split('.').collect();
    let has = |names: &[&str]| steps.iter().any(|step| names.contains(step));
    let last = steps.last().copied().unwrap_or_default();
    match (word, field) {
        ("queue", "name") | ("flow", "file") => return ChangeKind::Way,
        ("redirect", _) if has(&["to"]) => return ChangeKind::Way,
        ("set", "language") => return ChangeKind::Heard,
        (_, "confirm.yes" | "confirm.no") => return ChangeKind::Key,
        _ => {}
    }
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
            vec![(String::new(), items.iter().map(item).collect::<Vec<_>>().join(", "))]
        }
    }
}

/// An item of a list, so that two lists that differ are not written alike.
fn item(tree: &Tree) -> String {
    match &tree.shape {
        Shape::Text(text) => {
            let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
            let simple = text.chars().next().is_some_and(char::is_alphabetic)
                && text.chars().all(plain)
                && !matches!(text.as_str(), "true" | "false" | "null");
            if simple { text.clone() } else { format!("{text:?}") }
        }
        Shape::Map(map) if !map.is_empty() => {
            let parts = map.iter().map(|(key, tree)| format!("{} {}", key.name, item(tree)));
            let parts: Vec<_> = parts.collect();
            if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(", ")) }
        }
        Shape::List(items) => {
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Shape::Map(_) | Shape::Null | Shape::Bool(_) | Shape::Whole(_) | Shape::Number => {
            flat(tree).into_iter().map(|(_, value)| value).collect()
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

    fn between(before: &str, after: &str, [old, new]: [&Parts; 2]) -> Vec<(ChangeKind, String)> {
        let (old, new) =
            (Version { flow: before, parts: old }, Version { flow: after, parts: new });
        let told = |one: Change| {
            let (before, after) = (one.before.unwrap_or_default(), one.after.unwrap_or_default());
            (one.kind, format!("{} {}: {before} → {after}", one.node, one.field))
        };
        let sound = |flow: Version<'_>| compile_with(flow.flow, flow.parts).diagnostics;
        let found = changes(old, new);
        let found = found.unwrap_or_else(|| panic!("{:#?} {:#?}", sound(old), sound(new)));
        found.into_iter().map(told).collect()
    }

    #[test]
    fn a_changed_calendar_is_told() {
        let flow = "flow: t\nstart: a\nnodes:\n  a: { hours: { zone: Europe/Berlin, week: { mon-sun: \"08:00-18:00\" }, calendar: never.ics, open: end, closed: end } }\n  end: { hangup: {} }\n";
        let calendar = |day: u8| -> Parts {
            let text = format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:200001{day:02}\nEND:VEVENT\nEND:VCALENDAR\n"
            );
            [("never.ics".to_owned(), text)].into()
        };
        let told = between(flow, flow, [&calendar(1), &calendar(2)]);
        let line = "never.ics : DTSTART;VALUE=DATE:20000101 → DTSTART;VALUE=DATE:20000102";
        assert_eq!(told, [(ChangeKind::Other, line.to_owned())]);
        assert_eq!(between(flow, flow, [&calendar(1), &calendar(1)]), []);
    }

    #[test]
    fn lists_and_orders_that_look_alike_are_told_apart() {
        let flow = |nodes: &str| {
            format!(
                "flow: t\nlanguages: {{ en-GB: en-GB-RyanNeural }}\nvars: {{ x: int, y: int }}\nstart: a\nnodes:\n{nodes}\n  end: {{ hangup: {{}} }}\n"
            )
        };
        let parts = Parts::new();
        let table = [
            (
                "  a: { menu: { prompt: \"Yes?\", choices: { y: { tone: \"1\", phrases: [yes, please], next: end } }, otherwise: end } }",
                "[yes, please]",
                "[\"yes, please\"]",
                (ChangeKind::Words, "a choices.y.phrases: yes, please → \"yes, please\""),
            ),
            (
                "  a: { set: { vars: { x: \"1\", y: \"vars.x + 1\" }, next: end, failed: end } }",
                "x: \"1\", y: \"vars.x + 1\"",
                "y: \"vars.x + 1\", x: \"1\"",
                (ChangeKind::Other, "a vars: x, y → y, x"),
            ),
            (
                "  a: { redirect: { to: { phone: \"+442079460100\" }, failed: end } }",
                "0100",
                "0199",
                (ChangeKind::Way, "a to.phone: +442079460100 → +442079460199"),
            ),
            (
                "  a: { queue: { name: sales, overflow: { after: 60s, next: end } } }",
                "sales",
                "help",
                (ChangeKind::Way, "a name: sales → help"),
            ),
            (
                "  a: { set: { language: en-US, next: end } }",
                "language: en-US",
                "language: en-GB",
                (ChangeKind::Heard, "a language: en-US → en-GB"),
            ),
            (
                "  a: { collect: { prompt: \"Type.\", into: typed, max: 2, confirm: { prompt: \"Right?\", yes: \"1\", no: \"2\" }, next: end, otherwise: end } }",
                "no: \"2\"",
                "no: \"3\"",
                (ChangeKind::Key, "a confirm.no: 2 → 3"),
            ),
        ];
        for (node, old, new, (kind, line)) in table {
            let (before, after) = (flow(node), flow(&node.replacen(old, new, 1)));
            let told = between(&before, &after, [&parts, &parts]);
            assert_eq!(told, [(kind, line.to_owned())], "{new}");
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
