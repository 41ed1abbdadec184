//! What a running emulator tells about itself.

use serde::Serialize;

/// Where everything is and how to sign in, as `switchboard emulator` prints it in one JSON line.
/// It holds the development key and secret on purpose: they open nothing but this emulator.
#[derive(Clone, Serialize)]
pub struct Ready {
    /// `https://localhost:<port>`: ACS, Graph, Entra, keys, recordings.
    pub https: String,
    /// `http://127.0.0.1:<port>`: ACS for SDKs that sign with the access key.
    pub http: String,
    /// The control API, `http://127.0.0.1:<port>/control`.
    pub control: String,
    /// `endpoint=https://localhost:<port>/;accesskey=<base64>`.
    pub connection_string: String,
    /// PEM file of the certificate authority that signed the HTTPS listener's certificate.
    pub ca_file: String,
    /// Immutable id of the ACS resource (GUID).
    pub resource_id: String,
    /// Entra tenant (GUID).
    pub tenant_id: String,
    /// The Entra authority: `https://localhost:<port>`.
    pub authority: String,
    /// The Graph root without version: `https://localhost:<port>`.
    pub graph: String,
    /// The `iss` of callback tokens, as the real service writes it.
    pub callback_issuer: String,
    /// The JWKS of callback tokens.
    pub callback_keys: String,
    /// The `iss` of Event Grid's tokens, as Entra writes it (version 1).
    pub event_grid_issuer: String,
    /// The JWKS of Entra's tokens, Event Grid's among them.
    pub event_grid_keys: String,
    /// The topic of events: the resource's Azure path.
    pub event_grid_topic: String,
    /// `IDENTITY_ENDPOINT` of a managed identity, as App Service has it: over plain HTTP.
    pub identity_endpoint: String,
    /// `IDENTITY_HEADER`, which the endpoint wants to see.
    pub identity_header: String,
    /// Client id that Entra accepts.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The numbers of the resource, E.164.
    pub numbers: Vec<String>,
}

/// The topic of events of the resource: its Azure path.
pub(crate) fn event_grid_topic(tenant: &str) -> String {
    format!(
        "/subscriptions/{tenant}/resourcegroups/emulator/providers/microsoft.communication/communicationservices/emulator"
    )
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Ready")
            .field("https", &self.https)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}
