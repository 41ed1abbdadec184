//! Event Grid: subscriptions and dead letters.

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Path, Query};
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::super::{ControlError, Subscription};
use super::{Answer, Entry, bad_request, done};

pub(super) const ROUTES: &[Entry] = &[
    Entry::put("/subscription", "Subscribe a webhook", || web::put().to(put))
        .tag("Event Grid")
        .details(
            "Makes the handshake, then delivers events; replaces a subscription of the same name. \
             202 when the webhook answers 200 without agreeing: it is subscribed when the \
             validation link is fetched within 10 minutes. 502 when the handshake failed, with \
             the reason.",
        )
        .takes("Subscription", r#"{"endpoint": "https://localhost:8443/events"}"#)
        .gives_json(200, "Handshake")
        .gives_json(202, "Handshake")
        .gives_json(502, "Handshake"),
    Entry::get("/subscriptions", "All subscriptions and how far they are", || web::get().to(list))
        .tag("Event Grid")
        .gives_json(200, "Subscriptions"),
    Entry::delete("/subscriptions/{name}", "End a subscription", || web::delete().to(remove))
        .tag("Event Grid")
        .gives(204),
    Entry::get("/dead-letters", "Events that could not be delivered", || {
        web::get().to(dead_letters)
    })
    .tag("Event Grid")
    .details(
        "Of subscriptions with dead_letter, 5 minutes after the last attempt (in the pace of the \
         retries), as Event Grid writes them to a blob.",
    )
    .query(&[("since", "Only letters with a number above this one.")])
    .gives_json(200, "DeadLetters"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SinceQuery {
    #[serde(default)]
    since: u64,
}

async fn put(control: Visitor, body: Json<Subscription>) -> Answer {
    let subscription = body.into_inner();
    if let Some(problem) = subscription.problem() {
        return Err(bad_request(problem));
    }
    let result = control.subscribe(subscription).await;
    let mut answer = if result.validated {
        HttpResponse::Ok()
    } else if result.awaits_manual_action {
        HttpResponse::Accepted()
    } else {
        HttpResponse::BadGateway()
    };
    Ok(answer.json(result))
}

async fn list(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.subscriptions())
}

async fn remove(control: Visitor, name: Path<String>) -> Answer {
    if control.unsubscribe(&name) {
        return Ok(done());
    }
    let message = "there is no such subscription; GET /subscriptions lists them".to_owned();
    Err(ControlError { status: 404, message })
}

async fn dead_letters(control: Visitor, query: Query<SinceQuery>) -> HttpResponse {
    HttpResponse::Ok().json(control.dead_letters(query.since))
}
