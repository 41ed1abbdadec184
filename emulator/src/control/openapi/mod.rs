//! The OpenAPI 3.1 document of the control API, made of the table of routes and of the schemas in
//! `components/`. It is served at `/openapi.json` and committed as `docs/openapi.json`.

use serde_json::{Map, Value, json};

use super::routes::{Entry, TABLE};

/// The schemas, by group of routes.
const COMPONENTS: &[&str] = &[
    include_str!("components/world.json"),
    include_str!("components/people.json"),
    include_str!("components/event-grid.json"),
    include_str!("components/directory.json"),
    include_str!("components/logs.json"),
    include_str!("components/faults.json"),
    include_str!("components/clock.json"),
];

/// What the parameters in paths are.
const PARAMETERS: &[(&str, &str)] = &[
    ("call", "The call's id in this world, as `POST /calls` gives it."),
    ("who", "An object id, a nickname, or a raw id such as `4:+442079460123`."),
    ("n", "The entry's number."),
    ("name", "The subscription's name."),
    ("group", "The group's object id."),
    ("id", "The id."),
];

/// The document, with the place where the API is mounted as `server`.
pub fn openapi(server: &str) -> Value {
    let mut paths = Map::new();
    for entry in TABLE.iter().copied().flatten() {
        let path = paths.entry(entry.path).or_insert_with(|| json!({}));
        path[entry.method.to_ascii_lowercase()] = operation(entry);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard emulator: control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What people do in the emulated world, its logs and its faults. No \
                authentication: it belongs on loopback. Refusals are `{\"error\": \"what to do\"}`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": schemas()},
    })
}

fn schemas() -> Map<String, Value> {
    let groups = COMPONENTS.iter().map(|text| serde_json::from_str::<Map<_, _>>(text));
    // A group that is no JSON would be missing; the tests look every name up.
    groups.filter_map(Result::ok).flatten().collect()
}

fn operation(entry: &Entry) -> Value {
    let mut operation = json!({
        "operationId": operation_id(entry),
        "tags": [entry.tag],
        "summary": entry.summary,
        "responses": responses(entry),
    });
    if !entry.details.is_empty() {
        operation["description"] = json!(entry.details);
    }
    let parameters: Vec<Value> = path_parameters(entry.path)
        .chain(entry.query.iter().map(|(name, text)| {
            json!({"name": name, "in": "query", "description": text, "schema": {"type": "string"}})
        }))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(body) = &entry.body {
        let example: Value = serde_json::from_str(body.example).unwrap_or_default();
        let content = json!({"schema": reference(body.schema), "example": example});
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": content}});
    }
    operation
}

/// `postCallsCallPress`: the method and the words of the path.
fn operation_id(entry: &Entry) -> String {
    let words = entry.path.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(capitalised);
    entry.method.to_ascii_lowercase() + &words.collect::<String>()
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn path_parameters(path: &'static str) -> impl Iterator<Item = Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| {
        let text = PARAMETERS.iter().find(|(known, _)| *known == name).map(|(_, text)| text);
        json!({"name": name, "in": "path", "required": true, "description": text,
            "schema": {"type": "string"}})
    })
}

fn responses(entry: &Entry) -> Value {
    let mut responses = Map::new();
    for answer in entry.answers.iter().flatten() {
        let mut response = json!({"description": reason(answer.status)});
        if let Some(schema) = answer.schema {
            response["content"] = json!({answer.media_type: {"schema": reference(schema)}});
        } else if answer.media_type != "application/json" {
            response["content"] = json!({answer.media_type: {"schema": {"type": "string"}}});
        }
        responses.insert(answer.status.to_string(), response);
    }
    let refused = json!({"description": "Refused, with what to do about it",
        "content": {"application/json": {"schema": reference("Error")}}});
    responses.insert("default".to_owned(), refused);
    Value::Object(responses)
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn reason(status: u16) -> &'static str {
    let known = actix_web::http::StatusCode::from_u16(status).ok();
    known.and_then(|status| status.canonical_reason()).unwrap_or("Answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_somewhere() {
        let document = openapi("/control");
        let text = document.to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            let known = &document["components"]["schemas"][name];
            assert!(known.is_object(), "add the schema {name} to control/openapi/components/");
        }
        for entry in TABLE.iter().copied().flatten() {
            assert!(!entry.tag.is_empty(), "{} {} needs a tag", entry.method, entry.path);
            assert!(entry.answers[0].is_some(), "{} {} gives nothing", entry.method, entry.path);
            let body = entry.body.map(|body| serde_json::from_str::<Value>(body.example).is_ok());
            assert_ne!(body, Some(false), "{} {}: no JSON", entry.method, entry.path);
            for parameter in path_parameters(entry.path) {
                assert!(parameter["description"].is_string(), "describe {parameter}");
            }
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let mut ids: Vec<String> = TABLE.iter().copied().flatten().map(operation_id).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
