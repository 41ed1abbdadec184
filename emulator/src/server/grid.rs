//! The validation link of Event Grid.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Query, ServiceConfig};
use serde::Deserialize;

use crate::delivery::confirm;
use crate::shared::Shared;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/eventsubscriptions/validate", web::get().to(validate))
        .route("/eventsubscriptions/validate", web::post().to(validate));
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    id: String,
}

/// Fetched by a person or a program instead of echoing the code; a POST does the same, as the
/// `CloudEvents` callback allows both.
async fn validate(shared: Data<Shared>, link: Query<Link>) -> HttpResponse {
    let confirmed = confirm(&shared, &link.id);
    let (status, text) = if confirmed {
        (200, "Webhook successfully validated as a subscription endpoint.")
    } else {
        (404, "The validation link is unknown, used or older than 10 minutes.")
    };
    super::note(&shared, "GET", "validateSubscription", status);
    let mut answer = if confirmed { HttpResponse::Ok() } else { HttpResponse::NotFound() };
    answer.content_type("text/plain; charset=utf-8").body(text)
}
