//! Bodies: bounded in size and in time, never decompressed.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use futures_util::StreamExt as _;

/// Event Grid's events are at most 1 MB; a smaller limit would answer 413, and a caller be lost.
const LONGEST: usize = 1_114_112;
const LONGEST_U64: u64 = 1_114_112;
/// A body that takes longer is a slow client (RELIABILITY.md finding 4).
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a whole body, or says what to answer.
pub(super) async fn read(
    request: &HttpRequest,
    mut payload: web::Payload,
) -> Result<Vec<u8>, HttpResponse> {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING);
    if encodings.any(|encoding| encoding != "identity") {
        return Err(HttpResponse::UnsupportedMediaType().finish());
    }
    let told =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if told.is_some_and(|length| length.parse().is_ok_and(|length: u64| length > LONGEST_U64)) {
        return Err(HttpResponse::PayloadTooLarge().finish());
    }
    let whole = async {
        let mut body = Vec::new();
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| HttpResponse::BadRequest().finish())?;
            if body.len() + part.len() > LONGEST {
                return Err(HttpResponse::PayloadTooLarge().finish());
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    };
    match tokio::time::timeout(PATIENCE, whole).await {
        Ok(result) => result,
        // The sender is believed. 408 would make Event Grid wait longer than a caller rings; 500 does not.
        Err(_) => Err(HttpResponse::InternalServerError().finish()),
    }
}
