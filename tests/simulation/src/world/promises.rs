//! What must follow: a prompt that was accepted is heard, a live call is asked about after a start.

use std::collections::BTreeMap;

use engine::Millis;

use super::{State, excuses::leg_of};

/// A prompt is heard within this, in ms.
const HEARD_WITHIN: Millis = 6_000;
/// A live call is asked about within this after a start, in ms.
const ASKED_WITHIN: Millis = 6_000;

/// What is yet to come.
#[derive(Default)]
pub(super) struct Promises {
    /// The last prompt or question that was accepted, by leg: when, and how much had been heard before.
    prompts: BTreeMap<String, (Millis, usize)>,
    /// Legs that were up when a process began.
    legs: BTreeMap<String, Millis>,
}

impl State {
    /// A process begins: what its forerunner knew of live calls may be old.
    pub(super) fn expect_questions(&mut self) {
        let now = self.now();
        self.promises.legs = self.legs_up().into_keys().map(|leg| (leg, now)).collect();
    }

    /// A request about a leg, and its answer.
    pub(super) fn promised(&mut self, path: &str, status: Option<u16>) {
        let leg = leg_of(path).to_owned();
        self.promises.legs.remove(&leg);
        if path.ends_with(":cancelAllMediaOperations") {
            self.promises.prompts.remove(&leg);
        }
        let speaks = path.ends_with(":play") || path.ends_with(":recognize");
        if speaks && status == Some(202) {
            let heard = self.legs_up().get(&leg).copied();
            let now = self.now();
            self.promises.prompts.extend(heard.map(|heard| (leg, (now, heard))));
        }
    }

    /// Our legs that are up, and how many things were heard on each.
    fn legs_up(&self) -> BTreeMap<String, usize> {
        let views = self.open_calls().into_iter().filter_map(|call| self.stepped.call(call));
        views
            .filter(|view| view.state == "connected")
            .filter_map(|view| Some((view.connection?, view.heard.len())))
            .collect()
    }

    /// Looks what should have come by now.
    pub(super) fn check_promises(&mut self) {
        if self.promises.prompts.is_empty() && self.promises.legs.is_empty() {
            return;
        }
        let (now, up) = (self.now(), self.legs_up());
        self.promises.prompts.retain(|leg, (_, before)| up.get(leg) == Some(before));
        self.promises.legs.retain(|leg, _| up.contains_key(leg));
        self.check_prompts(now);
        self.check_legs(now);
    }

    fn check_prompts(&mut self, now: Millis) {
        let late: Vec<_> = self
            .promises
            .prompts
            .iter()
            .filter(|(leg, (at, _))| now - at > HEARD_WITHIN + self.allowed_silence(leg, *at, now))
            .map(|(leg, _)| leg.clone())
            .collect();
        for leg in late {
            self.violation("a prompt is accepted and not heard", &leg);
            self.promises.prompts.remove(&leg);
        }
    }

    fn check_legs(&mut self, now: Millis) {
        let late: Vec<_> = self
            .promises
            .legs
            .iter()
            .filter(|(leg, at)| now - **at > ASKED_WITHIN + self.allowed_silence(leg, **at, now))
            .map(|(leg, _)| leg.clone())
            .collect();
        for leg in late {
            self.violation("after a start a live call is not asked about", &leg);
            self.promises.legs.remove(&leg);
        }
    }
}
