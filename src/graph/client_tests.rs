use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
};

use azure_core::{
    credentials::{AccessToken, TokenRequestOptions},
    time::OffsetDateTime,
};

use super::*;

const LONG: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Fixed;

#[async_trait]
impl TokenCredential for Fixed {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        Ok(AccessToken::new(format!("for {}", scopes[0]), OffsetDateTime::UNIX_EPOCH))
    }
}

/// A request: its head in lower case, and its body.
type Request = (String, Value);

/// A Graph that gives these answers, one for each connection, and tells what it was asked.
fn graph(answers: Vec<String>) -> (Graph, mpsc::Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (asked, requests) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap() > 2 {}
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let _ = asked.send((head, serde_json::from_slice(&body).unwrap()));
            let _ = reader.get_mut().write_all(answer.as_bytes());
        }
    });
    let settings = settings::Graph::at(Url::parse(&endpoint).unwrap());
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    (Graph::new(&settings, client, Arc::new(Fixed)), requests)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn available(id: &str) -> String {
    let body =
        json!({ "value": [{ "id": id, "availability": "Available", "activity": "Available" }] });
    answer("200 OK", "", &body.to_string())
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("id-{n}")).collect()
}

#[tokio::test]
async fn large_rosters_take_several_requests() {
    let (graph, requests) = graph(vec![available("id-0"), available("id-650")]);
    let found = graph.presences(&ids(651), LONG).await.unwrap();
    assert_eq!(found.len(), 2);
    let (head, body) = requests.recv().unwrap();
    assert!(head.starts_with("post /v1.0/communications/getpresencesbyuserid "), "{head}");
    assert!(head.contains("authorization: bearer for https://graph.microsoft.com/.default"));
    assert!(head.contains("client-request-id: ") && head.contains("application/json"));
    assert_eq!(body["ids"].as_array().unwrap().len(), 650);
    assert_eq!(requests.recv().unwrap().1, json!({ "ids": ["id-650"] }));
}

#[tokio::test]
async fn a_throttled_client_stays_away() {
    let (graph, requests) =
        graph(vec![answer("429 Too Many Requests", "Retry-After: 60\r\n", "{}")]);
    let first = graph.presences(&ids(1), LONG).await;
    assert!(matches!(first, Err(GraphError::Throttled(wait)) if wait.as_secs() == 60), "{first:?}");
    let second = graph.presences(&ids(1), LONG).await;
    assert!(matches!(second, Err(GraphError::Throttled(_))), "{second:?}");
    assert_eq!(requests.iter().count(), 1, "the second one was not sent");
}

#[tokio::test]
async fn refusals_and_failures_differ() {
    let denied = r#"{"error":{"code":"Authorization_RequestDenied","message":"secret canary"}}"#;
    let (graph, _requests) = graph(vec![
        answer("403 Forbidden", "", denied),
        answer("503 Service Unavailable", "", ""),
        answer("302 Found", "Location: http://127.0.0.1:1/\r\n", ""),
        answer("200 OK", "", "<html>"),
    ]);
    let refused = graph.presences(&ids(1), LONG).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("403 Authorization_RequestDenied"), "{text}");
    assert!(text.contains("Presence.Read.All") && !text.contains("canary"), "{text}");
    let failed = graph.presences(&ids(1), LONG).await;
    assert!(matches!(failed, Err(GraphError::Failed { status: 503, .. })), "{failed:?}");
    let moved = graph.presences(&ids(1), LONG).await;
    assert!(matches!(moved, Err(GraphError::Refused { status: 302, .. })), "{moved:?}");
    let unreadable = graph.presences(&ids(1), LONG).await;
    assert!(matches!(unreadable, Err(GraphError::Unreadable)), "{unreadable:?}");
}

#[tokio::test]
async fn a_silent_graph_is_late() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = settings::Graph::at(Url::parse(&url).unwrap());
    let graph = Graph::new(&settings, Client::builder().build().unwrap(), Arc::new(Fixed));
    let late = graph.presences(&ids(1), Duration::from_millis(20)).await;
    assert!(matches!(late, Err(GraphError::Late(_))), "{late:?}");
}
