//! Client assertions: a JWT signed with the key of a registered certificate, or the token of another
//! issuer (workload identity federation). Their signature is verified.

use aws_lc_rs::digest::{Algorithm as Hash, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::Value;

use super::denied::{Denied, denied};
use crate::directory::{AppRegistration, FederatedCredential};

/// Clocks may differ by this much, seconds.
const LEEWAY: i64 = 300;
/// What may sign an assertion.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::PS256];

#[derive(Clone, Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    exp: i64,
    #[serde(default)]
    nbf: i64,
}

impl Claims {
    fn is_for(&self, audience: &str) -> bool {
        match &self.aud {
            Value::String(one) => one == audience,
            Value::Array(all) => all.iter().any(|one| one == audience),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        }
    }
}

/// What a certificate's assertion may name as its audience: the token endpoint, here or in the
/// public cloud, in both versions, and the issuers.
pub(super) fn audiences(authority: &str, tenant: &str) -> Vec<String> {
    let hosts = [authority, "https://login.microsoftonline.com"];
    let paths = ["oauth2/v2.0/token", "oauth2/token", "v2.0", ""];
    let join = |host: &str| paths.map(|path| format!("{host}/{tenant}/{path}"));
    hosts.into_iter().flat_map(join).collect()
}

/// Checks an assertion of an application; `now` in seconds since 1970.
pub(super) fn check(
    app: &AppRegistration,
    assertion: &str,
    audiences: &[String],
    now: i64,
) -> Result<(), Denied> {
    let malformed = || denied("invalid_request", 50_027, 400, "JWT token is invalid or malformed.");
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| malformed())?;
    let claims = peek(assertion).ok_or_else(malformed)?;
    if claims.iss.eq_ignore_ascii_case(&app.client_id) {
        by_certificate(app, assertion, &header, &claims, audiences)?;
    } else {
        by_federation(app, assertion, &header, &claims)?;
    }
    if claims.exp + LEEWAY < now || claims.nbf > now + LEEWAY {
        let text = "Client assertion is not within its valid time range.";
        return Err(denied("invalid_client", 700_024, 401, text));
    }
    Ok(())
}

/// The claims, before the signature is looked at.
fn peek(assertion: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn bad_signature(reason: &str) -> Denied {
    let text = format!("Client assertion contains an invalid signature. [Reason - {reason}]");
    denied("invalid_client", 700_027, 401, text)
}

fn by_certificate(
    app: &AppRegistration,
    assertion: &str,
    header: &Header,
    claims: &Claims,
    audiences: &[String],
) -> Result<(), Denied> {
    let pem = app.certificates.iter().find(|pem| is_named(header, pem));
    let pem = pem.ok_or_else(|| bad_signature("The key was not found."))?;
    let unusable = |_| bad_signature("The key cannot be used.");
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(unusable)?;
    verify(assertion, header, &key)?;
    if !claims.sub.eq_ignore_ascii_case(&app.client_id) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        return Err(denied("invalid_client", 700_021, 401, text));
    }
    if !audiences.iter().any(|audience| claims.is_for(audience)) {
        let text = "Client assertion audience claim does not match Realm issuer.";
        return Err(denied("invalid_client", 700_023, 401, text));
    }
    Ok(())
}

/// Whether the header names this certificate, by either thumbprint.
fn is_named(header: &Header, pem: &str) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_slice(pem.as_bytes()) else {
        return false;
    };
    let thumbprint =
        |hash: &'static Hash| URL_SAFE_NO_PAD.encode(digest(hash, &certificate).as_ref());
    let is = |named: &Option<String>, hash| {
        named.as_ref().is_some_and(|named| named.trim_end_matches('=') == thumbprint(hash))
    };
    is(&header.x5t, &SHA1_FOR_LEGACY_USE_ONLY) || is(&header.x5t_s256, &SHA256)
}

fn by_federation(
    app: &AppRegistration,
    assertion: &str,
    header: &Header,
    claims: &Claims,
) -> Result<(), Denied> {
    let fits = |one: &&FederatedCredential| {
        one.issuer == claims.iss && one.subject == claims.sub && claims.is_for(&one.audience)
    };
    let credential = app.federated.iter().find(fits).ok_or_else(|| {
        let text = format!(
            "No matching federated identity record found for presented assertion. \
             Assertion Issuer: '{}'. Assertion Subject: '{}'. Assertion Audience: '{}'.",
            claims.iss,
            claims.sub,
            claims.aud.as_str().unwrap_or_default()
        );
        denied("invalid_client", 70_021, 401, text)
    })?;
    let id = header.kid.as_deref().unwrap_or_default();
    let key = credential.keys.find(id).and_then(|key| DecodingKey::from_jwk(key).ok());
    let key = key.ok_or_else(|| bad_signature("The key was not found."))?;
    verify(assertion, header, &key)
}

/// The signature alone; times and audiences are compared elsewhere.
fn verify(assertion: &str, header: &Header, key: &DecodingKey) -> Result<(), Denied> {
    if !ALGORITHMS.contains(&header.alg) {
        return Err(bad_signature("The algorithm is not supported."));
    }
    let mut validation = Validation::new(header.alg);
    validation.validate_aud = false;
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let read = jsonwebtoken::decode::<Value>(assertion, key, &validation);
    read.map(|_| ()).map_err(|_| bad_signature("The signature does not verify."))
}
