//! `[event_grid]`: whose deliveries are believed.

use url::Url;

use super::{
    entra::{AUTHORITY, Entra},
    section::{Key, Section},
    source::Node,
    value::{self, Read},
};

/// The app role that Microsoft's set-up script gives to Event Grid (GRAPH-ENTRA-TEAMS.md 2.5).
pub const ROLE: &str = "AzureEventGridSecureWebhookSubscriber";

/// The origin that Event Grid names when it asks for permission to deliver `CloudEvents`.
pub const ORIGIN: &str = "eventgrid.azure.net";

/// Whose Event Grid deliveries are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGrid {
    /// The tenant that issues the delivery tokens, a GUID in lower case.
    pub tenant_id: String,
    /// Audiences of those tokens: the webhook application's id, its app-id URI, or both.
    pub audiences: Vec<String>,
    /// The ARM id of the ACS resource: deliveries of other topics are refused. None refuses none.
    pub topic: Option<String>,
    /// Where the tenant's keys are (a JSON Web Key Set).
    pub keys_url: Url,
    /// The app role that the token must hold.
    pub role: String,
    /// Origins that may ask for permission to deliver.
    pub allowed_origins: Vec<String>,
}

const TENANT_ID: Key = Key {
    name: "tenant_id",
    write: "the id of the tenant that protects the webhook, a GUID (default: that of [entra])",
};
const AUDIENCE: Key = Key {
    name: "audience",
    write: "the webhook application's id or app-id URI, or a list of both",
};
const TOPIC: Key = Key {
    name: "topic",
    write: "the ARM id of the Communication Services resource, starting with /subscriptions/",
};
const KEYS_URL: Key = Key { name: "keys_url", write: "the https address of the tenant's keys" };
const ROLE_KEY: Key = Key { name: "role", write: "the app role that Event Grid was given" };
const ORIGINS: Key =
    Key { name: "allowed_origins", write: "a list of host names, like [\"eventgrid.azure.net\"]" };

pub(super) const KEYS: &[&Key] = &[&TENANT_ID, &AUDIENCE, &TOPIC, &KEYS_URL, &ROLE_KEY, &ORIGINS];

/// Reads the section; tenant and authority default to those of `[entra]`. Where that section is
/// written but wrong, its problems are enough: a missing tenant is not noted here again.
pub(super) fn read(
    mut section: Section<'_>,
    entra: Option<&Entra>,
    entra_written: bool,
) -> Option<EventGrid> {
    let tenant_id = if entra_written && !section.has(&TENANT_ID) {
        entra.map(|entra| entra.tenant_id.clone())
    } else {
        section.required(&TENANT_ID, value::guid)
    };
    let audiences = section.required(&AUDIENCE, value::texts);
    let topic = section.optional(&TOPIC, topic);
    let keys_url = section.optional(&KEYS_URL, value::https);
    let role = section.or(&ROLE_KEY, value::text, ROLE.to_owned());
    let allowed_origins = section.or(&ORIGINS, value::texts, vec![ORIGIN.to_owned()]);
    let tenant_id = tenant_id?;
    Some(EventGrid {
        keys_url: match keys_url {
            Some(keys_url) => keys_url,
            None => tenant_keys(entra.map(|entra| &entra.authority), &tenant_id)?,
        },
        tenant_id,
        audiences: audiences?,
        topic,
        role,
        allowed_origins,
    })
}

/// Where a tenant's keys are. One set serves both token versions.
fn tenant_keys(authority: Option<&Url>, tenant_id: &str) -> Option<Url> {
    let authority = authority.map_or(AUTHORITY, Url::as_str);
    Url::parse(authority)
        .and_then(|root| root.join(&format!("/{tenant_id}/discovery/v2.0/keys")))
        .ok()
}

fn topic(node: &Node) -> Read<String> {
    let text = value::text(node)?;
    if text.to_ascii_lowercase().starts_with("/subscriptions/") {
        Ok(text)
    } else {
        Err(format!("{text:?} is not an ARM id"))
    }
}
