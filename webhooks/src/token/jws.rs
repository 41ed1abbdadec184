//! A signed token in compact form: `header.claims.signature`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::Refusal;
use super::unique::unique_object;

/// The longest key id, in characters. It is only ever a key of a map.
pub(super) const MAX_KEY_ID: usize = 200;

/// Members of the header that bring a key along or change how the token is read.
const FORBIDDEN: [&str; 7] = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip"];

/// A token that is taken apart and not yet believed.
pub(super) struct Jws<'a> {
    pub(super) kid: String,
    /// What the token says. Not to be acted upon before [`Jws::verify`].
    pub(super) claims: Map<String, Value>,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        if claims.contains('.') {
            return Err(Refusal::Malformed);
        }
        let kid = check_header(&decode(header)?)?;
        if signature.is_empty() {
            return Err(Refusal::Malformed);
        }
        Ok(Self { kid, claims: decode(claims)?, signed, signature })
    }

    /// Checks the signature with the key that has this token's key id.
    pub(super) fn verify(&self, key: &DecodingKey) -> Result<(), Refusal> {
        let signed = self.signed.as_bytes();
        match jsonwebtoken::crypto::verify(self.signature, signed, key, Algorithm::RS256) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Refusal::Signature),
        }
    }
}

fn decode(part: &str) -> Result<Map<String, Value>, Refusal> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Malformed)?;
    unique_object(&json)
}

/// The key id of an acceptable header.
fn check_header(header: &Map<String, Value>) -> Result<String, Refusal> {
    if FORBIDDEN.iter().any(|name| header.contains_key(*name)) {
        return Err(Refusal::ForbiddenHeader);
    }
    if header.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err(Refusal::Algorithm);
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Refusal::KeyId)?;
    if kid.is_empty() || kid.chars().count() > MAX_KEY_ID {
        return Err(Refusal::KeyId);
    }
    Ok(kid.to_owned())
}
