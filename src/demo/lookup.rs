//! Contoso's flight status endpoint: what the `http` node of the shipped flow asks.

use actix_web::{HttpResponse, web};
use serde_json::json;

/// `GET /flights/{number}`
pub(super) fn lookup_routes(config: &mut web::ServiceConfig) {
    config.route("/flights/{number}", web::get().to(flight));
}

async fn flight(number: web::Path<String>) -> HttpResponse {
    let answer = match number.as_str() {
        "12" => json!({ "status": "on time", "city": "Seattle", "gate": "B7" }),
        "345" => json!({ "status": "delayed by twenty minutes", "city": "Oslo", "gate": "A2" }),
        "78" => json!({ "status": "cancelled", "city": "Rome" }),
        "500" => return std::future::ready(HttpResponse::InternalServerError().finish()).await,
        _ => json!({ "status": "unknown" }),
    };
    std::future::ready(HttpResponse::Ok().json(answer)).await
}
