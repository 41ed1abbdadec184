//! One section, read key by key; what is wrong is collected, not returned.

use super::{
    nearest::nearest,
    problem::Problem,
    source::{Node, Origin, PREFIX, Placed, Table},
    value::{self, Read},
};

/// A key that a section has, and what to write there.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// Completes "write …".
    pub(super) write: &'static str,
}

/// A section as written, and the list to which its problems go.
pub(super) struct Section<'a> {
    path: String,
    table: Option<&'a Table>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Section<'a> {
    /// Opens a section of the file; one that is absent is read as empty. Keys that it does not have
    /// are problems.
    pub(super) fn open(
        root: &'a Table,
        name: &'static str,
        keys: &[&Key],
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let placed = root.get(name);
        Self::of(name.to_owned(), placed, keys, problems)
    }

    /// Opens a table that stands at a path.
    pub(super) fn of(
        path: String,
        placed: Option<&'a Placed>,
        keys: &[&Key],
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let table = match placed.map(|placed| (&placed.node, &placed.origin)) {
            Some((Node::Table(table), _)) => Some(table),
            Some((node, origin)) => {
                problems.push(Problem {
                    place: origin.place(&path),
                    wrong: format!("this is {}, not a section", value::kind(node)),
                    instead: format!("write [{path}] and its keys below"),
                });
                None
            }
            None => None,
        };
        let mut section = Self { path, table, problems };
        section.refuse_unknown(keys);
        section
    }

    fn refuse_unknown(&mut self, keys: &[&Key]) {
        let names = || keys.iter().map(|key| key.name);
        for (name, placed) in self.table.into_iter().flatten() {
            if names().any(|known| known == name) {
                continue;
            }
            let instead = match nearest(name, names()) {
                Some(known) => format!("did you mean {}?", self.name_like(&placed.origin, known)),
                None => format!("keys here are {}", names().collect::<Vec<_>>().join(", ")),
            };
            self.problems.push(Problem {
                place: placed.origin.place(&format!("{}.{name}", self.path)),
                wrong: "there is no such key".to_owned(),
                instead,
            });
        }
    }

    /// How a key is called where the other one was written.
    fn name_like(&self, origin: &Origin, key: &str) -> String {
        match origin {
            Origin::File { .. } => key.to_owned(),
            Origin::Variable(_) => variable(&self.path, key),
        }
    }

    /// The value of a key that may be absent. None also when it is wrong, which is then noted.
    pub(super) fn optional<T>(
        &mut self,
        key: &Key,
        read: impl FnOnce(&Node) -> Read<T>,
    ) -> Option<T> {
        let placed = self.get(key)?;
        match read(&placed.node) {
            Ok(found) => Some(found),
            Err(wrong) => {
                self.reject(key, wrong);
                None
            }
        }
    }

    /// The value of a key, or its default.
    pub(super) fn or<T>(
        &mut self,
        key: &Key,
        read: impl FnOnce(&Node) -> Read<T>,
        default: T,
    ) -> T {
        self.optional(key, read).unwrap_or(default)
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &Key,
        read: impl FnOnce(&Node) -> Read<T>,
    ) -> Option<T> {
        if self.has(key) {
            self.optional(key, read)
        } else {
            self.reject(key, "this is missing".to_owned());
            None
        }
    }

    /// Whether the key is there, good or not.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.get(key).is_some()
    }

    /// The table or list below a key, as written.
    pub(super) fn get(&self, key: &Key) -> Option<&'a Placed> {
        self.table.and_then(|table| table.get(key.name))
    }

    /// Notes that a key is wrong, or wrongly absent.
    pub(super) fn reject(&mut self, key: &Key, wrong: String) {
        let path = format!("{}.{}", self.path, key.name);
        let (place, instead) = match self.get(key) {
            Some(placed) => (placed.origin.place(&path), format!("write {}", key.write)),
            None if self.path.starts_with("queue") => (path, format!("write {}", key.write)),
            None => {
                let name = variable(&self.path, key.name);
                let instead = format!("write {}, here or in {name}", key.write);
                (path, instead)
            }
        };
        self.problems.push(Problem { place, wrong, instead });
    }

    /// Where to note problems of what lies deeper.
    pub(super) fn problems(&mut self) -> &mut Vec<Problem> {
        self.problems
    }

    /// The path of this section.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

fn variable(section: &str, key: &str) -> String {
    format!("{PREFIX}{}__{}", section.to_uppercase().replace('.', "__"), key.to_uppercase())
}
