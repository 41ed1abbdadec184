//! The webhook routes.

use std::future::Future;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path, Payload},
};

use crate::intake::{Intake, Reply};

use super::{Shared, body};

/// `POST /webhooks/events`
pub(super) async fn event_grid(
    shared: Data<Shared>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let body = match body::read(&request, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let authorization = headers(&request, header::AUTHORIZATION.as_str());
    let event_type = headers(&request, "aeg-event-type").into_iter().next();
    let content_type = headers(&request, header::CONTENT_TYPE.as_str()).into_iter().next();
    answer(&shared, |intake| async move {
        let authorization: Vec<&str> = authorization.iter().map(String::as_str).collect();
        intake
            .take_grid(&authorization, event_type.as_deref(), content_type.as_deref(), &body)
            .await
    })
    .await
}

/// `OPTIONS /webhooks/events`
pub(super) async fn event_grid_options(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let origins = headers(&request, "webhook-request-origin");
    let rate = headers(&request, "webhook-request-rate").into_iter().next();
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    let answer = shared.intake.grid_options(&origins, rate.as_deref());
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.finish()
}

/// `POST /webhooks/calls/{call}/{signature}`
pub(super) async fn callback(
    shared: Data<Shared>,
    path: Path<(String, String)>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let body = match body::read(&request, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let (call, signature) = path.into_inner();
    let authorization = headers(&request, header::AUTHORIZATION.as_str());
    answer(&shared, |intake| async move {
        let authorization: Vec<&str> = authorization.iter().map(String::as_str).collect();
        intake.take_callback(&call, &signature, &authorization, &body).await
    })
    .await
}

/// Works detached from the connection: a client that goes away ends nothing half way.
async fn answer<F>(shared: &Shared, work: impl FnOnce(std::sync::Arc<Intake>) -> F) -> HttpResponse
where
    F: Future<Output = Reply> + Send + 'static,
{
    let work = work(shared.intake.clone());
    match shared.tracker.spawn_on(work, &shared.runtime).await {
        Ok(Reply::Taken) => HttpResponse::Ok().finish(),
        Ok(Reply::Json(body)) => HttpResponse::Ok()
            .content_type("application/json")
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .body(body),
        Ok(Reply::Refused) => HttpResponse::Unauthorized().finish(),
        Ok(Reply::WrongType) => HttpResponse::UnsupportedMediaType().finish(),
        Ok(Reply::Unable) | Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn headers(request: &HttpRequest, name: &str) -> Vec<String> {
    // A value that is not text is still a second header: it must be counted.
    request
        .headers()
        .get_all(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}
