//! RSA keys that sign tokens, and their public half as a JWKS.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{CertificateParams, DnType, KeyPair as CertificateKey, PKCS_RSA_SHA256};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Keys kept after a rotation, so that tokens signed before it still verify.
const KEPT: usize = 2;

/// Why a key could not be made or used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    #[error("an RSA key could not be generated")]
    Generate,
    #[error("the key's certificate could not be made")]
    Certificate(#[source] rcgen::Error),
    #[error("a token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

struct SigningKey {
    id: String,
    modulus: String,
    exponent: String,
    certificate: String,
    private: EncodingKey,
}

/// The keys of one issuer; the newest signs.
pub(crate) struct KeySet {
    keys: Vec<SigningKey>,
    /// The last claims and their token: RS256 signs the same claims the same way, and a burst of
    /// events within one second has the same claims.
    last: Option<(Value, String)>,
}

impl KeySet {
    /// One fresh key.
    pub(crate) fn generate() -> Result<Self, KeyError> {
        Ok(Self { keys: vec![SigningKey::generate()?], last: None })
    }

    /// A new key signs from now on; the one before stays published.
    pub(crate) fn rotate(&mut self) -> Result<(), KeyError> {
        let fresh = Self::generate()?;
        self.change_to(fresh);
        Ok(())
    }

    /// The key of another set signs from now on; the one before stays published.
    pub(crate) fn change_to(&mut self, fresh: Self) {
        self.keys.splice(0..0, fresh.keys);
        self.keys.truncate(KEPT);
        self.last = None;
    }

    /// Signs claims, or gives the token they had when they come again at once.
    pub(crate) fn sign_again(&mut self, claims: Value) -> Result<String, KeyError> {
        if let Some((_, token)) = self.last.as_ref().filter(|(known, _)| *known == claims) {
            return Ok(token.clone());
        }
        let token = self.sign(&claims)?;
        self.last = Some((claims, token.clone()));
        Ok(token)
    }

    /// Signs claims: RS256, `kid` and `x5t` in the header.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        let key = self.keys.first().ok_or(KeyError::Generate)?;
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(key.id.clone());
        header.x5t = Some(key.id.clone());
        jsonwebtoken::encode(&header, claims, &key.private).map_err(KeyError::Sign)
    }

    /// Reads a token that one of these keys signed, for one of these audiences, not expired.
    pub(crate) fn verify<T: DeserializeOwned + Clone>(
        &self,
        token: &str,
        audiences: &[&str],
    ) -> Option<T> {
        let id = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.id == id)?;
        let public = DecodingKey::from_rsa_components(&key.modulus, &key.exponent).ok()?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(audiences);
        validation.set_required_spec_claims(&["exp", "aud", "iss"]);
        validation.leeway = 0;
        let read = jsonwebtoken::decode::<T>(token, &public, &validation).ok()?;
        Some(read.claims)
    }

    /// The JWKS, with an issuer on each key if there is one. Like the real ones it names no
    /// algorithm.
    pub(crate) fn jwks(&self, issuer: Option<&str>) -> Value {
        let public = |key: &SigningKey| {
            let mut public = json!({
                "kty": "RSA", "use": "sig", "kid": key.id, "x5t": key.id,
                "n": key.modulus, "e": key.exponent, "x5c": [key.certificate],
            });
            if let Some(issuer) = issuer {
                public["issuer"] = json!(issuer);
            }
            public
        };
        json!({"keys": self.keys.iter().map(public).collect::<Vec<_>>()})
    }
}

impl SigningKey {
    fn generate() -> Result<Self, KeyError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        let certificate = self_signed(private.as_ref())?;
        let thumbprint =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
        let public = pair.public_key();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self {
            id: encode(thumbprint.as_ref()),
            modulus: encode(public.modulus().big_endian_without_leading_zero()),
            exponent: encode(public.exponent().big_endian_without_leading_zero()),
            certificate: STANDARD.encode(certificate),
            private: encoding_key(private.as_ref())?,
        })
    }
}

fn encoding_key(pkcs8: &[u8]) -> Result<EncodingKey, KeyError> {
    let body = STANDARD.encode(pkcs8);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(KeyError::Sign)
}

/// The certificate that `x5c` shows.
fn self_signed(pkcs8: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key = CertificateKey::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_RSA_SHA256)
        .map_err(KeyError::Certificate)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(KeyError::Certificate)?;
    params.distinguished_name.push(DnType::CommonName, "Switchboard emulator token signing");
    let certificate = params.self_signed(&key).map_err(KeyError::Certificate)?;
    Ok(certificate.der().to_vec())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Clone, Deserialize)]
    struct Claims {
        sub: String,
    }

    #[test]
    fn tokens_verify_across_one_rotation() {
        let mut keys = KeySet::generate().expect("keys");
        let claims = json!({"iss": "i", "aud": "a", "exp": 9_999_999_999_i64, "sub": "me"});
        let token = keys.sign(&claims).expect("signed");
        let read = |keys: &KeySet, audience| keys.verify::<Claims>(&token, &[audience]);
        assert_eq!(read(&keys, "a").expect("valid").sub, "me");
        assert!(read(&keys, "b").is_none());
        assert_eq!(keys.sign_again(claims.clone()).expect("signed"), token);
        assert_eq!(keys.sign_again(claims).expect("signed"), token);
        keys.rotate().expect("rotated");
        assert!(read(&keys, "a").is_some());
        assert_eq!(keys.jwks(None)["keys"].as_array().map(Vec::len), Some(2));
        keys.rotate().expect("rotated");
        assert!(read(&keys, "a").is_none());
    }
}
