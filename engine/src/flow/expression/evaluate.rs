//! The value of a syntax tree in a scope.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
};

use cel::{Context, Env, ExecutionError, IdedExpr, Value};

use crate::flow::scope::Scope;

use super::{Inner, bounds::MAX_ITEMS, error::EvaluationError, value};

/// The standard functions, built once: none of them reads clock, environment or chance.
pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

pub(super) fn evaluate(
    expression: &Inner,
    scope: &Scope,
) -> Result<serde_json::Value, EvaluationError> {
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    for reference in &expression.references {
        let root = reference.root.as_str();
        if let Some(found) = scope.get(root)
            && context.get_variable(root).is_none()
        {
            context.add_variable_from_value(root, value::from_json(found));
        }
    }
    if let Some(range) = &expression.range {
        check_range(range, &context)?;
    }
    let found = resolve(&expression.tree, &context, &expression.source)?;
    value::to_json(&found)
}

/// A loop runs over lists of at most [`MAX_ITEMS`] items. Checked before the whole: a range stands outside its loop, and
/// there is one loop only. A range without value is left to the whole, which may not come to it.
fn check_range(range: &IdedExpr, context: &Context<'_, '_>) -> Result<(), EvaluationError> {
    match resolve(range, context, "") {
        Ok(Value::List(items)) if items.len() > MAX_ITEMS => Err(EvaluationError::Loop),
        Ok(Value::Map(_)) => Err(EvaluationError::Loop),
        Ok(_) | Err(_) => Ok(()),
    }
}

pub(super) fn resolve(
    tree: &IdedExpr,
    context: &Context<'_, '_>,
    source: &str,
) -> Result<Value, EvaluationError> {
    match catch_unwind(AssertUnwindSafe(|| Value::resolve(tree, context))) {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(translate(&error, source)),
        Err(_) => Err(EvaluationError::Failed),
    }
}

/// The library's errors hold values of the call; ours must not.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's enum grows, and its other variants are deprecated or faults of its own"
)]
fn translate(error: &ExecutionError, source: &str) -> EvaluationError {
    match error {
        ExecutionError::NoSuchKey(name) | ExecutionError::UndeclaredReference(name) => {
            EvaluationError::Missing(written(name, source))
        }
        ExecutionError::IndexOutOfBounds(_) => EvaluationError::Missing("a list item".to_owned()),
        ExecutionError::NoSuchOverload(overload) => {
            EvaluationError::Types(sign(overload.function()))
        }
        ExecutionError::UnsupportedBinaryOperator(operator, _, _) => {
            EvaluationError::Types(sign(operator))
        }
        ExecutionError::NotSupportedAsMethod { method, .. } => EvaluationError::Types(sign(method)),
        ExecutionError::InvalidArgumentCount { .. }
        | ExecutionError::UnsupportedTargetType { .. }
        | ExecutionError::UnsupportedKeyType(_)
        | ExecutionError::UnexpectedType { .. }
        | ExecutionError::MissingArgumentOrTarget
        | ExecutionError::ValuesNotComparable(_, _)
        | ExecutionError::UnsupportedIndex(_, _) => {
            EvaluationError::Types("an operator".to_owned())
        }
        ExecutionError::DivisionByZero(_)
        | ExecutionError::RemainderByZero(_)
        | ExecutionError::Overflow(_, _, _) => EvaluationError::Arithmetic,
        ExecutionError::FunctionError { function, .. } => EvaluationError::Refused(sign(function)),
        _ => EvaluationError::Failed,
    }
}

/// A name may be shown when the flow's author wrote it; a computed key is data of the call.
fn written(name: &str, source: &str) -> String {
    let is_word = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_word && source.contains(name) { name.to_owned() } else { "a field".to_owned() }
}

/// `_+_` and `add` are shown as `+`.
pub(super) fn sign(function: &str) -> String {
    const NAMED: &[(&str, &str)] =
        &[("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("rem", "%")];
    if let Some((_, sign)) = NAMED.iter().find(|(name, _)| *name == function) {
        return (*sign).to_owned();
    }
    let bare = function.replace(['_', '@'], "");
    let is_sign = !bare.is_empty() && !bare.chars().all(char::is_alphanumeric);
    if is_sign || function.starts_with('@') { bare } else { function.to_owned() }
}
