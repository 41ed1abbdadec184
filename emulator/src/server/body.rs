//! Bodies are read whole before anything looks at them: with a limit and a time limit, which
//! actix-web does not have for bodies that trickle.

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::BytesMut;
use actix_web::{Error, HttpMessage as _, HttpResponse};
use futures_util::StreamExt as _;
use serde_json::json;

/// The largest body that is kept.
const LARGEST: usize = 1024 * 1024;
/// More than this is not even read to its end, so that an answer reaches those who only sent too much.
const DRAINED: usize = 32 * 1024 * 1024;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BadBody {
    Slow,
    Large,
    Broken,
}

/// Reads the body, or answers 408, 413 or 400 and closes the connection. Upgraded connections keep
/// their stream.
pub(super) async fn whole<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if request.headers().contains_key(header::UPGRADE) {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let payload = request.take_payload();
    let read = tokio::time::timeout(PATIENCE, read(payload)).await;
    match read.unwrap_or(Err(BadBody::Slow)) {
        Ok(body) => {
            request.set_payload(Payload::from(body.freeze()));
            next.call(request).await.map(ServiceResponse::map_into_left_body)
        }
        Err(bad) => Ok(request.into_response(refuse(bad)).map_into_right_body()),
    }
}

async fn read(mut payload: Payload) -> Result<BytesMut, BadBody> {
    let mut body = BytesMut::new();
    let mut size = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BadBody::Broken)?;
        size = size.saturating_add(chunk.len());
        if size > DRAINED {
            return Err(BadBody::Large);
        }
        if size <= LARGEST {
            body.extend_from_slice(&chunk);
        }
    }
    if size > LARGEST { Err(BadBody::Large) } else { Ok(body) }
}

fn refuse(bad: BadBody) -> HttpResponse {
    let (mut response, code, message) = match bad {
        BadBody::Slow => {
            (HttpResponse::RequestTimeout(), "RequestTimeout", "The body did not arrive in 10 s.")
        }
        BadBody::Large => (
            HttpResponse::PayloadTooLarge(),
            "RequestEntityTooLarge",
            "The body is larger than 1 MiB.",
        ),
        BadBody::Broken => {
            (HttpResponse::BadRequest(), "BadRequest", "The body cannot be read to its end.")
        }
    };
    response.force_close().json(json!({"error": {"code": code, "message": message}}))
}
