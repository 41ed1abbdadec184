//! Call Automation: `/calling/…`. Who is asking and which fault strikes is decided here; the rest is
//! `calling`'s.

use actix_web::HttpResponse as Answer;
use actix_web::web::{self, Bytes, Data, ServiceConfig};

use super::bearer;
use super::render::{render, reset};
use crate::calling::HttpRequest;
use crate::clock::{Millis, parse_http_date};
use crate::crypto::{SignedRequest, verify};
use crate::shared::{Shared, Struck, Trouble};
use crate::wire::{Refusal, Route, route};

/// How far a signed date may be off.
const DATE_TOLERANCE: Millis = 5 * 60 * 1_000;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/calling/{tail:.*}", web::to(handle));
}

async fn handle(shared: Data<Shared>, request: actix_web::HttpRequest, body: Bytes) -> Answer {
    let message = plain(&request, &body);
    let route = route(&message.method, message.path());
    let name = route.as_ref().map_or("unknown", |route| route.operation.name());
    let host = message.header("host").unwrap_or_default();
    if let Err(refusal) = authenticate(&shared, &request, &body, host) {
        let response = shared.refuse(&message, route.as_ref(), refusal);
        return render(&shared, response, 0);
    }
    let strike = shared.lock().faults.strike(Struck::Operation, name);
    troubled(&shared, &message, route.as_ref(), Trouble::of(strike)).await
}

/// Executes a request with the troubles that a fault makes.
async fn troubled(
    shared: &Data<Shared>,
    message: &HttpRequest,
    route: Option<&Route>,
    trouble: Trouble,
) -> Answer {
    if trouble.rotate {
        let keys = shared.clone();
        // Without new keys the old ones go on signing, which the log of requests shows.
        let _ = web::block(move || keys.rotate_keys()).await;
    }
    shared.clock.pause(trouble.wait_before).await;
    if trouble.reset_before {
        return reset();
    }
    if let Some(denial) = trouble.deny {
        let refusal = denial.refusal(false);
        let response = shared.refuse(message, route, refusal);
        return render(shared, response.retry_after(denial.retry_after), trouble.slow);
    }
    let served = shared.serve(message, route, trouble.deny_after.as_ref());
    shared.clock.pause(trouble.wait_after).await;
    let response = shared.note_answer(message, served);
    let retry_after = trouble.deny_after.and_then(|denial| denial.retry_after);
    if trouble.reset_after {
        return reset();
    }
    render(shared, response.retry_after(retry_after), trouble.slow)
}

/// A request as a plain value.
fn plain(request: &actix_web::HttpRequest, body: &Bytes) -> HttpRequest {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        (name.as_str().to_owned(), value.to_owned())
    });
    HttpRequest {
        method: request.method().to_string(),
        target: target(request).to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    }
}

fn target(request: &actix_web::HttpRequest) -> &str {
    request.uri().path_and_query().map_or("", |target| target.as_str())
}

/// An access key signature, made with this host, or an Entra token.
pub(super) fn authenticate(
    shared: &Shared,
    request: &actix_web::HttpRequest,
    body: &[u8],
    host: &str,
) -> Result<(), Refusal> {
    let refused = |message: String| Refusal::new(401, 7509, message);
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    let authorization = header("authorization");
    if let Some(token) = authorization.strip_prefix("Bearer ") {
        let known = bearer::is_for_acs(shared, token);
        return known.then_some(()).ok_or_else(|| {
            refused("The token is not valid for Communication Services.".to_owned())
        });
    }
    let date = header("x-ms-date");
    let sent = parse_http_date(date);
    let sent = sent.ok_or_else(|| refused("x-ms-date is missing or malformed.".to_owned()))?;
    if (shared.clock.wall() - sent).abs() > DATE_TOLERANCE {
        return Err(refused("x-ms-date is more than 5 minutes off.".to_owned()));
    }
    let signed = SignedRequest {
        method: request.method().as_str(),
        target: target(request),
        host,
        date,
        content_hash: header("x-ms-content-sha256"),
        authorization,
        body,
    };
    verify(&signed, shared.options.access_key.expose())
        .map_err(|error| refused(format!("HMAC validation failed: {error}.")))
}
