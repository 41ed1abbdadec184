//! The world's clock.

use actix_web::HttpResponse;
use actix_web::web::{self, Json};
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::{Answer, Entry};

pub(super) const ROUTES: &[Entry] = &[
    Entry::get("/clock", "The world's time", || web::get().to(clock))
        .tag("Clock")
        .gives_json(200, "Clock"),
    Entry::post("/clock/advance", "Move stepped time", || web::post().to(advance))
        .tag("Clock")
        .details(
            "Everything on the way happens in order. The answer comes when all deliveries that it \
             caused are posted and answered. Refused when time is real.",
        )
        .takes("Advance", r#"{"ms": 1000}"#)
        .gives_json(200, "Clock")
        .gives_json(409, "Error"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceBody {
    ms: u32,
}

async fn clock(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.clock())
}

async fn advance(control: Visitor, body: Json<AdvanceBody>) -> Answer {
    Ok(HttpResponse::Ok().json(control.advance(body.ms).await?))
}
