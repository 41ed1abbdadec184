//! The way to a voice agent: a web socket, opened by an HTTP/1.1 request that goes on as one (RFC 6455).

use std::time::Duration;

use reqwest::{
    Client, StatusCode, Upgraded,
    header::{CONNECTION, HeaderMap, SEC_WEBSOCKET_ACCEPT, UPGRADE},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};
use url::Url;

use crate::{
    clock::Clock,
    settings::{AgentSecret, VoiceAgent},
};

/// An agent has so long to accept: the caller hears nothing meanwhile, and Call Automation waits for us.
const TO_ACCEPT: Duration = Duration::from_secs(5);
/// The longest frame of an agent, in bytes: sixteen seconds of sound at once.
const LONGEST: usize = 1024 * 1024;

/// The web socket of a voice agent.
pub type AgentSocket = WebSocketStream<Upgraded>;

/// A voice agent could not be reached. No message holds its address, which may have a key in it.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The address of the settings cannot be used.
    #[error("its address is no web socket: write voice_agents.NAME.url with wss://")]
    Address,
    /// Nobody is there.
    #[error(
        "it cannot be reached: check voice_agents.NAME.url, the network and the agent's certificate"
    )]
    Unreachable(#[source] reqwest::Error),
    /// It answers, but does not accept.
    #[error("it answered {0} and opened no web socket: check the agent and what it is shown")]
    Refused(u16),
    /// It answers as something that is no web socket.
    #[error("what it answered is no web socket: check voice_agents.NAME.url")]
    NoWebSocket,
    /// It takes too long.
    #[error("it did not accept within {TO_ACCEPT:?}: look at the agent")]
    Late,
}

/// Opens the web socket of an agent.
pub(super) async fn dial(
    client: &Client,
    agent: &VoiceAgent,
    clock: Clock,
) -> Result<AgentSocket, DialError> {
    tokio::select! {
        biased;
        opened = open(client, agent) => opened,
        () = clock.sleep(TO_ACCEPT) => Err(DialError::Late),
    }
}

async fn open(client: &Client, agent: &VoiceAgent) -> Result<AgentSocket, DialError> {
    let key = generate_key();
    let request = client
        .get(over_http(&agent.url)?)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", &key);
    let request = match &agent.secret {
        Some(AgentSecret::Bearer(secret)) => request.bearer_auth(secret.expose()),
        Some(AgentSecret::ApiKey(secret)) => request.header("api-key", secret.expose()),
        None => request,
    };
    let unreachable = |error: reqwest::Error| DialError::Unreachable(error.without_url());
    let response = request.send().await.map_err(unreachable)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(DialError::Refused(response.status().as_u16()));
    }
    if !accepts(response.headers(), &key) {
        return Err(DialError::NoWebSocket);
    }
    let upgraded = response.upgrade().await.map_err(unreachable)?;
    let config =
        WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

/// The same address for the request that opens the web socket.
fn over_http(url: &Url) -> Result<Url, DialError> {
    let mut url = url.clone();
    url.set_scheme("https").map_err(|()| DialError::Address)?;
    Ok(url)
}

/// Whether the answer is to our key, as RFC 6455 asks.
fn accepts(headers: &HeaderMap, key: &str) -> bool {
    let is = |name, wanted: &str| {
        let found = headers.get(name).and_then(|value| value.to_str().ok());
        found.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    };
    let accept = headers.get(SEC_WEBSOCKET_ACCEPT).and_then(|value| value.to_str().ok());
    is(UPGRADE, "websocket") && accept == Some(derive_accept_key(key.as_bytes()).as_str())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn an_address_keeps_host_port_path_and_query() {
        for (web_socket, http) in [
            ("wss://agent.contoso.com/calls?model=x", "https://agent.contoso.com/calls?model=x"),
            ("wss://localhost:9000/", "https://localhost:9000/"),
        ] {
            let url = over_http(&Url::parse(web_socket).unwrap()).unwrap();
            assert_eq!(url.as_str(), http);
        }
    }

    #[test]
    fn an_answer_to_another_key_is_none() {
        // The example of RFC 6455, section 1.3.
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let mut headers = HeaderMap::new();
        headers.insert(UPGRADE, HeaderValue::from_static("WebSocket"));
        assert!(!accepts(&headers, key));
        let accept = HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        assert!(accepts(&headers, key));
        assert!(!accepts(&headers, "x3JJHMbDL1EzLkh9GBhXDw=="));
    }
}
