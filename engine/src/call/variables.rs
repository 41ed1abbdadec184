//! What the flow keeps. The variables of a sub-flow have the name of the node that entered it before theirs.

use serde_json::{Map, Value};

use crate::flow::{Expression, Scope, Set};

use super::{state::Kept, step::Stepper};

impl Stepper<'_> {
    /// What stands before the names of the variables that the present node knows: empty, or `identify/`.
    pub(super) fn prefix(&self) -> String {
        let node = self.at.as_deref().or_else(|| self.call.phase.node());
        prefix_of(node.unwrap_or_default())
    }

    /// The variables that the present node knows.
    pub(super) fn known_variables(&self) -> Map<String, Value> {
        let prefix = self.prefix();
        let own = self.call.vars.iter().filter_map(|(name, kept)| {
            let name = name.strip_prefix(prefix.as_str())?;
            (!name.contains('/')).then(|| (name.to_owned(), kept.0.clone()))
        });
        own.collect()
    }

    /// Keeps a value; not where the flow declares another type.
    pub(super) fn keep(&mut self, name: &str, value: Value) -> bool {
        let full = format!("{}{name}", self.prefix());
        let declared = self.flow().and_then(|flow| flow.variables.get(&full));
        if let Some(variable) = declared.filter(|variable| !variable.kind.admits(&value)) {
            self.note(format!("{name} would not be a {}: it is not set", variable.kind));
            return false;
        }
        self.call.vars.insert(full, Kept(value));
        true
    }

    /// Reckons and keeps one value after the other; false at the first that cannot be.
    pub(super) fn assign(
        &mut self,
        values: &[(String, Expression)],
        beside: Option<(&str, &Value)>,
    ) -> bool {
        values.iter().all(|(name, expression)| {
            let scope = match beside {
                Some((root, value)) => self.scope().with(root, value.clone()),
                None => self.scope(),
            };
            match expression.evaluate(&scope) {
                Ok(value) => self.keep(name, value),
                Err(error) => {
                    self.note(format!("{name} cannot be set: {error}"));
                    false
                }
            }
        })
    }

    pub(super) fn set(&mut self, set: &Set) {
        if let Some(language) = &set.language {
            self.note(format!("the caller's language is {language}"));
            self.call.language = Some(language.clone());
        }
        let done = self.assign(&set.vars, None);
        self.enter(if done { &set.next } else { &set.failed });
    }

    /// Gives the variables of a flow, or of a sub-flow under a node, their start values.
    pub(super) fn begin_variables(&mut self, prefix: &str) {
        if !prefix.is_empty() {
            self.call.vars.retain(|name, _| !name.starts_with(prefix));
            self.call.withheld.retain(|name, _| !name.starts_with(prefix));
        }
        let Some(flow) = self.flow() else { return };
        for (name, variable) in &flow.variables {
            let own = name.strip_prefix(prefix).is_some_and(|rest| !rest.contains('/'));
            if let Some(start) = variable.start.as_ref().filter(|_| own) {
                self.call.vars.insert(name.clone(), Kept(start.clone()));
            }
        }
    }

    /// The values of expressions that have one.
    pub(super) fn values(
        &mut self,
        with: &[(String, Expression)],
        scope: &Scope,
    ) -> Map<String, Value> {
        let mut values = Map::new();
        for (name, expression) in with {
            match expression.evaluate(scope) {
                Ok(value) => {
                    values.insert(name.clone(), value);
                }
                Err(error) => self.note(format!("{name} has no value: {error}")),
            }
        }
        values
    }
}

/// `identify/ask` knows the variables that begin with `identify/`.
pub(super) fn prefix_of(node: &str) -> String {
    node.rsplit_once('/').map_or_else(String::new, |(outer, _)| format!("{outer}/"))
}
