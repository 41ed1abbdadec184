//! What ACS answers, and what follows from each request.

use serde::Deserialize;

use crate::{
    time::now,
    wire::{Answer, Request},
};

use super::{
    Azure, Caller,
    events::{Event, call_of, connection, correlation, server_call},
};

const CALLS: &str = "/calling/callConnections";

/// The members that matter here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    incoming_call_context: String,
    callback_uri: String,
    operation_context: String,
}

impl Azure {
    /// Answers a request of the service.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        let Some(rest) = request.path.strip_prefix(CALLS) else {
            return Some(self.other(&request.path));
        };
        let asked: Asked = serde_json::from_slice(&request.body).unwrap_or_default();
        match rest {
            ":answer" => self.answered(&asked),
            ":redirect" => {
                self.state().seen.redirected += 1;
                Some(nothing())
            }
            ":reject" => {
                self.state().seen.rejected += 1;
                Some(nothing())
            }
            rest => Some(self.in_call(request, rest.trim_start_matches('/'), asked)),
        }
    }

    fn other(&self, path: &str) -> (u16, String) {
        if path.ends_with("/keys") {
            return (200, self.inner.tokens.keys());
        }
        (404, "{}".to_owned())
    }

    fn answered(&self, asked: &Asked) -> Answer {
        let mut words = asked.incoming_call_context.split('.');
        let caller = words.next();
        let call: u64 = words.next().and_then(|call| call.parse().ok())?;
        let arrived = now();
        let mut state = self.state();
        if let Some(rang) = state.rang.remove(&call) {
            state.seen.answers.push(arrived.saturating_duration_since(rang));
        }
        state.seen.answered_at.push((call, arrived));
        if self.inner.holding.load(std::sync::atomic::Ordering::Relaxed) {
            return None;
        }
        // Behind the host, which is not where the service listens.
        let path = asked.callback_uri.splitn(4, '/').nth(3).unwrap_or_default();
        state.callbacks.insert(call, format!("/{path}").into());
        if caller == Some("stays") {
            state.stays.insert(call);
        }
        drop(state);
        self.happens(call, &Event::CallConnected);
        Some((200, properties(call, "connecting")))
    }

    fn in_call(&self, request: &Request, rest: &str, asked: Asked) -> (u16, String) {
        let (id, operation) = rest.split_at(rest.find([':', '/']).unwrap_or(rest.len()));
        let Some(call) = call_of(id) else { return (404, "{}".to_owned()) };
        let context = asked.operation_context;
        let taken = format!(r#"{{"operationContext":"{context}"}}"#);
        match (request.method.as_str(), operation) {
            ("GET", "/participants") => (200, participants().to_owned()),
            ("GET", _) => {
                self.state().seen.looks.push((call, now()));
                (200, properties(call, "connected"))
            }
            (_, ":recognize") => {
                self.state().seen.listened += 1;
                if self.caller(call) == Caller::Leaves {
                    self.happens(call, &Event::RecognizeCompleted { context });
                }
                (202, taken)
            }
            (_, ":play") => {
                self.happens(call, &Event::PlayCompleted { context });
                (202, taken)
            }
            (_, ":terminate") => {
                self.state().seen.ended += 1;
                self.happens(call, &Event::CallDisconnected);
                self.state().callbacks.remove(&call);
                nothing()
            }
            _ => (202, taken),
        }
    }

    fn caller(&self, call: u64) -> Caller {
        if self.state().stays.contains(&call) { Caller::Stays } else { Caller::Leaves }
    }
}

fn nothing() -> (u16, String) {
    (204, String::new())
}

fn properties(call: u64, state: &str) -> String {
    format!(
        r#"{{"callConnectionId":"{}","serverCallId":"{}","correlationId":"{}","callConnectionState":"{state}"}}"#,
        connection(call),
        server_call(call),
        correlation(call),
    )
}

fn participants() -> &'static str {
    r#"{"value":[{"identifier":{"rawId":"4:+442079460123","kind":"phoneNumber","phoneNumber":{"value":"+442079460123"}},"isMuted":false,"isOnHold":false}]}"#
}
