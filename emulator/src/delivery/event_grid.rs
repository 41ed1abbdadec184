//! Event Grid: which subscription gets an event, and its delivery with retries, alone or in
//! batches.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::dead_letters::{self, Failure};
use super::envelope::{body, envelope};
use super::schedule::{Next, Outcome, Reason, next, paced};
use super::{problem, tokens};
use crate::clock::{Millis, grid_time};
use crate::control::{Batch, Subscription};
use crate::options::EventGridPolicy;
use crate::shared::{DeliveryEntry, Exchange, FaultAction, Proof, Shared, Struck};
use crate::world::GridEvent;

/// How long Event Grid waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Starts the delivery of an event to every subscription that wants it.
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
            let problem = Some("dropped by a fault rule".to_owned());
            let told = Told { attempt: 1, status: None, problem };
            note(shared, &event, &told, Next::GivenUp(Reason::Dropped), None);
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
            | FaultAction::RotateKeys
            | FaultAction::Forge { .. }
            | FaultAction::Alter { .. },
        )
        | None => {}
    }
    for subscription in subscriptions {
        if !wants(&shared.ready.event_grid_topic, &subscription, &event) {
            continue;
        }
        for _ in 0..copies {
            begin(shared, subscription.clone(), event.clone(), late);
        }
    }
}

/// Whether a subscription's filter admits an event; `topic` is the resource's own.
pub(crate) fn wants(topic: &str, subscription: &Subscription, event: &GridEvent) -> bool {
    let topic = subscription.topic.as_deref().unwrap_or(topic);
    let written = envelope(subscription.schema, topic, event);
    subscription.filter.admits(event.kind, &event.subject, &written)
}

/// One event for one subscription, after a pause.
fn begin(shared: &Arc<Shared>, subscription: Subscription, event: GridEvent, pause: Millis) {
    let later = Arc::clone(shared);
    shared.spawn_delivery(async move {
        later.clock.pause(pause).await;
        let Some(batch) = subscription.batch else {
            let delivery = Delivery::new(&later, subscription, vec![event]);
            delivery.until_settled(&later, 1).await;
            return;
        };
        if later.lock().grid.gather(&subscription.name, event) {
            send_batches(&later, &subscription, batch).await;
        }
    });
}

/// Sends batches one after the other until nothing is left; what fails is tried again beside them.
async fn send_batches(shared: &Arc<Shared>, subscription: &Subscription, batch: Batch) {
    let bytes =
        usize::try_from(batch.preferred_kilobytes).unwrap_or(usize::MAX).saturating_mul(1_024);
    loop {
        let next = shared.lock().grid.next_batch(&subscription.name, batch.max_events, bytes);
        if next.is_empty() {
            return;
        }
        let delivery = Delivery::new(shared, subscription.clone(), next);
        if let Next::After(pause) = delivery.once(shared, 1).await {
            let again = Arc::clone(shared);
            shared.spawn_delivery(async move {
                again.clock.pause(pause).await;
                delivery.until_settled(&again, 2).await;
            });
        }
    }
}

/// Events on their way to one subscription: acknowledged, tried again and given up together.
struct Delivery {
    subscription: Subscription,
    policy: EventGridPolicy,
    events: Vec<GridEvent>,
    published: Millis,
}

/// What an attempt gave, for the log.
struct Told {
    attempt: u32,
    status: Option<u16>,
    problem: Option<String>,
}

impl Delivery {
    fn new(shared: &Shared, subscription: Subscription, events: Vec<GridEvent>) -> Self {
        let policy = subscription.policy(shared.options.event_grid);
        Self { subscription, policy, events, published: shared.clock.now() }
    }

    async fn until_settled(&self, shared: &Arc<Shared>, from: u32) {
        for number in from.. {
            match self.once(shared, number).await {
                Next::After(pause) => shared.clock.pause(pause).await,
                Next::Delivered | Next::GivenUp(_) => return,
            }
        }
    }

    /// One attempt and what follows from it.
    async fn once(&self, shared: &Arc<Shared>, number: u32) -> Next {
        self.wait_for_probation(shared).await;
        let started = shared.clock.now();
        let (outcome, problem) = match self.attempt(shared, number).await {
            Ok(status) => (Outcome::Status(status), None),
            Err((outcome, problem)) => (outcome, Some(problem)),
        };
        let now = shared.clock.now();
        let status = outcome.status();
        let next = next(&self.policy, number, now - self.published, status);
        let next = self.rest(shared, now, outcome, next);
        let told = Told { attempt: number, status, problem };
        let exchange = self.exchange(shared, number);
        for event in &self.events {
            note(shared, event, &told, next, Some(exchange.clone()));
        }
        if let Next::GivenUp(reason) = next {
            self.bury(shared, reason, outcome, number, started);
        }
        next
    }

    /// After a failure the endpoint rests, and the next attempt is due no earlier.
    fn rest(&self, shared: &Shared, now: Millis, outcome: Outcome, next: Next) -> Next {
        let (true, Some(rest)) = (self.subscription.probation, outcome.probation()) else {
            return next;
        };
        let rest = paced(&self.policy, rest);
        shared.lock().grid.rest(&self.subscription.name, now + rest);
        match next {
            Next::After(pause)
                if now - self.published + pause.max(rest) > self.policy.time_to_live_ms =>
            {
                Next::GivenUp(Reason::TimeToLive)
            }
            Next::After(pause) => Next::After(pause.max(rest)),
            Next::Delivered | Next::GivenUp(_) => next,
        }
    }

    /// New events are held back while the endpoint rests.
    async fn wait_for_probation(&self, shared: &Shared) {
        if !self.subscription.probation {
            return;
        }
        let now = shared.clock.now();
        let rest = shared.lock().grid.held_back(&self.subscription.name, now);
        shared.clock.pause(rest).await;
    }

    fn bury(
        &self,
        shared: &Arc<Shared>,
        reason: Reason,
        outcome: Outcome,
        attempts: u32,
        last_attempt: Millis,
    ) {
        let published = self.published;
        let failure = Failure { reason, outcome, attempts, published, last_attempt };
        for event in self.written(shared) {
            dead_letters::store(shared, &self.subscription, &self.policy, event, &failure);
        }
    }

    fn written(&self, shared: &Shared) -> Vec<Value> {
        let topic = topic(shared, &self.subscription);
        let schema = self.subscription.schema;
        self.events.iter().map(|event| envelope(schema, topic, event)).collect()
    }

    /// The bytes of an attempt.
    fn exchange(&self, shared: &Shared, number: u32) -> Exchange {
        let subscription = &self.subscription;
        let notification = written(subscription, self.written(shared), number);
        let headers = notification.headers.into_iter();
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        let own = subscription.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        let protected = subscription.entra.clone();
        Exchange {
            method: "POST".to_owned(),
            target: subscription.endpoint.clone(),
            headers: headers.chain(own).collect(),
            body: notification.body,
            answer: String::new(),
            proof: protected.map_or(Proof::None, Proof::EventGrid),
        }
    }

    async fn attempt(&self, shared: &Shared, number: u32) -> Result<u16, (Outcome, String)> {
        let subscription = &self.subscription;
        let notification = written(subscription, self.written(shared), number);
        let mut request = request(shared, subscription, Method::POST)
            .map_err(|problem| (Outcome::Broken, problem))?
            .body(notification.body);
        for (name, value) in notification.headers {
            request = request.header(name, value);
        }
        for (name, value) in &subscription.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(problem::outcome)?;
        Ok(response.status().as_u16())
    }
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
    let topic = subscription.topic.as_deref().unwrap_or(topic);
    written(subscription, vec![envelope(subscription.schema, topic, event)], number)
}

fn written(subscription: &Subscription, events: Vec<Value>, number: u32) -> Notification {
    let batches = subscription.batch.is_some();
    let (content_type, body) = body(subscription.schema, batches, events);
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

/// The topic, which is the source in `CloudEvents`.
fn topic<'a>(shared: &'a Shared, subscription: &'a Subscription) -> &'a str {
    subscription.topic.as_deref().unwrap_or(&shared.ready.event_grid_topic)
}

/// A request to the webhook, with a token if it is protected by Entra.
pub(super) fn request(
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

fn note(shared: &Shared, event: &GridEvent, told: &Told, next: Next, exchange: Option<Exchange>) {
    let at = shared.clock.now();
    let (attempt, status, problem) = (told.attempt, told.status, told.problem.clone());
    if next != Next::Delivered {
        tracing::warn!(event = event.kind, attempt, status, problem, "Event Grid delivery failed");
    }
    let mut state = shared.lock();
    state.deliveries.add(|n| DeliveryEntry {
        n,
        at,
        kind: "event_grid",
        event: event.short_name().to_owned(),
        subject: event.id.clone(),
        attempt,
        status,
        lost: matches!(next, Next::GivenUp(_)),
        problem,
    });
    if let Some(exchange) = exchange {
        let n = state.deliveries.count();
        state.posted.keep(n, exchange);
    }
    drop(state);
    shared.changed();
}
