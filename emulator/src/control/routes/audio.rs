//! What people on a call say and hear, as sound.

use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::web::{self, Bytes, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{Message, MessageStream, Session};
use futures_util::StreamExt as _;
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::super::{Control, ControlError};
use super::{Answer, Entry, bad_request, call_id, done};
use crate::audio::{is_silent, read_wav, render, resample};
use crate::clock::Millis;
use crate::server::wav_body;
use crate::world::{Action, CallId, Noise};

/// The largest WAV file: more than two minutes at 48 kHz in two channels.
const LARGEST: usize = 24 * 1024 * 1024;
/// What a web socket carries at once.
const FRAME: Millis = 20;
/// How far a slow listener may be behind before something is left out.
const LATEST: Millis = 1_000;

pub(super) const ROUTES: &[Entry] = &[
    Entry::post("/calls/{call}/audio", "Somebody on the call makes a sound", || {
        web::post().to(make)
    })
    .tag("Calls")
    .details(
        "A tone, or the body is a WAV file (`content-type: audio/wav`; PCM, 16 bits, one or two \
         channels, 8 to 48 kHz). It is heard, streamed and recorded, and never understood as words.",
    )
    .query(&[WHO])
    .takes("Noise", r#"{"tone": 440, "ms": 500}"#)
    .gives(204),
    Entry::get("/calls/{call}/audio", "A web socket to hear and to speak", || {
        web::get().to(converse)
    })
    .tag("Calls")
    .details(
        "For a microphone and a loudspeaker. Binary messages both ways: PCM, 16 bits little \
         endian, one channel. The emulator sends 20 ms at a time until the call is over.",
    )
    .query(&[WHO, ("rate", "Samples per second both ways, 8000 to 48000; 16000 when absent.")])
    .gives(101)
    .gives_json(426, "Error"),
    Entry::get("/calls/{call}/heard.wav", "What somebody on the call heard", || {
        web::get().to(heard)
    })
    .tag("Calls")
    .details("The last ten minutes, without the listener's own voice; also after the call.")
    .query(&[WHO])
    .gives_text(200, "audio/wav"),
];

const WHO: (&str, &str) =
    ("who", "Object id, nickname or raw id of somebody on the call; the caller when absent.");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhoQuery {
    #[serde(default)]
    who: Option<String>,
    #[serde(default)]
    rate: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToneBody {
    tone: u16,
    ms: u32,
}

async fn make(
    control: Visitor,
    request: HttpRequest,
    call: Path<String>,
    query: Query<WhoQuery>,
    body: Payload,
) -> Answer {
    let call = call_id(&call)?;
    let body = body.to_bytes_limited(LARGEST).await;
    let body = body.map_err(|_| ControlError {
        status: 413,
        message: format!("the sound must have at most {LARGEST} bytes"),
    })?;
    let body = body.map_err(bad_request)?;
    let noise = noise(request.headers(), &body)?;
    control.reply(Action::MakeSound { call, who: query.into_inner().who, noise })?;
    Ok(done())
}

fn noise(headers: &HeaderMap, body: &Bytes) -> Result<Noise, ControlError> {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("audio/") || body.starts_with(b"RIFF") {
        return Ok(Noise::Samples(read_wav(body).map_err(bad_request)?));
    }
    let tone: ToneBody = serde_json::from_slice(body).map_err(bad_request)?;
    if !(20..=4_000).contains(&tone.tone) || !(1..=600_000).contains(&tone.ms) {
        return Err(bad_request("tone must be 20 to 4000 hertz, ms 1 to 600000"));
    }
    Ok(Noise::Tone { hertz: tone.tone, length: tone.ms.into() })
}

async fn heard(control: Visitor, call: Path<String>, query: Query<WhoQuery>) -> Answer {
    let file = control.heard_file(call_id(&call)?, query.who.as_deref())?;
    let size = file.size();
    Ok(HttpResponse::Ok().content_type("audio/wav").body(wav_body(file, 0, size)))
}

async fn converse(
    control: Visitor,
    request: HttpRequest,
    call: Path<String>,
    query: Query<WhoQuery>,
    body: Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let WhoQuery { who, rate } = query.into_inner();
    let rate = rate.unwrap_or(16_000);
    if !(8_000..=48_000).contains(&rate) {
        return Err(bad_request("rate must be 8000 to 48000").into());
    }
    let call = call_id(&call)?;
    let now = control.now();
    if control.heard_by(call, who.as_deref(), now, now).is_none() {
        let message = "there is no such call, or the person is not on it".to_owned();
        return Err(ControlError { status: 404, message }.into());
    }
    let opened = actix_ws::handle(&request, body).map_err(|error| ControlError {
        status: 426,
        message: format!("open a web socket at this address: {error}"),
    });
    let (response, session, messages) = opened?;
    let listener = Listener { control: control.0.clone(), call, who, rate, at: now };
    control.tasks().spawn_local(listener.run(session, messages));
    tracing::debug!(browser = request.headers().contains_key(ORIGIN), "a phone is connected");
    Ok(response)
}

/// Somebody who hears and speaks through a web socket.
struct Listener {
    control: Control,
    call: CallId,
    who: Option<String>,
    rate: u32,
    /// What was heard before is sent.
    at: Millis,
}

impl Listener {
    async fn run(mut self, mut session: Session, mut messages: MessageStream) {
        let stopping = self.control.stopping();
        loop {
            let pause = self.at + FRAME - self.control.now();
            tokio::select! {
                () = stopping.cancelled() => break,
                message = messages.next() => match message {
                    Some(Ok(Message::Binary(bytes))) => self.speak(&bytes),
                    Some(Ok(Message::Ping(bytes))) => {
                        if session.pong(&bytes).await.is_err() {
                            return;
                        }
                    }
                    Some(Ok(
                        Message::Text(_)
                        | Message::Continuation(_)
                        | Message::Pong(_)
                        | Message::Nop,
                    )) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                },
                () = self.control.rest(pause) => {
                    let Some(frame) = self.next_frame() else {
                        break;
                    };
                    if session.binary(frame).await.is_err() {
                        return;
                    }
                }
            }
        }
        // The other side may have gone first.
        let _ = session.close(None).await;
    }

    fn speak(&self, bytes: &[u8]) {
        let samples: Vec<i16> =
            bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        // Silence of a microphone is not kept.
        if is_silent(&samples) {
            return;
        }
        let noise = Noise::Samples(resample(&samples, self.rate));
        let (call, who) = (self.call, self.who.clone());
        self.control.apply_quietly(Action::MakeSound { call, who, noise });
    }

    /// The next 20 ms; `None` when the person is on the call no longer.
    fn next_frame(&mut self) -> Option<Vec<u8>> {
        let now = self.control.now();
        if now - self.at > LATEST {
            self.at = now - FRAME;
        }
        let from = self.at;
        self.at += FRAME;
        let sounds = self.control.heard_by(self.call, self.who.as_deref(), from, self.at)?;
        let mut samples = vec![0; usize::try_from(self.rate / 50).unwrap_or(320)];
        render(&sounds, from, 0, self.rate, &mut samples);
        Some(samples.iter().flat_map(|sample| sample.to_le_bytes()).collect())
    }
}
