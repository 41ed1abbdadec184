//! Requests signed with the access key of an ACS resource (contract section 11).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The parts of a request that are signed, as they came.
pub(crate) struct SignedRequest<'a> {
    /// Upper case.
    pub(crate) method: &'a str,
    /// Path and query, percent-encoding kept.
    pub(crate) target: &'a str,
    /// Host with its port, if it has one.
    pub(crate) host: &'a str,
    /// `x-ms-date`.
    pub(crate) date: &'a str,
    /// `x-ms-content-sha256`.
    pub(crate) content_hash: &'a str,
    /// The whole `Authorization` header.
    pub(crate) authorization: &'a str,
    pub(crate) body: &'a [u8],
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("x-ms-content-sha256 is not the hash of the body")]
    ContentHash,
    #[error("Authorization is not of the form HMAC-SHA256 SignedHeaders=…&Signature=…")]
    Form,
    #[error("the signature does not match")]
    Mismatch,
}

/// Checks a signature. The target is tried as it came and with its query form-encoded anew, which
/// is what the JavaScript SDK signs. The date's age is checked elsewhere.
pub(crate) fn verify(request: &SignedRequest<'_>, key: &str) -> Result<(), SignatureError> {
    if STANDARD.encode(Sha256::digest(request.body)) != request.content_hash {
        return Err(SignatureError::ContentHash);
    }
    let signature = signature_of(request.authorization).ok_or(SignatureError::Form)?;
    let signature = STANDARD.decode(signature).map_err(|_| SignatureError::Form)?;
    let key = STANDARD.decode(key).map_err(|_| SignatureError::Mismatch)?;
    let holds = |target: &str| signs(&key, request, target, &signature);
    if holds(request.target) || holds(&reserialised(request.target)) {
        return Ok(());
    }
    Err(SignatureError::Mismatch)
}

fn signature_of(authorization: &str) -> Option<&str> {
    let rest = authorization.strip_prefix("HMAC-SHA256 ")?;
    let (headers, signature) = rest.split_once("&Signature=")?;
    let expected = "SignedHeaders=x-ms-date;host;x-ms-content-sha256";
    headers.eq_ignore_ascii_case(expected).then_some(signature)
}

fn signs(key: &[u8], request: &SignedRequest<'_>, target: &str, signature: &[u8]) -> bool {
    let text = format!(
        "{}\n{target}\n{};{};{}",
        request.method, request.date, request.host, request.content_hash
    );
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return false;
    };
    mac.update(text.as_bytes());
    mac.verify_slice(signature).is_ok()
}

fn reserialised(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const HEADERS: &str = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";
    const BODY: &[u8] =
        br#"{"incomingCallContext":"ctx","callbackUri":"https://app.contoso.com/callback"}"#;

    fn request<'a>(
        method: &'a str,
        target: &'a str,
        content_hash: &'a str,
        authorization: &'a str,
        body: &'a [u8],
    ) -> SignedRequest<'a> {
        SignedRequest {
            method,
            target,
            host: "contoso.communication.azure.com",
            date: "Thu, 25 Jun 2026 10:00:00 GMT",
            content_hash,
            authorization,
            body,
        }
    }

    #[test]
    fn both_vectors_of_the_contract_hold() {
        let a = format!("{HEADERS}D/8u6ujac5TFFQ2fIQ1BiPVI2xrTjToJXykILnLA1EA=");
        let target = "/calling/callConnections:answer?api-version=2026-03-12";
        let hash = "J+4YnHJYDEGe6nyScYtynu/I8wI2ZgQrVlWFehayAIw=";
        assert_eq!(verify(&request("POST", target, hash, &a, BODY), KEY), Ok(()));

        let b = format!("{HEADERS}ftBQlXBsy7OF8bss2xZPx7teblErT5zqH/uJUyNlhVw=");
        let target = "/calling/callConnections/18dea47f-b081-4107-9a5c-4300819d2c6c/participants/4%3A%2B14255550123?api-version=2026-03-12";
        let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(verify(&request("GET", target, hash, &b, b""), KEY), Ok(()));
    }

    #[test]
    fn anything_changed_is_refused() {
        let signed = format!("{HEADERS}D/8u6ujac5TFFQ2fIQ1BiPVI2xrTjToJXykILnLA1EA=");
        let target = "/calling/callConnections:answer?api-version=2026-03-12";
        let hash = "J+4YnHJYDEGe6nyScYtynu/I8wI2ZgQrVlWFehayAIw=";
        let cases = [
            (request("POST", target, hash, &signed, b"{}"), SignatureError::ContentHash),
            (request("PUT", target, hash, &signed, BODY), SignatureError::Mismatch),
            (request("POST", "/other", hash, &signed, BODY), SignatureError::Mismatch),
            (request("POST", target, hash, "Bearer x", BODY), SignatureError::Form),
        ];
        for (request, error) in cases {
            assert_eq!(verify(&request, KEY), Err(error));
        }
    }

    #[test]
    fn a_form_encoded_query_is_tried_too() {
        assert_eq!(reserialised("/a?b=c%20d"), "/a?b=c+d");
        assert_eq!(reserialised("/a"), "/a");
    }
}
