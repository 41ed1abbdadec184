//! A key of its own, its key document, and tokens signed with it.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::token::{ACS_ISSUER, EVENT_GRID_APP_ID, EVENT_GRID_ROLE};

/// How long a callback's token lives, in seconds.
const CALLBACK_LIFE: i64 = 300;
/// How long a token of Event Grid lives, in seconds.
const EVENT_GRID_LIFE: i64 = 86_400;
/// Where the modulus of a key of 2,048 bits stands in its public DER, after two headers and a
/// zero. The exponent follows, always 65537.
const MODULUS: std::ops::Range<usize> = 9..265;

/// The cryptography library refused. It never does unless the system has no randomness.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// No key could be made.
    #[error("no key could be made")]
    Key(#[source] aws_lc_rs::error::Unspecified),
    /// The public key has an unexpected form.
    #[error("the public key is not one of 2048 bits with the exponent 65537")]
    PublicKey,
    /// Nothing could be signed.
    #[error("the token could not be signed")]
    Sign(#[source] aws_lc_rs::error::Unspecified),
}

/// Something that signs tokens as ACS or Entra would, with a key made at run time.
pub struct TestIssuer {
    key: RsaKeyPair,
    key_id: String,
    modulus: String,
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl TestIssuer {
    /// Makes an RSA key of 2,048 bits, which takes about 0.1 s.
    pub fn generate(key_id: impl Into<String>) -> Result<Self, SigningError> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(SigningError::Key)?;
        let der = key.public_key().as_ref();
        let modulus = der.get(MODULUS).ok_or(SigningError::PublicKey)?;
        if der.get(MODULUS.end..) != Some(&[2, 3, 1, 0, 1]) {
            return Err(SigningError::PublicKey);
        }
        let modulus = URL_SAFE_NO_PAD.encode(modulus);
        Ok(Self { key, key_id: key_id.into(), modulus })
    }

    /// The key as one entry of a key document.
    pub fn jwk(&self) -> Value {
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id,
            "n": self.modulus, "e": "AQAB",
        })
    }

    /// The key document (JWKS) with this key alone. For several keys put [`jwk`](Self::jwk)s
    /// together.
    pub fn jwks(&self) -> Vec<u8> {
        json!({ "keys": [self.jwk()] }).to_string().into_bytes()
    }

    /// A good token of a mid-call callback, which lives five minutes. `audience` is the immutable
    /// id of the ACS resource. For a web socket add `.lives(86_400)`.
    pub fn callback_token(&self, audience: &str, now: Timestamp) -> TestToken<'_> {
        let claims = json!({ "iss": ACS_ISSUER, "aud": audience });
        TestToken::new(self, claims, now, CALLBACK_LIFE)
    }

    /// A good token of Event Grid, version 1.0, which lives a day. `tenant` is the Entra tenant id.
    pub fn event_grid_token(&self, tenant: &str, audience: &str, now: Timestamp) -> TestToken<'_> {
        let claims = json!({
            "iss": format!("https://sts.windows.net/{tenant}/"), "ver": "1.0", "tid": tenant,
            "aud": audience, "appid": EVENT_GRID_APP_ID, "roles": [EVENT_GRID_ROLE],
        });
        TestToken::new(self, claims, now, EVENT_GRID_LIFE)
    }

    /// The same, version 2.0.
    pub fn event_grid_token_v2(
        &self,
        tenant: &str,
        audience: &str,
        now: Timestamp,
    ) -> TestToken<'_> {
        let claims = json!({
            "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"), "ver": "2.0",
            "tid": tenant, "aud": audience, "azp": EVENT_GRID_APP_ID, "roles": [EVENT_GRID_ROLE],
        });
        TestToken::new(self, claims, now, EVENT_GRID_LIFE)
    }
}

/// What may be wrong with a token. A webhook has to refuse each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrong {
    /// Issued by somebody else.
    Issuer,
    /// Issued for somebody else.
    Audience,
    /// Ended ten minutes ago.
    Expired,
    /// Begins in ten minutes.
    NotYetValid,
    /// Without an end.
    NoEnd,
    /// Lives a week: refused of callbacks only.
    LivesTooLong,
    /// Signed over something else.
    Signature,
    /// Says it is not signed.
    Algorithm,
    /// Signed with a key that is not in the key document.
    KeyId,
    /// From another Entra tenant.
    Tenant,
    /// Issued to another application than Event Grid.
    Caller,
    /// Without the role.
    Role,
}

impl Wrong {
    /// What a webhook for mid-call callbacks has to refuse.
    pub const OF_CALLBACKS: [Self; 9] = [
        Self::Issuer,
        Self::Audience,
        Self::Expired,
        Self::NotYetValid,
        Self::NoEnd,
        Self::LivesTooLong,
        Self::Signature,
        Self::Algorithm,
        Self::KeyId,
    ];
    /// What a webhook for Event Grid has to refuse.
    pub const OF_EVENT_GRID: [Self; 11] = [
        Self::Issuer,
        Self::Audience,
        Self::Expired,
        Self::NotYetValid,
        Self::NoEnd,
        Self::Signature,
        Self::Algorithm,
        Self::KeyId,
        Self::Tenant,
        Self::Caller,
        Self::Role,
    ];
}

/// A token to be signed. It is good until you change something.
#[derive(Debug, Clone)]
pub struct TestToken<'k> {
    issuer: &'k TestIssuer,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    now: i64,
    damaged: bool,
}

impl<'k> TestToken<'k> {
    fn new(issuer: &'k TestIssuer, claims: Value, now: Timestamp, life: i64) -> Self {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": issuer.key_id });
        let token = Self {
            issuer,
            header: members(header),
            claims: members(claims),
            now: now.as_second(),
            damaged: false,
        };
        token.valid(0, life)
    }

    /// Valid from and until so many seconds after the token's time.
    fn valid(self, from: i64, until: i64) -> Self {
        let (from, until) = (self.now.saturating_add(from), self.now.saturating_add(until));
        self.claim("iat", from).claim("nbf", from).claim("exp", until)
    }

    /// Lets the token live so many seconds.
    #[must_use]
    pub fn lives(self, seconds: i64) -> Self {
        self.valid(0, seconds)
    }

    /// Sets a claim.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Takes a claim away.
    #[must_use]
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a member of the header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Makes one thing wrong.
    #[must_use]
    pub fn wrong(mut self, wrong: Wrong) -> Self {
        const OTHER: &str = "00000000-dead-beef-0000-000000000000";
        match wrong {
            Wrong::Issuer => self.claim("iss", "https://issuer.example"),
            Wrong::Audience => self.claim("aud", OTHER),
            Wrong::Expired => self.valid(-900, -600),
            Wrong::NotYetValid => self.valid(600, 900),
            Wrong::NoEnd => self.without_claim("exp"),
            Wrong::LivesTooLong => self.lives(7 * 86_400),
            Wrong::Algorithm => self.header("alg", "none"),
            Wrong::KeyId => self.header("kid", OTHER),
            Wrong::Tenant => self.claim("tid", OTHER),
            Wrong::Role => self.claim("roles", json!(["other"])),
            Wrong::Caller => {
                let name = if self.claims.contains_key("azp") { "azp" } else { "appid" };
                self.claim(name, OTHER)
            }
            Wrong::Signature => {
                self.damaged = true;
                self
            }
        }
    }

    /// The token in compact form.
    pub fn sign(&self) -> Result<String, SigningError> {
        let part = |map: &Map<String, Value>| {
            URL_SAFE_NO_PAD.encode(Value::Object(map.clone()).to_string())
        };
        let mut token = format!("{}.{}", part(&self.header), part(&self.claims));
        let message = if self.damaged { "something else" } else { token.as_str() };
        let mut signature = vec![0; self.issuer.key.public_modulus_len()];
        let random = SystemRandom::new();
        let key = &self.issuer.key;
        key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
            .map_err(SigningError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> Result<String, SigningError> {
        Ok(format!("Bearer {}", self.sign()?))
    }
}

fn members(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}
