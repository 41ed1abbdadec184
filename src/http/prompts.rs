//! Prompts that ACS downloads: WAV, mono, 16 bit, 16 kHz (contract 7.4).

use actix_web::HttpResponse;

/// Made by `docs/hold-music.py`: four quiet chords, 8 s, our own.
const HOLD_MUSIC: &[u8] = include_bytes!("hold.wav");

/// `GET /prompts/music/hold.wav`
pub(super) async fn hold_music() -> HttpResponse {
    let response = HttpResponse::Ok()
        .force_close()
        .content_type("audio/wav")
        .insert_header(("Cache-Control", "public, max-age=86400"))
        .body(HOLD_MUSIC);
    std::future::ready(response).await
}
