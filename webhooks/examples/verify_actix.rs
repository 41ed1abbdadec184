//! A webhook for mid-call events in actix-web. It receives one signed callback and a forged one,
//! which this example sends itself, and ends with 0 if it answered 200 and 401.
//!
//! `cargo run -p switchboard-webhooks --features testing --example verify_actix`

mod send;

use std::io::Write as _;

use actix_web::http::header;
use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, post, rt};
use jiff::Timestamp;
use webhooks::parse_call_events;
use webhooks::token::{ACS_ISSUER, CallbackValidator, KeySet, TokenError};

/// What a webhook needs to know to believe a sender.
struct Trust {
    validator: CallbackValidator,
    /// In your service: fetched from the address in ACS's metadata, see `token::KeyCache`.
    keys: KeySet,
}

#[post("/callbacks")]
async fn callback(trust: Data<Trust>, request: HttpRequest, body: Bytes) -> HttpResponse {
    // A header that is no text cannot be a token; an empty value is refused as such.
    let headers = request.headers().get_all(header::AUTHORIZATION);
    let authorization = headers.map(|value| value.to_str().unwrap_or_default());
    match trust.validator.check(authorization, &trust.keys, now()) {
        Ok(_) => {}
        Err(TokenError::Refused(_)) => return HttpResponse::Unauthorized().finish(),
        // Here KeyCache::unknown_key says whether to fetch the keys again.
        Err(TokenError::UnknownKey { .. }) => return HttpResponse::InternalServerError().finish(),
    }
    let Ok(events) = parse_call_events(&body) else { return HttpResponse::BadRequest().finish() };
    for event in events.into_iter().flatten() {
        // In your service: keep the event, answer, and only then act on it.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{} on {:?}", event.kind.name(), event.call_connection_id);
    }
    HttpResponse::Ok().finish()
}

#[expect(clippy::disallowed_methods, reason = "an example has no clock of its own")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    rt::System::new().block_on(async {
        let sender = send::Sender::new(now())?;
        let validator = CallbackValidator::new(ACS_ISSUER, vec![send::RESOURCE.to_owned()]);
        let trust = Data::new(Trust { validator, keys: sender.keys()? });
        // Event Grid does not send again what is answered with 413, so allow large bodies.
        let limit = PayloadConfig::new(1024 * 1024);
        let app =
            move || App::new().app_data(trust.clone()).app_data(limit.clone()).service(callback);
        let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0))?;
        let address = *server.addrs().first().ok_or("the server has no address")?;
        let server = server.run();
        let handle = server.handle();
        let (ended, sent) = tokio::join!(server, async {
            let sent = sender.send_good_and_forged(address).await;
            handle.stop(false).await;
            sent
        });
        ended?;
        sent
    })
}
