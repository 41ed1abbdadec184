//! Entra's tokens, Graph's presence, keys and their rotation.

use emulator::{Options, Private};
use serde_json::{Value, json};

use super::support::{ADELE, World, world, world_with};

async fn token(world: &World, change: &[(&str, &str)], tenant: Option<&str>) -> (u16, Value) {
    let ready = world.emulator.ready();
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", ready.client_id.as_str()),
        ("client_secret", ready.client_secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let tenant = tenant.unwrap_or(&ready.tenant_id);
    let response = world
        .client
        .post(format!("{}/{tenant}/oauth2/v2.0/token", ready.authority))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

async fn presences(world: &World, token: &str, ids: &Value) -> (u16, Value) {
    let root = &world.emulator.ready().graph;
    let response = world
        .client
        .post(format!("{root}/v1.0/communications/getPresencesByUserId"))
        .bearer_auth(token)
        .json(&json!({"ids": ids}))
        .send()
        .await
        .expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reads_presence() {
    let world = world().await;
    let (status, body) = token(&world, &[], None).await;
    assert_eq!((status, &body["token_type"]), (200, &json!("Bearer")));
    let lifetime = body["expires_in"].as_i64().expect("a number");
    assert!((3_600..=5_400).contains(&lifetime));
    let token = body["access_token"].as_str().expect("a token");

    let (status, body) = presences(&world, token, &json!([ADELE, "nobody"])).await;
    assert_eq!(status, 200);
    let known = body["value"].as_array().expect("a list");
    assert_eq!(known.len(), 1);
    assert_eq!((&known[0]["id"], &known[0]["availability"]), (&json!(ADELE), &json!("Available")));
    let before = known[0]["sequenceNumber"].as_str().expect("a number").to_owned();
    world.control().set_presence("adele", "DoNotDisturb", None).expect("set");
    let root = &world.emulator.ready().graph;
    let one = world.client.get(format!("{root}/v1.0/users/{ADELE}/presence")).bearer_auth(token);
    let one: Value = one.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(one["activity"], "DoNotDisturb");
    assert!(one["sequenceNumber"].as_str().expect("a number") > before.as_str());

    assert_eq!(presences(&world, "nonsense", &json!([ADELE])).await.0, 401);
    let many: Vec<&str> = vec![ADELE; 651];
    assert_eq!(presences(&world, token, &json!(many)).await.0, 400);
    world.stop().await;
}

/// What is changed in the form, the tenant, and the refusal: status, error, number.
type Refused<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, u16, &'a str, u64);

#[tokio::test(flavor = "multi_thread")]
async fn entra_refuses_with_its_error_document() {
    let world = world().await;
    let cases: [Refused<'_>; 6] = [
        (&[("client_secret", "wrong")], None, 401, "invalid_client", 7_000_215),
        (&[("client_id", "wrong")], None, 400, "unauthorized_client", 700_016),
        (&[("scope", "user.read")], None, 400, "invalid_scope", 70_011),
        (&[("scope", "https://x.example/.default")], None, 400, "invalid_resource", 500_011),
        (&[("grant_type", "password")], None, 400, "unsupported_grant_type", 70_003),
        (&[], Some("elsewhere"), 400, "invalid_request", 90_002),
    ];
    for (change, tenant, status, error, number) in cases {
        let (got, body) = token(&world, change, tenant).await;
        assert_eq!((got, &body["error"]), (status, &json!(error)));
        assert_eq!(body["error_codes"], json!([number]));
        assert!(body["error_description"].as_str().is_some_and(|text| text.contains("\r\n")));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_needs_its_role() {
    let world = world_with(Options { graph_roles: Vec::new(), ..Options::default() }).await;
    let (_, body) = token(&world, &[], None).await;
    let token = body["access_token"].as_str().expect("a token");
    let (status, body) = presences(&world, token, &json!([ADELE])).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("Forbidden")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_communication_services_opens_call_automation() {
    let world = world().await;
    let scope = [("scope", "https://communication.azure.com//.default")];
    let (_, body) = token(&world, &scope, None).await;
    let acs = body["access_token"].as_str().expect("a token").to_owned();
    let (_, body) = token(&world, &[], None).await;
    let graph = body["access_token"].as_str().expect("a token").to_owned();
    let root = &world.emulator.ready().https;
    let address = format!("{root}/calling/callConnections/none?api-version=2026-03-12");
    for (token, status) in [(acs, 404), (graph, 401)] {
        let response = world.client.get(&address).bearer_auth(token).send().await;
        assert_eq!(response.expect("an answer").status().as_u16(), status);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_metadata_are_served_and_rotate() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let get = |address: String| {
        let client = world.client.clone();
        async move {
            let response = client.get(address).send().await.expect("an answer");
            response.json::<Value>().await.expect("JSON")
        }
    };
    let tenant = &ready.tenant_id;
    let root = &ready.https;
    let acs = get(format!("{root}/calling/.well-known/acsopenidconfiguration")).await;
    assert_eq!(acs["issuer"], "https://acscallautomation.communication.azure.com");
    assert_eq!(acs["jwks_uri"], json!(ready.callback_keys));
    let v2 = get(format!("{root}/{tenant}/v2.0/.well-known/openid-configuration")).await;
    let expected = format!("https://login.microsoftonline.com/{tenant}/v2.0");
    assert_eq!(v2["issuer"], json!(expected));
    let v1 = get(format!("{root}/{tenant}/.well-known/openid-configuration")).await;
    assert_eq!(v1["issuer"], json!(ready.event_grid_issuer));
    let before = get(ready.callback_keys.clone()).await;
    assert!(before["keys"][0].get("alg").is_none());
    world.control().rotate_keys().expect("rotated");
    let after = get(ready.callback_keys.clone()).await;
    assert_ne!(before["keys"][0]["kid"], after["keys"][0]["kid"]);
    assert_eq!(before["keys"][0]["kid"], after["keys"][1]["kid"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_outlives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = || Options {
        state_dir: Some(folder.path().to_owned()),
        access_key: Private::new("c2VjcmV0"),
        ..Options::default()
    };
    let first = emulator::start(options()).await.expect("started");
    let root = reqwest::Certificate::from_pem(first.ca_pem().as_bytes()).expect("a root");
    first.stop().await;
    let second = emulator::start(options()).await.expect("started again");
    let client = reqwest::Client::builder().tls_certs_only([root]).build().expect("a client");
    let keys = client.get(&second.ready().callback_keys).send().await.expect("still trusted");
    assert_eq!(keys.status(), 200);
    second.stop().await;
}
