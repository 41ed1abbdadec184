//! Mid-call callbacks: one after the other per call, each tried a few times, then lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::{problem, tokens};
use crate::clock::Millis;
use crate::shared::{DeliveryEntry, FaultAction, Shared};
use crate::world::Callback;

/// How long an answer is awaited. Not documented by Microsoft.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pauses before the second and the third attempt; the last one repeats.
const PAUSES: [Millis; 2] = [1_000, 3_000];

/// Posts the callbacks of one call in order. Only first attempts wait for each other, so that one
/// lost event does not hold up the rest.
pub(super) async fn run(shared: Arc<Shared>, mut callbacks: mpsc::UnboundedReceiver<Callback>) {
    while let Some(callback) = callbacks.recv().await {
        let fault = shared.lock().faults.strike(callback.name);
        match fault {
            Some(FaultAction::Drop) => note(&shared, &callback, 1, &Outcome::dropped()),
            Some(FaultAction::Duplicate) => {
                first(&shared, &callback).await;
                first(&shared, &callback).await;
            }
            Some(FaultAction::Delay { ms }) => {
                let late = Arc::clone(&shared);
                shared.spawn(async move {
                    late.clock.pause(ms.into()).await;
                    first(&late, &callback).await;
                });
            }
            Some(
                FaultAction::Refuse { .. }
                | FaultAction::FailAfter { .. }
                | FaultAction::Hang { .. },
            )
            | None => first(&shared, &callback).await,
        }
    }
}

async fn first(shared: &Arc<Shared>, callback: &Callback) {
    if attempt(shared, callback, 1).await || shared.options.callback_attempts <= 1 {
        return;
    }
    let (again, callback) = (Arc::clone(shared), callback.clone());
    shared.spawn(async move { retry(&again, &callback).await });
}

async fn retry(shared: &Arc<Shared>, callback: &Callback) {
    for number in 2..=shared.options.callback_attempts {
        let index = usize::try_from(number - 2).unwrap_or(usize::MAX);
        let pause = PAUSES.get(index).or(PAUSES.last()).copied().unwrap_or_default();
        shared.clock.pause(pause).await;
        if attempt(shared, callback, number).await {
            return;
        }
    }
}

/// What came of an attempt.
struct Outcome {
    status: Option<u16>,
    problem: Option<String>,
}

impl Outcome {
    fn dropped() -> Self {
        Self { status: None, problem: Some("dropped by a fault rule".to_owned()) }
    }

    fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

async fn attempt(shared: &Shared, callback: &Callback, number: u32) -> bool {
    let outcome = post(shared, callback).await;
    note(shared, callback, number, &outcome);
    outcome.is_success()
}

async fn post(shared: &Shared, callback: &Callback) -> Outcome {
    let token = match tokens::callback(shared) {
        Ok(token) => token,
        Err(error) => return failed(problem::chain(&error)),
    };
    let request = shared
        .client
        .post(&callback.address)
        .bearer_auth(token)
        .header("content-type", "application/cloudevents+json; charset=utf-8")
        .body(callback.body.to_string())
        .timeout(PATIENCE);
    match request.send().await {
        Ok(response) => Outcome { status: Some(response.status().as_u16()), problem: None },
        Err(error) => failed(problem::describe(error)),
    }
}

fn failed(problem: String) -> Outcome {
    Outcome { status: None, problem: Some(problem) }
}

fn note(shared: &Shared, callback: &Callback, attempt: u32, outcome: &Outcome) {
    let lost = !outcome.is_success()
        && (attempt >= shared.options.callback_attempts
            || outcome.problem == Outcome::dropped().problem);
    let connection = callback.body[0]["data"]["callConnectionId"].as_str();
    let subject = connection.unwrap_or_default().to_owned();
    if !outcome.is_success() {
        tracing::warn!(
            event = callback.name,
            attempt,
            status = outcome.status,
            problem = outcome.problem,
            "callback not taken"
        );
    }
    let at = shared.clock.now();
    shared.lock().deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "callback",
        event: callback.name.to_owned(),
        subject,
        attempt,
        status: outcome.status,
        lost,
        problem: outcome.problem.clone(),
    });
    shared.changed();
}
