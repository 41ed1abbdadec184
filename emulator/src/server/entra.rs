//! Entra's token endpoint, client credentials with a secret (contract 2.1).

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::clock::entra_time;
use crate::shared::Shared;

/// Resources of the tenant, and whether tokens for them carry the Graph roles.
const RESOURCES: [(&str, bool); 2] =
    [("https://communication.azure.com", false), ("https://graph.microsoft.com", true)];

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/{tenant}/oauth2/v2.0/token", web::post().to(token));
}

/// A refusal of Entra: `error`, number, text, status.
struct Denied {
    error: &'static str,
    number: u32,
    text: String,
    status: u16,
}

fn denied(error: &'static str, number: u32, status: u16, text: impl Into<String>) -> Denied {
    Denied { error, number, text: text.into(), status }
}

/// The form and the credentials in the Authorization header.
struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    fn read(request: &HttpRequest, body: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> =
            url::form_urlencoded::parse(body).into_owned().collect();
        if let Some((id, secret)) = basic(request) {
            fields.push(("client_id".to_owned(), id));
            fields.push(("client_secret".to_owned(), secret));
        }
        Self { fields }
    }

    fn get(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(key, _)| key == name);
        field.map_or("", |(_, value)| value.as_str())
    }
}

fn basic(request: &HttpRequest) -> Option<(String, String)> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

async fn token(
    shared: Data<Shared>,
    request: HttpRequest,
    tenant: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let form = Form::read(&request, &body);
    let issued = check(&shared, &tenant, &form).and_then(|resource| issue(&shared, resource));
    let (status, body) = match issued {
        Ok(body) => (200, body),
        Err(denied) => (denied.status, error_body(&shared, &denied)),
    };
    super::note(&shared, "POST", "token", status);
    let code = actix_web::http::StatusCode::from_u16(status);
    HttpResponse::build(code.unwrap_or(actix_web::http::StatusCode::BAD_REQUEST))
        .insert_header(("cache-control", "no-store"))
        .json(body)
}

/// The resource that a request may have a token for.
fn check(shared: &Shared, tenant: &str, form: &Form) -> Result<(&'static str, bool), Denied> {
    let options = &shared.options;
    if !tenant.eq_ignore_ascii_case(&options.tenant_id) {
        let text = format!("Tenant '{tenant}' not found.");
        return Err(denied("invalid_request", 90_002, 400, text));
    }
    if form.get("grant_type") != "client_credentials" {
        let text = "The grant type is not supported.";
        return Err(denied("unsupported_grant_type", 70_003, 400, text));
    }
    if form.get("client_id") != options.client_id {
        let text = "Application was not found in the directory.";
        return Err(denied("unauthorized_client", 700_016, 400, text));
    }
    if form.get("client_secret") != options.client_secret.expose() {
        let text = "Invalid client secret provided.";
        return Err(denied("invalid_client", 7_000_215, 401, text));
    }
    let scope = form.get("scope");
    let Some(resource) = scope.strip_suffix("/.default") else {
        let text = format!(
            "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        );
        return Err(denied("invalid_scope", 70_011, 400, text));
    };
    let resource = resource.trim_end_matches('/');
    let known = RESOURCES.iter().find(|(name, _)| *name == resource);
    known.copied().ok_or_else(|| {
        let text = format!("The resource principal named {resource} was not found in the tenant.");
        denied("invalid_resource", 500_011, 400, text)
    })
}

fn issue(shared: &Shared, (resource, has_roles): (&str, bool)) -> Result<Value, Denied> {
    let now = shared.clock.now() / 1_000;
    let options = &shared.options;
    let mut state = shared.lock();
    // A random lifetime of 60 to 90 minutes, as Entra's.
    let lifetime = state.ids.between(3_600, 5_400);
    let claims = json!({
        "aud": resource,
        "iss": format!("https://sts.windows.net/{}/", options.tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "appid": options.client_id,
        "appidacr": "1",
        "idtyp": "app",
        "roles": if has_roles { options.graph_roles.clone() } else { Vec::new() },
        "tid": options.tenant_id,
        "uti": state.ids.token(16),
        "ver": "1.0",
    });
    let token = state.entra_keys.sign(&claims);
    let token =
        token.map_err(|error| denied("temporarily_unavailable", 90_033, 500, error.to_string()))?;
    Ok(json!({"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime,
        "access_token": token}))
}

/// The error document, in the older style with line breaks in its text.
fn error_body(shared: &Shared, denied: &Denied) -> Value {
    let mut state = shared.lock();
    let (trace, correlation) = (state.ids.guid(), state.ids.guid());
    let timestamp = entra_time(shared.clock.now());
    let description = format!(
        "AADSTS{}: {}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}",
        denied.number, denied.text
    );
    json!({
        "error": denied.error,
        "error_description": description,
        "error_codes": [denied.number],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("{}/error?code={}", shared.ready.authority, denied.number),
    })
}
