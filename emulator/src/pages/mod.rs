//! What the plain listener serves for people: the pages and the OpenAPI document.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use crate::control::openapi;

/// Mounts them at the root.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/openapi.json", web::get().to(document));
}

async fn document() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(openapi("/control"))).await
}
