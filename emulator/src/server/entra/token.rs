//! The token endpoint: client credentials, authorization codes, refresh tokens (contract 2.1, 2.6).

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::client::{self, Proof};
use super::denied::{Denied, answer, denied};
use super::form::Form;
use super::issue;
use crate::directory::{AppRegistration, BadCode, Code, Grant};
use crate::shared::Shared;

/// `POST /{tenant}/oauth2/v2.0/token`.
pub(super) async fn token(
    shared: Data<Shared>,
    request: HttpRequest,
    tenant: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let form = Form::read(&request, &body);
    let (status, body) = match issue(&shared, &tenant, &form) {
        Ok(body) => (200, body),
        Err(denied) => (denied.status, denied.body(&shared)),
    };
    super::super::note(&shared, "POST", "token", status);
    answer(status, &body)
}

fn issue(shared: &Shared, tenant: &str, form: &Form) -> Result<Value, Denied> {
    super::check_tenant(shared, tenant)?;
    let grant_type = form.get("grant_type");
    match grant_type {
        "client_credentials" => client_credentials(shared, tenant, form),
        "authorization_code" => authorization_code(shared, tenant, form),
        "refresh_token" => refresh_token(shared, tenant, form),
        "" => Err(missing("grant_type")),
        _ => Err(denied("unsupported_grant_type", 70_003, 400, "The grant type is not supported.")),
    }
}

/// A parameter that must be there.
pub(super) fn missing(name: &str) -> Denied {
    let text = format!("The request body must contain the following parameter: '{name}'.");
    denied("invalid_request", 900_144, 400, text)
}

fn client_credentials(shared: &Shared, tenant: &str, form: &Form) -> Result<Value, Denied> {
    let (app, proof) = client::authenticate(shared, tenant, form)?;
    if proof == Proof::None {
        let text = "The client is public so neither 'client_assertion' nor 'client_secret' \
            should be presented.";
        return Err(denied("invalid_client", 700_025, 401, text));
    }
    let scope = form.get("scope");
    let Some(resource) = scope.strip_suffix("/.default") else {
        let text = format!(
            "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        );
        return Err(denied("invalid_scope", 70_011, 400, text));
    };
    let audience = issue::audience(shared, resource)?;
    let lifetime = issue::lifetime(shared);
    let token = issue::for_app(shared, &app, proof, &audience, lifetime)?;
    Ok(json!({"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime,
        "access_token": token}))
}

fn authorization_code(shared: &Shared, tenant: &str, form: &Form) -> Result<Value, Denied> {
    let (app, proof) = client::authenticate(shared, tenant, form)?;
    for name in ["code", "redirect_uri", "code_verifier"] {
        form.find(name).ok_or_else(|| missing(name))?;
    }
    let now = shared.clock.wall();
    let code = shared.lock().directory.grants.redeem(now, form.get("code"));
    let code = code.map_err(bad_code)?;
    check_code(&app, &code, form)?;
    grant(shared, &app, proof, &code.grant)
}

fn bad_code(bad: BadCode) -> Denied {
    let (number, text) = match bad {
        BadCode::Unknown => (9_002_313, "Invalid request. Request is malformed or invalid."),
        BadCode::Expired => {
            (70_008, "The provided authorization code or refresh token has expired.")
        }
        BadCode::Redeemed => (
            54_005,
            "OAuth2 Authorization code was already redeemed, please retry with a new code.",
        ),
    };
    denied("invalid_grant", number, 400, text)
}

/// The code is for this application and address, and the verifier is the one that was hashed.
fn check_code(app: &AppRegistration, code: &Code, form: &Form) -> Result<(), Denied> {
    if !code.grant.client_id.eq_ignore_ascii_case(&app.client_id) {
        let text = "The provided authorization code is for another application.";
        return Err(denied("invalid_grant", 70_000, 400, text));
    }
    if code.redirect_uri != form.get("redirect_uri") {
        let text = "The reply address does not match the one of the authorization request.";
        return Err(denied("invalid_grant", 500_112, 400, text));
    }
    let hash = digest(&SHA256, form.get("code_verifier").as_bytes());
    if URL_SAFE_NO_PAD.encode(hash.as_ref()) != code.challenge {
        let text = "The Code_Verifier does not match the code_challenge supplied in the \
            authorization request.";
        return Err(denied("invalid_grant", 501_481, 400, text));
    }
    Ok(())
}

fn refresh_token(shared: &Shared, tenant: &str, form: &Form) -> Result<Value, Denied> {
    let (app, proof) = client::authenticate(shared, tenant, form)?;
    let given = form.find("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let now = shared.clock.wall();
    let kept = shared.lock().directory.grants.refresh(now, given);
    let kept = kept.filter(|grant| grant.client_id.eq_ignore_ascii_case(&app.client_id));
    let mut kept = kept.ok_or_else(|| bad_code(BadCode::Unknown))?;
    if let Some(scope) = form.find("scope") {
        let agreed: Vec<&str> = kept.scope.split_whitespace().collect();
        if let Some(more) = scope.split_whitespace().find(|one| !agreed.contains(one)) {
            let text = format!("The scope {more} was not agreed to.");
            return Err(denied("invalid_grant", 65_001, 400, text));
        }
        scope.clone_into(&mut kept.scope);
    }
    kept.nonce = None;
    grant(shared, &app, proof, &kept)
}

fn grant(
    shared: &Shared,
    app: &AppRegistration,
    proof: Proof,
    grant: &Grant,
) -> Result<Value, Denied> {
    let person = {
        let state = shared.lock();
        state.directory.person(&state.world, &grant.oid)
    };
    let person = person.ok_or_else(|| {
        denied("invalid_grant", 50_034, 400, "The user account does not exist in the directory.")
    })?;
    issue::for_person(shared, app, proof, &person, grant)
}
