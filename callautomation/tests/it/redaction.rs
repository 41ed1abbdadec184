//! Nothing personal or secret in what is printed: values, errors, and the client itself.

use std::{
    error::Error as _,
    fmt::Debug,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use azure_core::http::{
    self, Context,
    policies::{Policy, PolicyResult},
};
use callautomation::{
    AccessKey, AddParticipant, AnswerCall, CallConnectionProperties, Choice, Client, ClientOptions,
    CreateCall, Credential, CustomCallingContext, GetParticipant, InvalidRequest, Play, PlaySource,
    Recognize, RecognizeInput, RedirectCall, Request, TeamsPhoneCallDetails,
    TeamsPhoneCallerDetails,
};
use url::Url;
use webhooks::{DisplayName, Identifier};

use crate::server::{Do, Server};

const NUMBER: &str = "4255550123";
const CANARIES: [&str; 4] = [NUMBER, "CANARY", "Q0FOQVJZ", "%2B14255550123"];

#[track_caller]
fn assert_clean(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}

#[track_caller]
fn print<T: Debug>(value: &T) {
    assert_clean(&format!("{value:?}"));
    assert_clean(&format!("{value:#?}"));
}

fn phone() -> Identifier {
    Identifier::phone(format!("+1{NUMBER}"))
}

type Built = Result<Request, InvalidRequest>;

#[test]
fn operations_and_requests() {
    let answer = AnswerCall::new("CANARY-context", "https://app.example/callback?sig=CANARY");
    let caller = TeamsPhoneCallerDetails {
        caller: phone(),
        name: "CANARY".to_owned(),
        phone_number: NUMBER.to_owned(),
        record_id: None,
        screen_pop_url: None,
        is_authenticated: None,
        additional_caller_information: [("CANARY".to_owned(), "CANARY".to_owned())].into(),
    };
    let add = AddParticipant {
        source_display_name: Some(DisplayName::new("CANARY")),
        custom_calling_context: Some(CustomCallingContext {
            teams_phone_call_details: Some(TeamsPhoneCallDetails {
                call_topic: Some("CANARY".to_owned()),
                teams_phone_caller_details: Some(caller),
                ..TeamsPhoneCallDetails::default()
            }),
            ..CustomCallingContext::default()
        }),
        ..AddParticipant::new("c1", Identifier::teams_user("oid"), 20)
    };
    let play = Play {
        play_to: vec![phone()],
        ..Play::new("c1", [PlaySource::text("Hello CANARY"), PlaySource::ssml("CANARY")])
    };
    let choices = RecognizeInput::Choices(vec![Choice::new("Ok", ["CANARY"], None)]);
    let listen = Recognize {
        prompts: vec![PlaySource::file("https://a.example/CANARY.wav")],
        ..Recognize::new("c1", phone(), choices)
    };
    let redirect = RedirectCall::new("CANARY", phone());
    let create = CreateCall::new([phone()], "https://app.example/?CANARY");
    let get = GetParticipant::new("c1", format!("4:+1{NUMBER}"));
    print(&(&answer, &add, &play, &listen, &redirect, &create, &get));
    for built in [answer.request(), add.request(), play.request(), listen.request()] {
        print(&built.unwrap());
    }
    for built in [redirect.request(), get.request()] {
        print(&built.unwrap());
    }
    let wrong: [Built; 2] =
        [create.request(), Play::new("c", [PlaySource::file("CANARY")]).request()];
    for built in wrong {
        let error = built.unwrap_err();
        print(&error);
        assert_clean(&error.to_string());
    }
}

#[test]
fn answers() {
    let body = format!(
        r#"{{"callConnectionId":"c1","callbackUri":"https://a.example/?CANARY","sourceDisplayName":"CANARY",
            "source":{{"rawId":"4:+1{NUMBER}"}},"targets":[{{"rawId":"4:+1{NUMBER}"}}]}}"#
    );
    let call: CallConnectionProperties = serde_json::from_str(&body).unwrap();
    assert!(call.source.is_some());
    print(&call);
}

fn client(address: std::net::SocketAddr) -> Client {
    // Base64 of CANARY…
    let key = AccessKey::from_base64("Q0FOQVJZQ0FOQVJZ").unwrap();
    let endpoint = Url::parse(&format!("http://{address}")).unwrap();
    let options = ClientOptions {
        allow_http_loopback: true,
        try_timeout: Duration::from_secs(5),
        ..ClientOptions::default()
    };
    print(&options);
    Client::new(endpoint, Credential::AccessKey(key), options).unwrap()
}

#[tokio::test]
async fn errors_with_all_their_causes() {
    let get = GetParticipant::new("c1", format!("4:+1{NUMBER}"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let body = format!(
        r#"{{"error":{{"code":"8522","message":"no +1{NUMBER} CANARY","target":"CANARY"}}}}"#
    );
    let servers = [
        Server::start(Do::Close),
        Server::start(Do::Cut(200)),
        Server::start(Do::Answer(404, "", body)),
        Server::start(Do::Answer(200, "", "CANARY".to_owned())),
    ];
    let addresses = servers.iter().map(|server| server.address).chain([closed]);
    for address in addresses {
        let client = client(address);
        print(&client);
        let error = client.call(&get, None).await.unwrap_err();
        print(&error);
        let mut next: Option<&dyn std::error::Error> = Some(&error);
        while let Some(cause) = next {
            assert_clean(&cause.to_string());
            next = cause.source();
        }
        let silent = error.refusal().is_none();
        assert_eq!(error.source().is_some(), silent, "{error:?}");
    }
}

/// Keeps the addresses that policies and the logging of `azure_core` get to see.
#[derive(Debug, Default)]
struct Spy(Mutex<Vec<String>>);

#[expect(elided_lifetimes_in_paths, reason = "async_trait wants the signature of the trait")]
#[async_trait::async_trait]
impl Policy for Spy {
    async fn send(
        &self,
        ctx: &Context,
        request: &mut http::Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        self.0.lock().unwrap().push(request.url().to_string());
        let outcome = next[0].send(ctx, request, &next[1..]).await;
        self.0.lock().unwrap().push(request.url().to_string());
        outcome
    }
}

#[tokio::test]
async fn the_pipeline_sees_no_participant() {
    let server = Server::start(Do::Answer(404, "", String::new()));
    let spy = Arc::new(Spy::default());
    let mut options = ClientOptions { allow_http_loopback: true, ..ClientOptions::default() };
    options.azure.per_try_policies.push(Arc::clone(&spy) as Arc<dyn Policy>);
    let endpoint = Url::parse(&format!("http://{}", server.address)).unwrap();
    let key = AccessKey::from_base64("Q0FOQVJZQ0FOQVJZ").unwrap();
    let client = Client::new(endpoint, Credential::AccessKey(key), options).unwrap();
    let get = GetParticipant::new("c1", format!("4:+1{NUMBER}"));
    client.call(&get, None).await.unwrap_err();
    assert!(server.received()[0].target.contains(NUMBER));
    let seen = spy.0.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    for address in seen {
        assert_clean(&address);
        assert!(address.contains("/participants/?api-version="), "{address}");
    }
}
