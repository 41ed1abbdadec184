//! Both handshakes with a webhook, each with an answer at once or by a link within 10 minutes.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use super::event_grid::request;
use super::problem;
use crate::clock::grid_time;
use crate::control::{EnvelopeSchema, Handshake, Subscription};
use crate::shared::{DeliveryEntry, Shared};

/// What the `CloudEvents` handshake names as its origin.
const ORIGIN: &str = "eventgrid.azure.net";

/// What came of a handshake that did not fail.
struct Answer {
    status: u16,
    /// Whether the webhook agreed; otherwise the link is waited for.
    agreed: bool,
    allowed_rate: Option<String>,
}

type Validation = Result<Answer, (Option<u16>, String)>;

/// Validates an endpoint before it may receive events, and subscribes it when it agrees.
pub(crate) async fn handshake(shared: &Arc<Shared>, subscription: Subscription) -> Handshake {
    let code = shared.lock().ids.guid();
    let outcome = match (subscription.problem(), subscription.schema) {
        (Some(problem), _) => Err((None, problem)),
        (None, EnvelopeSchema::EventGrid) => validate_by_code(shared, &subscription, &code).await,
        (None, EnvelopeSchema::CloudEvents) => {
            validate_by_options(shared, &subscription, &code).await
        }
    };
    let result = read(outcome);
    note(shared, &subscription.name, &result);
    settle(shared, subscription, code, &result);
    shared.changed();
    result
}

fn read(outcome: Validation) -> Handshake {
    match outcome {
        Ok(Answer { status, agreed, allowed_rate }) => Handshake {
            validated: agreed,
            status: Some(status),
            problem: (!agreed).then(|| {
                "the webhook did not agree at once; fetch the validation link within 10 minutes"
                    .to_owned()
            }),
            awaits_manual_action: !agreed,
            allowed_rate,
        },
        Err((status, problem)) => Handshake {
            validated: false,
            status,
            problem: Some(problem),
            awaits_manual_action: false,
            allowed_rate: None,
        },
    }
}

/// Puts the subscription where it belongs. A failed update leaves the one before in force.
fn settle(shared: &Shared, subscription: Subscription, code: String, result: &Handshake) {
    let now = shared.clock.now();
    let mut state = shared.lock();
    if result.validated {
        state.grid.forget(&subscription.name);
        subscribe(&mut state.subscriptions, subscription);
    } else if result.awaits_manual_action {
        state.grid.wait_for_link(now, code, subscription);
    }
}

fn subscribe(all: &mut Vec<Subscription>, subscription: Subscription) {
    all.retain(|one| one.name != subscription.name);
    all.push(subscription);
}

/// The validation link was fetched: the subscription it stands for begins. False when the link is
/// unknown, used or older than 10 minutes.
pub(crate) fn confirm(shared: &Shared, code: &str) -> bool {
    let now = shared.clock.now();
    let confirmed = {
        let mut state = shared.lock();
        let confirmed = state.grid.take_link(now, code);
        confirmed.map(|subscription| subscribe(&mut state.subscriptions, subscription)).is_some()
    };
    shared.changed();
    confirmed
}

fn note(shared: &Shared, name: &str, result: &Handshake) {
    let at = shared.clock.now();
    shared.lock().deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "handshake",
        event: "SubscriptionValidation".to_owned(),
        subject: name.to_owned(),
        attempt: 1,
        status: result.status,
        lost: !result.validated && !result.awaits_manual_action,
        problem: result.problem.clone(),
    });
}

fn link(shared: &Shared, code: &str) -> String {
    format!("{}/eventsubscriptions/validate?id={code}", shared.ready.https)
}

/// Event Grid schema: the endpoint must answer 200, with the code at once or the link later.
async fn validate_by_code(shared: &Shared, subscription: &Subscription, code: &str) -> Validation {
    let id = shared.lock().ids.guid();
    let topic = subscription.topic.as_deref().unwrap_or(&shared.ready.event_grid_topic);
    let body = json!([{
        "id": id,
        "topic": topic,
        "subject": "",
        "data": {"validationCode": code, "validationUrl": link(shared, code)},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": grid_time(shared.clock.now()),
        "metadataVersion": "1",
        "dataVersion": "1",
    }]);
    let request = request(shared, subscription, Method::POST)
        .map_err(|problem| (None, problem))?
        .header("aeg-event-type", "SubscriptionValidation")
        .header("aeg-subscription-name", subscription.name.to_uppercase())
        .header("aeg-delivery-count", "0")
        .header("content-type", "application/json; charset=utf-8")
        .body(body.to_string());
    let response = request.send().await.map_err(|error| (None, problem::describe(error)))?;
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_default();
    if status != 200 {
        return Err((Some(status), "the endpoint must answer 200".to_owned()));
    }
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    match answer.get("validationResponse") {
        None => Ok(Answer { status, agreed: false, allowed_rate: None }),
        Some(echo) if *echo == json!(code) => {
            Ok(Answer { status, agreed: true, allowed_rate: None })
        }
        Some(_) => {
            let problem = "validationResponse must be the validationCode that was sent";
            Err((Some(status), problem.to_owned()))
        }
    }
}

/// `CloudEvents`: the endpoint must allow the origin, at once or by the callback link; the status
/// does not count, except 405.
async fn validate_by_options(
    shared: &Shared,
    subscription: &Subscription,
    code: &str,
) -> Validation {
    let mut request = request(shared, subscription, Method::OPTIONS)
        .map_err(|problem| (None, problem))?
        .header("WebHook-Request-Origin", ORIGIN)
        .header("WebHook-Request-Callback", link(shared, code))
        .header("aeg-subscription-name", subscription.name.to_uppercase());
    if let Some(rate) = subscription.request_rate {
        request = request.header("WebHook-Request-Rate", rate);
    }
    let response = request.send().await.map_err(|error| (None, problem::describe(error)))?;
    let status = response.status().as_u16();
    let header = |name: &str| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.map(|text| text.trim().to_owned())
    };
    if status == 405 {
        return Err((Some(status), "the endpoint does not know OPTIONS".to_owned()));
    }
    let allowed_rate = header("WebHook-Allowed-Rate");
    match header("WebHook-Allowed-Origin") {
        None if (200..300).contains(&status) => Ok(Answer { status, agreed: false, allowed_rate }),
        Some(origin) if origin == "*" || origin.eq_ignore_ascii_case(ORIGIN) => {
            Ok(Answer { status, agreed: true, allowed_rate })
        }
        Some(_) | None => {
            Err((Some(status), format!("WebHook-Allowed-Origin must be {ORIGIN} or *")))
        }
    }
}
