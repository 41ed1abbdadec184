//! Raw connections: many requests in one write.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
};

use rustls::pki_types::pem::PemObject as _;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer,
};

use crate::rig::{PATIENCE, Rig};

/// How many requests actix-http reads ahead. Beyond that it may close the connection after some of them
/// (3.20.0, seen on a slow machine): their senders have no answer and try again.
const READ_AHEAD: usize = 16;

fn connect(rig: &Rig) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(rig.emulator.ca_pem().as_bytes()) {
        roots.add(root.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address = rig.url("").replace("https://localhost", "127.0.0.1");
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let name = "localhost".try_into().unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), socket)
}

/// An hour old: kept as expired, and no command follows.
fn old_call(n: usize) -> String {
    let event = serde_json::json!([{
        "id": format!("pipelined-{n}"),
        "topic": "/subscriptions/x",
        "subject": "/caller/4:+15550100",
        "eventType": "Microsoft.Communication.IncomingCall",
        "eventTime": "2026-01-01T00:00:00Z",
        "dataVersion": "1.0",
        "data": { "incomingCallContext": format!("context-{n}") },
    }]);
    event.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_several_requests_in_one_write_is_lost() {
    let rig = Rig::start().await;
    let answers = post_at_once(&rig, READ_AHEAD).await;
    assert_eq!(accepted(&answers), READ_AHEAD, "{}\n{}", tail(&answers), rig.log());
    assert_eq!(kept(&rig), READ_AHEAD, "each was kept once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_requests_in_one_write_every_answered_one_was_kept() {
    let rig = Rig::start().await;
    let answers = post_at_once(&rig, 200).await;
    let accepted = accepted(&answers);
    assert!(accepted >= READ_AHEAD, "{}\n{}", tail(&answers), rig.log());
    assert!(kept(&rig) >= accepted, "{accepted} were acknowledged\n{}", rig.log());
}

/// 408 makes Event Grid wait for two minutes, longer than a caller rings; found by the crash rig, with replicas
/// that stood still while a head came in. Without an answer it tries again after 10 s.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_is_not_answered() {
    let rig = Rig::start().await;
    let mut stream = connect(&rig);
    stream.write_all(b"POST /webhooks/events HTTP/1.1\r\nHost: local").unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = Vec::new();
        // The connection is shut without a farewell, which is an error and may be one here.
        let ended = stream.read_to_end(&mut answer).map_err(|error| error.kind());
        (answer, ended)
    });
    let (answer, ended) = answer.await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
    assert_ne!(
        ended,
        Err(std::io::ErrorKind::WouldBlock),
        "it was closed, and not by our patience"
    );
}

fn accepted(answers: &str) -> usize {
    answers.matches("HTTP/1.1 200 OK").count()
}

fn kept(rig: &Rig) -> usize {
    rig.log().matches("\"incoming call\"").count()
}

/// All that is answered until the connection ends.
async fn post_at_once(rig: &Rig, requests: usize) -> String {
    let authorization = rig.grid_authorization();
    let mut text = String::new();
    for n in 0..requests {
        let body = old_call(n);
        let close = if n + 1 == requests { "Connection: close\r\n" } else { "" };
        write!(
            text,
            "POST /webhooks/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n\
             Content-Type: application/json\r\n{close}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    }
    let mut stream = connect(rig);
    let answers = tokio::task::spawn_blocking(move || {
        // The server may close before all is written; what it answered can still be read.
        let _ = stream.write_all(text.as_bytes());
        let mut answers = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut piece) {
            answers.extend_from_slice(&piece[..read]);
        }
        answers
    });
    String::from_utf8(answers.await.unwrap()).unwrap()
}

fn tail(text: &str) -> &str {
    text.get(text.len().saturating_sub(400)..).unwrap_or_default()
}
