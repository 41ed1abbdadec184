//! The gate before a dependency: tasks wait here for their turn. What it decides is in `turns`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::Millis;
use tokio::sync::oneshot::{self, Receiver, Sender};
use url::Url;

use crate::clock::Clock;

use super::{
    payload::Payload,
    turns::{Change, Health, Place, Turn, Turns},
    urgency::Urgency,
};

/// Requests to Call Automation at once. At the 3 s of a try that hangs, 40 a second still get their turn.
const CALL_AUTOMATION_AT_ONCE: usize = 128;
/// Requests to one host of the company at once.
const HOST_AT_ONCE: usize = 32;
/// Hosts told apart; `flow.http_hosts` is far shorter. The rest shares a gate.
const HOSTS: usize = 64;

/// The gates of all dependencies that commands go to. Graph and Entra have their own pauses, in the
/// presence poller and in the steady credential.
pub(super) struct Gates {
    clock: Clock,
    call_automation: Arc<Gate>,
    hosts: Mutex<BTreeMap<String, Arc<Gate>>>,
}

impl Gates {
    /// Open gates.
    pub(super) fn new(clock: Clock) -> Self {
        let call_automation = Gate::new("Call Automation", CALL_AUTOMATION_AT_ONCE, clock);
        Self { clock, call_automation, hosts: Mutex::new(BTreeMap::new()) }
    }

    /// The gate that a command goes through.
    pub(super) fn of(&self, payload: &Payload) -> Arc<Gate> {
        match payload {
            Payload::CallAutomation(_) | Payload::Inspect { .. } | Payload::Unrenderable { .. } => {
                self.call_automation.clone()
            }
            Payload::Fetch { url, .. } => self.of_host(url.expose()),
        }
    }

    fn of_host(&self, url: &str) -> Arc<Gate> {
        let url = Url::parse(url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let port = url.as_ref().and_then(Url::port_or_known_default).unwrap_or_default();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{host}:{port}");
        let key = if hosts.len() < HOSTS || hosts.contains_key(&key) { key } else { String::new() };
        let gate = || Gate::new("a host of flow.http_hosts", HOST_AT_ONCE, self.clock);
        hosts.entry(key).or_insert_with(gate).clone()
    }
}

/// Lets tasks through in turn.
pub(super) struct Gate {
    name: &'static str,
    clock: Clock,
    line: Mutex<Line>,
}

struct Line {
    turns: Turns,
    waiting: BTreeMap<Place, Sender<Turn>>,
}

/// The right to try once; [`Permit::tell`] gives it back with what was learnt.
pub(super) struct Permit<'a> {
    gate: &'a Gate,
    turn: Option<Turn>,
}

impl Gate {
    fn new(name: &'static str, at_once: usize, clock: Clock) -> Arc<Self> {
        let line = Line { turns: Turns::new(at_once), waiting: BTreeMap::new() };
        Arc::new(Self { name, clock, line: Mutex::new(line) })
    }

    /// Waits for a turn; None if none came until then. A time that has passed asks once.
    pub(super) async fn enter(&self, urgency: Urgency, until: Millis) -> Option<Permit<'_>> {
        let mut waiting = Waiting::stand(self, urgency);
        loop {
            self.give_turns();
            if let Ok(turn) = waiting.turn.try_recv() {
                return Some(Permit { gate: self, turn: Some(turn) });
            }
            let now = self.clock.now();
            if now >= until {
                return None;
            }
            let wake_at = self.line().turns.wake_at(now).unwrap_or(until).min(until);
            tokio::select! {
                biased;
                turn = &mut waiting.turn => {
                    return Some(Permit { gate: self, turn: Some(turn.ok()?) });
                }
                () = self.clock.sleep_until(wake_at) => {}
            }
        }
    }

    /// Whether ordinary commands are held back because the dependency looks broken.
    pub(super) fn is_broken(&self) -> bool {
        self.line().turns.is_broken()
    }

    /// Counts a command that is tried for the first time.
    pub(super) fn first_try(&self, urgency: Urgency) {
        let now = self.clock.now();
        self.line().turns.first_try(urgency, now);
    }

    /// Takes a repetition from the budget: how much longer it must wait, in ms; None beyond `longest`.
    pub(super) fn repeat(&self, urgency: Urgency, longest: Millis) -> Option<Millis> {
        let now = self.clock.now();
        self.line().turns.repeat(urgency, longest, now)
    }

    fn give_turns(&self) {
        let now = self.clock.now();
        let mut line = self.line();
        while let Some((place, turn)) = line.turns.give(now) {
            let taken = line.waiting.remove(&place).is_some_and(|to| to.send(turn).is_ok());
            if !taken {
                line.turns.end(turn, Health::Untold, now);
            }
        }
    }

    fn end(&self, turn: Turn, health: Health) {
        let change = self.line().turns.end(turn, health, self.clock.now());
        if let Some(change) = change {
            tell(self.name, change);
        }
        self.give_turns();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Gives the turn back with what the try told.
    pub(super) fn tell(mut self, health: Health) {
        if let Some(turn) = self.turn.take() {
            self.gate.end(turn, health);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.gate.end(turn, Health::Untold);
        }
    }
}

/// People should know.
fn tell(dependency: &'static str, change: Change) {
    let (alarming, news) = match change {
        Change::Broken => {
            (true, "looks broken: only hang-ups and answers are tried, and a probe now and then")
        }
        Change::Slower => (true, "asks for a pause: urgent commands first"),
        Change::Back => (false, "answers again"),
    };
    if alarming {
        tracing::warn!(dependency, news);
    } else {
        tracing::info!(dependency, news);
    }
}

/// A place in the line, left when dropped: a task may be cut off while it waits.
struct Waiting<'a> {
    gate: &'a Gate,
    urgency: Urgency,
    place: Place,
    turn: Receiver<Turn>,
}

impl<'a> Waiting<'a> {
    fn stand(gate: &'a Gate, urgency: Urgency) -> Self {
        let (sender, turn) = oneshot::channel();
        let mut line = gate.line();
        let place = line.turns.stand(urgency);
        line.waiting.insert(place, sender);
        Self { gate, urgency, place, turn }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut line = self.gate.line();
        line.turns.leave(self.urgency, self.place);
        line.waiting.remove(&self.place);
        drop(line);
        // Given in the same moment in which its taker went away.
        if let Ok(turn) = self.turn.try_recv() {
            self.gate.end(turn, Health::Untold);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(at_once: usize) -> Arc<Gate> {
        Gate::new("a test", at_once, Clock::start())
    }

    #[tokio::test]
    async fn a_task_cut_off_in_line_or_with_a_turn_leaves_no_turn_behind() {
        let gate = gate(1);
        let soon = gate.clock.now() + 1_000;
        let first = gate.enter(Urgency::Heard, soon).await.expect("a free turn");
        let mut second = Box::pin(gate.enter(Urgency::Heard, soon));
        assert!(futures_util::poll!(&mut second).is_pending());
        // Given to the second, which is never polled again.
        drop(first);
        drop(second);
        let third = gate.enter(Urgency::Heard, 0).await;
        assert!(third.is_some(), "the turn came back");
        drop(third);
        let line = gate.line();
        assert!(line.waiting.is_empty());
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_it_is_worth() {
        let gate = gate(1);
        let _held = gate.enter(Urgency::Heard, 0).await.expect("a free turn");
        let until = gate.clock.now() + 20;
        assert!(gate.enter(Urgency::Heard, until).await.is_none());
        assert!(gate.clock.now() >= until);
    }

    #[tokio::test]
    async fn a_pause_ends_by_itself() {
        let gate = gate(2);
        let permit = gate.enter(Urgency::Heard, 0).await.expect("a free turn");
        permit.tell(Health::Slower(30));
        let asked = gate.clock.now();
        assert!(gate.enter(Urgency::Heard, asked).await.is_none(), "not now");
        assert!(gate.enter(Urgency::Control, asked).await.is_some(), "urgent ones go");
        assert!(gate.enter(Urgency::Heard, asked + 10_000).await.is_some());
        assert!(gate.clock.now() >= asked + 29);
    }
}
