//! `POST /$batch`: up to 20 requests in one (json-batching.md).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ask::{Ask, Caller, Denied, Reply, denied, wrong_method};
use crate::shared::Shared;

/// The most requests of a batch.
const MOST: usize = 20;

fn bad(message: impl Into<String>) -> Denied {
    denied(400, "BadRequest", message)
}

/// The answers in the order of the requests; each part is counted and checked on its own.
pub(super) fn run(shared: &Shared, caller: &Caller, ask: &Ask) -> Result<Reply, Denied> {
    if ask.method != "POST" {
        return Err(wrong_method());
    }
    let requests = ask.body.as_ref().and_then(|body| body["requests"].as_array());
    let requests = requests.ok_or_else(|| bad("The batch must have requests."))?;
    check(requests)?;
    let mut statuses: BTreeMap<String, u16> = BTreeMap::new();
    let mut responses = Vec::new();
    for request in requests {
        let id = text(request, "id");
        let depends = request["dependsOn"].as_array().map(Vec::as_slice).unwrap_or_default();
        let failed = depends
            .iter()
            .filter_map(Value::as_str)
            .any(|id| statuses.get(&id.to_lowercase()).is_none_or(|status| *status >= 400));
        let reply =
            if failed { dependency(shared, ask) } else { part(shared, caller, ask, request) };
        statuses.insert(id.to_lowercase(), reply.status);
        responses.push(response(id, reply));
    }
    Ok(Reply::json(json!({ "responses": responses })))
}

fn text<'a>(request: &'a Value, name: &str) -> &'a str {
    request[name].as_str().unwrap_or_default()
}

fn check(requests: &[Value]) -> Result<(), Denied> {
    if requests.is_empty() || requests.len() > MOST {
        return Err(bad("A batch must have from 1 to 20 requests."));
    }
    let mut seen: Vec<String> = Vec::new();
    for request in requests {
        let (id, url) = (text(request, "id").to_lowercase(), text(request, "url"));
        if id.is_empty() || seen.contains(&id) {
            return Err(bad("Every request of a batch must have an id of its own."));
        }
        if url.is_empty()
            || url.contains("://")
            || url.trim_start_matches('/').starts_with("$batch")
        {
            return Err(bad("The url of a request must be relative and no batch."));
        }
        if text(request, "method").is_empty() {
            return Err(bad("Every request of a batch must have a method."));
        }
        let depends = request["dependsOn"].as_array().map(Vec::as_slice).unwrap_or_default();
        let known =
            |one: &Value| one.as_str().is_some_and(|one| seen.contains(&one.to_lowercase()));
        if !depends.iter().all(known) {
            return Err(bad("dependsOn must name requests that come before."));
        }
        seen.push(id);
    }
    Ok(())
}

fn dependency(shared: &Shared, ask: &Ask) -> Reply {
    let request_id = shared.lock().ids.guid();
    let client = ask.client_request_id.clone().unwrap_or_else(|| request_id.clone());
    let text = "The request depends on another one that failed.";
    denied(424, "FailedDependency", text).reply(shared, &request_id, &client)
}

fn part(shared: &Shared, caller: &Caller, outer: &Ask, request: &Value) -> Reply {
    let url = text(request, "url").trim_start_matches('/');
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let header = |name: &str| {
        let headers = request["headers"].as_object()?;
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str()
    };
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    let ask = Ask {
        method: text(request, "method").to_ascii_uppercase(),
        path,
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        eventual: header("ConsistencyLevel") == Some("eventual"),
        client_request_id: outer.client_request_id.clone(),
        body: request.get("body").cloned(),
    };
    super::perform(shared, caller, &ask).1
}

fn response(id: &str, reply: Reply) -> Value {
    let mut headers = json!({"Cache-Control": "no-cache"});
    if reply.body.is_some() {
        headers["Content-Type"] = json!("application/json");
    }
    for (name, value) in reply.headers {
        let name = if name == "retry-after" { "Retry-After" } else { name };
        headers[name] = json!(value);
    }
    let mut response = json!({"id": id, "status": reply.status, "headers": headers});
    if let Some(body) = reply.body {
        response["body"] = body;
    }
    response
}
