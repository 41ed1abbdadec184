//! Posts mid-call callbacks. When and how often is the courier's.

use std::sync::Arc;
use std::time::Duration;

use super::courier::{Attempt, Followed, Load};
use super::{problem, tokens};
use crate::clock::Millis;
use crate::shared::{DeliveryEntry, Exchange, Log, Proof, Shared};
use crate::world::Callback;

/// How long an answer is awaited. Not documented by Microsoft.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// The media type of a callback (recorded live traffic).
pub(crate) const CONTENT_TYPE: &str = "application/cloudevents+json; charset=utf-8";

/// Posts one attempt and reports it.
pub(super) async fn attempt(shared: Arc<Shared>, attempt: Attempt) {
    let outcome = match &attempt.load {
        Load::Callback(callback) => post(&shared, callback, &attempt).await,
        Load::Grid { .. } => Outcome::default(),
    };
    let now = shared.clock.now();
    {
        let mut state = shared.lock();
        if let Some((known, followed)) = state.courier.report(now, attempt.id, outcome.status) {
            note(&mut state.deliveries, now, &known, followed, &outcome);
            let n = state.deliveries.count();
            if let Load::Callback(callback) = &known.load {
                state.posted.keep(n, exchange(callback));
            }
        }
    }
    shared.changed();
    shared.nudge();
}

/// What came of an attempt.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) status: Option<u16>,
    pub(crate) problem: Option<String>,
}

async fn post(shared: &Shared, callback: &Callback, attempt: &Attempt) -> Outcome {
    let token = match tokens::callback(shared, attempt.skew, attempt.wrong) {
        Ok(token) => token,
        Err(error) => return failed(problem::chain(&error)),
    };
    let request = shared
        .client
        .post(&callback.address)
        .bearer_auth(token)
        .header("content-type", CONTENT_TYPE)
        .body(callback.body.to_string())
        .timeout(PATIENCE);
    match request.send().await {
        Ok(response) => Outcome { status: Some(response.status().as_u16()), problem: None },
        Err(error) => failed(problem::describe(error)),
    }
}

/// The bytes of a callback.
fn exchange(callback: &Callback) -> Exchange {
    Exchange {
        method: "POST".to_owned(),
        target: callback.address.clone(),
        headers: vec![("content-type".to_owned(), CONTENT_TYPE.to_owned())],
        body: callback.body.to_string(),
        answer: String::new(),
        proof: Proof::Callback,
    }
}

fn failed(problem: String) -> Outcome {
    Outcome { status: None, problem: Some(problem) }
}

/// Notes an attempt in the log of deliveries.
pub(crate) fn note(
    deliveries: &mut Log<DeliveryEntry>,
    at: Millis,
    attempt: &Attempt,
    followed: Followed,
    outcome: &Outcome,
) {
    let (kind, event, subject) = about(&attempt.load);
    let (number, status) = (attempt.number, outcome.status);
    let problem = outcome.problem.clone();
    if followed != Followed::Taken {
        tracing::warn!(kind, event, attempt = number, status, problem, "event not taken");
    }
    let (event, lost) = (event.to_owned(), followed == Followed::Lost);
    let subject = subject.to_owned();
    let attempt = number;
    deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind,
        event,
        subject,
        attempt,
        status,
        lost,
        problem,
    });
}

/// Notes an event that a fault keeps from being posted.
pub(super) fn note_dropped(deliveries: &mut Log<DeliveryEntry>, at: Millis, load: &Load) {
    let (kind, event, subject) = about(load);
    deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind,
        event: event.to_owned(),
        subject: subject.to_owned(),
        attempt: 1,
        status: None,
        lost: true,
        problem: Some("dropped by a fault rule".to_owned()),
    });
}

/// Kind, name and subject of what is delivered.
fn about(load: &Load) -> (&'static str, &str, &str) {
    match load {
        Load::Callback(callback) => {
            let connection = callback.body[0]["data"]["callConnectionId"].as_str();
            ("callback", callback.name, connection.unwrap_or_default())
        }
        Load::Grid { event, .. } => ("event_grid", event.short_name(), &event.id),
    }
}
