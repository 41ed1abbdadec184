//! Between JSON and CEL values.

use std::{collections::HashMap, sync::Arc};

use cel::{
    Value,
    objects::{Key, Map},
};
use serde_json::Value as Json;

use super::error::EvaluationError;

/// Whole numbers become `int` where they fit, so that `response.status + 1` works.
pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => from_number(number),
        Json::String(text) => Value::String(Arc::new(text.clone())),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(from_json).collect())),
        Json::Object(fields) => {
            let map: HashMap<Key, Value> = fields
                .iter()
                .map(|(name, field)| (Key::from(name.clone()), from_json(field)))
                .collect();
            Value::Map(map.into())
        }
    }
}

fn from_number(number: &serde_json::Number) -> Value {
    if let Some(whole) = number.as_i64() {
        return Value::Int(whole);
    }
    if let Some(whole) = number.as_u64() {
        return Value::UInt(whole);
    }
    number.as_f64().map_or(Value::Null, Value::Float)
}

/// Numbers that JSON does not have, bytes, types and functions are refused.
pub(super) fn to_json(value: &Value) -> Result<Json, EvaluationError> {
    match value {
        Value::Null => Ok(Json::Null),
        Value::Bool(truth) => Ok(Json::Bool(*truth)),
        Value::Int(whole) => Ok(Json::from(*whole)),
        Value::UInt(whole) => Ok(Json::from(*whole)),
        Value::Float(number) => serde_json::Number::from_f64(*number)
            .map(Json::Number)
            .ok_or(EvaluationError::Arithmetic),
        Value::String(text) => Ok(Json::String(text.as_str().to_owned())),
        Value::List(items) => items.iter().map(to_json).collect::<Result<_, _>>().map(Json::Array),
        Value::Map(map) => object(map),
        Value::Function(_, _) | Value::Bytes(_) | Value::Opaque(_) | Value::Struct(_) => {
            Err(EvaluationError::NotPlain)
        }
    }
}

/// Sorted by name: the library's maps have no order.
fn object(map: &Map) -> Result<Json, EvaluationError> {
    let mut fields: Vec<(String, &Value)> =
        map.map.iter().map(|(key, value)| (key.to_string(), value)).collect();
    fields.sort_by(|left, right| left.0.cmp(&right.0));
    fields
        .into_iter()
        .map(|(name, value)| Ok((name, to_json(value)?)))
        .collect::<Result<_, _>>()
        .map(Json::Object)
}
