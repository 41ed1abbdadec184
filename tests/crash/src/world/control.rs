//! The emulator's control API, as far as the rig uses it (docs/openapi.json).

use std::time::Duration;

use serde_json::{Value, json};

use crate::processes::RigError;

/// A client of the control API.
#[derive(Debug, Clone)]
pub(crate) struct World {
    base: String,
    client: reqwest::Client,
}

impl World {
    /// The API at `base`.
    pub(crate) fn new(base: &str) -> Result<Self, RigError> {
        // No connection is kept: one that the other side closes as it is used ended a run of 1,000 kills.
        let builder = reqwest::Client::builder().timeout(Duration::from_secs(30));
        let built = builder.pool_max_idle_per_host(0).build();
        let client = built.map_err(failed("a client"))?;
        Ok(Self { base: base.to_owned(), client })
    }

    /// What is there.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, RigError> {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).map_err(failed(path))?;
        answer.json().await.map_err(failed(path))
    }

    /// Does something; what it answers. A refusal is an error.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, RigError> {
        self.send(self.client.post(format!("{}{path}", self.base)).json(body), path).await
    }

    /// Sets something.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, RigError> {
        self.send(self.client.put(format!("{}{path}", self.base)).json(body), path).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, path: &str) -> Result<Value, RigError> {
        let answer = request.send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).map_err(failed(path))?;
        let bytes = answer.bytes().await.map_err(failed(path))?;
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Whether a condition comes true within `ms`.
    pub(crate) async fn wait(&self, condition: &str, ms: i64) -> bool {
        let body = json!({"condition": condition, "timeout_ms": ms});
        self.post("/wait", &body).await.is_ok()
    }
}

fn failed(what: &str) -> impl FnOnce(reqwest::Error) -> RigError {
    let what = what.to_owned();
    move |source| RigError::Control { what, source }
}
