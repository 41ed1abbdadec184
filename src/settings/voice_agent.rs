//! `[voice_agents.NAME]`: programs that talk with callers.

use std::collections::BTreeMap;

use url::Url;
use webhooks::Secret;

use super::{
    problem::Problem,
    section::{Key, Section},
    source::{Node, Placed, Table},
    value::{self, Read},
};

/// A program that talks with callers over a web socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceAgent {
    /// Its web socket: `wss`. May have a path and a query.
    pub url: Url,
    /// What we show it; none where it needs nothing.
    pub secret: Option<AgentSecret>,
}

/// What a voice agent is shown, in a header of the request that opens its web socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentSecret {
    /// `Authorization: Bearer …`.
    Bearer(Secret),
    /// `api-key: …`, as services of Azure take it.
    ApiKey(Secret),
}

const URL: Key =
    Key { name: "url", write: "the agent's web socket, like \"wss://agent.contoso.com/calls\"" };
const BEARER: Key = Key {
    name: "bearer",
    write: "what is shown as Authorization: Bearer, or { file = \"/run/secrets/agent\" }, and no api_key",
};
const API_KEY: Key = Key {
    name: "api_key",
    write: "what is shown as api-key, or { file = \"/run/secrets/agent\" }, and no bearer",
};

pub(super) const KEYS: &[&Key] = &[&URL, &BEARER, &API_KEY];

/// Reads all voice agents, by name; there may be none.
pub(super) fn read(root: &Table, problems: &mut Vec<Problem>) -> BTreeMap<String, VoiceAgent> {
    let table = match root.get("voice_agents").map(|placed| (&placed.node, &placed.origin)) {
        None => return BTreeMap::new(),
        Some((Node::Table(table), _)) => table,
        Some((node, origin)) => {
            problems.push(Problem {
                place: origin.place("voice_agents"),
                wrong: format!("this is {}, not a table of voice agents", value::kind(node)),
                instead: "write [voice_agents.NAME] once for each agent".to_owned(),
            });
            return BTreeMap::new();
        }
    };
    let agents =
        table.iter().map(|(name, placed)| Some((name.clone(), agent(name, placed, problems)?)));
    agents.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn agent(name: &str, placed: &Placed, problems: &mut Vec<Problem>) -> Option<VoiceAgent> {
    let path = format!("voice_agents.{name}");
    let mut section = Section::of(path.clone(), Some(placed), KEYS, problems);
    let url = section.required(&URL, wss);
    let bearer = section.optional(&BEARER, value::secret);
    let api_key = section.optional(&API_KEY, value::secret);
    if section.has(&BEARER) && section.has(&API_KEY) {
        section.reject(&API_KEY, "there is a bearer, too".to_owned());
    }
    let secret = bearer.map(AgentSecret::Bearer).or(api_key.map(AgentSecret::ApiKey));
    if !is_name(name) {
        problems.push(Problem {
            place: placed.origin.place(&path),
            wrong: "no flow can write this name".to_owned(),
            instead: "use 1 to 64 letters, digits, _ and -".to_owned(),
        });
    }
    Some(VoiceAgent { url: url?, secret })
}

/// As flows write names.
fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

/// What is wrong is told without the address: its query may hold a key.
fn wss(node: &Node) -> Read<Url> {
    let text = value::text(node)?;
    let url = Url::parse(&text).map_err(|error| format!("this is no address ({error})"))?;
    let plain = url.fragment().is_none() && url.username().is_empty();
    if url.scheme() != "wss" || !url.has_host() || !plain {
        return Err("this is not a plain wss address".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, good) in [
            ("wss://agent.contoso.com/calls?model=x", true),
            ("wss://localhost:9000", true),
            ("ws://localhost:9000", false),
            ("https://agent.contoso.com", false),
            ("wss://me@host", false),
            ("wss://host/#part", false),
            ("agent", false),
        ] {
            assert_eq!(wss(&Node::Text(text.to_owned())).is_ok(), good, "{text}");
        }
    }
}
