//! Bearer tokens, with a transport that keeps what would have been sent.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use azure_core::{
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::{Error as AzureError, ErrorKind},
    http::{
        self, AsyncRawResponse, Context, Request, StatusCode, Transport,
        headers::{AUTHORIZATION, HeaderName, Headers},
        policies::{Policy, PolicyResult},
    },
    time::{Duration, OffsetDateTime},
};
use callautomation::{Client, ClientOptions, Credential, Error, GetCall};
use url::Url;

#[derive(Debug)]
struct Identity {
    works: bool,
    scopes: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl TokenCredential for Identity {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let mut seen = self.scopes.lock().unwrap();
        seen.extend(scopes.iter().map(|scope| (*scope).to_owned()));
        if self.works {
            let expires = OffsetDateTime::now_utc() + Duration::hours(1);
            Ok(AccessToken::new("CANARY-TOKEN", expires))
        } else {
            Err(AzureError::with_message(ErrorKind::Io, "the authority does not answer"))
        }
    }
}

#[derive(Default)]
struct Sink(Mutex<Vec<Headers>>);

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

#[expect(elided_lifetimes_in_paths, reason = "async_trait wants the signature of the trait")]
#[async_trait::async_trait]
impl Policy for Sink {
    async fn send(
        &self,
        _: &Context,
        request: &mut Request,
        _: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        self.0.lock().unwrap().push(request.headers().clone());
        Ok(AsyncRawResponse::from_bytes(StatusCode::Ok, Headers::new(), "{}"))
    }
}

fn client(works: bool) -> (Client, Arc<Identity>, Arc<Sink>) {
    let identity = Arc::new(Identity { works, scopes: Mutex::default() });
    let sink = Arc::new(Sink::default());
    let transport = Transport::with_policy(Arc::clone(&sink) as Arc<dyn Policy>);
    let azure =
        http::ClientOptions { transport: Some(transport), ..http::ClientOptions::default() };
    let options = ClientOptions { azure, ..ClientOptions::default() };
    let endpoint = Url::parse("https://contoso.communication.azure.com").unwrap();
    let credential = Credential::Token(Arc::clone(&identity) as Arc<dyn TokenCredential>);
    (Client::new(endpoint, credential, options).unwrap(), identity, sink)
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_sent() {
    let (client, identity, sink) = client(true);
    for _ in 0..2 {
        client.call(&GetCall::new("c1"), None).await.unwrap();
    }
    let scopes = identity.scopes.lock().unwrap().clone();
    assert_eq!(scopes, ["https://communication.azure.com//.default"]);
    let sent = sink.0.lock().unwrap();
    assert_eq!(sent.len(), 2);
    for headers in sent.iter() {
        assert_eq!(headers.get_optional_str(&AUTHORIZATION), Some("Bearer CANARY-TOKEN"));
        let hash = HeaderName::from_static("x-ms-content-sha256");
        assert_eq!(headers.get_optional_str(&hash), None);
    }
    assert!(!format!("{client:?}").contains("CANARY"));
}

#[tokio::test]
async fn no_token_means_nothing_was_sent() {
    let (client, _, sink) = client(false);
    let error = client.call(&GetCall::new("c1"), None).await.unwrap_err();
    assert!(matches!(error, Error::Credential { .. }), "{error:?}");
    assert!(!error.may_be_applied());
    assert!(sink.0.lock().unwrap().is_empty());
}

#[test]
fn a_token_never_goes_over_plain_http() {
    let identity = Arc::new(Identity { works: true, scopes: Mutex::default() });
    let options = ClientOptions { allow_http_loopback: true, ..ClientOptions::default() };
    let endpoint = Url::parse("http://127.0.0.1:1").unwrap();
    let error = Client::new(endpoint, Credential::Token(identity), options).unwrap_err();
    assert!(error.to_string().contains("plain http"), "{error}");
}
