//! Files of recordings: content, metadata, deletion. The content is silence, as a real WAV.

use actix_web::http::header::HeaderValue;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::acs::authenticate;
use crate::clock::Millis;
use crate::shared::Shared;

/// Samples per second, 16 bits, one channel.
const RATE: u32 = 16_000;
/// The longest file, milliseconds; a longer recording is cut.
const LONGEST: Millis = 60_000;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/v1/objects/{document}/content/audio", web::get().to(content))
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
    let file = length(&shared, &request, &document).map(wav);
    answer(
        &shared,
        "downloadRecording",
        file.map(|file| part_of(&file, request.headers().get("range"))),
    )
}

/// The whole file, or the one range that was asked for; 416 when it begins behind the end.
fn part_of(file: &[u8], range: Option<&HeaderValue>) -> HttpResponse {
    let range = range.and_then(|range| range.to_str().ok()?.strip_prefix("bytes="));
    let asked = range.and_then(|range| {
        let (from, to) = range.split_once('-')?;
        let last = file.len().saturating_sub(1);
        Some((from.parse::<usize>().ok()?, to.parse::<usize>().map_or(last, |to| to.min(last))))
    });
    let Some((from, to)) = asked else {
        return HttpResponse::Ok().content_type("audio/wav").body(file.to_vec());
    };
    let Some(part) = file.get(from..=to).filter(|part| !part.is_empty()) else {
        return HttpResponse::RangeNotSatisfiable()
            .insert_header(("content-range", format!("bytes */{}", file.len())))
            .finish();
    };
    HttpResponse::PartialContent()
        .content_type("audio/wav")
        .insert_header(("content-range", format!("bytes {from}-{to}/{}", file.len())))
        .body(part.to_vec())
}

async fn metadata(
    shared: Data<Shared>,
    request: HttpRequest,
    document: Path<String>,
) -> HttpResponse {
    let resource = &shared.ready.resource_id;
    let found = length(&shared, &request, &document).map(|length| {
        HttpResponse::Ok().json(json!({
            "resourceId": resource,
            "chunkDocumentId": document.as_str(),
            "chunkIndex": 0,
            "chunkDuration": length,
            "pauseResumeIntervals": [],
            "recordingInfo": {"contentType": "audio", "channelType": "mixed", "format": "wav"},
            "participants": [],
        }))
    });
    answer(&shared, "downloadRecordingMetadata", found)
}

async fn delete(
    shared: Data<Shared>,
    request: HttpRequest,
    document: Path<String>,
) -> HttpResponse {
    let deleted = length(&shared, &request, &document).map(|_| {
        shared.lock().world.delete_document(&document);
        HttpResponse::Ok().finish()
    });
    answer(&shared, "deleteRecording", deleted)
}

fn length(shared: &Shared, request: &HttpRequest, document: &str) -> Result<Millis, u16> {
    if !is_allowed(shared, request) {
        return Err(401);
    }
    shared.lock().world.document_length(document).ok_or(404)
}

fn answer(shared: &Shared, operation: &str, result: Result<HttpResponse, u16>) -> HttpResponse {
    let response = result.unwrap_or_else(|status| {
        let code = actix_web::http::StatusCode::from_u16(status);
        let code = code.unwrap_or(actix_web::http::StatusCode::NOT_FOUND);
        let text = "x-ms-host must name the ACS host, or there is no such document.";
        HttpResponse::build(code).json(json!({"error": {"code": status, "message": text}}))
    });
    super::note(shared, "GET", operation, response.status().as_u16());
    response
}

/// Silence of this length: PCM, 16 bit, mono.
fn wav(length: Millis) -> Vec<u8> {
    let millis = u32::try_from(length.clamp(0, LONGEST)).unwrap_or(0);
    let size = RATE / 1_000 * 2 * millis;
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + size).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    file.resize(file.len() + usize::try_from(size).unwrap_or(0), 0);
    file
}
