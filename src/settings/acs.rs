//! `[acs]`: the Azure Communication Services resource.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;
use webhooks::Secret;

use super::{
    section::{Key, Section},
    source::Node,
    value::{self, Read},
};

/// The issuer of the tokens on mid-call callbacks in the public cloud (GRAPH-ENTRA-TEAMS.md 2.4).
pub const CALLBACK_ISSUER: &str = "https://acscallautomation.communication.azure.com";

/// The Azure Communication Services resource that owns the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acs {
    /// Where its REST API is: https, without a path.
    pub endpoint: Url,
    /// Its immutable resource id, a GUID in lower case: the audience of callback tokens.
    pub resource_id: String,
    /// How we prove who we are.
    pub credential: AcsCredential,
    /// The Azure AI services resource that speaks and listens. Needed if a flow speaks text.
    pub cognitive_services_endpoint: Option<Url>,
    /// The issuer of callback tokens, compared letter by letter.
    pub callback_issuer: String,
    /// Where the keys of callback tokens are (a JSON Web Key Set).
    pub callback_keys: Url,
    /// The sound that voice agents hear and speak. Default: 24,000 samples a second.
    pub stream_rate: SampleRate,
}

/// Samples a second of the sound that goes to voice agents and comes from them (contract 4.2, `audioFormat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleRate {
    /// 16,000.
    Of16000,
    /// 24,000.
    Of24000,
}

/// How we prove to ACS who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcsCredential {
    /// One of the resource's two access keys, base64.
    AccessKey(Secret),
    /// A token for the identity of `[entra]`.
    Entra,
}

#[derive(Clone, Copy)]
enum Kind {
    AccessKey,
    Entra,
}

const ENDPOINT: Key = Key {
    name: "endpoint",
    write: "the resource's address, like \"https://contoso.communication.azure.com\"",
};
const RESOURCE_ID: Key = Key { name: "resource_id", write: "the resource's immutable id, a GUID" };
const CREDENTIAL: Key = Key { name: "credential", write: "\"entra\" or \"access_key\"" };
const ACCESS_KEY: Key = Key {
    name: "access_key",
    write: "the resource's access key (base64) or { file = \"/run/secrets/acs\" }, and only with credential = \"access_key\"",
};
const COGNITIVE: Key = Key {
    name: "cognitive_services_endpoint",
    write: "the address of the Azure AI services resource, like \"https://contoso.cognitiveservices.azure.com\"",
};
const ISSUER: Key =
    Key { name: "callback_issuer", write: "the issuer of callback tokens, an https address" };
const KEYS_URL: Key =
    Key { name: "callback_keys", write: "the https address of the issuer's keys" };

const STREAM_RATE: Key = Key { name: "stream_rate", write: "16000 or 24000" };

pub(super) const KEYS: &[&Key] = &[
    &ENDPOINT,
    &RESOURCE_ID,
    &CREDENTIAL,
    &ACCESS_KEY,
    &COGNITIVE,
    &ISSUER,
    &KEYS_URL,
    &STREAM_RATE,
];

pub(super) fn read(mut section: Section<'_>) -> Option<Acs> {
    let endpoint = section.required(&ENDPOINT, value::https_host);
    let resource_id = section.required(&RESOURCE_ID, value::guid);
    let credential = credential(&mut section);
    let cognitive = section.optional(&COGNITIVE, value::https_host);
    let issuer = section.or(&ISSUER, issuer, CALLBACK_ISSUER.to_owned());
    let keys = section.optional(&KEYS_URL, value::https);
    let stream_rate = section.or(&STREAM_RATE, sample_rate, SampleRate::Of24000);
    Some(Acs {
        endpoint: endpoint?,
        resource_id: resource_id?,
        credential: credential?,
        cognitive_services_endpoint: cognitive,
        callback_keys: match keys {
            Some(keys) => keys,
            None => Url::parse(&format!("{issuer}/calling/keys")).ok()?,
        },
        callback_issuer: issuer,
        stream_rate,
    })
}

fn credential(section: &mut Section<'_>) -> Option<AcsCredential> {
    let kind = section.or(&CREDENTIAL, kind, Kind::Entra);
    match kind {
        Kind::AccessKey => section.required(&ACCESS_KEY, access_key).map(AcsCredential::AccessKey),
        Kind::Entra => {
            if section.has(&ACCESS_KEY) {
                section
                    .reject(&ACCESS_KEY, "there is a key, but credential is \"entra\"".to_owned());
            }
            Some(AcsCredential::Entra)
        }
    }
}

fn kind(node: &Node) -> Read<Kind> {
    match value::text(node)?.as_str() {
        "access_key" => Ok(Kind::AccessKey),
        "entra" => Ok(Kind::Entra),
        other => Err(format!("{other:?} is no kind of credential")),
    }
}

fn sample_rate(node: &Node) -> Read<SampleRate> {
    match value::whole(16_000, 24_000)(node)? {
        16_000 => Ok(SampleRate::Of16000),
        24_000 => Ok(SampleRate::Of24000),
        other => Err(format!("Call Automation does not stream {other} samples a second")),
    }
}

fn access_key(node: &Node) -> Read<Secret> {
    let key = value::secret(node)?;
    match STANDARD.decode(key.expose()) {
        Ok(_) => Ok(key),
        Err(_) => Err("this is not base64".to_owned()),
    }
}

/// As written but for a trailing slash: issuers are compared as text.
fn issuer(node: &Node) -> Read<String> {
    let url = value::https(node)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
