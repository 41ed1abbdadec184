//! Metadata and keys: of ACS's callback tokens and of Entra's tokens. Two separate key sets.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde_json::json;

use crate::shared::Shared;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/calling/.well-known/acsopenidconfiguration", web::get().to(acs_metadata))
        .route("/calling/keys", web::get().to(acs_keys))
        .route("/{tenant}/.well-known/openid-configuration", web::get().to(metadata_v1))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", web::get().to(metadata_v2))
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
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
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
