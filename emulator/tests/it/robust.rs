//! Bad and slow clients: the documented answer, and nobody else notices.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::{PATIENCE, World, world};

/// Others must be served within this while something is wrong.
const PROMPT: Duration = Duration::from_secs(5);

fn address(world: &World) -> String {
    world.emulator.ready().http.trim_start_matches("http://").to_owned()
}

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(address(world)).await.expect("connected")
}

/// Whether somebody else is served.
async fn serves(world: &World) {
    let root = &world.emulator.ready().https;
    let asked = world.client.get(format!("{root}/calling/keys")).send();
    let answer = tokio::time::timeout(PROMPT, asked).await.expect("in time").expect("an answer");
    assert_eq!(answer.status(), 200);
}

/// The first line of what comes back.
async fn status_line(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await;
    let read = read.expect("an answer in time").expect("readable");
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_refused() {
    let world = world().await;
    let host = address(&world);
    let requests = [
        "GARBAGE\r\n\r\n".to_owned(),
        format!("GET /calling/keys HTTP/9.9\r\nHost: {host}\r\n\r\n"),
        format!("POST /x HTTP/1.1\r\nHost: {host}\r\nContent-Length: many\r\n\r\n"),
        format!(
            "POST /x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
        ),
        format!("POST /x HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
        format!("GET /\u{7f} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    ];
    for request in requests {
        let mut stream = connect(&world).await;
        stream.write_all(request.as_bytes()).await.expect("sent");
        let line = status_line(&mut stream).await;
        assert!(line.starts_with("HTTP/1.1 400") || line.is_empty(), "{request:?}: {line}");
    }
    serves(&world).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_are_too_much_everywhere() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let large = vec![b'x'; 10 * 1024 * 1024];
    let addresses = [
        format!("{}/calling/callConnections:answer?api-version=2026-03-12", ready.https),
        format!("{}/v1.0/communications/getPresencesByUserId", ready.https),
        format!("{}/{}/oauth2/v2.0/token", ready.https, ready.tenant_id),
        format!("{}/calls", ready.control),
    ];
    for address in addresses {
        let answer = world.client.post(&address).body(large.clone()).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 413, "{address}");
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body["error"]["code"], "RequestEntityTooLarge", "{address}");
    }
    serves(&world).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ids_and_paths_are_not_found() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let (status, body) =
        world.send(reqwest::Method::GET, "/calling/callConnections/nobody", None, &[]).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("8522")));
    for (path, status) in [
        (format!("{}/calls/nobody", ready.control), 404),
        (format!("{}/nowhere", ready.https), 404),
        (format!("{}/{}/nowhere", ready.https, ready.tenant_id), 404),
    ] {
        let answer = world.client.get(&path).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_hold_up_nobody_and_are_dropped() {
    let world = world().await;
    let host = address(&world);
    let mut slow_head = connect(&world).await;
    slow_head.write_all(b"GET /calling/keys HTTP/1.1\r\nHost:").await.expect("sent");
    let mut slow_body = connect(&world).await;
    let head =
        format!("POST /control/calls HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n{{");
    slow_body.write_all(head.as_bytes()).await.expect("sent");
    let mut second_head = connect(&world).await;
    let first = format!("GET /calling/keys HTTP/1.1\r\nHost: {host}\r\n\r\n");
    second_head.write_all(first.as_bytes()).await.expect("sent");
    assert!(status_line(&mut second_head).await.contains("200"));
    second_head.write_all(b"GET /calling/keys HTTP/1.1\r\nHo").await.expect("sent");
    serves(&world).await;
    assert!(status_line(&mut slow_head).await.contains("408"));
    assert!(status_line(&mut slow_body).await.contains("408"));
    serves(&world).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_connections_hold_up_nobody() {
    let world = world().await;
    let mut idle = Vec::new();
    for _ in 0..1_000 {
        idle.push(connect(&world).await);
    }
    serves(&world).await;
    let address = format!("{}/world", world.emulator.ready().control);
    let asked = tokio::time::timeout(PROMPT, world.client.get(address).send()).await;
    assert_eq!(asked.expect("in time").expect("an answer").status(), 200);
    drop(idle);
    world.stop().await;
}
