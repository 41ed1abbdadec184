//! App registrations: who may ask Entra for tokens, and how it proves who it is.

use std::collections::BTreeMap;

use jsonwebtoken::jwk::JwkSet;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};

use crate::private::Private;

/// The audience of a federated token (workload identity federation).
const TOKEN_EXCHANGE: &str = "api://AzureADTokenExchange";

/// An application of the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRegistration {
    /// The application (client) id.
    pub client_id: String,
    /// Its secret. A registration that is replaced without one keeps the one it had.
    #[serde(default, skip_serializing)]
    pub client_secret: Option<Private>,
    /// Where codes may be sent after a sign-in, compared exactly.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether codes and refresh tokens are redeemed without a secret (a page or a desktop program).
    #[serde(default)]
    pub public: bool,
    /// Certificates whose keys may sign client assertions, PEM.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// Other issuers whose tokens are taken as client assertions.
    #[serde(default)]
    pub federated: Vec<FederatedCredential>,
    /// Application roles in tokens for Graph; those of the options when absent.
    #[serde(default)]
    pub graph_roles: Option<Vec<String>>,
    /// The app's own roles of people who sign in, by object id: the `roles` claim.
    #[serde(default)]
    pub user_roles: BTreeMap<String, Vec<String>>,
    /// Whether only people with a role may sign in.
    #[serde(default)]
    pub assignment_required: bool,
}

/// A federated identity credential: a token of this issuer for this subject is as good as a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederatedCredential {
    /// `iss`, compared exactly.
    pub issuer: String,
    /// `sub`, compared exactly.
    pub subject: String,
    /// `aud`; `api://AzureADTokenExchange` when a JSON leaves it out.
    #[serde(default = "token_exchange")]
    pub audience: String,
    /// The issuer's keys. Entra fetches them from the issuer; here they are given.
    pub keys: JwkSet,
}

fn token_exchange() -> String {
    TOKEN_EXCHANGE.to_owned()
}

impl AppRegistration {
    /// An application with a secret and nothing else.
    pub fn new(client_id: impl Into<String>, client_secret: Private) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: Some(client_secret),
            redirect_uris: Vec::new(),
            public: false,
            certificates: Vec::new(),
            federated: Vec::new(),
            graph_roles: None,
            user_roles: BTreeMap::new(),
            assignment_required: false,
        }
    }

    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        if self.client_id.is_empty() {
            return Some("client_id must not be empty".to_owned());
        }
        let readable = |pem: &String| CertificateDer::from_pem_slice(pem.as_bytes()).is_ok();
        if !self.certificates.iter().all(readable) {
            return Some("certificates must be PEM certificates".to_owned());
        }
        let bad = self.redirect_uris.iter().find(|uri| url::Url::parse(uri).is_err());
        bad.map(|uri| format!("redirect_uris must be addresses, and {uri} is none"))
    }

    /// The roles of somebody who signs in.
    pub(crate) fn roles_of(&self, oid: &str) -> Vec<String> {
        let found = self.user_roles.iter().find(|(who, _)| who.eq_ignore_ascii_case(oid));
        found.map(|(_, roles)| roles.clone()).unwrap_or_default()
    }
}
