//! What was asked and what was delivered.

use actix_web::HttpResponse;
use actix_web::web::{self, Query};
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::Entry;

const SINCE: (&str, &str) = ("since", "Only entries with a higher number.");

pub(super) const ROUTES: &[Entry] = &[
    Entry::get("/requests", "Requests to the stand-in services", || web::get().to(requests))
        .tag("Logs")
        .query(&[SINCE])
        .gives_json(200, "Requests"),
    Entry::get("/deliveries", "Attempts to deliver an event", || web::get().to(deliveries))
        .tag("Logs")
        .query(&[SINCE])
        .gives_json(200, "Deliveries"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SinceQuery {
    #[serde(default)]
    since: u64,
}

async fn requests(control: Visitor, query: Query<SinceQuery>) -> HttpResponse {
    HttpResponse::Ok().json(control.requests(query.since))
}

async fn deliveries(control: Visitor, query: Query<SinceQuery>) -> HttpResponse {
    HttpResponse::Ok().json(control.deliveries(query.since))
}
