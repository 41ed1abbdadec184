//! What stands on the wire, and what becomes of an attempt.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
    time::Duration,
};

use callautomation::{
    AccessKey, AddParticipant, AnswerCall, CallConnectionProperties, Client, ClientOptions,
    Credential, Error, GetCall, GetParticipant, GetParticipants, HangUp, ParticipantList, Play,
    PlaySource, Repeatability, Terminate,
};
use jiff::Timestamp;
use url::Url;
use webhooks::Identifier;

use crate::{
    hmac_by_hand::{base64, hmac, sha256},
    server::{Do, Received, Server},
};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const DATE: &str = "Thu, 25 Jun 2026 10:00:00 GMT";

fn options() -> ClientOptions {
    let now: Timestamp = "2026-06-25T10:00:00Z".parse().unwrap();
    ClientOptions {
        clock: Arc::new(move || now),
        allow_http_loopback: true,
        ..ClientOptions::default()
    }
}

fn key() -> Credential {
    Credential::AccessKey(AccessKey::from_base64(&base64(KEY)).unwrap())
}

fn client_of(server: &Server, options: ClientOptions) -> Client {
    let endpoint = Url::parse(&format!("http://{}", server.address)).unwrap();
    Client::new(endpoint, key(), options).unwrap()
}

fn saying(status: u16, body: &str) -> Server {
    Server::start(Do::Answer(status, "", body.to_owned()))
}

fn repeatability() -> Repeatability {
    let first_sent = "2026-06-25T09:59:58Z".parse().unwrap();
    Repeatability::from_random([0xab; 16], first_sent)
}

/// Checks the signature of a request as it came, by hand.
fn assert_signed(server: &Server, request: &Received) {
    let host = server.address.to_string();
    assert_eq!(request.header("host"), Some(host.as_str()));
    assert_eq!(request.header("x-ms-date"), Some(DATE));
    let hash = base64(&sha256(&request.body));
    assert_eq!(request.header("x-ms-content-sha256"), Some(hash.as_str()));
    let text = format!("{}\n{}\n{DATE};{host};{hash}", request.method, request.target);
    let signature = base64(&hmac(KEY, text.as_bytes()));
    let expected = format!(
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
    );
    assert_eq!(request.header("authorization"), Some(expected.as_str()));
}

#[tokio::test]
async fn an_answer_is_sent_whole_signed_and_read() {
    let server = saying(200, r#"{"callConnectionId":"c1","callConnectionState":"connecting"}"#);
    let client = client_of(&server, options());
    let answer = AnswerCall::new("the-context", "https://app.example/callback");
    let call = client.call(&answer, Some(&repeatability())).await.unwrap();
    assert_eq!(call.call_connection_id.unwrap().as_str(), "c1");

    let [request] = &server.received()[..] else { panic!("sent more than once") };
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/calling/callConnections:answer?api-version=2026-03-12");
    assert_eq!(request.body, answer.request().unwrap().body());
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let id = "abababab-abab-4bab-abab-abababababab";
    assert_eq!(request.header("repeatability-request-id"), Some(id));
    assert_eq!(request.header("repeatability-first-sent"), Some("Thu, 25 Jun 2026 09:59:58 GMT"));
    assert_signed(&server, request);
}

#[tokio::test]
async fn each_verb_is_signed_as_it_is_sent() {
    let server = saying(202, "{}");
    let client = client_of(&server, options());
    let requests = [
        GetParticipant::new("c/1", "4:+14255550123").request().unwrap(),
        HangUp::new("c1").request().unwrap(),
        Terminate::new("c1").request().unwrap(),
        Play::new("c1", [PlaySource::text("Grüße \"alle\"\n")]).request().unwrap(),
        AddParticipant::new("c1", Identifier::teams_user("oid"), 20).request().unwrap(),
    ];
    for request in &requests {
        client.send(request, None).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), requests.len());
    for (sent, came) in requests.iter().zip(&received) {
        assert_eq!(came.method, sent.method().as_str());
        assert_eq!(came.target, format!("{}?api-version=2026-03-12", sent.path()));
        assert_eq!(came.body, sent.body());
        assert_signed(&server, came);
    }
    let participant = "/calling/callConnections/c%2F1/participants/4%3A%2B14255550123";
    assert_eq!(requests[0].path(), participant);
    assert_eq!(received[1].header("content-type"), None);
    assert_eq!(received[2].header("content-length"), Some("0"));
}

#[tokio::test]
async fn repeatability_goes_only_where_the_contract_has_it() {
    let server = saying(202, "{}");
    let client = client_of(&server, options());
    let play = Play::new("c1", [PlaySource::text("hello")]).request().unwrap();
    let terminate = Terminate::new("c1").request().unwrap();
    for request in [&play, &terminate] {
        client.send(request, Some(&repeatability())).await.unwrap();
    }
    client.send(&terminate, Some(&repeatability())).await.unwrap();
    let received = server.received();
    assert_eq!(received[0].header("repeatability-request-id"), None);
    assert!(received[1].header("repeatability-request-id").is_some());
    let same = |name| assert_eq!(received[1].header(name), received[2].header(name));
    same("repeatability-request-id");
    same("repeatability-first-sent");
}

#[tokio::test]
async fn a_fault_of_the_service_is_sent_once_and_reported_whole() {
    for status in [500, 503, 429, 408] {
        let body = r#"{"error":{"code":"8516","message":"later"}}"#.to_owned();
        let headers = "retry-after: 3\r\nx-ms-request-id: r1\r\n";
        let server = Server::start(Do::Answer(status, headers, body));
        let client = client_of(&server, options());
        let request = GetCall::new("c1").request().unwrap();
        let error = client.send(&request, None).await.unwrap_err();
        assert_eq!(server.received().len(), 1, "{status} was tried again");
        let refusal = error.refusal().unwrap();
        assert_eq!((refusal.status, refusal.sub_code), (status, Some(8516)));
        assert_eq!(refusal.request_id.as_deref(), Some("r1"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        assert_eq!(error.may_be_applied(), status != 429);
        assert!(error.explain().unwrap().cause.contains("throttled"));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start(Do::Answer(307, "location: /elsewhere\r\n", String::new()));
    let client = client_of(&server, options());
    let error = client.send(&GetCall::new("c1").request().unwrap(), None).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().status, 307);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn silence_after_sending_is_uncertain() {
    let play = Play::new("c1", [PlaySource::text("hello")]).request().unwrap();
    let quick = ClientOptions { try_timeout: Duration::from_millis(300), ..options() };
    for (todo, options) in [(Do::Close, options()), (Do::Nothing, quick)] {
        let server = Server::start(todo);
        let error = client_of(&server, options).send(&play, None).await.unwrap_err();
        assert!(matches!(error, Error::Uncertain { .. }), "{error:?}");
        assert!(error.may_be_applied());
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn nobody_there_is_not_sent() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = Url::parse(&format!("http://{address}")).unwrap();
    let client = Client::new(endpoint, key(), options()).unwrap();
    let error = client.send(&GetCall::new("c1").request().unwrap(), None).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
    assert!(!error.may_be_applied());
}

#[tokio::test]
async fn a_failed_handshake_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Url::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    // Speaks no TLS, like a proxy's error page or the wrong port.
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 No\r\n\r\n").unwrap();
        drop(stream.read(&mut [0; 64]));
    });
    let client = Client::new(endpoint, key(), options()).unwrap();
    let play = Play::new("c1", [PlaySource::text("hello")]).request().unwrap();
    let error = client.send(&play, None).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
    thread.join().unwrap();
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_says_it_was_carried_out() {
    let padding = "x".repeat(1 << 20);
    let huge = format!(r#"{{"callConnectionId":"c1","padding":"{padding}"}}"#);
    let answer = AnswerCall::new("the-context", "https://app.example/callback");
    for todo in [Do::Cut(200), Do::Answer(200, "", huge), Do::Answer(200, "", "<html>".to_owned())]
    {
        let server = Server::start(todo);
        let error = client_of(&server, options()).call(&answer, None).await.unwrap_err();
        assert!(matches!(error, Error::Body { status: 200, .. }), "{error:?}");
        assert!(error.may_be_applied());
    }
    let huge = format!(r#"{{"callConnectionId":"c1","padding":"{}"}}"#, &padding[100..]);
    let server = saying(200, &huge);
    client_of(&server, options()).call(&answer, None).await.unwrap();
    let server = Server::start(Do::Cut(404));
    let error = client_of(&server, options()).call(&answer, None).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().status, 404);
}

#[tokio::test]
async fn the_next_page_is_followed_with_its_own_query() {
    let server = saying(200, r#"{"value":[]}"#);
    let client = client_of(&server, options());
    let link = |host: &str| ParticipantList {
        next_link: Some(format!(
            "http://{host}/calling/callConnections/c1/participants?api-version=2099-01-01&skip=a%2Fb"
        )),
        value: Vec::new(),
    };
    let request = client.next_page(&link(&server.address.to_string())).unwrap().unwrap();
    client.send(&request, None).await.unwrap();
    let received = server.received();
    assert_eq!(
        received[0].target,
        "/calling/callConnections/c1/participants?api-version=2099-01-01&skip=a%2Fb"
    );
    assert_signed(&server, &received[0]);

    assert!(matches!(client.next_page(&link("evil.example")), Err(Error::Invalid(_))));
    let last: ParticipantList = client.call(&GetParticipants::new("c1"), None).await.unwrap();
    assert_eq!(client.next_page(&last).unwrap(), None);
}

#[tokio::test]
async fn a_stored_request_that_was_changed_is_not_sent() {
    let server = saying(200, "{}");
    let client = client_of(&server, options());
    for path in [
        "/other",
        "//evil.example/calling/",
        "/calling/a/../b",
        "/calling/%2E%2e/x",
        "/calling/a b",
    ] {
        let stored = serde_json::json!({"operation": "getCall", "method": "GET", "path": path});
        let request = serde_json::from_value(stored).unwrap();
        let error = client.send(&request, None).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{path}: {error:?}");
    }
    assert!(server.received().is_empty());
}

/// A load balancer that closes an idle connection without a word: whether the request got through
/// nobody can know.
#[tokio::test]
async fn a_stale_pooled_connection_is_uncertain() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4_096];
        assert!(stream.read(&mut buffer).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        // The second request arrives on the same connection, which is then closed.
        assert!(stream.read(&mut buffer).unwrap() > 0);
    });
    let endpoint = Url::parse(&format!("http://{address}")).unwrap();
    let client = Client::new(endpoint, key(), options()).unwrap();
    client.call(&GetCall::new("c1"), None).await.unwrap();
    let play = Play::new("c1", [PlaySource::text("hello")]);
    let error = client.call(&play, None).await.unwrap_err();
    assert!(matches!(error, Error::Uncertain { .. }), "{error:?}");
    assert!(error.may_be_applied());
    server.join().unwrap();
}

#[test]
fn an_endpoint_must_be_safe() {
    let new = |endpoint: &str, allow_http_loopback| {
        let options = ClientOptions { allow_http_loopback, ..options() };
        Client::new(Url::parse(endpoint).unwrap(), key(), options).map(drop)
    };
    for good in ["https://contoso.communication.azure.com", "https://[::1]:8443/"] {
        new(good, false).unwrap();
    }
    for good in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
        new(good, true).unwrap();
        new(good, false).unwrap_err();
    }
    for bad in [
        "http://contoso.communication.azure.com",
        "http://localhost.example",
        "https://contoso.communication.azure.com/base",
        "https://contoso.communication.azure.com/?q=1",
        "https://user@contoso.communication.azure.com/",
        "ftp://127.0.0.1/",
        "file:///etc",
    ] {
        let error = new(bad, true).unwrap_err();
        assert!(matches!(error, Error::Configuration(_)), "{bad}");
    }
    let odd = ClientOptions { api_version: "1&x=2".to_owned(), ..options() };
    let endpoint = Url::parse("https://contoso.communication.azure.com").unwrap();
    assert!(Client::new(endpoint, key(), odd).is_err());
}

#[tokio::test]
async fn a_connection_string_is_enough() {
    let server = saying(200, r#"{"callConnectionId":"c1"}"#);
    let text = format!("endpoint=http://{}/;accesskey={}", server.address, base64(KEY));
    let client = Client::from_connection_string(&text, options()).unwrap();
    let call: CallConnectionProperties = client.call(&GetCall::new("c1"), None).await.unwrap();
    assert!(call.call_connection_id.is_some());
    assert_signed(&server, &server.received()[0]);
}

#[test]
fn sending_can_move_between_threads() {
    fn check<T: Send>(_: &T) {}
    let endpoint = Url::parse("https://contoso.communication.azure.com").unwrap();
    let client = Client::new(endpoint, key(), options()).unwrap();
    check(&client.call(&GetCall::new("c1"), None));
}
