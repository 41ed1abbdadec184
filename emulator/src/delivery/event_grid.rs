//! Event Grid: both envelopes, both handshakes, delivery with retries.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::schedule::{Next, next};
use super::{problem, tokens};
use crate::clock::{Millis, grid_time};
use crate::control::{EnvelopeSchema, Handshake, Subscription};
use crate::shared::{DeliveryEntry, FaultAction, Shared, Struck};
use crate::world::GridEvent;

/// How long Event Grid waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// What the CloudEvents handshake names as its origin.
const ORIGIN: &str = "eventgrid.azure.net";

/// Starts the delivery of an event to every subscription.
pub(super) fn deliver(shared: &Arc<Shared>, event: &GridEvent) {
    let (subscriptions, strike) = {
        let mut state = shared.lock();
        let strike = state.faults.strike(Struck::Event, event.short_name());
        (state.subscriptions.clone(), strike)
    };
    let now = shared.clock.now();
    let mut event = event.clone();
    let (mut copies, mut late) = (1, 0);
    match strike.map(|strike| strike.action) {
        Some(FaultAction::Drop) => {
            let dropped = Err("dropped by a fault rule".to_owned());
            note(shared, &event, 1, dropped, Next::GivenUp);
            return;
        }
        Some(FaultAction::Duplicate) => copies = 2,
        Some(FaultAction::Copies { n }) => copies = n,
        Some(FaultAction::Delay { ms }) => late = ms.into(),
        Some(FaultAction::Skew { ms }) => event.time = grid_time(now + ms),
        Some(
            FaultAction::Reorder
            | FaultAction::Refuse { .. }
            | FaultAction::FailAfter { .. }
            | FaultAction::Reset
            | FaultAction::Hang { .. }
            | FaultAction::Slow { .. }
            | FaultAction::RotateKeys,
        )
        | None => {}
    }
    for subscription in subscriptions {
        for _ in 0..copies {
            let work = attempts(Arc::clone(shared), subscription.clone(), event.clone());
            let waiting = Arc::clone(shared);
            shared.spawn(async move {
                waiting.clock.pause(late).await;
                work.await;
            });
        }
    }
}

async fn attempts(shared: Arc<Shared>, subscription: Subscription, event: GridEvent) {
    let published = shared.clock.now();
    for number in 1.. {
        let answer = attempt(&shared, &subscription, &event, number).await;
        let status = answer.as_ref().ok().copied();
        let age = shared.clock.now() - published;
        let next = next(&shared.options.event_grid, number, age, status);
        note(&shared, &event, number, answer, next);
        match next {
            Next::After(pause) => shared.clock.pause(pause).await,
            Next::Delivered | Next::GivenUp => return,
        }
    }
}

async fn attempt(
    shared: &Shared,
    subscription: &Subscription,
    event: &GridEvent,
    number: u32,
) -> Result<u16, String> {
    let topic = &shared.ready.event_grid_topic;
    let Notification { headers, body } = notification(topic, subscription, event, number);
    let mut request = request(shared, subscription, Method::POST)?.body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.map_err(problem::describe)?;
    Ok(response.status().as_u16())
}

/// A request to the webhook, with a token if it is protected by Entra.
fn request(
    shared: &Shared,
    subscription: &Subscription,
    method: Method,
) -> Result<RequestBuilder, String> {
    let request = shared.client.request(method, &subscription.endpoint).timeout(PATIENCE);
    let Some(target) = &subscription.entra else {
        return Ok(request);
    };
    let token = tokens::event_grid(shared, target).map_err(|error| problem::chain(&error))?;
    Ok(request.bearer_auth(token))
}

/// A delivery as it goes over the wire, without a token.
pub(crate) struct Notification {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// An event in the envelope of a subscription; `topic` is the resource's own, `number` counts the
/// attempts from 1.
pub(crate) fn notification(
    topic: &str,
    subscription: &Subscription,
    event: &GridEvent,
    number: u32,
) -> Notification {
    let (content_type, body) = envelope(topic, subscription, event);
    let headers = vec![
        ("aeg-event-type", "Notification".to_owned()),
        ("aeg-subscription-name", subscription.name.to_uppercase()),
        ("aeg-delivery-count", (number - 1).to_string()),
        ("aeg-data-version", "1.0".to_owned()),
        ("aeg-metadata-version", "1".to_owned()),
        ("content-type", content_type.to_owned()),
    ];
    Notification { headers, body: body.to_string() }
}

fn envelope(topic: &str, subscription: &Subscription, event: &GridEvent) -> (&'static str, Value) {
    let topic = subscription.topic.as_deref().unwrap_or(topic);
    match subscription.schema {
        EnvelopeSchema::EventGrid => {
            let event = json!([{
                "id": event.id, "topic": topic, "subject": event.subject, "data": event.data,
                "eventType": event.kind, "dataVersion": "1.0", "metadataVersion": "1",
                "eventTime": event.time,
            }]);
            ("application/json; charset=utf-8", event)
        }
        EnvelopeSchema::CloudEvents => {
            let event = json!({
                "id": event.id, "source": topic, "subject": event.subject, "data": event.data,
                "type": event.kind, "specversion": "1.0", "time": event.time,
            });
            ("application/cloudevents+json; charset=utf-8", event)
        }
    }
}

fn note(shared: &Shared, event: &GridEvent, attempt: u32, answer: Result<u16, String>, next: Next) {
    let at = shared.clock.now();
    let status = answer.as_ref().ok().copied();
    let problem = answer.err();
    if next != Next::Delivered {
        tracing::warn!(event = event.kind, attempt, status, problem, "Event Grid delivery failed");
    }
    shared.lock().deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "event_grid",
        event: event.short_name().to_owned(),
        subject: event.id.clone(),
        attempt,
        status,
        lost: next == Next::GivenUp,
        problem,
    });
    shared.changed();
}

/// Validates an endpoint before it may receive events.
pub(crate) async fn handshake(shared: &Shared, subscription: &Subscription) -> Handshake {
    let outcome = match subscription.schema {
        EnvelopeSchema::EventGrid => validate_by_code(shared, subscription).await,
        EnvelopeSchema::CloudEvents => validate_by_options(shared, subscription).await,
    };
    let (status, problem) = match outcome {
        Ok(status) => (Some(status), None),
        Err((status, problem)) => (status, Some(problem)),
    };
    let at: Millis = shared.clock.now();
    shared.lock().deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "handshake",
        event: "SubscriptionValidation".to_owned(),
        subject: subscription.name.clone(),
        attempt: 1,
        status,
        lost: problem.is_some(),
        problem: problem.clone(),
    });
    Handshake { validated: problem.is_none(), status, problem }
}

type Validation = Result<u16, (Option<u16>, String)>;

/// Event Grid schema: the endpoint must echo the code with status 200.
async fn validate_by_code(shared: &Shared, subscription: &Subscription) -> Validation {
    let (code, id) = {
        let mut state = shared.lock();
        (state.ids.guid(), state.ids.guid())
    };
    let topic = subscription.topic.as_deref().unwrap_or(&shared.ready.event_grid_topic);
    let body = json!([{
        "id": id,
        "topic": topic,
        "subject": "",
        "data": {
            "validationCode": code,
            "validationUrl": format!("{}/eventsubscriptions/validate?id={code}", shared.ready.https),
        },
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
    let answer: Value = serde_json::from_str(&text).unwrap_or_default();
    if status != 200 {
        return Err((Some(status), "the endpoint must answer 200".to_owned()));
    }
    if answer["validationResponse"] != json!(code) {
        let problem = "validationResponse must be the validationCode that was sent";
        return Err((Some(status), problem.to_owned()));
    }
    Ok(status)
}

/// CloudEvents: the endpoint must allow the origin; the status does not count, except 405.
async fn validate_by_options(shared: &Shared, subscription: &Subscription) -> Validation {
    let request = request(shared, subscription, Method::OPTIONS)
        .map_err(|problem| (None, problem))?
        .header("WebHook-Request-Origin", ORIGIN)
        .header("aeg-subscription-name", subscription.name.to_uppercase());
    let response = request.send().await.map_err(|error| (None, problem::describe(error)))?;
    let status = response.status().as_u16();
    let allowed = response.headers().get("WebHook-Allowed-Origin");
    let allowed = allowed.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if status == 405 {
        return Err((Some(status), "the endpoint does not know OPTIONS".to_owned()));
    }
    if allowed != "*" && !allowed.eq_ignore_ascii_case(ORIGIN) {
        let problem = format!("WebHook-Allowed-Origin must be {ORIGIN} or *");
        return Err((Some(status), problem));
    }
    Ok(status)
}
