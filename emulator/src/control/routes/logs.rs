//! What was asked and what was delivered.

use actix_web::HttpResponse;
use actix_web::web::{self, Path, Query};
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::super::{ControlError, LogFilter};
use super::{Answer, Entry, call_id};

const SINCE: (&str, &str) = ("since", "Only entries with a higher number.");
const CALL: (&str, &str) = ("call", "Only entries about this call.");
const LIMIT: (&str, &str) = ("limit", "At most so many, the newest.");

pub(super) const ROUTES: &[Entry] = &[
    Entry::get("/requests", "Requests to the stand-in services", || web::get().to(requests))
        .tag("Logs")
        .details("Oldest first, at most the newest 10,000; by call, of the newest 2,000.")
        .query(&[SINCE, CALL, LIMIT])
        .gives_json(200, "Requests"),
    Entry::get("/requests/{n}", "One request with its bytes", || web::get().to(request))
        .tag("Logs")
        .details("Secrets are hidden. The bytes of the newest 2,000 requests to Call Automation are kept.")
        .gives_json(200, "RequestDetails"),
    Entry::get("/forgiven", "Requests of which something was passed over", || {
        web::get().to(forgiven)
    })
    .tag("Logs")
    .details("Only with `--lenient`.")
    .query(&[SINCE])
    .gives_json(200, "Requests"),
    Entry::get("/deliveries", "Attempts to deliver an event", || web::get().to(deliveries))
        .tag("Logs")
        .details("Oldest first, at most the newest 10,000; by call, of the newest 2,000.")
        .query(&[SINCE, CALL, LIMIT])
        .gives_json(200, "Deliveries"),
    Entry::get("/deliveries/{n}", "One delivery with its bytes", || web::get().to(delivery))
        .tag("Logs")
        .details("Secrets are hidden. The bytes of the newest 2,000 are kept.")
        .gives_json(200, "DeliveryDetails"),
    Entry::post("/deliveries/{n}/replay", "Post a delivery again", || web::post().to(replay))
        .tag("Logs")
        .details("The same bytes with a fresh token; answers the new entry, whose kind is `replay`.")
        .gives_json(200, "Delivery"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    #[serde(default)]
    since: u64,
    call: Option<String>,
    limit: Option<usize>,
}

impl LogQuery {
    fn filter(&self) -> Result<LogFilter, ControlError> {
        let call = self.call.as_deref().map(call_id).transpose()?;
        Ok(LogFilter { since: self.since, call, limit: self.limit })
    }
}

async fn forgiven(control: Visitor, query: Query<LogQuery>) -> Answer {
    let mut entries = control.requests_of(&query.filter()?);
    entries.retain(|entry| !entry.forgiven.is_empty());
    Ok(HttpResponse::Ok().json(entries))
}

async fn requests(control: Visitor, query: Query<LogQuery>) -> Answer {
    Ok(HttpResponse::Ok().json(control.requests_of(&query.filter()?)))
}

async fn deliveries(control: Visitor, query: Query<LogQuery>) -> Answer {
    Ok(HttpResponse::Ok().json(control.deliveries_of(&query.filter()?)))
}

async fn request(control: Visitor, n: Path<u64>) -> Answer {
    let found = control.request_details(*n).ok_or_else(|| unknown("request"))?;
    Ok(HttpResponse::Ok().json(found))
}

async fn delivery(control: Visitor, n: Path<u64>) -> Answer {
    let found = control.delivery_details(*n).ok_or_else(|| unknown("delivery"))?;
    Ok(HttpResponse::Ok().json(found))
}

async fn replay(control: Visitor, n: Path<u64>) -> Answer {
    Ok(HttpResponse::Ok().json(control.replay(*n).await?))
}

fn unknown(what: &str) -> ControlError {
    ControlError { status: 404, message: format!("there is no such {what} in the log") }
}
