//! Order and persistence around sending: commands of one lane leave one after the other, each until
//! it is settled; lanes do not wait for each other, so hang-up overtakes a slow prompt.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use callautomation::Class;
use engine::{
    Millis,
    call::{CallId, FetchResult, Input, Inspection, Lane, Settlement},
};
use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    ids,
    ledger::{Arrival, Holding, Ledger, Outgoing},
    runner::Consequences,
};

use super::{
    payload::Payload,
    retry::{Situation, Try, Verdict, judge},
    transmit::{Answer, Transmit},
};

/// Pause before a result is offered to an unwilling ledger again.
const LEDGER_PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// Pause before it is asked again whether a command is still this process's.
const CLAIM_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

type LaneKey = (CallId, Lane);

/// Sends what the ledger has committed. Cheap to clone.
#[derive(Clone)]
pub struct Dispatch {
    inner: Arc<Inner>,
}

struct Inner {
    lanes: Mutex<HashMap<LaneKey, VecDeque<Outgoing>>>,
    ledger: Arc<dyn Ledger>,
    sender: Arc<dyn Transmit>,
    clock: Clock,
    consequences: Consequences,
    tracker: TaskTracker,
    runtime: Handle,
    stopping: CancellationToken,
}

impl Dispatch {
    /// A dispatch that sends through `sender` and tells results to `ledger`.
    pub fn new(
        ledger: Arc<dyn Ledger>,
        sender: Arc<dyn Transmit>,
        clock: Clock,
        consequences: Consequences,
        tracker: TaskTracker,
        stopping: CancellationToken,
    ) -> Self {
        let lanes = Mutex::new(HashMap::new());
        let runtime = Handle::current();
        Self {
            inner: Arc::new(Inner {
                lanes,
                ledger,
                sender,
                clock,
                consequences,
                tracker,
                runtime,
                stopping,
            }),
        }
    }

    /// Takes commands that are durable. Once stopping, they stay in the ledger for the next start.
    pub fn send(&self, commands: Vec<Outgoing>) {
        for command in commands {
            let key = (command.call.clone(), command.lane);
            let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = !lanes.contains_key(&key);
            lanes.entry(key.clone()).or_default().push_back(command);
            drop(lanes);
            if idle {
                self.spawn_lane(key);
            }
        }
    }

    fn spawn_lane(&self, key: LaneKey) {
        let lane: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(self.clone().run_lane(key));
        self.inner.tracker.spawn_on(lane, &self.inner.runtime);
    }

    async fn run_lane(self, key: LaneKey) {
        let _going_on = GoingOn { dispatch: &self, key: &key };
        while let Some(command) = self.next(&key) {
            if self.inner.stopping.is_cancelled() {
                return;
            }
            self.see_through(command).await;
        }
    }

    /// The lane's next command; an empty lane is closed in the same breath.
    fn next(&self, key: &LaneKey) -> Option<Outgoing> {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let command = lanes.get_mut(key).and_then(VecDeque::pop_front);
        if command.is_none() {
            lanes.remove(key);
        }
        command
    }

    /// Tries until the command is settled.
    async fn see_through(&self, mut command: Outgoing) {
        let payload: Payload = match serde_json::from_slice(&command.payload) {
            Ok(payload) => payload,
            Err(error) => Payload::Unrenderable { why: error.to_string() },
        };
        let class = class_of(&payload);
        if command.orphan && class == Class::Neither {
            let cause = "the service was restarted".to_owned();
            return self
                .settle(&command, settlement(&command, &payload, Settlement::Unknown { cause }))
                .await;
        }
        loop {
            if !self.is_ours(&command, class).await {
                return;
            }
            let now = self.inner.clock.now();
            if now > command.expires {
                return self
                    .settle(&command, settlement(&command, &payload, Settlement::Expired))
                    .await;
            }
            let started = now;
            let outcome = match self.inner.sender.attempt(&command, &payload).await {
                Answer::Settled(outcome) => outcome,
                Answer::Input(input) => return self.settle(&command, input).await,
            };
            let now = self.inner.clock.now();
            log(&command, &outcome, now.saturating_sub(started));
            let situation = Situation {
                class,
                attempts: command.attempts,
                first_sent: command.first_sent,
                expires: command.expires,
                now,
                spread: spread(&command.call),
            };
            match judge(outcome, &situation) {
                Verdict::Settle(result) => {
                    return self.settle(&command, settlement(&command, &payload, result)).await;
                }
                Verdict::Retry { after } => {
                    command.attempts += 1;
                    if !self.pause(&command, now.saturating_add(after)).await {
                        return;
                    }
                }
            }
            if self.inner.stopping.is_cancelled() {
                return;
            }
        }
    }

    /// False: another process has taken the command over, and sends it or has told its fate. As long as
    /// that is not sure, what must not be sent twice waits.
    async fn is_ours(&self, command: &Outgoing, class: Class) -> bool {
        let Inner { ledger, clock, stopping, .. } = &*self.inner;
        loop {
            match ledger.holding(command.claim()) {
                Holding::Sure => return true,
                Holding::Lost => return false,
                Holding::Unsure if class != Class::Neither || clock.now() > command.expires => {
                    return true;
                }
                Holding::Unsure => {}
            }
            if stopping.run_until_cancelled(clock.sleep(CLAIM_PAUSE)).await.is_none() {
                return false;
            }
        }
    }

    /// Waits for the next try; false if the command was forgotten meanwhile: its call has ended.
    async fn pause(&self, command: &Outgoing, until: Millis) -> bool {
        let Inner { ledger, clock, stopping, .. } = &*self.inner;
        let noted = ledger.postpone(&command.call, command.claim(), command.attempts, until).await;
        let wanted = noted.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a retry could not be noted");
            true
        });
        if wanted {
            stopping.run_until_cancelled(clock.sleep_until(until)).await;
        }
        wanted
    }

    /// Tells the ledger, for as long as it takes: the outbox row goes in the same transaction.
    async fn settle(&self, command: &Outgoing, input: Input) {
        let Inner { ledger, clock, stopping, consequences, .. } = &*self.inner;
        loop {
            let arrival = Arrival {
                call: command.call.clone(),
                opens: false,
                event: None,
                inputs: vec![input.clone()],
                settles: Some(command.claim()),
                now: clock.now(),
            };
            match ledger.record(arrival).await {
                Ok(recorded) => return consequences.follow(recorded),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "a result could not be kept"
                    );
                    if error.is_unreadable() {
                        // The row stays for a start that can read the call.
                        return;
                    }
                }
            }
            if stopping.run_until_cancelled(clock.sleep(LEDGER_PAUSE)).await.is_none() {
                return;
            }
        }
    }
}

/// A panic over one command must not hold up the rest of its lane.
struct GoingOn<'a> {
    dispatch: &'a Dispatch,
    key: &'a LaneKey,
}

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.dispatch.spawn_lane(self.key.clone());
        }
    }
}

fn log(command: &Outgoing, outcome: &Try, took: Millis) {
    tracing::info!(
        call.id = %command.call,
        command.number = command.number,
        command.name = command.name,
        command.attempt = command.attempts,
        outcome = outcome.name(),
        took_ms = took,
        "command tried"
    );
}

/// The input that tells a command's fate, in the words of its kind.
fn settlement(command: &Outgoing, payload: &Payload, result: Settlement) -> Input {
    let number = command.number;
    let cause = || match &result {
        Settlement::Unknown { cause } => cause.clone(),
        Settlement::Expired => "it was too late to ask".to_owned(),
        Settlement::Refused(refusal) => format!("refused {}", refusal.status),
        Settlement::Done(_) => "nothing was told".to_owned(),
    };
    match payload {
        Payload::Fetch { .. } => {
            Input::Fetched { number, result: FetchResult::Failed { cause: cause() } }
        }
        Payload::Inspect { .. } => {
            Input::Inspected { number, view: Inspection::Unknown { cause: cause() } }
        }
        Payload::CallAutomation(_) | Payload::Unrenderable { .. } => {
            Input::Settled { number, result }
        }
    }
}

/// A GET of the company's endpoint may be repeated; other fetches may not.
fn class_of(payload: &Payload) -> Class {
    match payload {
        Payload::CallAutomation(request) => request.operation().class(),
        Payload::Inspect { .. } => Class::Idempotent,
        Payload::Fetch { method, .. } if method == "GET" => Class::Idempotent,
        Payload::Fetch { .. } | Payload::Unrenderable { .. } => Class::Neither,
    }
}

fn spread(call: &CallId) -> Millis {
    let key = ids::event_key("spread", call.as_str());
    Millis::from(u16::from_be_bytes([key[0], key[1]])) % 1_000
}
