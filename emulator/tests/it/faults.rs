//! Faults on the connection and on the small services, over real HTTPS.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use emulator::control::{Alteration, FaultAction, FaultRule, Moment, WrongClaim};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{World, world, world_with};

const REFUSE: FaultAction =
    FaultAction::Refuse { status: 503, sub_code: None, retry_after: Some(3) };

/// Asks for the call's properties; the error's text when the connection gave no answer.
async fn get_call(world: &World, connection: &str) -> Result<u16, String> {
    let path = format!("/calling/callConnections/{connection}");
    world.try_send(Method::GET, &path).await.map(|response| response.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_closes_the_connection_without_an_answer() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let hang_up = format!("/calling/callConnections/{connection}");
    world.control().add_fault(FaultRule::new("hangUp", FaultAction::Reset).nth(1));
    let after = FaultRule::new("hangUp", FaultAction::Reset).nth(2).at(Moment::After);
    world.control().add_fault(after);

    assert!(world.try_send(Method::DELETE, &hang_up).await.is_err());
    assert_eq!(get_call(&world, &connection).await, Ok(200), "no effect before");
    assert!(world.try_send(Method::DELETE, &hang_up).await.is_err());
    assert_eq!(get_call(&world, &connection).await, Ok(404), "its effect after");
    let struck: Vec<u32> = world.control().faults().iter().map(|fault| fault.struck).collect();
    assert_eq!(struck, [1, 1]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_arrives_whole_and_late() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    let path = format!("/calling/callConnections/{connection}");
    let (_, fast) = world.send(Method::GET, &path, None, &[]).await;
    world.control().add_fault(FaultRule::new("getCall", FaultAction::Slow { ms: 400 }));
    let mut response = world.try_send(Method::GET, &path).await.expect("an answer");
    let mut pieces = Vec::new();
    while let Some(piece) = response.chunk().await.expect("a piece") {
        pieces.push(piece);
    }
    assert!(pieces.len() > 5, "{} pieces", pieces.len());
    let whole: Value = serde_json::from_slice(&pieces.concat()).expect("JSON");
    assert_eq!(whole, fast);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_small_services_are_struck_too() {
    let world = world().await;
    let root = world.emulator.ready().https.clone();
    let keys = format!("{root}/calling/keys");
    let token = format!("{root}/{}/oauth2/v2.0/token", world.emulator.ready().tenant_id);
    let graph = format!("{root}/v1.0/users/adele/presence");
    for (on, method, url) in [
        ("keys", Method::GET, &keys),
        ("token", Method::POST, &token),
        ("graph", Method::GET, &graph),
    ] {
        world.control().clear_faults();
        let send = || world.client.request(method.clone(), url).send();
        let healthy = send().await.expect("an answer").status();
        assert_ne!(healthy.as_u16(), 503, "{on}");
        world.control().add_fault(FaultRule::new(on, REFUSE).nth(1));
        world.control().add_fault(FaultRule::new(on, FaultAction::Reset).nth(2));
        let refused = send().await.expect("an answer");
        assert_eq!(refused.status().as_u16(), 503, "{on}");
        assert_eq!(refused.headers()["retry-after"], "3", "{on}");
        assert!(send().await.is_err(), "{on}");
        assert_eq!(send().await.expect("an answer").status(), healthy, "{on}");
    }
    world.stop().await;
}

/// When Entra says it gave a token, seconds since 1970.
async fn issued(world: &World) -> i64 {
    let ready = world.emulator.ready();
    let url = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &ready.client_id)
        .append_pair("client_secret", &ready.client_secret)
        .append_pair("scope", "https://graph.microsoft.com/.default")
        .finish();
    let answer = world.client.post(url).body(form).send().await.expect("an answer");
    let answer: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    let token = answer["access_token"].as_str().expect("a token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("claims"));
    let claims: Value = serde_json::from_slice(&claims.expect("base64")).expect("JSON");
    claims["iat"].as_i64().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_clock_that_is_off_says_so() {
    let world = world().await;
    let right = issued(&world).await;
    world.control().add_fault(FaultRule::new("token", FaultAction::Skew { ms: -7_200_000 }));
    let off = issued(&world).await - right;
    assert!((-7_200..-7_100).contains(&off), "{off}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_under_a_fault() {
    let world = world().await;
    let keys = format!("{}/calling/keys", world.emulator.ready().https);
    let first_key = || async {
        let text = world.client.get(&keys).send().await.expect("an answer").text().await;
        let keys: Value = serde_json::from_str(&text.expect("a body")).expect("JSON");
        keys["keys"][0]["kid"].clone()
    };
    let before = first_key().await;
    assert_eq!(first_key().await, before);
    world.control().add_fault(FaultRule::new("keys", FaultAction::RotateKeys).nth(1));
    assert_ne!(first_key().await, before);
    world.stop().await;
}

/// The claims of the token on a delivery.
fn claims(authorization: &str) -> Value {
    let claims = authorization.split('.').nth(1).expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_lie_and_events_are_of_a_newer_service() {
    let world = world().await;
    let forge = |claim| FaultAction::Forge { claim };
    let rules = [
        ("CallConnected", forge(WrongClaim::Issuer)),
        ("CallDisconnected", forge(WrongClaim::Expiry)),
    ];
    for (on, action) in rules {
        world.control().add_fault(FaultRule::new(on, action));
    }
    let alter = FaultAction::Alter { with: Alteration::UnknownValues };
    world.control().add_fault(FaultRule::new("ParticipantsUpdated", alter).nth(1));
    let (call, _) = world.answered().await;
    let updated = world.callback("ParticipantsUpdated", 1).await;
    let kind = &updated.event()["data"]["participants"][0]["identifier"]["kind"];
    assert_eq!(kind, "somethingNewer");
    let connected = claims(world.callback("CallConnected", 1).await.header("authorization"));
    assert_eq!(connected["iss"], "https://issuer.invalid");
    assert_eq!(connected["aud"], world.emulator.ready().resource_id.as_str());
    world.control().hang_up(call).expect("hung up");
    let gone = claims(world.callback("CallDisconnected", 1).await.header("authorization"));
    assert!(gone["exp"].as_i64() < gone["iat"].as_i64());
    assert_eq!(gone["iss"], world.emulator.ready().callback_issuer.as_str());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_reordered_and_multiplied() {
    let world = world().await;
    let (call, _) = world.answered().await;
    world.control().add_fault(FaultRule::new("ParticipantsUpdated", FaultAction::Reorder));
    world.control().add_fault(FaultRule::new("CallDisconnected", FaultAction::Copies { n: 3 }));
    world.control().hang_up(call).expect("hung up");
    world.callback("ParticipantsUpdated", 2).await;
    world.callback("CallDisconnected", 3).await;
    let kinds = world.kinds();
    let last = &kinds[kinds.len() - 4..];
    assert_eq!(last.iter().filter(|kind| *kind == "CallDisconnected").count(), 3, "{kinds:?}");
    assert_eq!(last[0], "CallDisconnected", "{kinds:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_ordered_listed_and_withdrawn_over_http() {
    let world = world_with(emulator::Options { seed: Some(1), ..Default::default() }).await;
    let url = format!("{}/faults", world.emulator.ready().control);
    let order = |rule: Value| world.client.post(&url).body(rule.to_string()).send();
    let made = order(json!({"on": "*", "every": 2, "action": "reset"})).await.expect("an answer");
    assert_eq!(made.status().as_u16(), 201);
    let bad = order(json!({"on": "play", "nth": 0, "action": "drop"})).await.expect("an answer");
    assert_eq!(bad.status().as_u16(), 400);
    let listed = world.client.get(&url).send().await.expect("an answer").text().await;
    let listed: Value = serde_json::from_str(&listed.expect("a body")).expect("JSON");
    let expected = json!([{"id": 1, "on": "*", "every": 2, "action": "reset", "counted": 0,
        "struck": 0}]);
    assert_eq!(listed, expected);
    for status in [204, 404] {
        let withdrawn = world.client.delete(format!("{url}/1")).send().await.expect("an answer");
        assert_eq!(withdrawn.status().as_u16(), status);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_holds_an_operation_back() {
    let world = world().await;
    let (_, connection) = world.answered().await;
    world.control().add_fault(FaultRule::new("getCall", FaultAction::Hang { ms: 60_000 }));
    let waiting = tokio::time::timeout(Duration::from_millis(300), get_call(&world, &connection));
    assert!(waiting.await.is_err(), "answered at once");
    world.stop().await;
}
