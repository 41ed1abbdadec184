//! What operators and functions do with kinds of values.
//!
//! Not written down a second time: each is tried once with samples of each kind, by the evaluator itself. So the checker
//! cannot differ from what happens in a call.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use cel::{
    Context, IdedExpr, Value,
    common::ast::{CallExpr, Expr, operators},
};

use super::{
    error::EvaluationError,
    evaluate::{ENVIRONMENT, resolve},
    kinds::{Kind, Kinds},
};

/// A function of two values, of which the first may be what it is called on.
const OF_TWO: &[(&str, bool)] = &[
    (operators::ADD, false),
    (operators::SUBSTRACT, false),
    (operators::MULTIPLY, false),
    (operators::DIVIDE, false),
    (operators::MODULO, false),
    (operators::EQUALS, false),
    (operators::NOT_EQUALS, false),
    (operators::LESS, false),
    (operators::LESS_EQUALS, false),
    (operators::GREATER, false),
    (operators::GREATER_EQUALS, false),
    (operators::IN, false),
    ("contains", true),
    ("startsWith", true),
    ("endsWith", true),
];

const OF_ONE: &[&str] =
    &[operators::LOGICAL_NOT, operators::NEGATE, "size", "string", "int", "double", "bool"];

/// By name and kinds what comes of it; none where it never works.
type Table = BTreeMap<(&'static str, Kind, Option<Kind>), Option<Kinds>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for name in OF_ONE {
        for only in Kind::ALL {
            table.insert((name, *only, None), tried(name, false, *only, None));
        }
    }
    for (name, member) in OF_TWO {
        for left in Kind::ALL {
            for right in Kind::ALL {
                let key = (*name, *left, Some(*right));
                table.insert(key, tried(name, *member, *left, Some(*right)));
            }
        }
    }
    table
});

/// What comes of a function with these kinds of values. None where it works with none of them.
pub(super) fn outcome(name: &str, first: Kinds, second: Option<Kinds>) -> Option<Kinds> {
    let Some(name) = name_of(name, second.is_some()) else { return Some(Kinds::ANY) };
    let seconds: Vec<Option<Kind>> = match second {
        Some(second) => second.each().map(Some).collect(),
        None => vec![None],
    };
    let mut found = Kinds::NONE;
    for first in first.each() {
        for second in &seconds {
            if let Some(Some(kinds)) = TABLE.get(&(name, first, *second)) {
                found = found.or(*kinds);
            }
        }
    }
    (found != Kinds::NONE).then_some(found)
}

fn name_of(name: &str, of_two: bool) -> Option<&'static str> {
    if of_two {
        OF_TWO.iter().map(|(known, _)| *known).find(|known| *known == name)
    } else {
        OF_ONE.iter().copied().find(|known| *known == name)
    }
}

fn tried(name: &str, member: bool, left: Kind, right: Option<Kind>) -> Option<Kinds> {
    let names = ["left", "right"].into_iter().take(if right.is_some() { 2 } else { 1 });
    let mut values: Vec<IdedExpr> =
        names.map(|name| IdedExpr { id: 0, expr: Expr::Ident(name.to_owned()) }).collect();
    let target = member.then(|| Box::new(values.remove(0)));
    let call = CallExpr { func_name: name.to_owned(), target, args: values };
    let tree = IdedExpr { id: 0, expr: Expr::Call(call) };
    let rights = right.map_or_else(|| vec![Value::Null], Kind::samples);
    let mut found = Kinds::NONE;
    for left in left.samples() {
        for right in &rights {
            let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
            context.add_variable_from_value("left", left.clone());
            context.add_variable_from_value("right", right.clone());
            found = found.or(match resolve(&tree, &context, "") {
                Ok(value) => Kind::of(&value).map_or(Kinds::ANY, Kinds::from),
                Err(EvaluationError::Types(_) | EvaluationError::Refused(_)) => Kinds::NONE,
                // Other values of these kinds may do.
                Err(_) => Kinds::ANY,
            });
        }
    }
    (found != Kinds::NONE).then_some(found)
}
