//! The webhooks under attack, over real HTTPS.

use emulator::control::Condition;
use reqwest::{Method, StatusCode};

use crate::rig::Rig;

async fn post(rig: &Rig, path: &str, headers: &[(&str, &str)], body: &str) -> StatusCode {
    let mut request = rig.client().post(rig.url(path)).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status()
}

const JSON: (&str, &str) = ("content-type", "application/json");
const NONE_TOKEN: &str = "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2Fjc2NhbGxhdXRvbWF0aW9uLmNvbW11bmljYXRpb24uYXp1cmUuY29tIn0.";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_believed_without_a_token() {
    let rig = Rig::start().await;
    let validation = r#"[{"id":"1","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","topic":"t","subject":"","eventTime":"2026-01-01T00:00:00Z","dataVersion":"1","data":{"validationCode":"CANARY"}}]"#;
    let attacks: [&[(&str, &str)]; 5] = [
        &[JSON],
        &[JSON, ("authorization", "Basic QTpC")],
        &[JSON, ("authorization", "Bearer x.y.z")],
        &[JSON, ("authorization", NONE_TOKEN)],
        &[JSON, ("authorization", NONE_TOKEN), ("authorization", NONE_TOKEN)],
    ];
    for headers in attacks {
        assert_eq!(
            post(&rig, "/webhooks/events", headers, validation).await,
            StatusCode::UNAUTHORIZED
        );
        let callback = "/webhooks/calls/01HF0000000000000000000000/k1.AAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(post(&rig, callback, headers, "[]").await, StatusCode::UNAUTHORIZED);
    }
    let response =
        rig.client().post(rig.url("/webhooks/events")).body(validation).send().await.unwrap();
    assert!(!response.text().await.unwrap().contains("CANARY"), "the code is not echoed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_opens_no_other_call() {
    let rig = Rig::start().await;
    let call = rig.dial();
    rig.until(Condition::Listening(call)).await;
    let token = rig.control().callback_authorization().unwrap();
    let authorization = ("authorization", token.as_str());
    for path in [
        "/webhooks/calls/01HF0000000000000000000000/k1.AAAAAAAAAAAAAAAAAAAAAA",
        "/webhooks/calls/..%2f..%2fetc/k1.AAAAAAAAAAAAAAAAAAAAAA",
        "/webhooks/calls/01HF0000000000000000000000/",
    ] {
        let status = post(&rig, path, &[JSON, authorization], "[]").await;
        assert!(
            matches!(status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND),
            "{path}: {status}"
        );
    }
    assert_eq!(
        post(&rig, "/webhooks/events", &[JSON, authorization], "[]").await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_and_methods_that_do_not_belong_are_refused() {
    let rig = Rig::start().await;
    let token = rig.grid_authorization();
    let authorization = ("authorization", token.as_str());
    let events = "/webhooks/events";
    let zipped = [JSON, authorization, ("content-encoding", "gzip")];
    assert_eq!(post(&rig, events, &zipped, "x").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let twice = [JSON, authorization, ("content-encoding", "identity"), ("content-encoding", "br")];
    assert_eq!(post(&rig, events, &twice, "x").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let huge = "x".repeat(1_200_000);
    assert_eq!(
        post(&rig, events, &[JSON, authorization], &huge).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(post(&rig, events, &[JSON, authorization], "no json").await, StatusCode::OK, "kept");
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::TRACE] {
        let response =
            rig.client().request(method.clone(), rig.url("/webhooks/events")).send().await.unwrap();
        let refused =
            matches!(response.status(), StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND);
        assert!(refused, "{method}: {}", response.status());
    }
    for path in
        ["/", "/trace/calls", "/world/world", "//webhooks/events", "/webhooks/../trace/calls"]
    {
        let response = rig.client().get(rig.url(path)).send().await.unwrap();
        assert!(response.status().is_client_error(), "{path} is not served publicly");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cloud_events_handshake_allows_only_event_grid() {
    let rig = Rig::start().await;
    let ask = async |origin: &str| {
        let request = rig.client().request(Method::OPTIONS, rig.url("/webhooks/events"));
        let response = request.header("WebHook-Request-Origin", origin).send().await.unwrap();
        response
            .headers()
            .get("WebHook-Allowed-Origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(ask("eventgrid.azure.net").await.as_deref(), Some("eventgrid.azure.net"));
    assert_eq!(ask("evil.example").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_and_prompts_answer() {
    let rig = Rig::start().await;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(rig.client().get(rig.url(path)).send().await.unwrap().status(), StatusCode::OK);
    }
    let music = rig.client().get(rig.url("/prompts/music/hold.wav")).send().await.unwrap();
    assert_eq!(music.headers()["content-type"], "audio/wav");
    assert!(music.bytes().await.unwrap().starts_with(b"RIFF"));
}

#[test]
fn a_second_service_on_one_ledger_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rig = runtime.block_on(Rig::start());
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["serve", "--config"])
        .arg(rig.path("switchboard.toml"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(70), "{told}");
    assert!(told.contains("another process uses"), "{told}");
}
