//! Requests recorded from the official Python SDK 1.6.0: each is signed with the access key, and
//! each operation of this emulator reads its body without an unknown member.

use serde_json::Value;

use crate::calling;
use crate::crypto::{SignedRequest, verify};
use crate::wire::route;

const RECORDED: &str = include_str!("../../tests/samples/python-sdk-1.6.0.jsonl");
const KEY: &str = "dGVzdC1hY2Nlc3Mta2V5LXRlc3QtYWNjZXNzLWtleQ==";

fn requests() -> Vec<Value> {
    let lines = RECORDED.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn text<'a>(request: &'a Value, member: &str) -> &'a str {
    request[member].as_str().unwrap_or_default()
}

fn header<'a>(request: &'a Value, name: &str) -> &'a str {
    let headers = request["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = headers
        .iter()
        .find(|pair| pair[0].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name)));
    found.and_then(|pair| pair[1].as_str()).unwrap_or_default()
}

#[test]
fn every_signature_holds() {
    let requests = requests();
    assert!(requests.len() >= 40);
    for request in &requests {
        let signed = SignedRequest {
            method: text(request, "method"),
            target: text(request, "target"),
            host: header(request, "host"),
            date: header(request, "x-ms-date"),
            content_hash: header(request, "x-ms-content-sha256"),
            authorization: header(request, "authorization"),
            body: text(request, "body").as_bytes(),
        };
        assert_eq!(verify(&signed, KEY), Ok(()), "{}", text(request, "label"));
    }
}

#[test]
fn every_operation_is_known_and_read() {
    let mut read = 0;
    for request in &requests() {
        let label = text(request, "label");
        let route = route(text(request, "method"), text(request, "path")).expect(label);
        let body = serde_json::from_str(text(request, "body")).unwrap_or(Value::Null);
        match calling::read(&route, "2026-03-12", &body, false) {
            Ok(parsed) => assert_eq!(parsed.unknown, Vec::<String>::new(), "{label}"),
            Err(refusal) => assert!(refusal.message.is_empty(), "{label}: {refusal}"),
        }
        read += 1;
    }
    assert!(read >= 38, "{read}");
}
