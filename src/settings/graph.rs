//! `[graph]`: how presence is read.

use std::time::Duration;

use url::Url;

use super::{
    section::{Key, Section},
    value,
};

/// Microsoft Graph in the public cloud.
const ENDPOINT_URL: &str = "https://graph.microsoft.com";

/// Graph's roots in other clouds; a token for one is no good in another (GRAPH-ENTRA-TEAMS.md 1.8).
const OTHER_CLOUDS: &[&str] = &["graph.microsoft.us", "dod-graph.microsoft.us"];

/// How presence is read from Microsoft Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Where Graph is: https, without a path.
    pub endpoint: Url,
    /// The scope to ask tokens for.
    pub scope: String,
    /// How often presence is polled.
    pub poll: Duration,
    /// Presence older than this says nothing.
    pub max_age: Duration,
}

impl Graph {
    /// Graph at an address, polled every 5 s, believed for 30 s.
    pub fn at(endpoint: Url) -> Self {
        Self {
            scope: scope_of(&endpoint),
            endpoint,
            poll: Duration::from_secs(5),
            max_age: Duration::from_secs(30),
        }
    }
}

const ENDPOINT: Key =
    Key { name: "endpoint", write: "an https address like \"https://graph.microsoft.com\"" };
const SCOPE: Key = Key {
    name: "scope",
    write: "the scope of Graph's tokens, like \"https://graph.microsoft.com/.default\"",
};
const POLL: Key = Key { name: "poll", write: "a duration from \"1s\" to \"60s\"" };
const MAX_AGE: Key =
    Key { name: "max_age", write: "a duration from \"2s\" to \"5m\", longer than poll" };

pub(super) const KEYS: &[&Key] = &[&ENDPOINT, &SCOPE, &POLL, &MAX_AGE];

pub(super) fn read(mut section: Section<'_>) -> Option<Graph> {
    let endpoint = if section.has(&ENDPOINT) {
        section.optional(&ENDPOINT, value::https_host)
    } else {
        Url::parse(ENDPOINT_URL).ok()
    };
    let scope = section.optional(&SCOPE, value::text);
    let seconds = Duration::from_secs;
    let poll = section.optional(&POLL, value::between(seconds(1), seconds(60)));
    let max_age = section.optional(&MAX_AGE, value::between(seconds(2), seconds(300)));
    let mut graph = Graph::at(endpoint?);
    graph.scope = scope.unwrap_or(graph.scope);
    graph.poll = poll.unwrap_or(graph.poll);
    graph.max_age = max_age.unwrap_or(graph.max_age);
    if graph.max_age <= graph.poll {
        section.reject(
            &MAX_AGE,
            format!("{:?} is not longer than poll, {:?}", graph.max_age, graph.poll),
        );
    }
    Some(graph)
}

fn scope_of(endpoint: &Url) -> String {
    let root = match endpoint.host_str() {
        Some(host) if OTHER_CLOUDS.contains(&host) => format!("https://{host}"),
        Some(_) | None => ENDPOINT_URL.to_owned(),
    };
    format!("{root}/.default")
}
