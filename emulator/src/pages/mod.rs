//! What the plain listener serves for people: the page and the OpenAPI document.

use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::control::openapi;

/// Nothing from elsewhere, no inline script, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One file of the page.
struct PageFile {
    path: &'static str,
    media_type: &'static str,
    body: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! script {
    ($name:literal) => {
        PageFile {
            path: concat!("/pages/", $name),
            media_type: SCRIPT,
            body: include_str!(concat!("files/", $name)),
        }
    };
}

/// Every file. Modules import each other by these names.
const FILES: &[PageFile] = &[
    PageFile { path: "/", media_type: HTML, body: include_str!("files/index.html") },
    PageFile { path: "/pages/style.css", media_type: CSS, body: include_str!("files/style.css") },
    PageFile { path: "/pages/icon.svg", media_type: SVG, body: include_str!("files/icon.svg") },
    script!("app.js"),
    script!("calls.js"),
    script!("connect.js"),
    script!("dom.js"),
    script!("faults.js"),
    script!("log.js"),
    script!("microphone.js"),
    script!("phone.js"),
    script!("state.js"),
    script!("tabs.js"),
    script!("teams.js"),
    script!("voice.js"),
];

/// Mounts them at the root.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/openapi.json", web::get().to(document));
    for file in FILES {
        config.service(web::resource(file.path).guard(fn_guard(is_asked_for)).get(serve));
    }
}

/// A page of another site that embeds or fetches this one gets nothing.
fn is_asked_for(context: &GuardContext<'_>) -> bool {
    let site = context.head().headers().get("sec-fetch-site");
    let from_elsewhere = site.is_some_and(|site| site == "cross-site");
    let navigates = context.head().headers().get("sec-fetch-mode");
    !from_elsewhere || navigates.is_some_and(|mode| mode == "navigate")
}

async fn serve(request: HttpRequest) -> HttpResponse {
    let file = FILES.iter().find(|file| file.path == request.path());
    let response = match file {
        Some(file) => HttpResponse::Ok()
            .content_type(file.media_type)
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body(file.body),
        None => HttpResponse::NotFound().finish(),
    };
    std::future::ready(response).await
}

async fn document() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(openapi("/control"))).await
}
