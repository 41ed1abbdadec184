//! The JSON Schema for editors. It says what can be written where; the checker says whether it makes sense.

use serde_json::{Map, Value, json};

use crate::flow::model::{TargetKind, VarType};

use super::{Field, Need, Takes, entry, head, kinds};

/// `docs/flow.schema.json`: JSON Schema, draft 2020-12.
pub fn schema() -> Value {
    let kinds = kinds();
    let words: Map<String, Value> = kinds
        .iter()
        .map(|kind| {
            let mut body = object(kind.fields);
            if let Some(body) = body.as_object_mut() {
                body.insert("description".to_owned(), Value::from(kind.does));
                if kind.fields.iter().all(|field| field.need != Need::Required) {
                    body.insert("type".to_owned(), json!(["object", "null"]));
                }
            }
            (kind.word.to_owned(), body)
        })
        .collect();
    let mut file = object(head());
    if let Some(file) = file.as_object_mut() {
        let either = json!([{ "required": ["flow"] }, { "required": ["subflow"] }]);
        file.insert("oneOf".to_owned(), either);
    }
    let mut shared = shared();
    shared.insert("file".to_owned(), file);
    shared.insert("entry".to_owned(), object(entry().head));
    shared.insert("rule".to_owned(), object(entry().rule));
    shared.insert(
        "node".to_owned(),
        json!({
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "additionalProperties": false, "properties": words,
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Switchboard flow",
        "oneOf": [{ "$ref": "#/$defs/file" }, { "$ref": "#/$defs/entry" }],
        "$defs": shared,
    })
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.need == Need::Required)
        .map(|field| field.name)
        .collect();
    json!({
        "type": "object", "additionalProperties": false,
        "properties": properties, "required": required,
    })
}

fn property(field: &Field) -> Value {
    let mut schema = takes(field.takes);
    if let Some(schema) = schema.as_object_mut() {
        let words = match field.need {
            Need::Required => field.means.to_owned(),
            Need::Otherwise(words) => format!("{} If left out: {words}.", field.means),
        };
        schema.insert("description".to_owned(), words.into());
    }
    schema
}

fn takes(takes: Takes) -> Value {
    let shared = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let by_name = |name: &str| json!({ "type": "object", "additionalProperties": { "$ref": format!("#/$defs/{name}") } });
    match takes {
        Takes::Target => shared("target"),
        Takes::Targets => by_name("target"),
        Takes::Speech => shared("speech"),
        Takes::Catalogue => by_name("speech"),
        Takes::Reply => shared("reply"),
        Takes::Text => json!({ "type": "string", "minLength": 1 }),
        Takes::Assignments => by_name("value"),
        Takes::Conditions => shared("conditions"),
        Takes::Choices => {
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/choice" } })
        }
        Takes::Choice => shared("choice"),
        Takes::Duration(_, _) => shared("duration"),
        Takes::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Pattern => json!({ "type": "string", "minLength": 1, "maxLength": 100 }),
        Takes::Secret => shared("secret"),
        Takes::Auth => shared("auth"),
        Takes::Model => json!({ "type": "object", "additionalProperties": false,
            "required": ["url", "model"], "properties": { "url": { "type": "string" },
            "model": { "type": "string" }, "auth": { "$ref": "#/$defs/auth" },
            "timeout": { "$ref": "#/$defs/duration" } } }),
        Takes::Confirm => json!({ "type": "object", "additionalProperties": false,
            "required": ["prompt"], "properties": { "prompt": { "$ref": "#/$defs/speech" },
            "yes": { "$ref": "#/$defs/tone" }, "no": { "$ref": "#/$defs/tone" } } }),
        Takes::Tone => shared("tone"),
        Takes::File(ending) => {
            json!({ "type": "string", "pattern": format!("^[A-Za-z0-9._/-]+\\{ending}$") })
        }
        Takes::Sound => json!({ "oneOf": [
            { "$ref": "#/$defs/wav" },
            { "type": "object", "additionalProperties": { "$ref": "#/$defs/wav" } },
        ] }),
        Takes::Name => shared("name"),
        Takes::Language => shared("language"),
        Takes::Languages => {
            json!({ "type": "object", "propertyNames": { "$ref": "#/$defs/language" }, "additionalProperties": { "type": ["string", "null"] } })
        }
        Takes::Voice => json!({ "type": "string", "pattern": "^[A-Za-z0-9:_-]+$" }),
        Takes::Variables => by_name("variable"),
        Takes::Zone => json!({ "type": "string", "examples": ["Europe/Berlin", "UTC"] }),
        Takes::Week => shared("week"),
        Takes::Dates => {
            json!({ "type": "array", "items": { "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" } })
        }
        Takes::Overflow => shared("overflow"),
        Takes::Record => json!({ "type": "object", "additionalProperties": false,
            "properties": { "consent": { "$ref": "#/$defs/speech" } } }),
        Takes::Callee => callee(),
        Takes::Callees => {
            json!({ "type": "array", "minItems": 1, "maxItems": 10, "items": callee() })
        }
        Takes::Rules => {
            json!({ "type": "array", "minItems": 1, "maxItems": 50, "items": { "$ref": "#/$defs/rule" } })
        }
        Takes::Numbers => json!({ "oneOf": [{ "$ref": "#/$defs/number" },
            { "type": "array", "minItems": 1, "maxItems": 500, "items": { "$ref": "#/$defs/number" } }] }),
        Takes::Clock => json!({ "type": "object", "additionalProperties": false,
            "required": ["zone", "week"], "properties": { "zone": { "type": "string" },
            "week": { "$ref": "#/$defs/week" }, "calendar": { "type": "string" },
            "holidays": { "type": "array", "items": { "type": "string" } } } }),
        Takes::Word(words) => json!({ "enum": words }),
        Takes::Nodes => {
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/node" } })
        }
    }
}

fn callee() -> Value {
    let kinds: Map<String, Value> = TargetKind::NAMES
        .iter()
        .map(|(name, _)| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    json!({ "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": kinds })
}

fn shared() -> Map<String, Value> {
    let types: Vec<&str> = VarType::NAMES.iter().map(|(name, _)| *name).collect();
    let time = json!({ "type": "string", "pattern": "^\\d{2}:\\d{2}-\\d{2}:\\d{2}$" });
    let definitions = json!({
        "name": { "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" },
        "target": { "type": "string", "description": "The name of a node.", "pattern": "^[A-Za-z0-9_-]{1,64}$" },
        "language": { "type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z]{4})?-([A-Z]{2}|\\d{3})$" },
        "number": { "type": "string", "pattern": "^(\\+\\d{1,15}|unknown)$" },
        "duration": { "type": "string", "pattern": "^\\d+(ms|s|m|h)$", "examples": ["30s"] },
        "tone": { "type": "string", "pattern": "^[0-9*#A-D]$" },
        "secret": { "type": "string", "description": "The name of a secret in the settings, never the secret.", "pattern": "^[a-z_]{1,40}$" },
        "auth": { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": {
            "bearer": { "$ref": "#/$defs/secret" }, "api_key": { "$ref": "#/$defs/secret" } } },
        "wav": { "type": "string", "pattern": "^[A-Za-z0-9._/-]+\\.wav$" },
        "value": { "type": ["string", "integer", "boolean"], "description": "A CEL expression." },
        "said": { "oneOf": [
            { "type": "string", "minLength": 1, "maxLength": 4_000 },
            { "type": "object", "additionalProperties": false, "required": ["ssml"], "properties": { "ssml": { "type": "string" } } },
            { "type": "object", "additionalProperties": false, "required": ["file"], "properties": { "file": { "$ref": "#/$defs/wav" } } },
        ] },
        "speech": { "oneOf": [
            { "$ref": "#/$defs/said" },
            { "type": "object", "additionalProperties": false, "required": ["prompt"], "properties": { "prompt": { "$ref": "#/$defs/name" } } },
            { "type": "object", "minProperties": 1, "propertyNames": { "$ref": "#/$defs/language" }, "additionalProperties": { "$ref": "#/$defs/said" } },
        ] },
        "reply": { "type": "object", "additionalProperties": false, "required": ["say"], "properties": { "say": { "$ref": "#/$defs/speech" } } },
        "phrases": { "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } },
        "choice": { "type": "object", "additionalProperties": false, "required": ["next"], "properties": {
            "tone": { "$ref": "#/$defs/tone" },
            "phrases": { "oneOf": [
                { "$ref": "#/$defs/phrases" },
                { "type": "object", "propertyNames": { "$ref": "#/$defs/language" }, "additionalProperties": { "$ref": "#/$defs/phrases" } },
            ] },
            "next": { "$ref": "#/$defs/target" },
        } },
        "conditions": { "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": false,
            "required": ["if", "next"], "properties": { "if": { "type": "string" }, "next": { "$ref": "#/$defs/target" } } } },
        "variable": { "oneOf": [
            { "enum": types },
            { "type": "object", "additionalProperties": false, "required": ["type"], "properties": { "type": { "enum": types }, "start": {} } },
        ] },
        "week": { "type": "object", "propertyNames": { "pattern": "^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$" },
            "additionalProperties": { "oneOf": [time, { "type": "array", "items": time }] } },
        "overflow": { "type": "object", "additionalProperties": false, "required": ["next"], "properties": {
            "after": { "$ref": "#/$defs/duration" }, "next": { "$ref": "#/$defs/target" } } },
    });
    match definitions {
        Value::Object(definitions) => definitions,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
