//! Tokens, keys and presence over HTTPS, from the emulator with a root of its own.

use std::{collections::HashMap, time::Duration};

use emulator::{Options, Running};
use reqwest::Client;

use super::*;
use crate::{
    clock::Clock,
    graph::{Graph, GraphError, PresenceSource},
    settings::Settings,
};

const LONG: Duration = Duration::from_secs(30);

/// Settings for the emulator; `more` wins.
fn settings(world: &Running, more: &[(&str, &str)]) -> Settings {
    let ready = world.ready();
    let mut keys: HashMap<&str, &str> = HashMap::from([
        ("ACS__ENDPOINT", ready.https.as_str()),
        ("ACS__RESOURCE_ID", &ready.resource_id),
        ("ACS__CALLBACK_ISSUER", &ready.callback_issuer),
        ("ACS__CALLBACK_KEYS", &ready.callback_keys),
        ("ENTRA__TENANT_ID", &ready.tenant_id),
        ("ENTRA__KIND", "client_secret"),
        ("ENTRA__CLIENT_ID", &ready.client_id),
        ("ENTRA__CLIENT_SECRET", &ready.client_secret),
        ("ENTRA__AUTHORITY", &ready.authority),
        ("EVENT_GRID__AUDIENCE", "api://calls"),
        ("GRAPH__ENDPOINT", &ready.graph),
        ("HTTP__PUBLIC_URL", "https://localhost"),
        ("TLS__EXTRA_ROOT", &ready.ca_file),
        ("FLOW__FILE", "flow.yaml"),
    ]);
    keys.extend(more.iter().copied());
    let variable = |(key, text): (&str, &str)| (format!("SWITCHBOARD__{key}"), text.to_owned());
    Settings::load(None, keys.into_iter().map(variable)).unwrap()
}

fn graph(settings: &Settings, client: &Client) -> Graph {
    let credential = token_credential(settings, client).unwrap();
    Graph::new(&settings.graph, client.clone(), credential)
}

#[tokio::test]
async fn tokens_presence_and_keys_over_https() {
    let world = emulator::start(Options::default()).await.unwrap();
    let good = settings(&world, &[]);
    let client = http_client(&good).unwrap();

    let ids: Vec<String> =
        Options::default().people.users.into_iter().map(|user| user.oid).collect();
    let found = graph(&good, &client).presences(&ids, LONG).await.unwrap();
    assert_eq!(found.len(), ids.len());
    assert!(found.iter().all(|presence| presence.sequence_number.is_some()));

    let now = Clock::start().timestamp();
    for url in [&good.acs.callback_keys, &good.event_grid.keys_url] {
        let keys = KeySource::new(url.clone(), client.clone()).current(now).await.unwrap();
        assert!(keys.key_ids().count() > 0 && keys.ignored().is_empty(), "{url}");
    }

    let wrong = settings(&world, &[("ENTRA__CLIENT_SECRET", "canary")]);
    let refused = graph(&wrong, &client).presences(&ids, LONG).await.unwrap_err();
    assert!(matches!(refused, GraphError::Token(_)), "{refused:?}");
    assert!(!format!("{refused:?}").contains("canary"));
    world.stop().await;
}

#[tokio::test]
async fn a_root_that_is_not_in_the_settings_is_not_trusted() {
    let world = emulator::start(Options::default()).await.unwrap();
    let mut strict = settings(&world, &[]);
    strict.tls.extra_root = None;
    let client = http_client(&strict).unwrap();
    let keys = KeySource::new(strict.acs.callback_keys, client);
    assert!(keys.current(Clock::start().timestamp()).await.is_err());
    world.stop().await;
}
