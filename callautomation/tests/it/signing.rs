//! The two signatures of the contract, section 11.

use callautomation::{AccessKey, ToSign};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

struct Vector {
    method: &'static str,
    path_and_query: &'static str,
    body: &'static str,
    content_hash: &'static str,
    signature: &'static str,
}

const VECTORS: [Vector; 2] = [
    Vector {
        method: "POST",
        path_and_query: "/calling/callConnections:answer?api-version=2026-03-12",
        body: r#"{"incomingCallContext":"ctx","callbackUri":"https://app.contoso.com/callback"}"#,
        content_hash: "J+4YnHJYDEGe6nyScYtynu/I8wI2ZgQrVlWFehayAIw=",
        signature: "D/8u6ujac5TFFQ2fIQ1BiPVI2xrTjToJXykILnLA1EA=",
    },
    Vector {
        method: "GET",
        path_and_query: "/calling/callConnections/18dea47f-b081-4107-9a5c-4300819d2c6c/participants/4%3A%2B14255550123?api-version=2026-03-12",
        body: "",
        content_hash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        signature: "ftBQlXBsy7OF8bss2xZPx7teblErT5zqH/uJUyNlhVw=",
    },
];

#[test]
fn both_vectors_of_the_contract() {
    let key = AccessKey::from_base64(KEY).unwrap();
    for vector in VECTORS {
        let signed = key.sign(ToSign {
            method: vector.method,
            path_and_query: vector.path_and_query,
            host: "contoso.communication.azure.com",
            date: "Thu, 25 Jun 2026 10:00:00 GMT",
            body: vector.body.as_bytes(),
        });
        assert_eq!(signed.content_hash, vector.content_hash);
        let expected = format!(
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={}",
            vector.signature
        );
        assert_eq!(signed.authorization, expected);
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    assert!(AccessKey::from_base64("").is_err());
    assert!(AccessKey::from_base64("not base64!").is_err());
}
