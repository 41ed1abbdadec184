//! The bytes behind the newest entries of the logs: to look into, and to send again.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::control::EntraTarget;

/// Exchanges kept of each log.
const KEPT: usize = 2_000;
/// Characters kept of a body.
const LONGEST: usize = 64 * 1_024;
/// Members and headers whose values open a door; case apart.
const SECRETS: [&str; 13] = [
    "access_token",
    "accesskey",
    "authorization",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "cookie",
    "id_token",
    "incomingcallcontext",
    "refresh_token",
    "set-cookie",
    "validationcode",
];

/// A request and what is known of its answer.
#[derive(Clone, Default)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// The whole address of a delivery; path and query of a request.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) answer: String,
    /// How a delivery proves where it comes from.
    pub(crate) proof: Proof,
}

/// The token that a delivery carries.
#[derive(Clone, Default)]
pub(crate) enum Proof {
    /// None.
    #[default]
    None,
    /// Of a callback.
    Callback,
    /// Of Event Grid, for a protected webhook.
    EventGrid(EntraTarget),
}

impl Exchange {
    /// Whether this text is anywhere in it.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        [&self.target, &self.body, &self.answer].iter().any(|part| part.contains(text))
    }

    /// What people may see of it: secrets are hidden.
    pub(crate) fn shown(&self) -> Map<String, Value> {
        let headers = self.headers.iter().map(|(name, value)| {
            let value = if is_secret(name) { HIDDEN } else { value.as_str() };
            Value::from(vec![Value::from(name.as_str()), Value::from(value)])
        });
        let shown = [
            ("method", Value::from(self.method.as_str())),
            ("target", Value::from(self.target.as_str())),
            ("headers", headers.collect()),
            ("body", show(&self.body)),
            ("answer", show(&self.answer)),
        ];
        shown.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

const HIDDEN: &str = "[hidden]";

fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// A body as JSON without its secrets, as the text it is, or null when it is empty.
fn show(body: &str) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_str(body) {
        Ok(mut value) => {
            hide(&mut value);
            value
        }
        // A form's secrets could stand anywhere in it.
        Err(_) if SECRETS.iter().any(|secret| body.to_ascii_lowercase().contains(secret)) => {
            Value::from(HIDDEN)
        }
        Err(_) => Value::from(body),
    }
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) && member.is_string() {
                    *member = Value::from(HIDDEN);
                } else {
                    hide(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Exchanges by the number of their log entry; the oldest are forgotten.
#[derive(Default)]
pub(crate) struct Exchanges(BTreeMap<u64, Exchange>);

impl Exchanges {
    /// Keeps what belongs to the entry of this number.
    pub(crate) fn keep(&mut self, n: u64, mut exchange: Exchange) {
        for body in [&mut exchange.body, &mut exchange.answer] {
            if let Some((end, _)) = body.char_indices().nth(LONGEST) {
                body.truncate(end);
            }
        }
        self.0.insert(n, exchange);
        if self.0.len() > KEPT {
            self.0.pop_first();
        }
    }

    /// What belongs to the entry of this number, if it is still known.
    pub(crate) fn of(&self, n: u64) -> Option<&Exchange> {
        self.0.get(&n)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_at_any_depth() {
        let exchange = Exchange {
            method: "POST".to_owned(),
            target: "/calling/callConnections:answer".to_owned(),
            headers: vec![("Authorization".to_owned(), "Bearer abc".to_owned())],
            body: json!({"incomingCallContext": "canary", "a": [{"Client_Secret": "canary"}]})
                .to_string(),
            answer: "grant=x&client_secret=canary".to_owned(),
            proof: Proof::None,
        };
        let shown = Value::Object(exchange.shown());
        assert!(!shown.to_string().contains("canary") && !shown.to_string().contains("abc"));
        assert_eq!(shown["body"]["incomingCallContext"], HIDDEN);
        assert!(exchange.mentions("callConnections:answer") && exchange.mentions("canary"));
    }

    #[test]
    fn the_oldest_are_forgotten_and_long_bodies_cut() {
        let mut exchanges = Exchanges::default();
        let kept = u64::try_from(KEPT).expect("small");
        for n in 0..=kept {
            exchanges.keep(n, Exchange { body: "é".repeat(LONGEST + 1), ..Exchange::default() });
            if n > 2 {
                exchanges.0.entry(n).and_modify(|one| one.body.clear());
            }
        }
        assert!(exchanges.of(0).is_none() && exchanges.of(kept).is_some());
        assert_eq!(exchanges.of(1).map(|one| one.body.chars().count()), Some(LONGEST));
    }
}
