//! Sets of public keys (JWKS, RFC 7517).

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::Value;

use super::jws::MAX_KEY_ID;
use super::roca::has_roca_fingerprint;

/// The largest key document, in bytes.
pub const MAX_KEY_SET: usize = 256 * 1024;
/// Bounds of an RSA modulus, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys of one issuer, by key id.
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: BTreeMap<String, Key>,
    ignored: Vec<IgnoredKey>,
}

/// A key that may verify.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) decoding: DecodingKey,
    /// Whose tokens it signs, if it says so.
    pub(super) issuer: Option<String>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// A key of the document that is not used. Worth an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredKey {
    /// The key's id, if it has one.
    pub kid: Option<String>,
    /// Why it is not used.
    pub fault: KeyFault,
}

/// Why a key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The key is not of kind RSA.
    #[error("not an RSA key")]
    Kind,
    /// The key is for something else than signatures.
    #[error("not for signatures")]
    Use,
    /// The key is for an algorithm other than RS256.
    #[error("not for RS256")]
    Algorithm,
    /// No key id, or one that is longer than 200 characters.
    #[error("no usable key id")]
    KeyId,
    /// Modulus or exponent are missing or not base64url.
    #[error("modulus or exponent cannot be read")]
    Encoding,
    /// The modulus is even, or not of 2,048 to 8,192 bits.
    #[error("the modulus is even or not of 2048 to 8192 bits")]
    Modulus,
    /// The exponent is even or less than 3.
    #[error("the exponent is even or less than 3")]
    Exponent,
    /// The key was made by a faulty generator (CVE-2017-15361) and can be broken.
    #[error("the key was made by the faulty generator of CVE-2017-15361")]
    Roca,
}

/// Why a key document is not used. Keep the last good set.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// More than 256 KB.
    #[error("the key document has {bytes} bytes; at most 262144 are read")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// Not JSON, such as an error page.
    #[error("the key document is not JSON; check its address")]
    NotJson(#[source] serde_json::Error),
    /// No list of keys.
    #[error("the key document has no list named keys; check its address")]
    NoKeys,
    /// Two keys with one id.
    #[error("the key document has two keys with one id; wait for the issuer to correct it")]
    DuplicateKeyId,
    /// No key is left.
    #[error("the key document has no key that can be used; see which were ignored")]
    NoUsableKey {
        /// All keys of the document.
        ignored: Vec<IgnoredKey>,
    },
}

impl KeySet {
    /// Reads a key document. Keys that are weak or for something else are ignored; two keys with
    /// one id make the whole document unusable.
    pub fn from_jwks(document: &[u8]) -> Result<Self, KeySetError> {
        if document.len() > MAX_KEY_SET {
            return Err(KeySetError::TooLarge { bytes: document.len() });
        }
        let document: Value = serde_json::from_slice(document).map_err(KeySetError::NotJson)?;
        let entries = document.get("keys").and_then(Value::as_array).ok_or(KeySetError::NoKeys)?;
        let (mut keys, mut ignored, mut seen) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        for entry in entries {
            let kid = entry.get("kid").and_then(Value::as_str);
            if kid.is_some_and(|kid| !seen.insert(kid)) {
                return Err(KeySetError::DuplicateKeyId);
            }
            match read_key(entry, kid) {
                Ok((kid, key)) => _ = keys.insert(kid, key),
                Err(fault) => ignored.push(IgnoredKey {
                    kid: kid.map(|kid| kid.chars().take(MAX_KEY_ID).collect()),
                    fault,
                }),
            }
        }
        if keys.is_empty() {
            return Err(KeySetError::NoUsableKey { ignored });
        }
        Ok(Self { keys, ignored })
    }

    /// The keys of the document that are not used. Worth an alert.
    pub fn ignored(&self) -> &[IgnoredKey] {
        &self.ignored
    }

    /// The ids of the keys.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// True if a key with this id is in the set.
    pub fn has(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    /// True if both sets verify the same tokens.
    pub fn same_keys(&self, other: &Self) -> bool {
        let parts = |(kid, key): (&String, &Key)| {
            (kid.clone(), key.issuer.clone(), key.modulus.clone(), key.exponent.clone())
        };
        self.keys.iter().map(parts).eq(other.keys.iter().map(parts))
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Key> {
        self.keys.get(kid)
    }
}

fn read_key(entry: &Value, kid: Option<&str>) -> Result<(String, Key), KeyFault> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let absent_or = |name: &str, value: &str| match entry.get(name) {
        None => true,
        Some(found) => found.as_str() == Some(value),
    };
    if text("kty") != Some("RSA") {
        return Err(KeyFault::Kind);
    }
    if !absent_or("use", "sig") {
        return Err(KeyFault::Use);
    }
    if !absent_or("alg", "RS256") {
        return Err(KeyFault::Algorithm);
    }
    let usable = |kid: &&str| !kid.is_empty() && kid.chars().count() <= MAX_KEY_ID;
    let kid = kid.filter(usable).ok_or(KeyFault::KeyId)?;
    let number = |name| text(name).and_then(unsigned).ok_or(KeyFault::Encoding);
    let (modulus, exponent) = (number("n")?, number("e")?);
    check_numbers(&modulus, &exponent)?;
    let decoding = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    let issuer = text("issuer").map(str::to_owned);
    Ok((kid.to_owned(), Key { decoding, issuer, modulus, exponent }))
}

/// A number in base64url, big-endian, without leading zeros.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn check_numbers(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyFault> {
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    if !is_odd(modulus) || !MODULUS_BITS.contains(&bits(modulus)) {
        return Err(KeyFault::Modulus);
    }
    if !is_odd(exponent) || exponent == [1] {
        return Err(KeyFault::Exponent);
    }
    if has_roca_fingerprint(modulus) { Err(KeyFault::Roca) } else { Ok(()) }
}

fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - usize::try_from(unused).unwrap_or(0)
}
