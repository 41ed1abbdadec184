//! The page for people: its files, its policy, who may fetch it, and the bounded stream behind it.

use serde_json::{Value, json};

use super::support::{CALLER, NUMBER, PATIENCE, World, world};

async fn fetch(world: &World, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = world.client.get(format!("{}{path}", world.emulator.ready().http));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer")
}

/// What a file refers to on its own origin.
fn references(text: &str) -> Vec<String> {
    let quoted = text.split(['"', '\'']).filter(|part| {
        part.starts_with("/pages/")
            || (part.starts_with("./")
                && std::path::Path::new(part).extension().is_some_and(|end| end == "js"))
    });
    quoted.map(|part| part.replacen("./", "/pages/", 1)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_all_it_refers_to_are_served() {
    let world = world().await;
    let (mut open, mut seen) = (vec!["/".to_owned()], Vec::new());
    while let Some(path) = open.pop() {
        let response = fetch(&world, &path, &[]).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let text = response.text().await.expect("a body");
        // The namespace of SVG is a name, not an address to fetch.
        let foreign = text.replace("http://www.w3.org/", "");
        assert!(!foreign.contains("http://") || path == "/pages/log.js", "{path} goes elsewhere");
        for found in references(&text) {
            if !seen.contains(&found) {
                seen.push(found.clone());
                open.push(found);
            }
        }
    }
    assert!(seen.len() >= 10, "{seen:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_get_neither_page_nor_control() {
    let world = world().await;
    let embedded = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
    assert_eq!(fetch(&world, "/", &embedded).await.status().as_u16(), 404);
    let linked = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(fetch(&world, "/", &linked).await.status().as_u16(), 200);
    // A name of somebody else's that leads to this machine: origin and host agree.
    let rebound = [("host", "evil.example:80"), ("sec-fetch-site", "same-origin")];
    assert_eq!(fetch(&world, "/control/world", &rebound).await.status().as_u16(), 403);
    let own = [("sec-fetch-site", "same-origin")];
    assert_eq!(fetch(&world, "/control/world", &own).await.status().as_u16(), 200);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_brings_as_many_calls_as_are_wanted() {
    let world = world().await;
    let control = world.control();
    let calls: Vec<_> =
        (0..50).map(|_| control.dial(CALLER, "Ada Caller", NUMBER).expect("dialled")).collect();
    control.hang_up(calls[49]).expect("hung up");
    let picture = first_picture(&world, &format!("/changes?calls=3&keep={},x", calls[5])).await;
    let ids: Vec<&str> = picture["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|call| call["id"].as_str())
        .collect();
    let expected = [5, 46, 47, 48].map(|index: usize| calls[index].to_string());
    assert_eq!(ids, expected, "live ones first, the newest of them, and the kept one");
    assert_eq!(picture["totals"], json!({"calls": 50, "live": 49}));
    let all = first_picture(&world, "/changes").await;
    assert_eq!(all["calls"].as_array().map(Vec::len), Some(50));
    world.stop().await;
}

async fn first_picture(world: &World, path: &str) -> Value {
    let mut response = fetch(world, &format!("/control{path}"), &[]).await;
    let mut text = String::new();
    let read = async {
        while !text.contains("\n\n") {
            let chunk = response.chunk().await.expect("the stream lives").expect("more");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("a picture in time");
    let event = text.split("\n\n").next().unwrap_or_default();
    let data = event.strip_prefix("event: world\ndata: ").expect("a world");
    serde_json::from_str(data).expect("JSON")
}
