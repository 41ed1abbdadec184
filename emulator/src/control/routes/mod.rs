//! The control verbs over HTTP: JSON in, JSON out. One table ([`TABLE`]) has every route with its
//! documentation; the server and the OpenAPI document are both made of it.

mod audio;
mod calls;
mod clock;
mod directory;
mod entry;
mod faults;
mod keys;
mod logs;
mod people;
mod subscriptions;
mod world;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

pub(crate) use entry::Entry;

use super::{Control, ControlError};
use crate::world::CallId;

/// Every route, group by group in the order of the document. A new route is one more [`Entry`] in
/// its group.
pub(crate) const TABLE: &[&[Entry]] = &[
    world::ROUTES,
    calls::ROUTES,
    audio::ROUTES,
    people::ROUTES,
    subscriptions::ROUTES,
    directory::ROUTES,
    logs::ROUTES,
    faults::ROUTES,
    clock::ROUTES,
    keys::ROUTES,
];

type Answer = Result<HttpResponse, ControlError>;

/// Mounts the control API: `web::scope("/world").configure(control_routes(control))`. It has no
/// authentication: mount it on loopback only. Pages of other origins are refused.
pub fn control_routes(control: Control) -> impl Fn(&mut ServiceConfig) + Clone + Send {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::new(control.clone()))
            .app_data(json_config())
            .app_data(query_config());
        for entry in TABLE.iter().copied().flatten() {
            config.route(entry.path, (entry.route)());
        }
    }
}

impl ResponseError for ControlError {
    fn status_code(&self) -> actix_web::http::StatusCode {
        let status = actix_web::http::StatusCode::from_u16(self.status);
        status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({"error": self.message}))
    }
}

fn bad_request(message: impl std::fmt::Display) -> ControlError {
    ControlError { status: 400, message: message.to_string() }
}

fn json_config() -> web::JsonConfig {
    let config = web::JsonConfig::default().content_type_required(false);
    config.error_handler(|error, _| bad_request(error).into())
}

fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| bad_request(error).into())
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

fn call_id(text: &str) -> Result<CallId, ControlError> {
    text.parse().map_err(|()| ControlError {
        status: 404,
        message: "there is no such call; POST /calls gives its id".to_owned(),
    })
}
