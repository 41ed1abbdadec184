//! The control API of a running emulator, over HTTP.

use std::time::Duration;

use reqwest::{Client, Method};
use serde::Deserialize;
use serde_json::{Value, json};

/// Beyond what was waited for, an answer takes this long at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the emulator could not be asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    /// Nobody answers.
    #[error(
        "no emulator answers at {control}; start `switchboard emulator` and give its control URL with --control"
    )]
    Unreachable {
        /// Where it was looked for.
        control: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// It says no.
    #[error("{message}")]
    Refused {
        /// The answer's status.
        status: u16,
        /// What the emulator says to do.
        message: String,
    },
    /// The answer is not the control API's.
    #[error(
        "what answers at {control} is no emulator of this version: {path} gave no JSON as expected"
    )]
    Foreign {
        /// Where it was asked.
        control: String,
        /// What was asked for.
        path: String,
    },
}

/// A call as far as it is looked at.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct CallState {
    pub(super) state: String,
    pub(super) end_reason: Option<String>,
    #[serde(default)]
    pub(super) heard: Vec<Heard>,
    #[serde(default)]
    pub(super) participants: Vec<Participant>,
}

/// Something that was heard.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Heard {
    pub(super) text: String,
}

/// Somebody on the call.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Participant {
    pub(super) name: String,
}

/// The control API at one place.
pub(super) struct Api {
    client: Client,
    control: String,
}

impl Api {
    /// For the control API at this URL.
    pub(super) fn new(control: &str) -> Result<Self, ApiError> {
        let control = control.trim_end_matches('/').to_owned();
        // The control API is plain HTTP on loopback: no proxy stands between.
        let client = Client::builder().no_proxy().build();
        let client =
            client.map_err(|source| ApiError::Unreachable { control: control.clone(), source })?;
        Ok(Self { client, control })
    }

    /// Places a call and gives its id.
    pub(super) async fn dial(&self, from: &str, name: &str, to: &str) -> Result<String, ApiError> {
        let body = json!({"from": from, "name": name, "to": to});
        let answer = self.ask(Method::POST, "/calls", Some(body), PATIENCE).await?;
        let call = answer["call"].as_str().map(str::to_owned);
        call.ok_or_else(|| self.foreign("/calls"))
    }

    /// The call now.
    pub(super) async fn call(&self, call: &str) -> Result<CallState, ApiError> {
        let path = format!("/calls/{call}");
        let answer = self.ask(Method::GET, &path, None, PATIENCE).await?;
        serde_json::from_value(answer).map_err(|_| self.foreign(&path))
    }

    /// Does something that answers nothing.
    pub(super) async fn act(&self, path: &str, body: Option<Value>) -> Result<(), ApiError> {
        self.ask(Method::POST, path, body, PATIENCE).await.map(|_| ())
    }

    /// Waits for a condition; false when it did not come true in time.
    pub(super) async fn wait(&self, condition: Value, within: Duration) -> Result<bool, ApiError> {
        let timeout = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        let body = json!({"condition": condition, "timeout_ms": timeout});
        let answer = self.ask(Method::POST, "/wait", Some(body), within + PATIENCE).await?;
        answer["holds"].as_bool().ok_or_else(|| self.foreign("/wait"))
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        within: Duration,
    ) -> Result<Value, ApiError> {
        let unreachable = |source| ApiError::Unreachable { control: self.control.clone(), source };
        let url = format!("{}{path}", self.control);
        let mut request = self.client.request(method, url).timeout(within);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(unreachable)?;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        match (status, answer["error"].as_str()) {
            // 408 is a condition that did not come true.
            (200..=299 | 408, _) => Ok(answer),
            (_, Some(message)) => Err(ApiError::Refused { status, message: message.to_owned() }),
            (_, None) => Err(self.foreign(path)),
        }
    }

    fn foreign(&self, path: &str) -> ApiError {
        ApiError::Foreign { control: self.control.clone(), path: path.to_owned() }
    }
}
