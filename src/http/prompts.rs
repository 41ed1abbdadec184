//! Prompts that ACS downloads: WAV, mono, 16 bit, 16 kHz (contract 7.4).

use actix_web::{HttpResponse, web};

use super::Shared;

/// Made by `docs/hold-music.py`: four quiet chords, 8 s, our own.
const HOLD_MUSIC: &[u8] = include_bytes!("hold.wav");

/// Made by `docs/beep.py`: after it a message begins.
const BEEP: &[u8] = include_bytes!("beep.wav");

/// `GET /prompts/{path}`: a sound file that lies in `prompts` beside the flow, or our own music. Read with the flow; no path
/// of a request reaches the file system.
pub(super) async fn sound(path: web::Path<String>, shared: web::Data<Shared>) -> HttpResponse {
    let own = match path.as_str() {
        "music/hold.wav" => Some(HOLD_MUSIC),
        engine::call::BEEP => Some(BEEP),
        _ => None,
    };
    let theirs = shared.flow.sound(path.as_str());
    let found = theirs.as_ref().map(|bytes| bytes.as_slice()).or(own);
    let response = match found {
        Some(bytes) => HttpResponse::Ok()
            .force_close()
            .content_type("audio/wav")
            .insert_header(("Cache-Control", "public, max-age=86400"))
            .body(bytes.to_vec()),
        None => HttpResponse::NotFound().finish(),
    };
    std::future::ready(response).await
}
