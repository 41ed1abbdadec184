//! The logs by call, with the bytes behind an entry; a webhook replayed; conditions on the logs.

use emulator::control::{Condition, LogFilter};
use serde_json::{Value, json};

use super::support::{PATIENCE, Received, World, world};

async fn control(world: &World, method: reqwest::Method, path: &str) -> (u16, Value) {
    let root = &world.emulator.ready().control;
    let response = world.client.request(method, format!("{root}{path}")).send().await;
    let response = response.expect("an answer");
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.expect("a body")).unwrap_or_default())
}

async fn get(world: &World, path: &str) -> Value {
    let (status, body) = control(world, reqwest::Method::GET, path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

async fn holds(world: &World, condition: &str) -> bool {
    let condition: Condition = condition.parse().expect(condition);
    world.control().wait(&condition, PATIENCE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logs_of_a_call_have_their_bytes_without_secrets() {
    let world = world().await;
    let (call, connection) = world.answered().await;
    // A second call, whose entries must not be among those of the first.
    let (other, _) = world.incoming().await;
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "Good day."}}],
        "operationContext": "queue=support"});
    world.post(&format!("/calling/callConnections/{connection}:play"), &play).await;
    assert!(holds(&world, &format!("call:{call}:event:PlayCompleted")).await);

    let requests = get(&world, &format!("/requests?call={call}")).await;
    let names: Vec<&str> = requests
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["operation"].as_str())
        .collect();
    assert_eq!(names, ["answer", "play"]);
    let n = &requests[0]["n"];
    let answer = get(&world, &format!("/requests/{n}")).await;
    assert_eq!(answer["body"]["incomingCallContext"], "[hidden]");
    assert_eq!(answer["body"]["operationContext"], "answer");
    assert_eq!(answer["answer"]["callConnectionId"], json!(connection));
    let headers = answer["headers"].to_string();
    assert!(headers.contains(r#"["authorization","[hidden]"]"#), "{headers}");

    let deliveries =
        world.control().deliveries_of(&LogFilter { call: Some(call), ..LogFilter::default() });
    let events: Vec<&str> = deliveries.iter().map(|one| one.event.as_str()).collect();
    assert!(events.contains(&"PlayCompleted") && events.contains(&"CallConnected"), "{events:?}");
    let of_other = get(&world, &format!("/deliveries?call={other}")).await;
    assert!(!of_other.to_string().contains("CallConnected"), "{of_other}");
    let newest = get(&world, "/deliveries?limit=1").await;
    assert_eq!(newest.as_array().map(Vec::len), Some(1));
    assert_eq!(control(&world, reqwest::Method::GET, "/requests/99999").await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_posts_the_same_bytes_with_a_fresh_token() {
    let world = world().await;
    let (call, _) = world.answered().await;
    assert!(holds(&world, &format!("call:{call}:event:CallConnected")).await);
    let first = world.callback("CallConnected", 1).await;
    let log = world.control().deliveries(0);
    let entry = log.iter().find(|one| one.event == "CallConnected").expect("logged");

    let path = format!("/deliveries/{}/replay", entry.n);
    let (status, again) = control(&world, reqwest::Method::POST, &path).await;
    assert_eq!((status, &again["kind"], &again["status"]), (200, &json!("replay"), &json!(200)));
    let second = world.callback("CallConnected", 2).await;
    let parts = |one: &Received| (one.path.clone(), one.body.clone(), one.method.clone());
    assert_eq!(parts(&first), parts(&second));
    assert!(second.header("authorization").starts_with("Bearer "));

    // What was replayed can be replayed.
    let path = format!("/deliveries/{}/replay", again["n"]);
    assert_eq!(control(&world, reqwest::Method::POST, &path).await.0, 200);
    world.callback("CallConnected", 3).await;
    let (status, refused) =
        control(&world, reqwest::Method::POST, "/deliveries/99999/replay").await;
    assert_eq!(status, 404);
    assert!(refused["error"].as_str().is_some_and(|text| text.contains("GET /deliveries")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_look_into_the_logs() {
    let world = world().await;
    let (call, connection) = world.answered().await;
    let is = async |condition: &str| {
        let condition: Condition = condition.parse().expect(condition);
        world.control().wait(&condition, std::time::Duration::ZERO).await
    };
    assert!(is("subscribed").await);
    assert!(is(&format!("call:{call}:request:answer")).await);
    assert!(!is(&format!("call:{call}:request:play")).await);
    assert!(!is(&format!("call:{call}:told:queue=support")).await);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "Good day."}}],
        "operationContext": r#"{"queue": "support"}"#});
    world.post(&format!("/calling/callConnections/{connection}:play"), &play).await;
    assert!(is(&format!("call:{call}:request:play")).await);
    assert!(is(&format!("call:{call}:told:queue=support")).await);
    assert!(!is(&format!("call:{call}:told:queue=sales")).await);
    world.control().hang_up(call).expect("hung up");
    assert!(is(&format!("call:{call}:outcome:HUNG up")).await);
    assert!(!is(&format!("call:{call}:outcome:rejected")).await);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_listed_newest_first() {
    let world = world().await;
    world.subscribe().await;
    let (first, _) = world.incoming().await;
    let (second, _) = world.incoming().await;
    world.control().hang_up(first).expect("hung up");
    let ids = |calls: &Value| -> Vec<String> {
        let calls = calls.as_array().into_iter().flatten();
        calls.filter_map(|call| call["id"].as_str().map(str::to_owned)).collect()
    };
    let (first, second) = (first.to_string(), second.to_string());
    assert_eq!(ids(&get(&world, "/calls").await), [second.clone(), first.clone()]);
    assert_eq!(ids(&get(&world, "/calls?state=live").await), std::slice::from_ref(&second));
    assert_eq!(ids(&get(&world, "/calls?state=ended").await), std::slice::from_ref(&first));
    assert_eq!(ids(&get(&world, "/calls?limit=1").await), [second]);
    assert_eq!(control(&world, reqwest::Method::GET, "/calls?state=odd").await.0, 400);
    world.stop().await;
}
