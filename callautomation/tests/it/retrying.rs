//! Sending again, on the wire.

use std::time::Duration;

use callautomation::{
    AccessKey, Client, ClientOptions, Credential, Error, GetCall, GetParticipants, Play,
    PlaySource, Repeatability, Request, RetryPolicy, Terminate,
};
use url::Url;

use crate::server::{Do, Server};

fn client_of(server: &Server) -> Client {
    let endpoint = Url::parse(&format!("http://{}", server.address)).unwrap();
    let key = AccessKey::from_base64("a2V5").unwrap();
    let options = ClientOptions { allow_http_loopback: true, ..ClientOptions::default() };
    Client::new(endpoint, Credential::AccessKey(key), options).unwrap()
}

fn hasty(attempts: u32) -> RetryPolicy {
    let first_pause = Duration::from_millis(1);
    RetryPolicy { first_pause, ..RetryPolicy::times(attempts) }
}

fn repeatability() -> Repeatability {
    Repeatability::from_random([3; 16], "2026-06-25T09:59:58Z".parse().unwrap())
}

async fn attempts(todo: Do, request: &Request, headers: bool, policy: RetryPolicy) -> usize {
    let server = Server::start(todo);
    let client = client_of(&server);
    let repeatability = headers.then(repeatability);
    let outcome = client.send_with_retry(request, repeatability.as_ref(), &policy).await;
    assert!(outcome.is_err());
    let received = server.received();
    for request in &received {
        assert_eq!(request.body, received[0].body);
        let id = |one: &crate::server::Received| {
            one.header("repeatability-request-id").map(str::to_owned)
        };
        assert_eq!(id(request), id(&received[0]));
    }
    received.len()
}

#[tokio::test]
async fn each_class_is_sent_as_often_as_is_safe() {
    let play = Play::new("c1", [PlaySource::text("hello")]).request().unwrap();
    let get = GetCall::new("c1").request().unwrap();
    let terminate = Terminate::new("c1").request().unwrap();
    let fault = || Do::Answer(503, "", String::new());
    let busy = || Do::Answer(429, "retry-after: 0\r\n", String::new());
    for (todo, request, headers, expected) in [
        (Do::Close, &play, true, 1),
        (Do::Close, &get, false, 3),
        (Do::Close, &terminate, true, 3),
        (Do::Close, &terminate, false, 1),
        (fault(), &play, false, 1),
        (fault(), &get, false, 3),
        (fault(), &terminate, true, 3),
        (busy(), &play, false, 3),
        (Do::Answer(404, "", String::new()), &get, false, 1),
        (Do::Cut(200), &get, false, 3),
    ] {
        assert_eq!(attempts(todo, request, headers, hasty(3)).await, expected, "{request:?}");
    }
    assert_eq!(attempts(Do::Close, &get, false, RetryPolicy::default()).await, 1);
}

#[tokio::test]
async fn a_longer_wait_than_allowed_is_left_to_the_caller() {
    let server = Server::start(Do::Answer(429, "retry-after: 600\r\n", String::new()));
    let get = GetCall::new("c1").request().unwrap();
    let outcome = client_of(&server).send_with_retry(&get, None, &hasty(3)).await;
    let error: Error = outcome.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(10)));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn participants_are_read_page_by_page() {
    let page = |number: &str, link: &str| {
        let who = format!(r#"{{"identifier":{{"rawId":"4:{number}"}},"isMuted":false}}"#);
        format!(r#"{{"value":[{who}]{link}}}"#)
    };
    let path = "http://HOST/calling/callConnections/c1/participants?skip=";
    let link = |at: u8| format!(r#","nextLink":"{path}{at}""#);
    let pages =
        vec![page("+15550121", &link(1)), page("+15550122", &link(2)), page("+15550123", "")];
    let server = Server::start(Do::Bodies(pages));
    let get = GetParticipants::new("c1");
    let everybody = client_of(&server).all_participants(&get, &RetryPolicy::off()).await.unwrap();
    let numbers: Vec<_> = everybody.iter().map(|one| one.identifier.raw_id()).collect();
    let numbers: Vec<_> = numbers.iter().map(webhooks::RawId::expose).collect();
    assert_eq!(numbers, ["4:+15550121", "4:+15550122", "4:+15550123"]);
    let asked: Vec<_> = server.received().into_iter().map(|request| request.target).collect();
    assert!(asked[1].contains("skip=1") && asked[2].contains("skip=2"), "{asked:?}");

    let circle = vec![format!(r#"{{"value":[]{}}}"#, link(1))];
    let server = Server::start(Do::Bodies(circle));
    let outcome = client_of(&server).all_participants(&get, &RetryPolicy::off()).await;
    assert!(matches!(outcome, Err(Error::Invalid(_))), "{outcome:?}");

    // A relative link is no address; one to another host would be signed for it.
    for link in ["/calling/x", "http://evil.example/calling/x"] {
        let body = format!(r#"{{"value":[],"nextLink":"{link}"}}"#);
        let server = Server::start(Do::Answer(200, "", body));
        let outcome = client_of(&server).all_participants(&get, &RetryPolicy::off()).await;
        assert!(matches!(outcome, Err(Error::Invalid(_))), "{link}: {outcome:?}");
        assert_eq!(server.received().len(), 1);
    }
}
