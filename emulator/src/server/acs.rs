//! Call Automation: `/calling/…`.

use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::bearer;
use super::parse::{self, Read};
use crate::clock::{Millis, parse_http_date};
use crate::crypto::{SignedRequest, verify};
use crate::shared::{FaultAction, Repeated, Repeats, RequestEntry, Shared};
use crate::wire::{Operation, Refusal, Route, route};
use crate::world::{Action, Reply};

/// Stable api-versions (contract section 1).
const VERSIONS: [&str; 7] = [
    "2023-03-06",
    "2023-10-15",
    "2024-04-15",
    "2024-09-15",
    "2025-05-15",
    "2025-06-15",
    "2026-03-12",
];
/// How far a signed date may be off.
const DATE_TOLERANCE: Millis = 5 * 60 * 1_000;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/calling/{tail:.*}", web::to(handle));
}

/// What came of a request, for its answer and the log.
struct Outcome {
    result: Result<Reply, Refusal>,
    repeated: bool,
    unknown: Vec<String>,
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self { result: Err(refusal), repeated: false, unknown: Vec::new() }
    }
}

async fn handle(shared: Data<Shared>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let route = route(request.method().as_str(), request.uri().path());
    let name = route.as_ref().map_or("unknown", |route| route.operation.name());
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    if let Err(refusal) = authenticate(&shared, &request, &body, host.unwrap_or_default()) {
        return answer(&shared, &request, route.as_ref(), refusal.into());
    }
    let fault = shared.lock().faults.strike(name);
    if let Some(FaultAction::Delay { ms }) = fault {
        shared.clock.pause(ms.into()).await;
    }
    if let Some(FaultAction::Refuse { status, sub_code, retry_after }) = fault {
        let refusal = Refusal::new(status, sub_code.unwrap_or(9999), "Refused by a fault rule.");
        let mut response = answer(&shared, &request, route.as_ref(), refusal.into());
        if let Some(seconds) = retry_after {
            let headers = response.headers_mut();
            headers.insert(actix_web::http::header::RETRY_AFTER, seconds.into());
        }
        return response;
    }
    let outcome = match &route {
        Some(route) => execute(&shared, &request, route, &body),
        None => Refusal::new(404, 8522, "The swagger has no such path and method.").into(),
    };
    if let Some(FaultAction::Hang { ms }) = fault {
        shared.clock.pause(ms.into()).await;
    }
    if let Some(FaultAction::FailAfter { status }) = fault {
        let refusal = Refusal::new(status, 9999, "Done, but answered as failed by a fault rule.");
        return answer(&shared, &request, route.as_ref(), refusal.into());
    }
    answer(&shared, &request, route.as_ref(), outcome)
}

/// An access key signature, made with this host, or an Entra token.
pub(super) fn authenticate(
    shared: &Shared,
    request: &HttpRequest,
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
    if (shared.clock.now() - sent).abs() > DATE_TOLERANCE {
        return Err(refused("x-ms-date is more than 5 minutes off.".to_owned()));
    }
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let signed = SignedRequest {
        method: request.method().as_str(),
        target,
        host,
        date,
        content_hash: header("x-ms-content-sha256"),
        authorization,
        body,
    };
    verify(&signed, shared.options.access_key.expose())
        .map_err(|error| refused(format!("HMAC validation failed: {error}.")))
}

fn execute(shared: &Shared, request: &HttpRequest, route: &Route, body: &Bytes) -> Outcome {
    let version = match api_version(request) {
        Ok(version) => version,
        Err(refusal) => return refusal.into(),
    };
    let repeat = match repeat_id(shared, request, route.operation) {
        Ok(repeat) => repeat,
        Err(refusal) => return refusal.into(),
    };
    let Some(id) = repeat else {
        return perform(shared, route, &version, body);
    };
    let now = shared.clock.now();
    let target = request.uri().path();
    let known = shared.lock().repeats.look(now, &id, target, body);
    match known {
        Repeated::Same(result) => Outcome { result, repeated: true, unknown: Vec::new() },
        Repeated::Running => {
            Refusal::new(409, 8519, "The same request is still being executed.").into()
        }
        Repeated::Different => {
            let text = "The Repeatability-Request-ID came before with another request.";
            Refusal::new(400, 8523, text).into()
        }
        Repeated::New => {
            let outcome = perform(shared, route, &version, body);
            let result = outcome.result.clone();
            shared.lock().repeats.keep(&id, result);
            outcome
        }
    }
}

fn perform(shared: &Shared, route: &Route, version: &str, body: &[u8]) -> Outcome {
    let json: Value = match parse_body(body) {
        Ok(json) => json,
        Err(refusal) => return refusal.into(),
    };
    match parse::read(route, version, &json) {
        Ok(Read { request, unknown }) => {
            Outcome { result: shared.apply(Action::Acs(request)), repeated: false, unknown }
        }
        Err(refusal) => refusal.into(),
    }
}

fn parse_body(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::member("body", &format!("is not JSON: {error}")))
}

fn api_version(request: &HttpRequest) -> Result<String, Refusal> {
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let mut versions = query.filter(|(name, _)| name == "api-version");
    let Some((_, version)) = versions.next() else {
        return Err(Refusal::member("api-version", "is required in the query"));
    };
    if !VERSIONS.contains(&version.as_ref()) {
        let problem = format!("must be one of {}", VERSIONS.join(", "));
        return Err(Refusal::member("api-version", &problem));
    }
    Ok(version.into_owned())
}

/// The Repeatability-Request-ID, where it counts, with its mandatory companion checked.
fn repeat_id(
    shared: &Shared,
    request: &HttpRequest,
    operation: Operation,
) -> Result<Option<String>, Refusal> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(id) = header("repeatability-request-id").filter(|_| operation.is_repeatable()) else {
        return Ok(None);
    };
    let first_sent = header("repeatability-first-sent").and_then(parse_http_date);
    let Some(first_sent) = first_sent else {
        let problem = "is required beside Repeatability-Request-ID, as an IMF-fixdate";
        return Err(Refusal::member("Repeatability-First-Sent", problem));
    };
    if !Repeats::is_fresh(shared.clock.now(), first_sent) {
        let text = "Repeatability-First-Sent is out of the window of 5 minutes.";
        return Err(Refusal::new(412, 8583, text));
    }
    Ok(Some(id.to_owned()))
}

fn answer(
    shared: &Shared,
    request: &HttpRequest,
    route: Option<&Route>,
    outcome: Outcome,
) -> HttpResponse {
    let (status, body) = match &outcome.result {
        Ok(reply) => (reply.status, reply.body.clone()),
        Err(refusal) => (refusal.status, Some(refusal.body())),
    };
    let at = shared.clock.now();
    shared.lock().requests.add(|n| RequestEntry {
        n,
        at,
        method: request.method().to_string(),
        operation: route.map_or("unknown", |route| route.operation.name()).to_owned(),
        subject: route.map(|route| route.id.clone()).filter(|id| !id.is_empty()),
        status,
        sub_code: outcome.result.as_ref().err().map(|refusal| refusal.sub_code),
        repeated: outcome.repeated,
        unknown_members: outcome.unknown,
    });
    shared.changed();
    let code = actix_web::http::StatusCode::from_u16(status);
    let code = code.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(code);
    for name in ["x-ms-client-request-id", "repeatability-request-id"] {
        if let Some(value) = request.headers().get(name) {
            response.insert_header((name, value.clone()));
        }
    }
    match body {
        Some(body) => response.json(body),
        None => response.finish(),
    }
}
