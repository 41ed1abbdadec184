//! Event Grid subscriptions.

use actix_web::HttpResponse;
use actix_web::web::{self, Json};

use super::super::Subscription;
use super::super::visitor::Visitor;
use super::Entry;

pub(super) const ROUTES: &[Entry] =
    &[Entry::put("/subscription", "Subscribe a webhook", || web::put().to(put_subscription))
        .tag("Event Grid")
        .details(
            "Makes the handshake, then delivers events; replaces a subscription of the same name. \
             502 when the handshake failed, with the reason.",
        )
        .takes("Subscription", r#"{"endpoint": "https://localhost:8443/events"}"#)
        .gives_json(200, "Handshake")
        .gives_json(502, "Handshake")];

async fn put_subscription(control: Visitor, body: Json<Subscription>) -> HttpResponse {
    let result = control.subscribe(body.into_inner()).await;
    let mut answer = if result.validated { HttpResponse::Ok() } else { HttpResponse::BadGateway() };
    answer.json(result)
}
