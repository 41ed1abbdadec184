//! The world as it is, its changes, and waiting for one.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Query};
use serde::Deserialize;
use serde_json::json;

use super::super::openapi::openapi;
use super::super::stream::changes;
use super::super::visitor::Visitor;
use super::super::{Condition, Control};
use super::{Answer, Entry, bad_request};

/// The longest a request waits for a condition.
const LONGEST_WAIT: u64 = 120_000;

pub(super) const ROUTES: &[Entry] = &[
    Entry::get("/world", "Everything at one moment", || web::get().to(world))
        .tag("World")
        .details(
            "Numbers, users with presence and client, calls with participants and what is heard.",
        )
        .gives_json(200, "World"),
    Entry::get("/ready", "Where everything is", || web::get().to(ready))
        .tag("World")
        .details("What the emulator prints when it is ready: addresses, connection string, CA file.")
        .gives_json(200, "Ready"),
    Entry::get("/changes", "Server-sent events", || web::get().to(changes))
        .tag("World")
        .query(&[
            ("calls", "At most so many calls, the newest; all when absent."),
            ("keep", "Calls that come in any case, separated by commas."),
        ])
        .details(
            "`world` with everything now and after each change, at most 10 a second; `heard` with \
             `{call, text}` when a prompt begins.",
        )
        .gives_text(200, "text/event-stream"),
    Entry::get("/wait", "Wait until a condition holds", || web::get().to(wait))
        .tag("World")
        .details("200 when it holds, 408 when it does not in time. Instead of sleeping.")
        .query(&[
            ("condition", "Such as `call:call-1:ended` or `user:adele:ringing`."),
            ("timeout_ms", "Real time; 10,000 when absent, at most 120,000."),
        ])
        .gives_json(200, "Holds")
        .gives_json(408, "Holds"),
    Entry::post("/wait", "Wait until a condition holds", || web::post().to(wait_for))
        .tag("World")
        .details(
            "The same with `any`, `all` and `not` of conditions, and with texts that no address takes.",
        )
        .takes(
            "Wait",
            r#"{"condition": {"any": ["call:call-1:ended", {"not": "user:adele:ringing"}]}, "timeout_ms": 1000}"#,
        )
        .gives_json(200, "Holds")
        .gives_json(408, "Holds"),
    Entry::get("/openapi.json", "This document", || web::get().to(document))
        .tag("World")
        .gives_json(200, "Document"),
];

async fn document(_control: Visitor) -> HttpResponse {
    // Relative to the document: it is right wherever the API is mounted.
    HttpResponse::Ok().json(openapi("."))
}

async fn ready(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.ready())
}

async fn world(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.world())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitQuery {
    condition: String,
    timeout_ms: Option<u64>,
}

async fn wait(control: Visitor, query: Query<WaitQuery>) -> Answer {
    let condition: Condition = query.condition.parse().map_err(bad_request)?;
    Ok(until(&control, &condition, query.timeout_ms).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitBody {
    condition: Condition,
    timeout_ms: Option<u64>,
}

async fn wait_for(control: Visitor, body: Json<WaitBody>) -> HttpResponse {
    until(&control, &body.condition, body.timeout_ms).await
}

async fn until(control: &Control, condition: &Condition, timeout_ms: Option<u64>) -> HttpResponse {
    let timeout = timeout_ms.unwrap_or(10_000).min(LONGEST_WAIT);
    let holds = control.wait(condition, Duration::from_millis(timeout)).await;
    let mut answer = if holds { HttpResponse::Ok() } else { HttpResponse::RequestTimeout() };
    answer.json(json!({"holds": holds}))
}
