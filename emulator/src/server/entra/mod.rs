//! Entra: tokens for applications and people, managed identities, sign-in (contract section 2).

mod assertion;
mod authorize;
mod client;
mod denied;
mod form;
mod issue;
mod managed;
mod page;
mod token;

use actix_web::web::{self, ServiceConfig};

use crate::shared::Shared;
use denied::{Denied, denied};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/msi/token", web::get().to(managed::app_service))
        .route("/metadata/identity/oauth2/token", web::get().to(managed::virtual_machine))
        .route("/{tenant}/oauth2/v2.0/token", web::post().to(token::token))
        .route("/{tenant}/oauth2/v2.0/authorize", web::get().to(authorize::ask))
        .route("/{tenant}/oauth2/v2.0/authorize", web::post().to(authorize::choose))
        .route("/{tenant}/oauth2/v2.0/logout", web::get().to(authorize::log_out));
}

/// There is one tenant.
fn check_tenant(shared: &Shared, tenant: &str) -> Result<(), Denied> {
    if tenant.eq_ignore_ascii_case(&shared.options.tenant_id) {
        return Ok(());
    }
    Err(denied("invalid_request", 90_002, 400, format!("Tenant '{tenant}' not found.")))
}
