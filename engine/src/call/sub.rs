//! Into a sub-flow, and back.

use serde_json::Value;

use crate::flow::{Node, Return, SubFlow};

use super::step::Stepper;

impl Stepper<'_> {
    /// Enters a sub-flow: its variables begin anew, its parameters are reckoned by those who call it.
    pub(super) fn enter_sub(&mut self, at: &str, sub: &SubFlow) {
        let scope = self.scope();
        let mut given = Vec::new();
        for (name, expression) in &sub.with {
            match expression.evaluate(&scope) {
                Ok(value) => given.push((name, value)),
                Err(error) => {
                    self.note(format!("{name} cannot be given to {}: {error}", sub.file));
                    return self.enter(&sub.failed);
                }
            }
        }
        self.begin_variables(&format!("{at}/"));
        self.at = Some(sub.start.clone());
        let fits = given.into_iter().all(|(name, value)| self.keep(name, value));
        self.at = Some(at.to_owned());
        self.enter(if fits { &sub.start } else { &sub.failed });
    }

    /// Leaves a sub-flow for the way of the node that entered it.
    pub(super) fn return_from(&mut self, at: &str, ended: &Return) {
        let scope = self.scope();
        let result = Value::Object(self.values(&ended.with, &scope));
        let outer = at.rsplit_once('/').map(|(outer, _)| outer.to_owned());
        let node = outer.as_ref().and_then(|name| self.flow()?.nodes.get(name));
        let (Some(outer), Some(Node::Flow(sub))) = (outer, node) else {
            return self.fail("a return outside a sub-flow");
        };
        self.at = Some(outer);
        if !self.assign(&sub.set, Some(("result", &result))) {
            return self.enter(&sub.failed);
        }
        let named = ended.exit.as_ref().and_then(|exit| sub.exits.get(exit));
        if let Some(exit) = ended.exit.as_ref().filter(|_| named.is_some()) {
            self.took(format!("exits.{exit}"));
        }
        self.enter(named.unwrap_or(&sub.next));
    }
}
