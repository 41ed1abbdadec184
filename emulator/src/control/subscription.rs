//! An Event Grid subscription of the resource.

use serde::{Deserialize, Serialize};

/// Where events go, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Sent upper case in `aeg-subscription-name`.
    #[serde(default = "default_name")]
    pub name: String,
    /// The webhook, https (http is not refused, so that a service can be tried without TLS).
    pub endpoint: String,
    /// The envelope.
    #[serde(default)]
    pub schema: EnvelopeSchema,
    /// Entra protection of the webhook; none when absent.
    #[serde(default)]
    pub entra: Option<EntraTarget>,
    /// The topic (or CloudEvents source); the resource's path when absent.
    #[serde(default)]
    pub topic: Option<String>,
}

impl Subscription {
    /// Events in Event Grid's own schema to an endpoint that Entra does not protect.
    pub fn plain(endpoint: impl Into<String>) -> Self {
        Self {
            name: default_name(),
            endpoint: endpoint.into(),
            schema: EnvelopeSchema::EventGrid,
            entra: None,
            topic: None,
        }
    }
}

fn default_name() -> String {
    "switchboard".to_owned()
}

/// The delivery schema of a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvelopeSchema {
    /// Event Grid's own: an array of one.
    #[default]
    EventGrid,
    /// CloudEvents 1.0: one object.
    CloudEvents,
}

/// The application that an Entra-protected webhook stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntraTarget {
    /// Tenant, GUID.
    pub tenant: String,
    /// The application id or app-id URI: the token's `aud`.
    pub audience: String,
    /// The token's version; the application's manifest decides it, and 1 is the default.
    #[serde(default)]
    pub version: TokenVersion,
}

/// The version of an Entra token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenVersion {
    /// `iss` is `https://sts.windows.net/{tenant}/`, the caller is `appid`.
    #[default]
    V1,
    /// `iss` is `https://login.microsoftonline.com/{tenant}/v2.0`, the caller is `azp`.
    V2,
}

/// What the handshake with a webhook gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handshake {
    /// Whether events will be delivered.
    pub validated: bool,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// What is wrong.
    pub problem: Option<String>,
}
