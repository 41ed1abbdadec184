//! Real keys and really signed tokens.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Two keys of 2,048 bits, made once for all tests.
static KEYS: LazyLock<[RsaKeyPair; 2]> =
    LazyLock::new(|| [0, 1].map(|_| RsaKeyPair::generate(KeySize::Rsa2048).unwrap()));

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The modulus of a key. Its public half is DER of a sequence of modulus and exponent 65537.
pub(crate) fn modulus(key: usize) -> Vec<u8> {
    let der = KEYS[key].public_key().as_ref();
    assert_eq!((der.len(), &der[265..]), (270, &[2, 3, 1, 0, 1][..]));
    der[9..265].to_vec()
}

pub(crate) fn jwk(key: usize, kid: &str) -> Value {
    json!({"kty": "RSA", "use": "sig", "kid": kid, "n": base64url(modulus(key)), "e": "AQAB"})
}

pub(crate) fn jwks(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

fn sign(key: usize, encoding: &'static dyn RsaEncoding, message: &str) -> Vec<u8> {
    let mut signature = vec![0; KEYS[key].public_modulus_len()];
    KEYS[key].sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    signature
}

/// A token whose header and claims are exactly these texts, signed as its `alg` would say.
pub(crate) fn token_of(key: usize, alg: &str, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(claims));
    let signature = match alg {
        "RS384" => sign(key, &RSA_PKCS1_SHA384, &signed),
        "RS512" => sign(key, &RSA_PKCS1_SHA512, &signed),
        "PS256" => sign(key, &RSA_PSS_SHA256, &signed),
        _ => sign(key, &RSA_PKCS1_SHA256, &signed),
    };
    format!("{signed}.{}", base64url(signature))
}

/// A good RS256 token.
pub(crate) fn token(key: usize, kid: &str, claims: &Value) -> String {
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": kid}).to_string();
    token_of(key, "RS256", &header, &claims.to_string())
}

/// A token signed with HMAC under each of the texts that an attacker may make of a public key.
pub(crate) fn hmac_tokens(key: usize, kid: &str, claims: &Value) -> Vec<String> {
    let der = KEYS[key].public_key().as_ref().to_vec();
    let pem = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        STANDARD.encode(&der)
    );
    let header = json!({"alg": "HS256", "kid": kid}).to_string();
    let signed = format!("{}.{}", base64url(header), base64url(claims.to_string()));
    let secrets = [der, pem.into_bytes(), base64url(modulus(key)).into_bytes(), modulus(key)];
    let token = |secret: Vec<u8>| {
        let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
        let tag = aws_lc_rs::hmac::sign(&secret, signed.as_bytes());
        format!("{signed}.{}", base64url(tag))
    };
    secrets.into_iter().map(token).collect()
}

/// A token signed with a key on the curve P-256, as ES256.
pub(crate) fn es256_token(kid: &str, claims: &Value) -> String {
    let encoding = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = signature::EcdsaKeyPair::generate(encoding).unwrap();
    let header = json!({"alg": "ES256", "kid": kid}).to_string();
    let signed = format!("{}.{}", base64url(header), base64url(claims.to_string()));
    let tag = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64url(tag))
}
