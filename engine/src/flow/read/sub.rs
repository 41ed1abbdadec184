//! Sub-flows: the node that enters one, and the node that ends it.

use std::{collections::BTreeMap, rc::Rc};

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Shape, Tree},
    expression::Expression,
    graph::Role,
    library::{NoPart, Part},
    model::{Node, NodeName, Return, SubFlow, Variable},
    nearest::nearest,
};

use super::{
    Finding, Reader, Wanted,
    fields::Fields,
    speech::{ends_in, is_inside},
    texts::Place,
    values::shortened,
};

impl Reader<'_> {
    pub(super) fn sub_flow(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &["file", "with", "set", "exits", "next", "failed"];
        let fields = self.fields(tree, at, "a flow node", known)?;
        let part = self.part(&fields);
        let with = self.parameters(&fields, part.as_ref().map(|(_, part)| part.as_ref()), at);
        let set = match fields.get("set") {
            Some(tree) => self.assignments(tree, "set", Place::Result),
            None => Some(Vec::new()),
        };
        let roles = part.as_ref().map(|(_, part)| part.exits.clone()).unwrap_or_default();
        let exits = self.exits(&fields, part.as_ref().map(|(_, part)| part.as_ref()));
        let plain = roles.get(&None).copied();
        let failed = self.target(&fields, "failed", Role::Free);
        // A sub-flow that only returns by name, or never, needs no `next`.
        let next = match (fields.get("next"), plain, &part) {
            (None, None, Some(_)) => failed.clone(),
            (_, _, _) => self.target(&fields, "next", plain.unwrap_or(Role::Free)),
        };
        let (file, part) = part?;
        let name = self.node.clone().unwrap_or_default();
        // Its own findings belong to this flow, too.
        self.entered.push((name.clone(), Rc::clone(&part)));
        let start = part.compiled.flow.as_ref().map(|flow| flow.start.clone())?;
        Some(Node::Flow(SubFlow {
            file,
            with: with?,
            set: set?,
            start: format!("{name}/{start}"),
            exits: exits?,
            next: next?,
            failed: failed?,
        }))
    }

    fn part(&mut self, fields: &Fields<'_>) -> Option<(String, Rc<Part>)> {
        let found = self.find_part(fields);
        self.open |= found.is_none();
        found
    }

    fn find_part(&mut self, fields: &Fields<'_>) -> Option<(String, Rc<Part>)> {
        let tree =
            self.required(fields, "file", "write the sub-flow's file, for example identify.yaml")?;
        let path = self.yaml_path(tree, "file", "for example identify.yaml")?;
        let library = Rc::clone(&self.library);
        let refusal = match library.part(path) {
            Ok(part) if !part.is_sub => "it does not begin with `subflow:`".to_owned(),
            Ok(part) => return Some((path.to_owned(), part)),
            Err(NoPart::Missing) => {
                self.missing_file(path, tree.span);
                return None;
            }
            Err(NoPart::Itself(round)) => format!("it enters itself: {}", round.join(" → ")),
            Err(NoPart::TooDeep) => "it is entered too deep".to_owned(),
        };
        let message = format!("`{}` cannot be entered: {refusal}", shortened(path));
        self.report(Finding::error(Code::BadSubFlow, tree.span, message));
        None
    }

    /// The relative path of a `.yaml` file.
    pub(super) fn yaml_path<'t>(
        &mut self,
        tree: &'t Tree,
        what: &str,
        example: &str,
    ) -> Option<&'t str> {
        let path = self.plain(tree, &format!("`{what}`"))?;
        if is_inside(path) && ends_in(path, "yaml") {
            return Some(path);
        }
        let message = format!("`{}` is no .yaml file beside the flow", shortened(path));
        let hint = format!("write a relative path, {example}");
        self.report(Finding::error(Code::BadPath, tree.span, message).hint(hint));
        None
    }

    fn parameters(
        &mut self,
        fields: &Fields<'_>,
        part: Option<&Part>,
        at: Span,
    ) -> Option<Vec<(String, Expression)>> {
        let empty = BTreeMap::new();
        let wanted: Vec<(&String, &Variable)> = part
            .and_then(|part| part.compiled.flow.as_ref())
            .map_or(&empty, |flow| &flow.variables)
            .iter()
            .filter(|(name, variable)| variable.is_param && !name.contains('/'))
            .collect();
        let (given, span) = match fields.get("with") {
            Some(tree) => {
                (self.entries(tree, "`with`", "of parameter: \"expression\"")?, tree.span)
            }
            None => (&[][..], at),
        };
        for (name, _) in wanted.iter().filter(|(_, variable)| variable.start.is_none()) {
            if !given.iter().any(|(key, _)| key.name == **name) {
                let message = format!("the sub-flow needs `{name}`");
                let hint = format!("write with: {{ {name}: \"expression\" }}");
                self.report(Finding::error(Code::BadParameter, span, message).hint(hint));
            }
        }
        let mut with = Vec::new();
        for (key, value) in given {
            let known = wanted.iter().any(|(name, _)| **name == key.name);
            if !known && part.is_some_and(|part| part.compiled.flow.is_some()) {
                let message = format!("the sub-flow has no `{}`", shortened(&key.name));
                let near = nearest(&key.name, wanted.iter().map(|(name, _)| name.as_str()))
                    .map(|near| format!("did you mean `{near}`?"));
                self.report(Finding::error(Code::BadParameter, key.span, message).maybe_hint(near));
            }
            let declared = wanted.iter().find(|(name, _)| **name == key.name);
            let kind =
                declared.map_or(Wanted::Anything, |(_, variable)| Wanted::Parameter(variable.kind));
            with.push((key.name.clone(), self.value(value, &key.name, Place::Anywhere, kind)));
        }
        with.into_iter().map(|(name, value)| Some((name, value?))).collect()
    }

    fn exits(
        &mut self,
        fields: &Fields<'_>,
        part: Option<&Part>,
    ) -> Option<BTreeMap<String, NodeName>> {
        let roles = part.map(|part| &part.exits);
        let given = match fields.get("exits") {
            Some(tree) => self.entries(tree, "`exits`", "of name: node")?,
            None => &[],
        };
        let named = roles.into_iter().flat_map(|roles| roles.keys().flatten());
        for name in named {
            if !given.iter().any(|(key, _)| key.name == *name) {
                let message =
                    format!("the sub-flow returns as `{name}`, and nothing says where to");
                let hint = format!("write exits: {{ {name}: node }}");
                self.open = true;
                self.report(Finding::error(Code::BadExit, fields.at(), message).hint(hint));
            }
        }
        let mut exits = BTreeMap::new();
        let mut complete = true;
        for (key, tree) in given {
            let role = roles.and_then(|roles| roles.get(&Some(key.name.clone())).copied());
            if role.is_none() && part.is_some_and(|part| part.compiled.flow.is_some()) {
                let message = format!("the sub-flow never returns as `{}`", shortened(&key.name));
                self.report(Finding::error(Code::BadExit, key.span, message));
            }
            match self.target_in(tree, &key.name, role.unwrap_or(Role::Free)) {
                Some(target) => {
                    exits.insert(key.name.clone(), target);
                }
                None => complete = false,
            }
        }
        complete.then_some(exits)
    }

    pub(super) fn return_node(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        if !self.is_sub {
            let message = "only a sub-flow returns";
            let hint = "end a flow with hangup, or begin the file with subflow: name";
            self.report(Finding::error(Code::BadSubFlow, at, message).hint(hint));
        }
        let name = self.node.clone().unwrap_or_default();
        if matches!(tree.shape, Shape::Null) {
            self.returns.push((name, None));
            return Some(Node::Return(Return { exit: None, with: Vec::new() }));
        }
        let fields = self.fields(tree, at, "a return", &["as", "with"])?;
        let exit = match fields.get("as") {
            Some(tree) => {
                let exit = self.plain(tree, "`as`")?;
                self.name(exit, tree.span, "a return");
                Some(exit.to_owned())
            }
            None => None,
        };
        self.returns.push((name, exit.clone()));
        let mut with = Vec::new();
        if let Some(tree) = fields.get("with") {
            for (key, value) in self.entries(tree, "`with`", "of name: \"expression\"")? {
                with.push((
                    key.name.clone(),
                    self.value(value, &key.name, Place::Anywhere, Wanted::Anything)?,
                ));
            }
        }
        Some(Node::Return(Return { exit, with }))
    }
}
