//! Files of recordings: content, metadata, deletion. The content is a WAV file of what was heard,
//! made while it is sent.

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde_json::json;

use super::acs::authenticate;
use crate::audio::SoundFile;
use crate::shared::Shared;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/v1/objects/{document}/content/audio", web::get().to(content))
        .route("/v1/objects/{document}/content/video", web::get().to(content))
        .route("/v1/objects/{document}/content/acsmetadata", web::get().to(metadata))
        .route("/v1/objects/{document}", web::delete().to(delete));
}

/// `x-ms-host` must name the ACS host, with its port or, as the Python SDK does, without; a
/// signature is made with that host (contract section 9).
fn is_allowed(shared: &Shared, request: &HttpRequest) -> bool {
    let named = request.headers().get("x-ms-host").and_then(|host| host.to_str().ok());
    let Some(named) = named else {
        return false;
    };
    let roots = [&shared.ready.https, &shared.ready.http];
    let hosts = roots.map(|root| root.split_once("://").map_or("", |(_, host)| host));
    let own = hosts.map(|host| host.trim_end_matches('/'));
    let without_port = own.map(|host| host.split(':').next().unwrap_or_default());
    let known = own.contains(&named) || without_port.contains(&named);
    known && own.iter().chain([&named]).any(|host| authenticate(shared, request, &[], host).is_ok())
}

async fn content(
    shared: Data<Shared>,
    request: HttpRequest,
    document: Path<String>,
) -> HttpResponse {
    let file = allowed(&shared, &request)
        .and_then(|()| shared.lock().world.document_sound(&document).ok_or(404));
    let range = request.headers().get("range");
    answer(&shared, ("GET", "downloadRecording"), file.map(|file| part_of(file, range)))
}

/// The whole file, or the one range that was asked for; 416 when it begins behind the end.
fn part_of(file: SoundFile, range: Option<&HeaderValue>) -> HttpResponse {
    let size = file.size();
    let range = range.and_then(|range| range.to_str().ok()?.strip_prefix("bytes="));
    let asked = range.and_then(|range| {
        let (from, to) = range.split_once('-')?;
        let last = size.saturating_sub(1);
        Some((from.parse::<u64>().ok()?, to.parse::<u64>().map_or(last, |to| to.min(last))))
    });
    let Some((from, to)) = asked else {
        let mut whole = HttpResponse::Ok();
        return whole.content_type("audio/wav").body(wav_body(file, 0, size));
    };
    if from > to {
        return HttpResponse::RangeNotSatisfiable()
            .insert_header(("content-range", format!("bytes */{size}")))
            .finish();
    }
    HttpResponse::PartialContent()
        .content_type("audio/wav")
        .insert_header(("content-range", format!("bytes {from}-{to}/{size}")))
        .body(wav_body(file, from, to + 1))
}

/// The bytes from `from` to before `until`, a block at a time.
pub(crate) fn wav_body(
    file: SoundFile,
    from: u64,
    until: u64,
) -> SizedStream<impl stream::Stream<Item = Result<Bytes, std::io::Error>>> {
    let blocks = stream::unfold((file, from), move |(file, at)| async move {
        let block = file.read(at, until);
        let next = at + u64::try_from(block.len()).unwrap_or(0);
        (next > at).then(|| (Ok(Bytes::from(block)), (file, next)))
    });
    SizedStream::new(until - from, Box::pin(blocks))
}

async fn metadata(
    shared: Data<Shared>,
    request: HttpRequest,
    document: Path<String>,
) -> HttpResponse {
    let found = allowed(&shared, &request)
        .and_then(|()| shared.lock().world.document_metadata(&document).ok_or(404))
        .map(|metadata| HttpResponse::Ok().json(metadata));
    answer(&shared, ("GET", "downloadRecordingMetadata"), found)
}

async fn delete(
    shared: Data<Shared>,
    request: HttpRequest,
    document: Path<String>,
) -> HttpResponse {
    let deleted = allowed(&shared, &request).and_then(|()| {
        let deleted = shared.lock().world.delete_document(&document);
        if deleted { Ok(HttpResponse::Ok().finish()) } else { Err(404) }
    });
    answer(&shared, ("DELETE", "deleteRecording"), deleted)
}

fn allowed(shared: &Shared, request: &HttpRequest) -> Result<(), u16> {
    if is_allowed(shared, request) { Ok(()) } else { Err(401) }
}

fn answer(
    shared: &Shared,
    (method, operation): (&str, &str),
    result: Result<HttpResponse, u16>,
) -> HttpResponse {
    let response = result.unwrap_or_else(|status| {
        let code = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
        let text = if status == 401 {
            "x-ms-host must name the ACS host, and the signature must be made with it."
        } else {
            "There is no such document, or it is kept no longer."
        };
        HttpResponse::build(code).json(json!({"error": {"code": status, "message": text}}))
    });
    super::note(shared, method, operation, response.status().as_u16());
    response
}
