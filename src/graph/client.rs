//! Asking Graph who is available.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use engine::Millis;
use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};
use url::Url;

use super::{GraphError, Presence, presence, request_id::RequestIds, retry_after};
use crate::{clock::Clock, identity::client::read_body, settings};

/// Users in one request (cloudcommunications-getpresencesbyuserid.md).
const MOST_IDS: usize = 650;
/// A presence takes about 2 KB with a status message.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
const LARGEST_ERROR: usize = 64 * 1024;

/// Where presence comes from: Graph, or a fake in tests.
#[async_trait]
pub trait PresenceSource: Send + Sync {
    /// Presence of users by Entra object id, within a time. Users that are not in the answer are
    /// unknown; order means nothing.
    ///
    /// # Errors
    /// When the answer is not complete.
    async fn presences(
        &self,
        ids: &[String],
        within: Duration,
    ) -> Result<Vec<Presence>, GraphError>;
}

/// Microsoft Graph, for presence.
pub struct Graph {
    client: Client,
    url: Url,
    scope: String,
    credential: Arc<dyn TokenCredential>,
    clock: Clock,
    request_ids: RequestIds,
    /// Nothing is sent before this, ms since 1970.
    not_before: AtomicI64,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Graph {
    /// Graph as the settings say, with tokens of a credential.
    pub fn new(
        settings: &settings::Graph,
        client: Client,
        credential: Arc<dyn TokenCredential>,
    ) -> Self {
        let clock = Clock::start();
        let mut url = settings.endpoint.clone();
        url.set_path("/v1.0/communications/getPresencesByUserId");
        Self {
            client,
            url,
            scope: settings.scope.clone(),
            credential,
            clock,
            request_ids: RequestIds::new(clock.now()),
            not_before: AtomicI64::new(0),
        }
    }

    async fn ask_all(&self, ids: &[String]) -> Result<Vec<Presence>, GraphError> {
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(MOST_IDS) {
            found.append(&mut self.ask(some).await?);
        }
        Ok(found)
    }

    async fn ask(&self, ids: &[String]) -> Result<Vec<Presence>, GraphError> {
        self.respect_throttle()?;
        let scope = [self.scope.as_str()];
        let token = self.credential.get_token(&scope, None).await.map_err(GraphError::Token)?;
        let request_id = self.request_ids.next();
        let request = self
            .client
            .post(self.url.clone())
            .bearer_auth(token.token.secret())
            .header("client-request-id", &request_id)
            .json(&json!({ "ids": ids }));
        let response = request.send().await.map_err(GraphError::Unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(self.refusal(response, request_id).await);
        }
        let body = read_body(response, LARGEST_ANSWER).await.map_err(GraphError::Body)?;
        presence::read(&body).ok_or(GraphError::Unreadable)
    }

    fn respect_throttle(&self) -> Result<(), GraphError> {
        let left = self.not_before.load(Ordering::Relaxed).saturating_sub(self.clock.now());
        match u64::try_from(left) {
            Ok(left) if left > 0 => Err(GraphError::Throttled(Duration::from_millis(left))),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn refusal(&self, response: Response, request_id: String) -> GraphError {
        let status = response.status();
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let said = header.is_some();
        let wait = retry_after::read(header, self.clock.timestamp());
        if status == StatusCode::TOO_MANY_REQUESTS
            || (status == StatusCode::SERVICE_UNAVAILABLE && said)
        {
            let ms = Millis::try_from(wait.as_millis()).unwrap_or(Millis::MAX);
            self.not_before.store(self.clock.now().saturating_add(ms), Ordering::Relaxed);
            return GraphError::Throttled(wait);
        }
        if status.is_server_error() {
            return GraphError::Failed { status: status.as_u16(), request_id };
        }
        let code = code(&read_body(response, LARGEST_ERROR).await.unwrap_or_default());
        GraphError::Refused { status: status.as_u16(), code, request_id }
    }
}

/// The code of Graph's error envelope: letters, digits, `_`, `.` and `-`; empty if there is none.
fn code(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
    let plain = |c: &char| c.is_ascii_alphanumeric() || "_.-".contains(*c);
    code.chars().filter(plain).take(80).collect()
}

#[async_trait]
impl PresenceSource for Graph {
    async fn presences(
        &self,
        ids: &[String],
        within: Duration,
    ) -> Result<Vec<Presence>, GraphError> {
        let answer = tokio::time::timeout(within, self.ask_all(ids)).await;
        answer.unwrap_or(Err(GraphError::Late(within)))
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
