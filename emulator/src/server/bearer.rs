//! Tokens that callers of the stand-in services bring.

use actix_web::HttpRequest;
use serde::Deserialize;

use crate::shared::Shared;

/// Audiences that mean Communication Services.
const ACS: [&str; 2] = ["https://communication.azure.com", "https://communication.azure.com/"];
/// Audiences that mean Microsoft Graph: its address and its application id.
const GRAPH: [&str; 3] = [
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    "00000003-0000-0000-c000-000000000000",
];

/// The claims that are looked at.
#[derive(Clone, Deserialize)]
pub(super) struct Claims {
    /// Application roles.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    /// Scopes that somebody agreed to, separated by blanks.
    #[serde(default)]
    pub(super) scp: String,
    /// `user` for somebody signed in, `app` for an application alone.
    #[serde(default)]
    pub(super) idtyp: String,
    /// The object id of somebody signed in.
    #[serde(default)]
    pub(super) oid: String,
    /// The application.
    #[serde(default)]
    pub(super) appid: String,
}

/// Whether a token of this emulator's Entra is for Communication Services.
pub(super) fn is_for_acs(shared: &Shared, token: &str) -> bool {
    shared.lock().entra_keys.verify::<Claims>(token, &ACS).is_some()
}

/// The claims of a request's token for Graph; `None` when there is none that is valid.
pub(super) fn for_graph(shared: &Shared, request: &HttpRequest) -> Option<Claims> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let token = header.strip_prefix("Bearer ")?;
    shared.lock().entra_keys.verify(token, &GRAPH)
}
