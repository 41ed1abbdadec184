//! `[flow]`: what callers hear.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value as Json;
use url::Url;
use webhooks::Secret;

use super::{
    problem::Problem,
    section::{Key, Section},
    source::{Node, Table},
    value::{self, Read},
};

/// What callers hear, and what it may reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The flow's YAML file.
    pub file: PathBuf,
    /// What its expressions read as `config.*`: texts, numbers, true or false.
    pub constants: BTreeMap<String, Json>,
    /// What its nodes sign with or show to be let in, by the names that flows write.
    pub secrets: BTreeMap<String, Secret>,
    /// Hosts, as `host` or `host:port`, that its nodes may ask. None are allowed by default.
    pub http_hosts: Vec<String>,
}

const FILE: Key = Key { name: "file", write: "the path of the flow's YAML file" };
const CONSTANTS: Key = Key { name: "constants", write: "a table of texts, numbers, true or false" };
const SECRETS: Key = Key { name: "secrets", write: "a table of secrets" };
const HTTP_HOSTS: Key = Key {
    name: "http_hosts",
    write: "a list of hosts, like [\"api.contoso.com\", \"localhost:9000\"]",
};

pub(super) const KEYS: &[&Key] = &[&FILE, &CONSTANTS, &SECRETS, &HTTP_HOSTS];

pub(super) fn read(mut section: Section<'_>) -> Option<Flow> {
    let file = section.required(&FILE, value::path);
    let constants = constants(&mut section);
    let secrets = secrets(&mut section);
    let http_hosts = section.or(&HTTP_HOSTS, hosts, Vec::new());
    Some(Flow { file: file?, constants, secrets, http_hosts })
}

fn constants(section: &mut Section<'_>) -> BTreeMap<String, Json> {
    let path = format!("{}.{}", section.path(), CONSTANTS.name);
    let table = section.get(&CONSTANTS).map(|placed| &placed.node);
    let Some(Node::Table(table)) = table else {
        if let Some(other) = table {
            section.reject(&CONSTANTS, format!("this is {}, not a table", value::kind(other)));
        }
        return BTreeMap::new();
    };
    known(&path, table, section.problems())
}

fn known(path: &str, table: &Table, problems: &mut Vec<Problem>) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for (name, placed) in table {
        match constant(name, &placed.node) {
            Ok(json) => {
                found.insert(name.clone(), json);
            }
            Err(wrong) => problems.push(Problem {
                place: placed.origin.place(&format!("{path}.{name}")),
                wrong,
                instead:
                    "write a name of letters, digits and _ with a text, a number, true or false"
                        .to_owned(),
            }),
        }
    }
    found
}

/// Names are those that an expression can write behind `config.`.
fn constant(name: &str, node: &Node) -> Read<Json> {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if !first || !name.chars().all(letter) {
        return Err("no expression can write this name".to_owned());
    }
    match node {
        Node::Text(text) => Ok(Json::from(text.as_str())),
        Node::Integer(number) => Ok(Json::from(*number)),
        Node::Float(number) => Ok(Json::from(*number)),
        Node::Flag(flag) => Ok(Json::from(*flag)),
        Node::List(_) | Node::Table(_) | Node::Other(_) => {
            Err(format!("this is {}", value::kind(node)))
        }
    }
}

fn secrets(section: &mut Section<'_>) -> BTreeMap<String, Secret> {
    let path = format!("{}.{}", section.path(), SECRETS.name);
    let table = section.get(&SECRETS).map(|placed| &placed.node);
    let Some(Node::Table(table)) = table else {
        if let Some(other) = table {
            section.reject(&SECRETS, format!("this is {}, not a table", value::kind(other)));
        }
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (name, placed) in table {
        match secret(name, &placed.node) {
            Ok(secret) => {
                found.insert(name.clone(), secret);
            }
            Err(wrong) => section.problems().push(Problem {
                place: placed.origin.place(&format!("{path}.{name}")),
                wrong,
                instead:
                    "write a name of small letters and _ with a text, or with { file = \"…\" }"
                        .to_owned(),
            }),
        }
    }
    found
}

/// Names are those that a flow can write.
fn secret(name: &str, node: &Node) -> Read<Secret> {
    let is_name = (1..=40).contains(&name.len())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    if !is_name {
        return Err("no flow can write this name".to_owned());
    }
    value::secret(node)
}

/// Hosts in lower case, as an address has them.
fn hosts(node: &Node) -> Read<Vec<String>> {
    match node {
        Node::List(items) if items.is_empty() => Ok(Vec::new()),
        Node::Text(_)
        | Node::Integer(_)
        | Node::Float(_)
        | Node::Flag(_)
        | Node::List(_)
        | Node::Table(_)
        | Node::Other(_) => value::texts(node)?.iter().map(|text| host(text)).collect(),
    }
}

fn host(text: &str) -> Read<String> {
    let refusal = || format!("{text:?} is not a host");
    let url = Url::parse(&format!("https://{text}")).map_err(|_| refusal())?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && !text.ends_with('/');
    if bare { Ok(text.to_ascii_lowercase()) } else { Err(refusal()) }
}
