//! A webhook for mid-call events in axum. It receives one signed callback and a forged one, which
//! this example sends itself, and ends with 0 if it answered 200 and 401.
//!
//! `cargo run -p switchboard-webhooks --features testing --example verify_axum`

mod send;

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::{Router, serve};
use jiff::Timestamp;
use tokio::net::TcpListener;
use webhooks::parse_call_events;
use webhooks::token::{ACS_ISSUER, CallbackValidator, KeySet, TokenError};

/// What a webhook needs to know to believe a sender.
struct Trust {
    validator: CallbackValidator,
    /// In your service: fetched from the address in ACS's metadata, see `token::KeyCache`.
    keys: KeySet,
}

async fn callback(State(trust): State<Arc<Trust>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    // A header that is no text cannot be a token; an empty value is refused as such.
    let headers = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = headers.map(|value| value.to_str().unwrap_or_default());
    match trust.validator.check(authorization, &trust.keys, now()) {
        Ok(_) => {}
        Err(TokenError::Refused(_)) => return StatusCode::UNAUTHORIZED,
        // Here KeyCache::unknown_key says whether to fetch the keys again.
        Err(TokenError::UnknownKey { .. }) => return StatusCode::INTERNAL_SERVER_ERROR,
    }
    let Ok(events) = parse_call_events(&body) else { return StatusCode::BAD_REQUEST };
    for event in events.into_iter().flatten() {
        // In your service: keep the event, answer, and only then act on it.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{} on {:?}", event.kind.name(), event.call_connection_id);
    }
    StatusCode::OK
}

#[expect(clippy::disallowed_methods, reason = "an example has no clock of its own")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let sender = send::Sender::new(now())?;
        let validator = CallbackValidator::new(ACS_ISSUER, vec![send::RESOURCE.to_owned()]);
        let trust = Arc::new(Trust { validator, keys: sender.keys()? });
        let router = Router::new().route("/callbacks", post(callback)).with_state(trust);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = serve(listener, router);
        tokio::select! {
            ended = async { server.await } => Err(format!("the server ended: {ended:?}").into()),
            sent = sender.send_good_and_forged(address) => sent,
        }
    })
}
