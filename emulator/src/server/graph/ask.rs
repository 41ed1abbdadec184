//! A request to Graph and its answer, apart from HTTP, so that a batch has the same.

use serde_json::{Value, json};

use crate::clock::graph_time;
use crate::shared::Shared;

/// Who asks: an application alone, or somebody signed in.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) app: String,
    /// The object id of somebody signed in.
    pub(super) user: Option<String>,
    /// Application roles, or the scopes somebody agreed to.
    pub(super) permissions: Vec<String>,
}

impl Caller {
    /// Whether one of these was granted.
    pub(super) fn may(&self, any_of: &[&str]) -> bool {
        self.permissions.iter().any(|one| any_of.contains(&one.as_str()))
    }
}

/// A request below `/v1.0`.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) method: String,
    /// Without a leading slash, decoded.
    pub(super) path: String,
    /// Decoded, in order.
    pub(super) query: Vec<(String, String)>,
    /// `ConsistencyLevel: eventual`.
    pub(super) eventual: bool,
    pub(super) client_request_id: Option<String>,
    /// `None` when there is none or it is not JSON.
    pub(super) body: Option<Value>,
}

impl Ask {
    /// A query option such as `$top`.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    /// Nothing for an empty body.
    pub(super) body: Option<Value>,
}

impl Reply {
    pub(super) fn json(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: Some(body) }
    }

    pub(super) fn empty() -> Self {
        Self { status: 200, headers: Vec::new(), body: None }
    }
}

/// A refusal of Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denied {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// `Retry-After`, seconds.
    pub(super) retry_after: Option<u32>,
}

pub(super) fn denied(status: u16, code: &'static str, message: impl Into<String>) -> Denied {
    Denied { status, code, message: message.into(), retry_after: None }
}

/// A directory object that is not there.
pub(super) fn no_such_object(id: &str) -> Denied {
    let text = format!(
        "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
    );
    denied(404, "Request_ResourceNotFound", text)
}

/// 405 of the official batch sample.
pub(super) fn wrong_method() -> Denied {
    let text = "Specified HTTP method is not allowed for the request target.";
    denied(405, "Request_BadRequest", text)
}

impl Denied {
    /// The answer, with the error document.
    pub(super) fn reply(self, shared: &Shared, request_id: &str, client: &str) -> Reply {
        let date = graph_time(shared.clock.now());
        let mut inner = json!({"date": date, "request-id": request_id,
            "client-request-id": client});
        if self.status == 429 {
            inner["code"] = json!("429");
            inner["message"] = json!("Please retry after");
            inner["status"] = json!("429");
        }
        let error = json!({"code": self.code, "message": self.message, "innerError": inner});
        let wait = self.retry_after.map(|seconds| ("retry-after", seconds.to_string()));
        Reply {
            status: self.status,
            headers: wait.into_iter().collect(),
            body: Some(json!({"error": error})),
        }
    }
}
