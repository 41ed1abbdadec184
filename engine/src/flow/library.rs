//! The files that lie beside a flow's own: sub-flows and calendars. Each is compiled once, however often it is entered.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use crate::call::Profile;

use super::{
    compile::{Compiled, compile_in},
    document::{self, Shape, Tree},
    graph::Role,
};

/// The files that a flow needs beside its own, by their paths relative to it.
pub type Parts = BTreeMap<String, String>;

/// How deep sub-flows can enter sub-flows.
const MAX_DEPTH: usize = 8;

/// The files, and what was compiled of them.
pub(crate) struct Library {
    parts: Parts,
    /// What the deployment's kind of number allows, where that is known.
    pub(crate) profile: Option<Profile>,
    done: RefCell<BTreeMap<String, Rc<Part>>>,
    entered: RefCell<Vec<String>>,
}

/// A sub-flow.
pub(crate) struct Part {
    pub(crate) compiled: Compiled,
    pub(crate) is_sub: bool,
    pub(crate) is_entry: bool,
    /// Whether it could be read at all.
    pub(crate) is_yaml: bool,
    /// What it takes to come to each named return.
    pub(crate) exits: BTreeMap<Option<String>, Role>,
}

/// Why there is no such sub-flow.
pub(crate) enum NoPart {
    Missing,
    /// The files on the way round.
    Itself(Vec<String>),
    TooDeep,
}

impl Library {
    pub(crate) fn new(parts: &Parts, profile: Option<&Profile>) -> Self {
        Self {
            parts: parts.clone(),
            profile: profile.cloned(),
            done: RefCell::new(BTreeMap::new()),
            entered: RefCell::new(Vec::new()),
        }
    }

    pub(crate) fn source(&self, path: &str) -> Option<String> {
        self.parts.get(path).cloned()
    }

    pub(crate) fn part(self: &Rc<Self>, path: &str) -> Result<Rc<Part>, NoPart> {
        let round = self.round_to(path);
        if let Some(round) = round {
            return Err(NoPart::Itself(round));
        }
        if let Some(known) = self.done.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        if self.entered.borrow().len() >= MAX_DEPTH {
            return Err(NoPart::TooDeep);
        }
        let source = self.source(path).ok_or(NoPart::Missing)?;
        self.entered.borrow_mut().push(path.to_owned());
        let mut part = compile_in(&source, self);
        self.entered.borrow_mut().pop();
        for found in part.compiled.diagnostics.iter_mut().filter(|found| found.file.is_none()) {
            found.file = Some(path.to_owned());
        }
        let part = Rc::new(part);
        self.done.borrow_mut().insert(path.to_owned(), Rc::clone(&part));
        Ok(part)
    }

    fn round_to(&self, path: &str) -> Option<Vec<String>> {
        let entered = self.entered.borrow();
        let at = entered.iter().position(|known| known == path)?;
        let mut round = entered.get(at..).unwrap_or_default().to_vec();
        round.push(path.to_owned());
        Some(round)
    }
}

/// The files that a source needs beside its own: flows, sub-flows and calendars, in order, each once. Of a source that is not
/// YAML none. Their paths are as written, not checked.
pub fn needs(source: &str) -> Vec<String> {
    let Ok(tree) = document::read(source) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    if let Some(Tree { shape: Shape::List(rules), .. }) = entry(&tree, "rules") {
        for rule in rules {
            let calendar = entry(rule, "hours").and_then(|body| entry(body, "calendar"));
            [entry(rule, "flow"), calendar]
                .into_iter()
                .flatten()
                .for_each(|it| keep(it, &mut found));
        }
    }
    let bodies = entry(&tree, "nodes").map(entries).unwrap_or_default();
    for (_, node) in bodies {
        let sub = entry(node, "flow").and_then(|body| entry(body, "file"));
        let calendar = entry(node, "hours").and_then(|body| entry(body, "calendar"));
        [sub, calendar].into_iter().flatten().for_each(|it| keep(it, &mut found));
    }
    found
}

fn keep(path: &Tree, found: &mut Vec<String>) {
    if let Shape::Text(path) = &path.shape
        && !found.contains(path)
    {
        found.push(path.clone());
    }
}

fn entries(tree: &Tree) -> &[(document::Key, Tree)] {
    if let Shape::Map(entries) = &tree.shape { entries } else { &[] }
}

fn entry<'t>(tree: &'t Tree, name: &str) -> Option<&'t Tree> {
    entries(tree).iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
}
