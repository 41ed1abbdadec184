//! The logs as people read them: by call, with the bytes behind an entry, and sent again.

use serde_json::{Map, Value, json};

use super::{Control, ControlError, DeliveryEntry, RequestEntry};
use crate::delivery;
use crate::shared::{Exchange, State};
use crate::world::CallId;

/// Which entries of a log are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only entries with a higher number.
    pub since: u64,
    /// Only entries about this call, as far as their bytes are still known.
    pub call: Option<CallId>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

impl Control {
    /// Requests to the stand-in services, oldest first.
    pub fn requests_of(&self, filter: &LogFilter) -> Vec<RequestEntry> {
        let state = self.shared().lock();
        let mut entries = state.requests.since(filter.since);
        if let Some(call) = filter.call {
            let marks = marks(&state, call);
            let about = |entry: &RequestEntry| entry.subject.clone().unwrap_or_default();
            entries.retain(|entry| belongs(&marks, &about(entry), state.asked.of(entry.n)));
        }
        newest(entries, filter.limit)
    }

    /// Delivery attempts, oldest first.
    pub fn deliveries_of(&self, filter: &LogFilter) -> Vec<DeliveryEntry> {
        let state = self.shared().lock();
        let mut entries = state.deliveries.since(filter.since);
        if let Some(call) = filter.call {
            let marks = marks(&state, call);
            entries.retain(|entry| belongs(&marks, &entry.subject, state.posted.of(entry.n)));
        }
        newest(entries, filter.limit)
    }

    /// A request with its bytes, without secrets.
    pub fn request_details(&self, n: u64) -> Option<Value> {
        let state = self.shared().lock();
        let entry = state.requests.one(n)?;
        Some(details(json!(entry), state.asked.of(n)))
    }

    /// A delivery with its bytes, without secrets.
    pub fn delivery_details(&self, n: u64) -> Option<Value> {
        let state = self.shared().lock();
        let entry = state.deliveries.one(n)?;
        Some(details(json!(entry), state.posted.of(n)))
    }

    /// Posts a delivery again, the same bytes with a fresh token, and gives its new entry.
    ///
    /// # Errors
    /// There is no such delivery, or its bytes are no longer kept.
    pub async fn replay(&self, n: u64) -> Result<DeliveryEntry, ControlError> {
        let known = {
            let state = self.shared().lock();
            state.deliveries.one(n).zip(state.posted.of(n).cloned())
        };
        let (entry, exchange) = known.ok_or_else(|| ControlError {
            status: 404,
            message: format!(
                "there is no delivery {n} whose bytes are still kept; GET /deliveries lists them"
            ),
        })?;
        Ok(delivery::replay(self.shared(), &entry, exchange).await)
    }

    /// Whether a delivered event, or an operation that succeeded, has this name on this call.
    pub(super) fn has_happened(&self, call: CallId, name: &str) -> (bool, bool) {
        let filter = LogFilter { call: Some(call), ..LogFilter::default() };
        let fine = |status: u16| (200..300).contains(&status);
        let event = self
            .deliveries_of(&filter)
            .iter()
            .any(|entry| entry.event == name && entry.status.is_some_and(fine));
        let request = self
            .requests_of(&filter)
            .iter()
            .any(|entry| entry.operation == name && fine(entry.status));
        (event, request)
    }

    /// Whether the application has sent a member of this name and value on this call.
    pub(super) fn was_told(&self, call: CallId, key: &str, value: &str) -> bool {
        let filter = LogFilter { call: Some(call), ..LogFilter::default() };
        let entries = self.requests_of(&filter);
        let state = self.shared().lock();
        let bodies = entries.iter().filter_map(|entry| state.asked.of(entry.n));
        let mut bodies = bodies.filter_map(|one| serde_json::from_str::<Value>(&one.body).ok());
        bodies.any(|body| tells(&body, key, value))
    }
}

/// Texts that only entries about this call have.
fn marks(state: &State, call: CallId) -> Vec<String> {
    let Some(view) = state.world.call_view(call) else { return Vec::new() };
    let mut marks = vec![view.correlation_id, view.server_call_id];
    marks.extend(view.connection);
    // Legs that are over are known by what was posted to them.
    for entry in state.deliveries.since(0) {
        let its = state.posted.of(entry.n).is_some_and(|one| one.mentions(&marks[0]));
        if its && entry.kind == "callback" && !marks.contains(&entry.subject) {
            marks.push(entry.subject);
        }
    }
    marks.retain(|mark| !mark.is_empty());
    marks
}

fn belongs(marks: &[String], subject: &str, exchange: Option<&Exchange>) -> bool {
    marks.iter().any(|mark| subject == mark || exchange.is_some_and(|one| one.mentions(mark)))
}

fn newest<T>(mut entries: Vec<T>, limit: Option<usize>) -> Vec<T> {
    let surplus = limit.map_or(0, |limit| entries.len().saturating_sub(limit));
    entries.split_off(surplus)
}

fn details(entry: Value, exchange: Option<&Exchange>) -> Value {
    let mut details = match entry {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    };
    if let Some(exchange) = exchange {
        // The entry's own members (`method`) say the same.
        details.extend(exchange.shown());
    }
    Value::Object(details)
}

/// Whether a member `key`, or a header `X-MS-Custom-key`, with this value is anywhere in it; an
/// operation context may be JSON itself, or pairs such as `queue=support;try=2`.
fn tells(body: &Value, key: &str, value: &str) -> bool {
    match body {
        Value::Object(members) => members.iter().any(|(name, member)| {
            let same = is_key(name, key) && text_of(member).as_deref() == Some(value);
            let context = name == "operationContext"
                && member.as_str().is_some_and(|text| context_tells(text, key, value));
            same || context || tells(member, key, value)
        }),
        Value::Array(items) => items.iter().any(|item| tells(item, key, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_key(name: &str, key: &str) -> bool {
    let custom = name.get(..12).filter(|start| start.eq_ignore_ascii_case("x-ms-custom-"));
    let name = custom.map_or(name, |_| &name[12..]);
    name.eq_ignore_ascii_case(key)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn context_tells(context: &str, key: &str, value: &str) -> bool {
    if let Ok(inner) = serde_json::from_str::<Value>(context) {
        return tells(&inner, key, value);
    }
    let mut pairs = context.split([';', '&', ',', ' ']).filter_map(|pair| pair.split_once('='));
    pairs.any(|(name, told)| is_key(name.trim(), key) && told.trim() == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_application_told_is_found() {
        let cases = [
            json!({"queue": "support"}),
            json!({"customCallingContext": {"sipHeaders": {"X-MS-Custom-Queue": "support"}}}),
            json!({"a": [{"operationContext": "{\"queue\": \"support\"}"}]}),
            json!({"operationContext": "try=2;queue=support"}),
        ];
        for body in cases {
            assert!(tells(&body, "queue", "support"), "{body}");
            assert!(!tells(&body, "queue", "sales"), "{body}");
        }
        assert!(tells(&json!({"loop": true, "n": 7}), "n", "7"));
        assert!(!tells(&json!({"text": "queue=support"}), "queue", "support"));
    }

    #[test]
    fn the_newest_are_taken() {
        assert_eq!(newest(vec![1, 2, 3], Some(2)), [2, 3]);
        assert_eq!(newest(vec![1, 2], None), [1, 2]);
    }
}
