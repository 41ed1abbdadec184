//! What is to be delivered and when, without a network: the order of a call's events, retries, and
//! what faults do to events. The listeners' emulator posts what it hands out; [`crate::Stepped`]
//! hands it to its caller.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::odd;
use super::schedule::{self, Next, Reason};
use crate::clock::{Millis, callback_time, grid_time};
use crate::control::Subscription;
use crate::options::EventGridPolicy;
use crate::shared::{FaultAction, WrongClaim};
use crate::world::{CallId, Callback, GridEvent};

/// Pauses before the second and the third attempt of a callback; the last one repeats.
const PAUSES: [Millis; 2] = [1_000, 3_000];
/// How long an event waits to be overtaken.
const OVERTAKING: Millis = 2_000;

/// What is delivered.
#[derive(Clone)]
pub(crate) enum Load {
    /// A mid-call event.
    Callback(Callback),
    /// An event of a subscription, published at a time.
    Grid { subscription: Arc<Subscription>, event: GridEvent, published: Millis },
}

/// One attempt to deliver.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// Names it when it is reported.
    pub(crate) id: u64,
    pub(crate) load: Load,
    /// 1 for the first.
    pub(crate) number: u32,
    /// When it became due.
    pub(crate) due: Millis,
    /// How far the sender's clock is off.
    pub(crate) skew: Millis,
    /// What its token says wrong.
    pub(crate) wrong: Option<WrongClaim>,
    /// Whether the next event of the call waits for its answer.
    leads: bool,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// It was taken.
    Taken,
    /// It comes again.
    Again,
    /// It is given up.
    Lost,
}

/// The events of one call whose turn has not come.
#[derive(Default)]
struct Lane {
    queue: VecDeque<Attempt>,
    /// The attempt that is being answered.
    leader: Option<u64>,
    /// An event that waits to be overtaken.
    held: Option<(Millis, u64)>,
}

/// The rules of delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// How often a callback is tried.
    pub(crate) callback_attempts: u32,
    pub(crate) event_grid: EventGridPolicy,
}

/// Everything that is on its way.
pub(crate) struct Courier {
    rules: Rules,
    lanes: BTreeMap<CallId, Lane>,
    ready: VecDeque<Attempt>,
    /// By due time; equal times keep their order.
    waiting: BTreeMap<(Millis, u64), Attempt>,
    flying: BTreeMap<u64, Attempt>,
    last: u64,
}

impl Courier {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            lanes: BTreeMap::new(),
            ready: VecDeque::new(),
            waiting: BTreeMap::new(),
            flying: BTreeMap::new(),
            last: 0,
        }
    }

    /// Takes a load with the fault that strikes it, and gives it back when the fault drops it.
    pub(crate) fn push(
        &mut self,
        now: Millis,
        load: Load,
        fault: Option<&FaultAction>,
    ) -> Option<Load> {
        let mut first = self.first(now, load);
        let lane = first.lane();
        match fault {
            Some(FaultAction::Drop) => return Some(first.load),
            Some(FaultAction::Duplicate) => self.copies(2, first),
            Some(FaultAction::Copies { n }) => self.copies(*n, first),
            Some(FaultAction::Delay { ms }) => self.wait(now + Millis::from(*ms), first),
            Some(FaultAction::Reorder) => {
                let key = (now + OVERTAKING, first.id);
                if let Some(call) = lane {
                    self.lanes.entry(call).or_default().held.get_or_insert(key);
                }
                self.wait(key.0, first);
            }
            Some(FaultAction::Skew { ms }) => {
                first.set_skew(now, *ms);
                self.queue(first);
            }
            Some(FaultAction::Forge { claim }) => {
                first.wrong = Some(*claim);
                self.queue(first);
            }
            Some(FaultAction::Alter { with }) => {
                if let Load::Callback(callback) = &mut first.load {
                    odd::alter(&mut callback.body[0]["data"], *with);
                }
                self.queue(first);
            }
            Some(
                FaultAction::Refuse { .. }
                | FaultAction::FailAfter { .. }
                | FaultAction::Reset
                | FaultAction::Hang { .. }
                | FaultAction::Slow { .. }
                | FaultAction::RotateKeys,
            )
            | None => self.queue(first),
        }
        None
    }

    fn first(&mut self, now: Millis, load: Load) -> Attempt {
        let id = self.next_id();
        Attempt { id, load, number: 1, due: now, skew: 0, wrong: None, leads: false }
    }

    fn next_id(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The first one takes its turn, the others come with it.
    fn copies(&mut self, count: u32, first: Attempt) {
        for _ in 1..count {
            let copy = Attempt { id: self.next_id(), ..first.clone() };
            self.wait(copy.due, copy);
        }
        self.queue(first);
    }

    fn wait(&mut self, due: Millis, mut attempt: Attempt) {
        attempt.due = due;
        self.waiting.insert((due, attempt.id), attempt);
    }

    /// The events of one call are posted one after the other; calls do not wait for each other.
    fn queue(&mut self, mut attempt: Attempt) {
        let Some(call) = attempt.lane() else {
            self.ready.push_back(attempt);
            return;
        };
        attempt.leads = true;
        self.lanes.entry(call).or_default().queue.push_back(attempt);
        self.release(call);
    }

    fn release(&mut self, call: CallId) {
        let Some(lane) = self.lanes.get_mut(&call) else {
            return;
        };
        if lane.leader.is_none()
            && let Some(next) = lane.queue.pop_front()
        {
            lane.leader = Some(next.id);
            self.ready.push_back(next);
        }
        if lane.leader.is_none() && lane.held.is_none() {
            self.lanes.remove(&call);
        }
    }

    /// What is to be attempted now. Each of it is reported later.
    pub(crate) fn take(&mut self, now: Millis) -> Vec<Attempt> {
        while let Some(entry) = self.waiting.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let attempt = entry.remove();
            if let Some(call) = attempt.lane()
                && let Some(lane) = self.lanes.get_mut(&call)
                && lane.held.take_if(|(_, id)| *id == attempt.id).is_some()
                && lane.leader.is_none()
            {
                // Nothing overtook it, and nothing else is to come.
                self.lanes.remove(&call);
            }
            self.ready.push_back(attempt);
        }
        let taken: Vec<Attempt> = self.ready.drain(..).collect();
        for attempt in &taken {
            self.flying.insert(attempt.id, attempt.clone());
        }
        taken
    }

    /// When the next attempt is due; the time does not matter for what is due already.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        match self.ready.front() {
            Some(attempt) => Some(attempt.due),
            None => self.waiting.first_key_value().map(|((due, _), _)| *due),
        }
    }

    /// How many attempts are due or not reported yet.
    pub(crate) fn busy(&self) -> usize {
        self.ready.len() + self.flying.len()
    }

    /// Tells what an attempt was answered; no status when there was no answer. Gives the attempt
    /// and what follows, or nothing when it is not known or was reported before.
    pub(crate) fn report(
        &mut self,
        now: Millis,
        id: u64,
        status: Option<u16>,
    ) -> Option<(Attempt, Followed)> {
        let attempt = self.flying.remove(&id)?;
        let followed = match self.next(now, &attempt, status) {
            Next::Delivered => Followed::Taken,
            Next::GivenUp(_) => Followed::Lost,
            Next::After(pause) => {
                let number = attempt.number + 1;
                let next = Attempt { id: self.next_id(), number, leads: false, ..attempt.clone() };
                self.wait(now + pause, next);
                Followed::Again
            }
        };
        if let Some(call) = attempt.lane().filter(|_| attempt.leads) {
            self.step(now, call, attempt.id);
        }
        Some((attempt, followed))
    }

    /// A leader was answered: whom it overtook comes, and the next one leads.
    fn step(&mut self, now: Millis, call: CallId, leader: u64) {
        let Some(lane) = self.lanes.get_mut(&call) else {
            return;
        };
        lane.leader = None;
        // One that was under way already when the other was held has not overtaken it.
        if let Some(held) = lane.held.take_if(|(_, id)| *id < leader)
            && let Some(overtaken) = self.waiting.remove(&held)
        {
            self.wait(now, overtaken);
        }
        self.release(call);
    }

    fn next(&self, now: Millis, attempt: &Attempt, status: Option<u16>) -> Next {
        match &attempt.load {
            Load::Callback(_) => match status {
                Some(200..=299) => Next::Delivered,
                Some(_) | None if attempt.number >= self.rules.callback_attempts => {
                    Next::GivenUp(Reason::Attempts)
                }
                Some(_) | None => {
                    let index = usize::try_from(attempt.number - 1).unwrap_or(usize::MAX);
                    Next::After(PAUSES.get(index).copied().unwrap_or(PAUSES[1]))
                }
            },
            Load::Grid { subscription, published, .. } => {
                let policy = subscription.policy(self.rules.event_grid);
                schedule::next(&policy, attempt.number, now - published, status)
            }
        }
    }
}

impl Attempt {
    fn lane(&self) -> Option<CallId> {
        match &self.load {
            Load::Callback(callback) => Some(callback.call),
            Load::Grid { .. } => None,
        }
    }

    /// The sender's clock is off: the event says so, and its token will.
    fn set_skew(&mut self, now: Millis, skew: Millis) {
        self.skew = skew;
        match &mut self.load {
            Load::Callback(callback) => {
                callback.body[0]["time"] = serde_json::json!(callback_time(now + skew));
            }
            Load::Grid { event, .. } => event.time = grid_time(now + skew),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn callback(name: &'static str) -> Load {
        let body = json!([{"data": {}}]);
        Load::Callback(Callback { call: CallId(1), address: "https://app".to_owned(), name, body })
    }

    fn names(taken: &[Attempt]) -> Vec<&'static str> {
        let name = |attempt: &Attempt| match &attempt.load {
            Load::Callback(callback) => callback.name,
            Load::Grid { .. } => "grid",
        };
        taken.iter().map(name).collect()
    }

    #[test]
    fn an_event_waits_for_one_that_came_after_it() {
        let rules = Rules { callback_attempts: 3, event_grid: EventGridPolicy::default() };
        let mut courier = Courier::new(rules);
        assert!(courier.push(0, callback("first"), None).is_none());
        let first = courier.take(0);
        assert!(courier.push(0, callback("held"), Some(&FaultAction::Reorder)).is_none());
        assert!(courier.push(0, callback("last"), None).is_none());
        assert_eq!(names(&courier.take(0)), [""; 0], "the first is not answered yet");
        courier.report(1, first[0].id, Some(200));
        let last = courier.take(1);
        assert_eq!(names(&last), ["last"]);
        courier.report(2, last[0].id, Some(200));
        assert_eq!(names(&courier.take(2)), ["held"]);
        assert_eq!(courier.next_due(), None);

        assert!(courier.push(3, callback("alone"), Some(&FaultAction::Reorder)).is_none());
        assert_eq!(courier.next_due(), Some(2_003));
        assert_eq!(names(&courier.take(2_003)), ["alone"]);
        assert!(courier.lanes.is_empty(), "a lane with nothing in it is gone");
    }
}
