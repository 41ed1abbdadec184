//! Metadata and keys: of ACS's callback tokens and of Entra's tokens. Two separate key sets.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::shared::Shared;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/calling/.well-known/acsopenidconfiguration", web::get().to(acs_metadata))
        .route("/calling/keys", web::get().to(acs_keys))
        .route("/{tenant}/.well-known/openid-configuration", web::get().to(metadata_v1))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", web::get().to(metadata_v2))
        .route("/common/discovery/instance", web::get().to(instance))
        .route("/{tenant}/discovery/keys", web::get().to(entra_keys_v1))
        .route("/{tenant}/discovery/v2.0/keys", web::get().to(entra_keys_v2));
}

async fn acs_metadata(shared: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "issuer": shared.ready.callback_issuer,
        "jwks_uri": shared.ready.callback_keys,
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn acs_keys(shared: Data<Shared>) -> HttpResponse {
    super::note(&shared, "GET", "callbackKeys", 200);
    HttpResponse::Ok().json(shared.lock().acs_keys.jwks(None))
}

async fn metadata_v1(shared: Data<Shared>, tenant: Path<String>) -> HttpResponse {
    let (root, tenant) = (&shared.ready.authority, tenant.as_str());
    HttpResponse::Ok().json(json!({
        "token_endpoint": format!("{root}/{tenant}/oauth2/token"),
        "jwks_uri": format!("{root}/{tenant}/discovery/keys"),
        "issuer": format!("https://sts.windows.net/{}/", issuer_tenant(tenant)),
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn metadata_v2(shared: Data<Shared>, tenant: Path<String>) -> HttpResponse {
    let (root, tenant) = (&shared.ready.authority, tenant.as_str());
    let issuer = format!("https://login.microsoftonline.com/{}/v2.0", issuer_tenant(tenant));
    HttpResponse::Ok().json(json!({
        "authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{root}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{root}/{tenant}/discovery/v2.0/keys"),
        "issuer": issuer,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid", "roles"],
        "end_session_endpoint": format!("{root}/{tenant}/oauth2/v2.0/logout"),
        "cloud_instance_name": "microsoftonline.com",
        "tenant_region_scope": null,
        "msgraph_host": "graph.microsoft.com",
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

/// Where a client that was not told finds the metadata of a tenant.
async fn instance(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let query = url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned();
    let asked = query.into_iter().find(|(name, _)| name == "authorization_endpoint");
    let asked = asked.map(|(_, value)| value).unwrap_or_default();
    let tenant = url::Url::parse(&asked).ok();
    let tenant = tenant.as_ref().and_then(|url| url.path_segments()?.next()).unwrap_or("common");
    let root = &shared.ready.authority;
    let host = root.trim_start_matches("https://");
    HttpResponse::Ok().json(json!({
        "tenant_discovery_endpoint":
            format!("{root}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

/// On the `common` endpoints the issuer holds the literal text `{tenantid}`.
fn issuer_tenant(tenant: &str) -> &str {
    match tenant {
        "common" | "organizations" => "{tenantid}",
        tenant => tenant,
    }
}

async fn entra_keys_v1(shared: Data<Shared>, _tenant: Path<String>) -> HttpResponse {
    super::note(&shared, "GET", "entraKeys", 200);
    HttpResponse::Ok().json(shared.lock().entra_keys.jwks(None))
}

async fn entra_keys_v2(shared: Data<Shared>, _tenant: Path<String>) -> HttpResponse {
    super::note(&shared, "GET", "entraKeys", 200);
    let issuer = "https://login.microsoftonline.com/{tenantid}/v2.0";
    HttpResponse::Ok().json(shared.lock().entra_keys.jwks(Some(issuer)))
}
