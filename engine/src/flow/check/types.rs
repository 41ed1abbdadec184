//! Expressions that can have no value, or one that its place does not take.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Diagnostic,
    expression::{Kind, Kinds, Known},
    model::VarType,
    read::{Draft, Expressed, Finding, Wanted},
};

/// What is known of the fields that the engine gives.
const FIELDS: &[(&str, &str, Kind)] = &[
    ("caller", "name", Kind::Text),
    ("caller", "number", Kind::Text),
    ("called", "number", Kind::Text),
    ("call", "id", Kind::Text),
    ("call", "language", Kind::Text),
    ("call", "consent", Kind::Bool),
    ("queue", "name", Kind::Text),
    ("queue", "waited_s", Kind::Int),
    ("queue", "position", Kind::Int),
    ("response", "status", Kind::Int),
];

/// Findings on the expressions of one file.
pub(crate) fn check(source: &str, draft: &Draft) -> Vec<Diagnostic> {
    let types = Types::of(draft);
    let expressions = draft.expressed.iter().filter_map(|expressed| {
        let finding = types.judge(expressed)?;
        Some(finding.place(source, expressed.node.as_deref()))
    });
    let digits = draft.receivers.iter().filter_map(|taken| {
        let declared = draft.variables.get(&taken.name)?.kind;
        let fits = Kinds::from(declared).may_be(Kind::Text);
        let message = format!(
            "`{}` is declared as {declared}, what a caller types or says is a text",
            taken.name
        );
        let finding = Finding::error(Code::WrongType, taken.span, message)
            .hint("declare it as text, and set another one with int() where you reckon with it");
        (!fits).then(|| finding.place(source, taken.node.as_deref()))
    });
    expressions.chain(digits).collect()
}

/// The kinds of the variables of a file.
struct Types<'d> {
    declared: BTreeMap<&'d str, VarType>,
    set: BTreeMap<&'d str, Kinds>,
}

impl<'d> Types<'d> {
    fn of(draft: &'d Draft) -> Self {
        let declared =
            draft.variables.iter().map(|(name, variable)| (name.as_str(), variable.kind)).collect();
        let mut types = Self { declared, set: BTreeMap::new() };
        // Where nobody says what a variable holds, it is what the nodes set, if all of them can be seen.
        let mut set: BTreeMap<&str, (usize, Kinds)> = BTreeMap::new();
        let mut add = |name: &'d str, kinds: Kinds| {
            let known = set.entry(name).or_insert((0, Kinds::NONE));
            *known = (known.0.saturating_add(1), known.1.or(kinds));
        };
        for taken in &draft.receivers {
            add(&taken.name, Kind::Text.into());
        }
        for expressed in &draft.expressed {
            if let Wanted::Variable(name) = &expressed.wanted {
                add(name, expressed.expression.kinds(&types).0);
            }
        }
        let times = |name: &str| draft.set.iter().filter(|set| *set == name).count();
        set.retain(|name, (seen, _)| *seen == times(name));
        types.set = set.into_iter().map(|(name, (_, kinds))| (name, kinds)).collect();
        types
    }

    fn judge(&self, expressed: &Expressed) -> Option<Finding> {
        let finding = |message: String| Finding::error(Code::WrongType, expressed.span, message);
        let (kinds, fault) = expressed.expression.kinds(self);
        if let Some(fault) = fault {
            return Some(finding(fault.message).hint(fault.hint));
        }
        let declared = |name: &str| self.declared.get(name).copied();
        let (wanted, what) = match &expressed.wanted {
            Wanted::Condition => (Kind::Bool.into(), "a condition is true or false".to_owned()),
            Wanted::Spoken => (Kinds::SPOKEN, "only a text or a number can stand here".to_owned()),
            Wanted::Variable(name) => {
                let kind = declared(name)?;
                (kind.into(), format!("`{name}` is declared as {kind}"))
            }
            Wanted::Parameter(kind) => ((*kind).into(), format!("the parameter is a {kind}")),
            Wanted::Anything => return None,
        };
        (!kinds.meets(wanted)).then(|| finding(format!("{what}, this is {kinds}")))
    }
}

impl Known for Types<'_> {
    fn field(&self, root: &str, field: &str) -> Kinds {
        if root == "vars" {
            let declared = self.declared.get(field).map(|kind| Kinds::from(*kind));
            return declared.or_else(|| self.set.get(field).copied()).unwrap_or(Kinds::ANY);
        }
        let known = FIELDS.iter().find(|(of, name, _)| *of == root && *name == field);
        known.map_or(Kinds::ANY, |(_, _, kind)| Kinds::from(*kind))
    }
}
