//! Graph: presence set and read, users, groups, paging, batches, throttling, roles and switches.

use emulator::control::{DirectoryEntry, GraphSettings};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{ADELE, World, world};

const MEGAN: &str = "a1e1e000-0000-4000-8000-000000000002";

/// A Graph client with these application roles.
async fn token(world: &World, roles: &[&str]) -> String {
    let ready = world.emulator.ready();
    let app = json!({"client_id": ready.client_id, "graph_roles": roles});
    world.control().put_app(serde_json::from_value(app).expect("an app")).expect("registered");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", ready.client_id.as_str()),
        ("client_secret", ready.client_secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let address = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let answer = world.client.post(address).body(body).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn ask(
    world: &World,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let address = if path.starts_with("https://") {
        path.to_owned()
    } else {
        format!("{}/v1.0/{path}", world.emulator.ready().graph)
    };
    let mut request = world.client.request(method, address).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.header("client-request-id", "mine").send().await.expect("an answer");
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["client-request-id"], "mine");
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn read(world: &World, token: &str, path: &str) -> (u16, Value) {
    ask(world, token, Method::GET, path, None).await
}

async fn eventual(world: &World, token: &str, path: &str) -> (u16, Value) {
    let address = format!("{}/v1.0/{path}", world.emulator.ready().graph);
    let request = world.client.get(address).bearer_auth(token);
    let answer = request.header("ConsistencyLevel", "eventual").send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

fn ids(body: &Value) -> Vec<&str> {
    let all = body["value"].as_array().expect("a list");
    all.iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_set_preferred_and_cleared() {
    let world = world().await;
    let token = token(&world, &["Presence.ReadWrite.All"]).await;
    let presence = format!("users/{ADELE}/presence");
    let set = |verb: &str, body: Value| {
        let (world, token, path) = (&world, &token, format!("{presence}/{verb}"));
        async move { ask(world, token, Method::POST, &path, Some(body)).await.0 }
    };
    let session = json!({"sessionId": "app", "availability": "Busy", "activity": "InACall",
        "expirationDuration": "PT1H"});
    assert_eq!(set("setPresence", session).await, 200);
    let (_, body) = read(&world, &token, &presence).await;
    assert_eq!((&body["availability"], &body["activity"]), (&json!("Busy"), &json!("InACall")));
    let before = body["sequenceNumber"].as_str().expect("text").to_owned();
    let preferred = json!({"availability": "DoNotDisturb", "activity": "DoNotDisturb",
        "expirationDuration": "P1D"});
    assert_eq!(set("setUserPreferredPresence", preferred).await, 200);
    let (_, body) = read(&world, &token, &format!("communications/presences/{ADELE}")).await;
    assert_eq!(body["availability"], "DoNotDisturb");
    assert!(body["sequenceNumber"].as_str().expect("text") > before.as_str());
    assert_eq!(set("clearUserPreferredPresence", json!({})).await, 200);
    assert_eq!(set("clearPresence", json!({"sessionId": "app"})).await, 200);
    assert_eq!(set("clearPresence", json!({"sessionId": "app"})).await, 404);
    let (_, body) = read(&world, &token, &presence).await;
    assert_eq!(body["availability"], "Available");
    let message = json!({"message": {"content": "Back at noon", "contentType": "text"}});
    assert_eq!(set("setStatusMessage", json!({"statusMessage": message})).await, 200);
    assert_eq!(read(&world, &token, &presence).await.1["statusMessage"], message);
    for wrong in [
        json!({"sessionId": "app", "availability": "Busy", "activity": "Busy"}),
        json!({"sessionId": "app", "availability": "Away", "activity": "Away",
            "expirationDuration": "PT4M"}),
        json!({"availability": "Away", "activity": "Away"}),
    ] {
        assert_eq!(set("setPresence", wrong.clone()).await, 400, "{wrong}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_documented_can_be_chosen() {
    let world = world().await;
    let token = token(&world, &["Presence.Read.All"]).await;
    let guest = DirectoryEntry { guest: true, ..DirectoryEntry::default() };
    world.control().put_directory_entry("megan", guest).expect("set");
    let many = |asked: Value| {
        let (world, token) = (&world, &token);
        let path = "communications/getPresencesByUserId";
        async move { ask(world, token, Method::POST, path, Some(json!({"ids": asked}))).await }
    };
    let asked = json!([ADELE, "nobody", MEGAN, ADELE]);
    let (_, body) = many(asked.clone()).await;
    assert_eq!(ids(&body), [ADELE, MEGAN, ADELE]);
    let change = |more: Value| {
        let settings: GraphSettings = serde_json::from_value(more).expect("settings");
        world.control().set_graph(settings);
    };
    change(json!({"unknown_ids": "unknown", "guests": "omitted", "duplicate_ids": "once"}));
    let (_, body) = many(asked.clone()).await;
    assert_eq!(ids(&body), [ADELE, "nobody"]);
    assert_eq!(body["value"][1]["availability"], "PresenceUnknown");
    change(json!({"unknown_ids": "not_found"}));
    assert_eq!(many(asked.clone()).await.0, 404);
    change(json!({"duplicate_ids": "refused"}));
    assert_eq!(many(asked).await.0, 400);
    change(json!({"wrong_count": "served", "camel_case": true, "abridged": true}));
    let (status, body) = many(json!(vec![ADELE; 651])).await;
    assert_eq!((status, ids(&body).len()), (200, 650));
    assert_eq!(
        body["value"][0],
        json!({"id": ADELE, "availability": "available", "activity": "available"})
    );
    change(json!({"availability": "Levitating"}));
    assert_eq!(many(json!([ADELE])).await.1["value"][0]["availability"], "Levitating");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_over_the_limit_are_told_to_wait() {
    let world = world().await;
    let token = token(&world, &["Presence.Read.All"]).await;
    world.control().set_graph(GraphSettings { presence_limit: 2, ..GraphSettings::default() });
    let path = format!("users/{ADELE}/presence");
    for status in [200, 200, 429] {
        assert_eq!(read(&world, &token, &path).await.0, status);
    }
    let address = format!("{}/v1.0/{path}", world.emulator.ready().graph);
    let answer = world.client.get(address).bearer_auth(&token).send().await.expect("an answer");
    assert_eq!(answer.headers()["retry-after"], "10");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["error"]["code"], "TooManyRequests");
    assert_eq!(body["error"]["innerError"]["status"], "429");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_page_by_page_and_found() {
    let world = world().await;
    let token = token(&world, &["User.Read.All"]).await;
    let entry = json!({"department": "Support", "upn": "meg@contoso.example", "plans": ["teams"]});
    let entry = serde_json::from_value(entry).expect("an entry");
    world.control().put_directory_entry("megan", entry).expect("set");
    let (_, first) = read(&world, &token, "users?$top=2&$select=id,displayName").await;
    assert_eq!(
        first["@odata.context"],
        "https://graph.microsoft.com/v1.0/$metadata#users(id,displayName)"
    );
    assert_eq!(first["value"][0], json!({"id": ADELE, "displayName": "Adele Vance"}));
    let next = first["@odata.nextLink"].as_str().expect("a next page");
    let (_, second) = read(&world, &token, next).await;
    assert_eq!(ids(&second).len(), 1);
    assert_eq!(second.get("@odata.nextLink"), None);
    let found = [
        ("users?$filter=startswith(displayName,'me')", vec![MEGAN]),
        ("users?$filter=userPrincipalName eq 'MEG@contoso.example'", vec![MEGAN]),
        ("users?$filter=department eq 'Support' and accountEnabled eq true", vec![MEGAN]),
        ("users?$filter=id in ('nobody','a1e1e000-0000-4000-8000-000000000001')", vec![ADELE]),
        ("users?$filter=displayName eq 'O''Hara'", vec![]),
    ];
    for (path, expected) in found {
        let (status, body) = read(&world, &token, path).await;
        assert_eq!(status, 200, "{path}: {body}");
        assert_eq!(ids(&body), expected, "{path}");
    }
    let (_, one) = read(&world, &token, "users/meg@contoso.example?$select=assignedPlans").await;
    assert_eq!(one["assignedPlans"].as_array().map(Vec::len), Some(1));
    let (_, licences) = read(&world, &token, &format!("users/{ADELE}/licenseDetails")).await;
    let plans = &licences["value"][0]["servicePlans"];
    assert_eq!(
        (&plans[0]["servicePlanName"], &plans[1]["servicePlanName"]),
        (&json!("TEAMS1"), &json!("MCOEV"))
    );
    let (_, body) =
        eventual(&world, &token, "users?$search=\"displayName:vance\"&$count=true").await;
    assert_eq!((ids(&body), &body["@odata.count"]), (vec![ADELE], &json!(1)));
    let refused = [
        ("users?$top=0", "Request_BadRequest"),
        ("users?$top=1000", "Request_BadRequest"),
        ("users?$skiptoken=x", "Directory_ExpiredPageToken"),
        ("users?$select=shoeSize", "BadRequest"),
        ("users?$filter=shoeSize eq '9'", "BadRequest"),
        ("users?$filter=length(displayName) gt 3", "Request_UnsupportedQuery"),
        ("users?$filter=endswith(mail,'example')", "Request_UnsupportedQuery"),
        ("users?$search=\"displayName:x\"", "Request_UnsupportedQuery"),
        ("users?$expand=manager", "Request_UnsupportedQuery"),
        ("users/$count", "Request_BadRequest"),
        ("nowhere", "BadRequest"),
        ("me", "BadRequest"),
    ];
    for (path, code) in refused {
        let (status, body) = read(&world, &token, path).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!(code)), "{path}");
        assert_eq!(body["error"]["innerError"]["client-request-id"], "mine");
    }
    assert_eq!(read(&world, &token, "users/nobody").await.0, 404);
    assert_eq!(read(&world, &token, "users/delta").await.0, 501);
    world.stop().await;
}

async fn with_groups() -> World {
    let world = world().await;
    for group in [
        json!({"id": "support", "name": "Support Team", "members": [ADELE, "night"]}),
        json!({"id": "night", "name": "Night Shift", "members": [MEGAN, "support"]}),
    ] {
        world.control().put_group(serde_json::from_value(group).expect("a group")).expect("made");
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_have_members_of_members() {
    let world = with_groups().await;
    let token = token(&world, &["GroupMember.Read.All", "User.Read.All"]).await;
    let (_, body) = read(&world, &token, "groups?$filter=displayName eq 'Night Shift'").await;
    assert_eq!(ids(&body), ["night"]);
    let (_, body) = read(&world, &token, "groups/support/members").await;
    assert_eq!(ids(&body), [ADELE, "night"]);
    assert_eq!(body["value"][0]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(body["value"][0]["displayName"], "Adele Vance");
    let (_, body) = read(&world, &token, "groups/support/transitiveMembers?$top=1").await;
    let next = body["@odata.nextLink"].as_str().expect("a next page").to_owned();
    assert_eq!(ids(&read(&world, &token, &next).await.1), ["night"]);
    let cast =
        "groups/support/transitiveMembers/microsoft.graph.user?$count=true&$select=id,displayName";
    let (status, body) = read(&world, &token, cast).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("Request_UnsupportedQuery")));
    let (_, body) = eventual(&world, &token, cast).await;
    assert_eq!((ids(&body), &body["@odata.count"]), (vec![ADELE, MEGAN], &json!(2)));
    let (_, body) = read(&world, &token, &format!("users/{MEGAN}/transitiveMemberOf")).await;
    assert_eq!(ids(&body), ["support", "night"]);
    assert_eq!(read(&world, &token, "groups/none/members").await.0, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_wants_its_role() {
    let world = with_groups().await;
    let presence = format!("users/{ADELE}/presence");
    let set = format!("{presence}/setPresence");
    let body = json!({"sessionId": "a", "availability": "Away", "activity": "Away"});
    let cases = [
        ("Presence.Read.All", Method::GET, presence.as_str(), 200),
        ("User.Read.All", Method::GET, presence.as_str(), 403),
        ("Presence.Read.All", Method::POST, set.as_str(), 403),
        ("Presence.ReadWrite.All", Method::POST, set.as_str(), 200),
        ("User.ReadBasic.All", Method::GET, "users", 200),
        ("Presence.Read.All", Method::GET, "users", 403),
        ("GroupMember.ReadBasic.All", Method::GET, "groups/support/members", 200),
        ("User.Read.All", Method::GET, "groups/support/members", 403),
        ("Presence.Read.All", Method::POST, "subscriptions", 403),
        ("User.Read.All", Method::DELETE, "users/x", 405),
    ];
    for (role, method, path, expected) in cases {
        let token = token(&world, &[role]).await;
        let (status, answer) = ask(&world, &token, method, path, Some(body.clone())).await;
        assert_eq!(status, expected, "{role} {path}: {answer}");
        if role == "GroupMember.ReadBasic.All" {
            let bare = json!({"@odata.type": "#microsoft.graph.user", "id": ADELE});
            assert_eq!(answer["value"][0], bare);
        }
    }
    assert_eq!(read(&world, "nonsense", "users").await.0, 401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_answers_part_by_part() {
    let world = world().await;
    let token = token(&world, &["Presence.Read.All", "User.Read.All"]).await;
    let batch = |requests: Value| {
        let (world, token) = (&world, &token);
        let body = json!({ "requests": requests });
        async move { ask(world, token, Method::POST, "$batch", Some(body)).await }
    };
    let (status, body) = batch(json!([
        {"id": "1", "method": "GET", "url": "/users/megan@contoso.example?$select=displayName"},
        {"id": "2", "method": "POST", "url": "/communications/getPresencesByUserId",
         "headers": {"Content-Type": "application/json"}, "body": {"ids": [ADELE]}},
        {"id": "3", "method": "GET", "url": "groups"},
        {"id": "4", "method": "GET", "url": "users", "dependsOn": ["3"]},
        {"id": "5", "method": "GET", "url": "users?$search=\"displayName:adele\"&$count=true",
         "headers": {"ConsistencyLevel": "eventual"}},
    ]))
    .await;
    assert_eq!(status, 200);
    let statuses: Vec<_> = body["responses"]
        .as_array()
        .expect("responses")
        .iter()
        .map(|one| one["status"].as_u64().expect("a number"))
        .collect();
    assert_eq!(statuses, [200, 200, 403, 424, 200]);
    assert_eq!(body["responses"][0]["body"]["displayName"], "Megan Bowen");
    assert_eq!(body["responses"][2]["body"]["error"]["code"], "Authorization_RequestDenied");
    let part = |id: &str| json!({"id": id, "method": "GET", "url": "users"});
    for wrong in [
        json!([]),
        json!((0..21).map(|n| part(&n.to_string())).collect::<Vec<_>>()),
        json!([part("a"), part("A")]),
        json!([{"id": "1", "method": "POST", "url": "$batch"}]),
        json!([{"id": "1", "method": "GET", "url": "https://elsewhere.example/"}]),
        json!([{"id": "1", "method": "GET", "url": "users", "dependsOn": ["2"]}]),
    ] {
        assert_eq!(batch(wrong.clone()).await.0, 400, "{wrong}");
    }
    world.stop().await;
}
