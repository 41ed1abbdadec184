//! Managed identities: the endpoint of App Service, Functions and Container Apps, and the one of
//! virtual machines (contract 2.2).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::client::Proof;
use super::denied::answer;
use super::form::Form;
use super::issue;
use crate::shared::Shared;

/// Lifetime of a managed identity's token, seconds.
const LIFETIME: i64 = 86_400;
/// The api-version of App Service.
const APP_SERVICE_VERSION: &str = "2019-08-01";
/// The oldest api-version of a virtual machine.
const OLDEST_VM_VERSION: &str = "2018-02-01";

type Refused = (u16, Value);

/// A token with everything that both shapes tell of it.
struct Issued {
    token: String,
    now: i64,
    client_id: String,
}

/// `GET {IDENTITY_ENDPOINT}`.
pub(super) async fn app_service(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let query = Form::parse(request.query_string().as_bytes());
    let (status, body) = match for_app_service(&shared, &request, &query) {
        Ok(body) => (200, body),
        Err(refused) => refused,
    };
    super::super::note(&shared, "GET", "managedIdentity", status);
    answer(status, &body)
}

fn for_app_service(shared: &Shared, request: &HttpRequest, query: &Form) -> Result<Value, Refused> {
    let refuse = |status: u16, message: &str| {
        let correlation = shared.lock().ids.guid();
        (status, json!({"statusCode": status, "message": message, "correlationId": correlation}))
    };
    if header(request, "x-identity-header") != shared.ready.identity_header {
        return Err(refuse(401, "The X-IDENTITY-HEADER is missing or wrong."));
    }
    if query.get("api-version") != APP_SERVICE_VERSION {
        return Err(refuse(400, "The api-version must be 2019-08-01."));
    }
    let selectors = ["client_id", "principal_id", "object_id", "mi_res_id"];
    let (text, unknown) = ("Unable to load requested managed identity.", "resource");
    let resource = query.find(unknown).ok_or_else(|| refuse(400, "resource is missing."))?;
    let issued = issue(shared, query, &selectors, resource);
    let issued = issued.map_err(|problem| match problem {
        Problem::Identity => refuse(400, text),
        Problem::Resource(text) => refuse(400, &text),
    })?;
    Ok(json!({
        "access_token": issued.token,
        "expires_on": (issued.now + LIFETIME).to_string(),
        "resource": resource,
        "token_type": "Bearer",
        "client_id": issued.client_id,
    }))
}

/// `GET /metadata/identity/oauth2/token`.
pub(super) async fn virtual_machine(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let query = Form::parse(request.query_string().as_bytes());
    let (status, body) = match for_virtual_machine(&shared, &request, &query) {
        Ok(body) => (200, body),
        Err(refused) => refused,
    };
    super::super::note(&shared, "GET", "managedIdentity", status);
    answer(status, &body)
}

fn for_virtual_machine(
    shared: &Shared,
    request: &HttpRequest,
    query: &Form,
) -> Result<Value, Refused> {
    let refuse =
        |error: &str, text: &str| (400, json!({"error": error, "error_description": text}));
    if !header(request, "metadata").eq_ignore_ascii_case("true") {
        return Err(refuse("bad_request_102", "Required metadata header not specified"));
    }
    if query.get("api-version") < OLDEST_VM_VERSION {
        return Err(refuse("invalid_request", "The api-version must be 2018-02-01 or later"));
    }
    let missing = || refuse("invalid_request", "Required query variable 'resource' is missing");
    let resource = query.find("resource").ok_or_else(missing)?;
    let selectors = ["client_id", "object_id", "msi_res_id", "mi_res_id"];
    let issued = issue(shared, query, &selectors, resource);
    let issued = issued.map_err(|problem| match problem {
        Problem::Identity => refuse("invalid_request", "Identity not found"),
        Problem::Resource(text) => refuse("invalid_resource", &text),
    })?;
    Ok(json!({
        "access_token": issued.token,
        "client_id": issued.client_id,
        "expires_in": (LIFETIME - 1).to_string(),
        "expires_on": (issued.now + LIFETIME).to_string(),
        "ext_expires_in": (LIFETIME - 1).to_string(),
        "not_before": issued.now.to_string(),
        "refresh_token": "",
        "resource": resource,
        "token_type": "Bearer",
    }))
}

enum Problem {
    /// The selector names no application of the tenant.
    Identity,
    Resource(String),
}

/// The system-assigned identity is the application of the options; a client id chooses another one.
/// Object and resource ids are not known here.
fn issue(
    shared: &Shared,
    query: &Form,
    selectors: &[&str],
    resource: &str,
) -> Result<Issued, Problem> {
    let selected = selectors.iter().find_map(|name| query.find(name).map(|value| (*name, value)));
    let client_id = match selected {
        None => shared.options.client_id.as_str(),
        Some(("client_id", value)) => value,
        Some(_) => return Err(Problem::Identity),
    };
    let app = shared.lock().directory.app(client_id).cloned().ok_or(Problem::Identity)?;
    let told = |denied: super::denied::Denied| Problem::Resource(denied.headline());
    let audience = issue::audience(shared, resource).map_err(told)?;
    let token = issue::for_app(shared, &app, Proof::Assertion, &audience, LIFETIME);
    let now = shared.clock.wall() / 1_000;
    Ok(Issued { token: token.map_err(told)?, now, client_id: app.client_id })
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
