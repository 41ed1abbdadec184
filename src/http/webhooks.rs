//! The webhook routes.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{ConnectionType, StatusCode, header},
    web::{Data, Path, Payload},
};

use futures_util::FutureExt as _;

use crate::{
    going_on::GoingOn,
    intake::{Intake, Reply},
};

use super::{Shared, body};

/// `POST /webhooks/events`
pub(super) async fn event_grid(
    shared: Data<Shared>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let authorization = headers(&request, header::AUTHORIZATION.as_str());
    let admission = move |intake: Arc<Intake>| async move {
        let authorization: Vec<&str> = authorization.iter().map(String::as_str).collect();
        intake.admit_grid(&authorization).await
    };
    if let Some(refusal) = refused(&shared, admission).await {
        return refusal;
    }
    let body = match body::read(&request, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let event_type = headers(&request, "aeg-event-type").into_iter().next();
    let content_type = headers(&request, header::CONTENT_TYPE.as_str()).into_iter().next();
    let taking = move |intake: Arc<Intake>| async move {
        intake.take_grid(event_type.as_deref(), content_type.as_deref(), &body).await
    };
    answer(&shared, work(&shared, taking).await)
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
    let (call, signature) = path.into_inner();
    let authorization = headers(&request, header::AUTHORIZATION.as_str());
    let admitted = call.clone();
    let admission = move |intake: Arc<Intake>| async move {
        let authorization: Vec<&str> = authorization.iter().map(String::as_str).collect();
        intake.admit_callback(&admitted, &signature, &authorization).await
    };
    if let Some(refusal) = refused(&shared, admission).await {
        return refusal;
    }
    let body = match body::read(&request, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let taking = move |intake: Arc<Intake>| async move { intake.take_callback(&call, &body).await };
    answer(&shared, work(&shared, taking).await)
}

/// Whoever is not believed is answered before the body is read, and loses the connection.
async fn refused<F>(
    shared: &Shared,
    admission: impl FnOnce(Arc<Intake>) -> F,
) -> Option<HttpResponse>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let reply = work(shared, admission).await;
    if reply == Reply::Taken {
        return None;
    }
    let mut response = answer(shared, reply);
    response.head_mut().set_connection_type(ConnectionType::Close);
    Some(response)
}

/// Goes on when the connection is gone: a client that goes away ends nothing half way. A panic is our inability.
async fn work<F>(shared: &Shared, work: impl FnOnce(Arc<Intake>) -> F) -> Reply
where
    F: Future<Output = Reply> + Send + 'static,
{
    let work = AssertUnwindSafe(work(shared.intake.clone())).catch_unwind();
    GoingOn::new(&shared.tracker, &shared.runtime, work).await.unwrap_or(Reply::Unable)
}

fn answer(shared: &Shared, reply: Reply) -> HttpResponse {
    let mut response = to_http(reply);
    // While draining no sender may think that this connection stays.
    if !shared.health.is_ready() {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

fn to_http(reply: Reply) -> HttpResponse {
    match reply {
        Reply::Taken => HttpResponse::Ok().finish(),
        Reply::Json(body) => HttpResponse::Ok().content_type("application/json").body(body),
        Reply::Refused => HttpResponse::Unauthorized().finish(),
        Reply::WrongType => HttpResponse::UnsupportedMediaType().finish(),
        Reply::Unable => HttpResponse::InternalServerError().finish(),
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
