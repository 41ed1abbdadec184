//! What goes over the wire, and what may not: double answers, double rings, changed bytes.

use std::collections::{BTreeMap, BTreeSet};

use emulator::{
    HttpRequest,
    stepped::{Answered, Delivery, DeliveryKind},
    world::ClientState,
};
use engine::Millis;
use serde_json::Value;
use sha2::{Digest, Sha256};
use switchboard::ledger::Outgoing;

use super::{State, agent};

/// An agent who was asked in vain is left alone for this long, in ms (the roster's setting).
const MISSED_PAUSE: Millis = 30_000;
/// What makes the service unable to keep an event lies no further back, in ms.
const UNABLE: Millis = 10_000;
/// A decision of the service and one of an agent may cross within this, in ms.
const SAME_MOMENT: Millis = 500;
/// Presence is known after this, in ms: it is polled every 5 s.
const PRESENCE_KNOWN: Millis = 7_000;

/// A POST on its way to the service.
#[derive(Debug, Clone)]
pub struct Post {
    /// What the world delivers.
    pub delivery: Delivery,
    /// Takes so many ms.
    pub there: Millis,
    /// And its answer so many.
    pub back: Millis,
}

/// A delivery that was acknowledged with 2xx.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posted {
    /// The event's name.
    pub event: &'static str,
    /// SHA-256 of source and id, the first 16 bytes: the journal's key of an event.
    pub key: [u8; 16],
}

/// What was seen on the wire.
#[derive(Default)]
pub(super) struct Wire {
    /// Deliveries that wait for their answer.
    in_flight: BTreeSet<u64>,
    /// What fell due while the world was moved on for a request: to be posted with the next turn.
    fell_due: Vec<Post>,
    acknowledged: BTreeSet<Posted>,
    /// The bytes of each Repeatability id, and the status that this process has heard.
    repeatable: BTreeMap<String, (u64, Option<u16>)>,
    /// Of the operations that may not be repeated: the last status, by connection, operation, context.
    unrepeatable: BTreeMap<String, Option<u16>>,
    /// Ids of answers, by incoming call context (hash); of recordings, by body.
    once: BTreeMap<(String, u64), String>,
    /// Who was invited to which call, by connection.
    invited: BTreeSet<(String, String)>,
    presence: BTreeMap<usize, (&'static str, Millis)>,
    missed: BTreeMap<usize, Millis>,
}

impl Wire {
    pub(super) fn presence_is(&mut self, agent: usize, word: &'static str, now: Millis) {
        self.presence.insert(agent, (word, now));
    }

    /// An invitation is taken back: an agent who declined in the same moment was not the one to end it.
    fn taken_back(&mut self, now: Millis) {
        self.missed.retain(|_, at| now - *at > SAME_MOMENT);
    }

    pub(super) fn offer_missed(&mut self, agent: usize, now: Millis) {
        self.missed.insert(agent, now);
    }
}

impl State {
    /// Lets the world happen up to now: what is to be posted, and when to look again.
    pub fn turn(&mut self) -> (Vec<Post>, Option<Millis>) {
        let now = self.now();
        let mut posts = std::mem::take(&mut self.wire.fell_due);
        self.collect(now, &mut posts);
        while self.act() {
            self.collect(now, &mut posts);
        }
        self.count_wire_faults();
        self.excuse_deliveries();
        self.watch_agents();
        for call in self.open_calls() {
            if let Some(view) = self.stepped.call(call) {
                self.watch_line(&view);
                self.watch_promises(&view);
                self.watch_caller(&view);
            }
        }
        let due = [self.stepped.next_due(), self.next_act(), self.next_trouble()];
        (posts, due.into_iter().flatten().min())
    }

    /// Moves the world to this moment, because somebody comes to it who has not been waited for: what he
    /// does would otherwise happen when it was last looked at.
    fn catch_up(&mut self) {
        let now = self.now();
        let mut posts = std::mem::take(&mut self.wire.fell_due);
        self.collect(now, &mut posts);
        self.wire.fell_due = posts;
    }

    fn collect(&mut self, now: Millis, posts: &mut Vec<Post>) {
        for delivery in self.stepped.advance(now) {
            self.wire.in_flight.insert(delivery.id);
            let (there, back) = (self.latency(2, 120), self.latency(2, 30));
            let Delivery { event, call, attempt, .. } = &delivery;
            let call = call.map(|call| call.to_string()).unwrap_or_default();
            self.note(format_args!("post {event} {call} try {attempt}"));
            posts.push(Post { delivery, there, back });
        }
    }

    /// What the service answered to a delivery; None if it did not.
    pub fn answered(&mut self, delivery: &Delivery, status: Option<u16>) {
        if !self.wire.in_flight.remove(&delivery.id) {
            return;
        }
        self.catch_up();
        let Delivery { event, call, .. } = delivery;
        let call = call.map(|call| call.to_string()).unwrap_or_default();
        self.note(format_args!("answer to {event} {call}: {status:?}"));
        self.stepped.delivered(delivery.id, status);
        if status == Some(200) {
            let posted = acknowledged(delivery);
            self.wire.acknowledged.extend(posted);
        } else if status == Some(500) && self.explains(self.now() - UNABLE, self.now()).is_none() {
            self.violation("an event is refused without a reason", event);
        } else if status.is_some_and(|status| status != 500) {
            let text = format!("{event} was answered {status:?}");
            self.violation("a good delivery is refused", &text);
        }
    }

    /// The service is gone: nobody answers what was on its way.
    pub fn hang_up_on_all(&mut self) {
        self.catch_up();
        self.wire.fell_due.clear();
        for id in std::mem::take(&mut self.wire.in_flight) {
            self.stepped.delivered(id, None);
        }
    }

    /// What was acknowledged.
    pub fn acknowledged(&self) -> &BTreeSet<Posted> {
        &self.wire.acknowledged
    }

    /// A request of the service.
    pub fn request(&mut self, request: &HttpRequest) -> Answered {
        // The world is as it is now, not as it was when somebody last looked.
        self.catch_up();
        let before = self.client_states(request);
        let answered = self.stepped.request(request);
        let status = match &answered {
            Answered::Response { response, .. } => Some(response.status),
            Answered::Reset { .. } => None,
        };
        let path = request.path().to_owned();
        let short = path.rsplit('/').next().unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let context = body["operationContext"].as_str().unwrap_or_default();
        self.note(format_args!("{} {short} #{context}: {status:?}", request.method));
        self.excuse_request(request, &answered);
        self.check_repeated(request, &path);
        self.check_unrepeatable(&path, context, status);
        if path.ends_with("participants:cancelAddParticipant") {
            let now = self.now();
            self.wire.taken_back(now);
        }
        self.promised(&path, request.method == "GET", status);
        if path.ends_with("participants:add") {
            self.check_invitation(&path, &body, status, before);
        }
        answered
    }

    /// For an invitation: what the agent's client did before it.
    fn client_states(&self, request: &HttpRequest) -> Option<(usize, ClientState)> {
        if !request.path().ends_with("participants:add") {
            return None;
        }
        let text = String::from_utf8_lossy(&request.body);
        let index = (0..self.plan.agents.len()).find(|one| text.contains(&agent(*one).oid))?;
        let user = self.stepped.user(&agent(index).nickname)?;
        Some((index, user.client.state))
    }

    /// The answer to a request has arrived.
    pub fn heard(&mut self, request: &HttpRequest, status: u16) {
        let id = request.header("repeatability-request-id").unwrap_or_default();
        if let Some((_, heard)) = self.wire.repeatable.get_mut(id) {
            *heard = Some(status);
        }
    }

    /// A new process has heard nothing.
    pub(super) fn forget_answers(&mut self) {
        for (_, heard) in self.wire.repeatable.values_mut() {
            *heard = None;
        }
    }

    /// One Repeatability id is one request, byte for byte, and is not used again after a refusal; one
    /// intent has one id.
    fn check_repeated(&mut self, request: &HttpRequest, path: &str) {
        let Some(id) = request.header("repeatability-request-id").map(str::to_owned) else {
            return;
        };
        let first_sent = request.header("repeatability-first-sent").unwrap_or_default();
        let bytes = short_hash(&[path.as_bytes(), first_sent.as_bytes(), &request.body]);
        let known = self.wire.repeatable.insert(id.clone(), (bytes, None));
        if let Some((other, last)) = known {
            if other != bytes {
                self.violation("a repeated request differs", path);
            }
            if last.is_some_and(|status| (200..300).contains(&status) || is_final(status)) {
                self.violation("sent again after an answer", &format!("{path} {last:?}"));
            }
        }
        let intent = if path.ends_with("callConnections:answer") {
            "answer"
        } else if path.ends_with("/recordings") {
            "recording"
        } else {
            return;
        };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let of = body.get("incomingCallContext").or(body.get("callConnectionId")).cloned();
        let key = (intent.to_owned(), short_hash(&[of.unwrap_or_default().to_string().as_bytes()]));
        let first = self.wire.once.entry(key).or_insert_with(|| id.clone()).clone();
        if first != id {
            self.violation("I3 ordered twice", intent);
        }
    }

    /// A prompt or question whose fate is unknown is not sent again as it is.
    fn check_unrepeatable(&mut self, path: &str, context: &str, status: Option<u16>) {
        let unrepeatable = path.ends_with(":play") || path.ends_with(":recognize");
        if !unrepeatable {
            return;
        }
        let last = self.wire.unrepeatable.insert(format!("{path}#{context}"), status);
        if last.is_some_and(|last| last != Some(429)) {
            self.violation("an unrepeatable request is sent twice", &format!("{path} #{context}"));
        }
    }

    fn check_invitation(
        &mut self,
        path: &str,
        body: &Value,
        status: Option<u16>,
        before: Option<(usize, ClientState)>,
    ) {
        let Some((index, client)) = before else { return };
        let now = self.now();
        let troubled = self.explains(now - 60_000, now).is_some();
        let context = body["operationContext"].as_str().unwrap_or_default();
        let key = (path.to_owned(), format!("{index}"));
        let accepted = status == Some(202);
        let again = accepted && !self.wire.invited.insert(key);
        if again && !troubled && self.plan.is_calm() && self.plan.flow == 0 {
            self.violation(
                "an agent is offered one call twice",
                &format!("agent{index} #{context}"),
            );
        }
        if client != ClientState::Idle && !troubled {
            self.violation("I3 an agent is rung twice", &format!("agent{index} #{context}"));
        }
        if let Some((word, since)) = self.wire.presence.get(&index).copied()
            && ["Offline", "Away", "DoNotDisturb", "Busy"].contains(&word)
            && now - since > PRESENCE_KNOWN
            && !troubled
        {
            self.violation(
                "an agent is rung who is not available",
                &format!("agent{index} {word}"),
            );
        }
        let missed = self.wire.missed.get(&index).copied();
        if let Some(at) = missed.filter(|at| now - at < MISSED_PAUSE - 2_000)
            && !troubled
        {
            let text = format!("agent{index} after {} ms", now - at);
            self.violation("an agent is rung in the pause", &text);
        }
    }

    /// A command is about to be sent: in its lane's order, and not too late.
    pub fn sending(&mut self, command: &Outgoing) {
        let now = self.now();
        let key = (command.call.to_string(), format!("{:?}", command.lane));
        let what = format!("{} #{} of {}", command.name, command.number, command.call);
        if let Some(other) = self.watch.under_way.insert(key.clone(), command.number) {
            self.violation("V11 two at once in a lane", &format!("{what}, beside #{other}"));
        }
        let last = self.watch.last_sent.insert(key, command.number);
        if last.is_some_and(|last| last > command.number) {
            self.violation("V11 out of order in a lane", &format!("{what} after {last:?}"));
        }
        // The service's clock may be off.
        if now > command.expires + 4_000 {
            self.violation("sent after its time", &what);
        }
    }

    /// It was tried, or the try was cut off.
    pub fn sent(&mut self, command: &Outgoing) {
        let key = (command.call.to_string(), format!("{:?}", command.lane));
        self.watch.under_way.remove(&key);
    }
}

fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && status != 408 && status != 429
}

/// The events of an acknowledged delivery that the journal must hold.
fn acknowledged(delivery: &Delivery) -> Vec<Posted> {
    let body: Value = serde_json::from_slice(&delivery.body).unwrap_or_default();
    let source = match delivery.kind {
        DeliveryKind::Callback => "source",
        DeliveryKind::EventGrid if delivery.event == "IncomingCall" => "topic",
        // Others are of no use, or of calls that are not known.
        DeliveryKind::EventGrid => return Vec::new(),
    };
    let events = body.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    events
        .iter()
        .map(|event| {
            let digest = Sha256::new()
                .chain_update(text(event, source))
                .chain_update([0])
                .chain_update(text(event, "id"))
                .finalize();
            let mut key = [0; 16];
            key.copy_from_slice(&digest[..16]);
            Posted { event: delivery.event, key }
        })
        .collect()
}

fn short_hash(parts: &[&[u8]]) -> u64 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    digest[..8].iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
