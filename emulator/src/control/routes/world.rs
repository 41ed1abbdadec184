//! The world as it is, its changes, and waiting for one.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Query};
use serde::Deserialize;
use serde_json::json;

use super::super::Condition;
use super::super::openapi::openapi;
use super::super::stream::changes;
use super::super::visitor::Visitor;
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
    Entry::get("/changes", "Server-sent events", || web::get().to(changes))
        .tag("World")
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
    Entry::get("/openapi.json", "This document", || web::get().to(document))
        .tag("World")
        .gives_json(200, "Document"),
];

async fn document(_control: Visitor) -> HttpResponse {
    // Relative to the document: it is right wherever the API is mounted.
    HttpResponse::Ok().json(openapi("."))
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
    let timeout = query.timeout_ms.unwrap_or(10_000).min(LONGEST_WAIT);
    let holds = control.wait(&condition, Duration::from_millis(timeout)).await;
    let mut answer = if holds { HttpResponse::Ok() } else { HttpResponse::RequestTimeout() };
    Ok(answer.json(json!({"holds": holds})))
}
