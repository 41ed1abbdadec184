//! The settings as written, before anybody has judged them: a tree whose leaves know where they
//! came from.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::problem::Problem;

/// What every variable of ours starts with.
pub(super) const PREFIX: &str = "SWITCHBOARD__";

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    List(Vec<Placed>),
    Table(Table),
    /// Something that no setting is, by TOML's name for it.
    Other(&'static str),
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) node: Node,
    pub(super) origin: Origin,
}

/// Keys and values of one section.
pub(super) type Table = BTreeMap<String, Placed>;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    File { name: Arc<str>, line: usize },
    Variable(String),
}

impl Origin {
    /// How a problem names the place of the key with this path.
    pub(super) fn place(&self, path: &str) -> String {
        match self {
            Self::File { name, line } => format!("{path} ({name}, line {line})"),
            Self::Variable(name) => name.clone(),
        }
    }
}

/// Reads a file. Syntax errors are named without the line's text, which may hold a secret.
pub(super) fn read_file(path: &Path, problems: &mut Vec<Problem>) -> Table {
    let name: Arc<str> = path.display().to_string().into();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&name, &text, problems),
        Err(error) => {
            problems.push(Problem {
                place: name.to_string(),
                wrong: format!("the file cannot be read ({error})"),
                instead: "give the path of a TOML file that this user may read".to_owned(),
            });
            Table::new()
        }
    }
}

/// Reads TOML. What can be read is kept even when some lines are wrong.
pub(super) fn parse(name: &Arc<str>, text: &str, problems: &mut Vec<Problem>) -> Table {
    let lines = Lines { name, text };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let line = lines.line_of(error.span().map_or(0, |span| span.start));
        problems.push(Problem {
            place: format!("{name}, line {line}"),
            wrong: format!("this is not TOML ({})", error.message().trim()),
            instead: "write lines like key = \"value\" below a [section]".to_owned(),
        });
    }
    lines.table(document.get_ref())
}

/// Lays variables over what the file said. They win key by key.
pub(super) fn overlay(
    root: &mut Table,
    variables: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<Problem>,
) {
    let ours: BTreeMap<String, String> =
        variables.filter(|(name, _)| name.starts_with(PREFIX)).collect();
    for (name, text) in ours {
        let path = name[PREFIX.len()..].to_lowercase();
        let parts: Vec<&str> = path.split("__").collect();
        let fault = if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
            Some("this names no key")
        } else if parts[0] == "queue" {
            Some("queues cannot be given by variables")
        } else if !put(root, &parts, &name, &text) {
            Some("another variable already gives this key a value")
        } else {
            None
        };
        if let Some(wrong) = fault {
            problems.push(Problem {
                place: name,
                wrong: wrong.to_owned(),
                instead: format!(
                    "write {PREFIX}SECTION__KEY, once for each key; queues go into the file"
                ),
            });
        }
    }
}

/// Puts a variable's text at its place; false if another variable holds a parent of it.
fn put(table: &mut Table, parts: &[&str], name: &str, text: &str) -> bool {
    let origin = || Origin::Variable(name.to_owned());
    let [part, rest @ ..] = parts else {
        return false;
    };
    if rest.is_empty() {
        let node = like(table.get(*part), text);
        table.insert((*part).to_owned(), Placed { node, origin: origin() });
        return true;
    }
    let parent = table
        .entry((*part).to_owned())
        .or_insert_with(|| Placed { node: Node::Table(Table::new()), origin: origin() });
    if !matches!(parent.node, Node::Table(_)) {
        if matches!(parent.origin, Origin::Variable(_)) {
            return false;
        }
        *parent = Placed { node: Node::Table(Table::new()), origin: origin() };
    }
    match &mut parent.node {
        Node::Table(inner) => put(inner, rest, name, text),
        Node::Text(_)
        | Node::Integer(_)
        | Node::Float(_)
        | Node::Flag(_)
        | Node::List(_)
        | Node::Other(_) => false,
    }
}

/// A variable's text, as the type that the file used for the same key, where it can be read so.
fn like(before: Option<&Placed>, text: &str) -> Node {
    let typed = match before.map(|placed| &placed.node) {
        Some(Node::Integer(_)) => text.parse().ok().map(Node::Integer),
        Some(Node::Float(_)) => text.parse().ok().map(Node::Float),
        Some(Node::Flag(_)) => text.parse().ok().map(Node::Flag),
        Some(Node::Text(_) | Node::List(_) | Node::Table(_) | Node::Other(_)) | None => None,
    };
    typed.unwrap_or_else(|| Node::Text(text.to_owned()))
}

/// A file's name and text: turns spans into lines.
struct Lines<'t> {
    name: &'t Arc<str>,
    text: &'t str,
}

impl Lines<'_> {
    fn line_of(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        table.iter().map(|(key, value)| (key.get_ref().to_string(), self.placed(value))).collect()
    }

    fn placed(&self, value: &Spanned<DeValue<'_>>) -> Placed {
        let node = match value.get_ref() {
            DeValue::String(text) => Node::Text(text.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
                    .map_or(Node::Other("a number that is too large"), Node::Integer)
            }
            DeValue::Float(number) => number
                .as_str()
                .replace('_', "")
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map_or(Node::Other("a number that is not finite"), Node::Float),
            DeValue::Boolean(flag) => Node::Flag(*flag),
            DeValue::Datetime(_) => Node::Other("a date"),
            DeValue::Array(items) => {
                Node::List(items.iter().map(|item| self.placed(item)).collect())
            }
            DeValue::Table(inner) => Node::Table(self.table(inner)),
        };
        let line = self.line_of(value.span().start);
        Placed { node, origin: Origin::File { name: Arc::clone(self.name), line } }
    }
}
