//! The tokens that Entra issues.

use serde_json::{Value, json};

use super::client::Proof;
use super::denied::{Denied, denied};
use crate::directory::{AppRegistration, Grant, Person};
use crate::shared::Shared;

const GRAPH: &str = "https://graph.microsoft.com";
const ACS: &str = "https://communication.azure.com";
/// Lifetime of an ID token, seconds.
const ID_SECONDS: i64 = 3_600;

/// Somebody or something that tokens are for.
pub(super) struct Audience {
    name: String,
    /// Whether the Graph roles of the application go into it.
    is_graph: bool,
}

/// The resource of a scope without `/.default`, or of a managed identity's request.
pub(super) fn audience(shared: &Shared, resource: &str) -> Result<Audience, Denied> {
    let name = resource.trim_end_matches('/');
    if name == GRAPH || name == ACS {
        return Ok(Audience { name: name.to_owned(), is_graph: name == GRAPH });
    }
    let own = name.strip_prefix("api://").unwrap_or(name);
    if !own.is_empty() && shared.lock().directory.app(own).is_some() {
        return Ok(Audience { name: name.to_owned(), is_graph: false });
    }
    let text = format!("The resource principal named {name} was not found in the tenant.");
    Err(denied("invalid_resource", 500_011, 400, text))
}

fn failed(error: &crate::crypto::KeyError) -> Denied {
    denied("temporarily_unavailable", 90_033, 500, error.to_string())
}

/// A token for an application alone.
pub(super) fn for_app(
    shared: &Shared,
    app: &AppRegistration,
    proof: Proof,
    audience: &Audience,
    lifetime: i64,
) -> Result<String, Denied> {
    let now = shared.clock.wall() / 1_000;
    let options = &shared.options;
    let roles = match (&app.graph_roles, audience.is_graph) {
        (Some(roles), true) => roles.clone(),
        (None, true) => options.graph_roles.clone(),
        (Some(_) | None, false) => Vec::new(),
    };
    let mut state = shared.lock();
    let claims = json!({
        "aud": audience.name,
        "iss": format!("https://sts.windows.net/{}/", options.tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "appid": app.client_id,
        "appidacr": proof.claim(),
        "idtyp": "app",
        "roles": roles,
        "tid": options.tenant_id,
        "uti": state.ids.token(16),
        "ver": "1.0",
    });
    state.entra_keys.sign(&claims).map_err(|error| failed(&error))
}

/// A random lifetime of 60 to 90 minutes, as Entra's.
pub(super) fn lifetime(shared: &Shared) -> i64 {
    shared.lock().ids.between(3_600, 5_400)
}

/// What somebody who signed in gets: access token, ID token with `openid`, refresh token with
/// `offline_access`.
pub(super) fn for_person(
    shared: &Shared,
    app: &AppRegistration,
    proof: Proof,
    person: &Person,
    grant: &Grant,
) -> Result<Value, Denied> {
    let scopes: Vec<&str> = grant.scope.split_whitespace().collect();
    let lifetime = lifetime(shared);
    let mut body = json!({
        "token_type": "Bearer",
        "scope": grant.scope,
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access_token(shared, app, proof, person, &scopes, lifetime)?,
    });
    if scopes.contains(&"openid") {
        body["id_token"] = json!(id_token(shared, app, person, grant)?);
    }
    if scopes.contains(&"offline_access") {
        let now = shared.clock.wall();
        let mut state = shared.lock();
        let refresh = state.ids.token(96);
        state.directory.grants.add_refresh(now, refresh.clone(), grant.clone());
        body["refresh_token"] = json!(refresh);
    }
    Ok(body)
}

/// For the app's own API when a scope names it, else for Graph.
fn access_token(
    shared: &Shared,
    app: &AppRegistration,
    proof: Proof,
    person: &Person,
    scopes: &[&str],
    lifetime: i64,
) -> Result<String, Denied> {
    let now = shared.clock.wall() / 1_000;
    let tenant = &shared.options.tenant_id;
    let own = format!("api://{}/", app.client_id);
    let is_own = scopes
        .iter()
        .any(|scope| scope.starts_with(&own) || scope.starts_with(&format!("{}/", app.client_id)));
    let short: Vec<&str> =
        scopes.iter().map(|scope| scope.rsplit('/').next().unwrap_or(scope)).collect();
    let mut state = shared.lock();
    let mut claims = json!({
        "iat": now, "nbf": now, "exp": now + lifetime, "tid": tenant, "oid": person.oid,
        "name": person.name, "idtyp": "user", "scp": short.join(" "), "uti": state.ids.token(16),
        "sub": subject(&app.client_id, &person.oid),
    });
    if is_own {
        claims["aud"] = json!(app.client_id);
        claims["iss"] = json!(format!("https://login.microsoftonline.com/{tenant}/v2.0"));
        claims["azp"] = json!(app.client_id);
        claims["azpacr"] = json!(proof.claim());
        claims["roles"] = json!(app.roles_of(&person.oid));
        claims["preferred_username"] = json!(person.upn);
        claims["ver"] = json!("2.0");
    } else {
        claims["aud"] = json!(GRAPH);
        claims["iss"] = json!(format!("https://sts.windows.net/{tenant}/"));
        claims["appid"] = json!(app.client_id);
        claims["appidacr"] = json!(proof.claim());
        claims["upn"] = json!(person.upn);
        claims["ver"] = json!("1.0");
    }
    state.entra_keys.sign(&claims).map_err(|error| failed(&error))
}

fn id_token(
    shared: &Shared,
    app: &AppRegistration,
    person: &Person,
    grant: &Grant,
) -> Result<String, Denied> {
    let now = shared.clock.wall() / 1_000;
    let tenant = &shared.options.tenant_id;
    let mut state = shared.lock();
    let mut claims = json!({
        "aud": app.client_id,
        "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        "iat": now, "nbf": now, "exp": now + ID_SECONDS,
        "name": person.name,
        "oid": person.oid,
        "preferred_username": person.upn,
        "sub": subject(&app.client_id, &person.oid),
        "tid": tenant,
        "uti": state.ids.token(16),
        "ver": "2.0",
    });
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    let roles = app.roles_of(&person.oid);
    if !roles.is_empty() {
        claims["roles"] = json!(roles);
    }
    state.entra_keys.sign(&claims).map_err(|error| failed(&error))
}

/// `sub` is another one for each application.
fn subject(client_id: &str, oid: &str) -> String {
    use base64::Engine as _;
    let text = format!("{client_id}/{oid}");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.as_ref())
}
