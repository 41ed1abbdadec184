//! As much of JSON Schema as the control API's document uses.

use serde_json::Value;

/// What of a value is not as the schema says; empty when all is.
pub(crate) fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "$", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = document.pointer(reference.trim_start_matches('#'));
        return check(document, named.expect("a known schema"), value, at, found);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|one| problems(document, one, value).is_empty());
        if fitting.count() != 1 {
            found.push(format!("{at} fits not one of the choices"));
        }
        return;
    }
    if !has_type(&schema["type"], value) {
        found.push(format!("{at} is not {}", schema["type"]));
        return;
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        found.push(format!("{at} is none of {}", schema["enum"]));
    }
    if let Some(items) = value.as_array() {
        for (index, item) in items.iter().enumerate() {
            check(document, &schema["items"], item, &format!("{at}[{index}]"), found);
        }
    }
    members(document, schema, value, at, found);
}

fn members(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let (Some(object), Some(known)) = (value.as_object(), schema["properties"].as_object()) else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap_or_default()) {
            found.push(format!("{at} lacks {name}"));
        }
    }
    for (name, member) in object {
        match known.get(name) {
            Some(schema) => check(document, schema, member, &format!("{at}.{name}"), found),
            // A member that nobody described is drift, whether or not the schema is open, unless it
            // says that anything may come.
            None if schema["additionalProperties"] == true => {}
            None => found.push(format!("{at}.{name} is not described")),
        }
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match wanted {
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        Value::String(name) => is(name),
        // A schema without a type takes anything.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}
