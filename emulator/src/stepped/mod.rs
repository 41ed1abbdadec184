//! The world in virtual time, without network, threads or tokio: the same wire as the listeners
//! have, byte for byte, as plain values. For simulations and fast tests.

mod delivery;
mod people;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use delivery::{Delivery, DeliveryKind};

use crate::calling::{Desk, HttpRequest, HttpResponse};
use crate::clock::{BEGINNING, Pace};
use crate::control::{DeliveryEntry, FaultRule, FaultView, RequestEntry, Subscription};
use crate::delivery::{Courier, Load, Outcome, Outgoing, note, wants};
use crate::ids::Ids;
use crate::options::Options;
use crate::ready::event_grid_topic;
use crate::shared::{Denial, Faults, Log, Repeats, Struck, Trouble, earliest};
use crate::wire::route;
use crate::world::{Action, Effect, SocketNews, SocketOrder, SocketPlan, World, WorldSettings};

/// Where recordings would be served.
const CONTENT_ROOT: &str = "https://emulator.invalid";

/// An emulator whose time stands still until it is moved. With the same seed and the same calls in
/// the same order, everything is the same, byte for byte.
///
/// ```
/// use emulator::{Options, Stepped, control::Subscription};
///
/// let mut world = Stepped::new(&Options { seed: Some(7), ..Options::default() });
/// world.subscribe(Subscription::plain("https://bot.example/events"));
/// let call = world.dial("+442079460123", "Ada Caller", "+18005550100").expect("dialled");
/// let deliveries = world.advance(world.now());
/// assert_eq!(deliveries[0].event, "IncomingCall");
/// world.delivered(deliveries[0].id, Some(200));
/// assert_eq!(world.call(call).expect("a call").state, "ringing");
/// ```
///
/// What the listeners do and this does not: it checks no signature and no token and signs no
/// callback (no `authorization` header), makes no Event Grid handshake, serves no tokens, keys or
/// files, and a delivery waits for its answer for as long as the caller likes.
pub struct Stepped {
    now: i64,
    topic: String,
    world: World,
    repeats: Repeats,
    faults: Faults,
    courier: Courier,
    requests: Log<RequestEntry>,
    deliveries: Log<DeliveryEntry>,
    subscriptions: Vec<Arc<Subscription>>,
}

/// What became of a request, with what a fault does to its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// An answer, which arrives so many milliseconds after the request.
    Response {
        /// The answer.
        response: HttpResponse,
        /// Milliseconds until its last byte is there; 0 without a fault.
        after_ms: i64,
    },
    /// The connection closed without an answer; the request may have had its effect.
    Reset {
        /// Milliseconds until it closed.
        after_ms: i64,
    },
}

impl Stepped {
    /// A world at 2026-01-01T00:00:00Z. Of the options count `seed` (0 when absent), `speed` (1 when
    /// it makes no sense), `people`, `profile`, `lenient`, `resource_id`, `tenant_id`,
    /// `allow_http_callbacks`, `callback_attempts` and `event_grid`.
    pub fn new(options: &Options) -> Self {
        let seed = Some(options.seed.unwrap_or_default());
        let settings = WorldSettings {
            pace: Pace::new(options.speed).unwrap_or(Pace::REAL),
            content_root: CONTENT_ROOT.to_owned(),
            allow_http_callbacks: options.allow_http_callbacks,
            recording_chunk: options.recording_chunk_ms.max(1),
            resource_id: options.resource_id.clone(),
            tenant_id: options.tenant_id.clone(),
            profile: options.profile,
            lenient: options.lenient,
            ended_calls_kept: options.ended_calls_kept,
        };
        Self {
            now: BEGINNING,
            topic: event_grid_topic(&options.tenant_id),
            world: World::new(settings, &options.people, Ids::new(seed)),
            repeats: Repeats::default(),
            faults: Faults::new(seed),
            courier: Courier::new(options.delivery_rules()),
            requests: Log::default(),
            deliveries: Log::default(),
            subscriptions: Vec::new(),
        }
    }

    /// Milliseconds since 1970, virtual.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// When something happens by itself next: a timer, a retry, or a delivery that is due already.
    /// `None` when nothing ever will.
    pub fn next_due(&self) -> Option<i64> {
        let due = earliest(self.world.next_due(), self.courier.next_due());
        due.map(|due| due.max(self.now))
    }

    /// Moves time to `to` (never back), lets everything happen on the way in order, and gives the
    /// deliveries that are due, in order. Each must be reported with [`Self::delivered`].
    ///
    /// The events of one call come one after the other, so what follows from an answer is only given
    /// by the next `advance`. For exact times advance to [`Self::next_due`] and no further.
    pub fn advance(&mut self, to: i64) -> Vec<Delivery> {
        while let Some(due) = self.world.next_due().filter(|due| *due <= to) {
            self.now = self.now.max(due);
            let effects = self.world.tick(self.now);
            self.hand_on(effects);
        }
        self.now = self.now.max(to);
        let taken = self.courier.take(self.now);
        taken.into_iter().map(|attempt| Delivery::new(&self.topic, attempt)).collect()
    }

    /// Reports what the webhook answered to a delivery; `None` when there was no answer (broken
    /// connection, or none within [`Delivery::patience_ms`]). Retries follow the schedules of ACS
    /// and Event Grid. False when there is no such delivery or it was reported before.
    pub fn delivered(&mut self, id: u64, status: Option<u16>) -> bool {
        let Some((attempt, followed)) = self.courier.report(self.now, id, status) else {
            return false;
        };
        let outcome = Outcome { status, problem: None };
        note(&mut self.deliveries, self.now, &attempt, followed, &outcome);
        true
    }

    /// Executes a request to Call Automation (`/calling/…`) at this moment. Its sender is not
    /// checked. Faults ordered for the operation strike: waits before the effect are taken as waits
    /// for the answer.
    pub fn request(&mut self, request: &HttpRequest) -> Answered {
        let route = route(&request.method, request.path());
        let name = route.as_ref().map_or("unknown", |route| route.operation.name());
        let trouble = Trouble::of(self.faults.strike(Struck::Operation, name));
        let after_ms = trouble.wait_before + trouble.wait_after + trouble.slow;
        if trouble.reset_before {
            return Answered::Reset { after_ms };
        }
        if let Some(denial) = trouble.deny {
            let refusal = denial.refusal(false);
            let refused = self.desk().refuse(request, route.as_ref(), refusal);
            self.requests.add(|n| RequestEntry { n, ..refused.entry });
            let response = refused.response.retry_after(denial.retry_after);
            return Answered::Response { response, after_ms };
        }
        let deny = trouble.deny_after.as_ref();
        let fail_with = deny.map(|denial| denial.refusal(true));
        let served = self.desk().serve(request, route.as_ref(), fail_with);
        self.requests.add(|n| RequestEntry { n, ..served.entry });
        self.hand_on(served.effects);
        if trouble.reset_after {
            return Answered::Reset { after_ms };
        }
        let retry_after = deny.and_then(|denial: &Denial| denial.retry_after);
        Answered::Response { response: served.response.retry_after(retry_after), after_ms }
    }

    /// What Graph answers to `getPresencesByUserId` for these object ids: the body's bytes. Unknown
    /// ids are left out. `None` when a fault on `graph` strikes, whatever its action.
    pub fn presences(&mut self, oids: &[String]) -> Option<Vec<u8>> {
        if self.faults.strike(Struck::Graph, "getPresencesByUserId").is_some() {
            return None;
        }
        Some(crate::server::presences_body(&self.world, oids).to_string().into_bytes())
    }

    /// Subscribes a webhook to Event Grid's events, in place of a subscription of the same name;
    /// without a handshake.
    pub fn subscribe(&mut self, subscription: Subscription) {
        self.subscriptions.retain(|one| one.name != subscription.name);
        self.subscriptions.push(Arc::new(subscription));
    }

    /// Orders a fault and gives its number. A rule that [`FaultRule::check`] refuses never strikes.
    pub fn add_fault(&mut self, rule: FaultRule) -> u64 {
        self.faults.add(rule)
    }

    /// The faults in force, with how often each was asked and struck.
    pub fn faults(&self) -> Vec<FaultView> {
        self.faults.list()
    }

    /// Takes one fault back; false when there is none of this number.
    pub fn remove_fault(&mut self, id: u64) -> bool {
        self.faults.remove(id)
    }

    /// Takes all faults back.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Requests with a number above `since`; the last 10,000 are kept.
    pub fn requests(&self, since: u64) -> Vec<RequestEntry> {
        self.requests.since(since)
    }

    /// Reported delivery attempts with a number above `since`; the last 10,000 are kept.
    pub fn deliveries(&self, since: u64) -> Vec<DeliveryEntry> {
        self.deliveries.since(since)
    }

    fn desk(&mut self) -> Desk<'_> {
        let (now, wall) = (self.now, self.now);
        Desk { now, wall, world: &mut self.world, repeats: &mut self.repeats }
    }

    fn hand_on(&mut self, effects: Vec<Effect>) {
        let now = self.now;
        let mut outgoing = Outgoing {
            courier: &mut self.courier,
            faults: &mut self.faults,
            deliveries: &mut self.deliveries,
        };
        let mut opened = Vec::new();
        for effect in effects {
            match effect {
                Effect::Callback(callback) => {
                    // There are no keys to rotate.
                    let _ = outgoing.callback(now, callback);
                }
                Effect::EventGrid(event) => {
                    let strike = outgoing.faults.strike(Struck::Event, event.short_name());
                    let wanted = |one: &&Arc<Subscription>| wants(&self.topic, one, &event);
                    for subscription in self.subscriptions.iter().filter(wanted) {
                        let subscription = Arc::clone(subscription);
                        let event = event.clone();
                        let load = Load::Grid { subscription, event, published: now };
                        outgoing.push(now, load, strike.clone());
                    }
                }
                Effect::Socket(SocketOrder::Open(plan)) => opened.push(plan),
                Effect::Socket(SocketOrder::Send { .. } | SocketOrder::Close { .. })
                | Effect::Heard { .. } => {}
            }
        }
        // No socket fails here, and nobody sees what goes through it.
        for plan in opened {
            let SocketPlan { connection, socket, .. } = *plan;
            let action = Action::Socket { connection, socket, news: SocketNews::Opened };
            let applied = self.world.apply(self.now, action);
            self.hand_on(applied.effects);
        }
    }
}

impl std::fmt::Debug for Stepped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Stepped(at {})", self.now)
    }
}
