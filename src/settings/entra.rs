//! `[entra]`: who we are towards Entra when we ask for tokens.

use url::Url;
use webhooks::Secret;

use super::{
    section::{Key, Section},
    source::Node,
    value::{self, Read},
};

/// The authority of the public cloud.
pub const AUTHORITY: &str = "https://login.microsoftonline.com";

/// Who we are towards Entra.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entra {
    /// The tenant, a GUID in lower case.
    pub tenant_id: String,
    /// How we prove it.
    pub credential: EntraCredential,
    /// Where tokens are issued: https, without a path.
    pub authority: Url,
}

/// How we prove to Entra who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntraCredential {
    /// An application and its secret.
    ClientSecret {
        /// The application id, a GUID.
        client_id: String,
        /// The secret's value, not its id.
        client_secret: Secret,
    },
    /// The identity of the machine or container that we run on.
    ManagedIdentity {
        /// The client id of a user-assigned identity; the system-assigned one if absent.
        client_id: Option<String>,
    },
    /// A Kubernetes service account, through the variables that AKS sets.
    WorkloadIdentity {
        /// The client id; `AZURE_CLIENT_ID` of the pod if absent.
        client_id: Option<String>,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    ClientSecret,
    ManagedIdentity,
    WorkloadIdentity,
}

const TENANT_ID: Key = Key { name: "tenant_id", write: "the tenant's id, a GUID" };
const KIND: Key =
    Key { name: "kind", write: "\"managed_identity\", \"workload_identity\" or \"client_secret\"" };
const CLIENT_ID: Key = Key {
    name: "client_id",
    write: "the application's or the user-assigned identity's client id, a GUID",
};
const CLIENT_SECRET: Key = Key {
    name: "client_secret",
    write: "the secret's value or { file = \"/run/secrets/entra\" }, and only with kind = \"client_secret\"",
};
const AUTHORITY_KEY: Key =
    Key { name: "authority", write: "an https address like \"https://login.microsoftonline.com\"" };

pub(super) const KEYS: &[&Key] = &[&TENANT_ID, &KIND, &CLIENT_ID, &CLIENT_SECRET, &AUTHORITY_KEY];

/// Reads the section, which must be complete if it is there at all.
pub(super) fn read(mut section: Section<'_>) -> Option<Entra> {
    let tenant_id = section.required(&TENANT_ID, value::guid);
    let credential = credential(&mut section);
    let authority = if section.has(&AUTHORITY_KEY) {
        section.optional(&AUTHORITY_KEY, value::https_host)
    } else {
        Url::parse(AUTHORITY).ok()
    };
    Some(Entra { tenant_id: tenant_id?, credential: credential?, authority: authority? })
}

fn credential(section: &mut Section<'_>) -> Option<EntraCredential> {
    let kind = section.required(&KIND, kind)?;
    if kind != Kind::ClientSecret && section.has(&CLIENT_SECRET) {
        section.reject(&CLIENT_SECRET, "there is a secret, but kind is another".to_owned());
    }
    match kind {
        Kind::ClientSecret => {
            let client_id = section.required(&CLIENT_ID, value::guid);
            let client_secret = section.required(&CLIENT_SECRET, value::secret);
            Some(EntraCredential::ClientSecret {
                client_id: client_id?,
                client_secret: client_secret?,
            })
        }
        Kind::ManagedIdentity => Some(EntraCredential::ManagedIdentity {
            client_id: section.optional(&CLIENT_ID, value::guid),
        }),
        Kind::WorkloadIdentity => Some(EntraCredential::WorkloadIdentity {
            client_id: section.optional(&CLIENT_ID, value::guid),
        }),
    }
}

fn kind(node: &Node) -> Read<Kind> {
    match value::text(node)?.as_str() {
        "client_secret" => Ok(Kind::ClientSecret),
        "managed_identity" => Ok(Kind::ManagedIdentity),
        "workload_identity" => Ok(Kind::WorkloadIdentity),
        other => Err(format!("{other:?} is no kind of identity")),
    }
}
