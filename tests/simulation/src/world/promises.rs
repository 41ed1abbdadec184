//! What must follow: a prompt that was accepted is heard, a live call is asked about after a start.

use std::collections::BTreeMap;

use emulator::world::CallView;
use engine::Millis;

use super::{State, excuses::leg_of};

/// A prompt is heard within this, in ms.
const HEARD_WITHIN: Millis = 6_000;
/// A live call is asked about within this after a start, in ms.
const ASKED_WITHIN: Millis = 6_000;

/// What is yet to come, by our leg.
#[derive(Default)]
pub(super) struct Promises {
    /// When the last prompt or question was accepted of which nothing was heard yet, and how much had been heard
    /// when the leg was last looked at.
    prompts: BTreeMap<String, (Millis, usize)>,
    /// How much was heard on a leg when it was last looked at.
    heard: BTreeMap<String, usize>,
    /// Legs that were up when a process began.
    legs: BTreeMap<String, Millis>,
    /// How often a question about a leg was answered 404.
    denied: BTreeMap<String, u32>,
}

impl State {
    /// A process begins: what its forerunner knew of live calls may be old.
    pub(super) fn expect_questions(&mut self) {
        let now = self.now();
        let views = self.open_calls().into_iter().filter_map(|call| self.stepped.call(call));
        let up = views.filter(|view| view.state == "connected");
        self.promises.legs = up.filter_map(|view| Some((view.connection?, now))).collect();
    }

    /// A request about a leg, and its answer.
    pub(super) fn promised(&mut self, path: &str, asks: bool, status: Option<u16>) {
        let (leg, now) = (leg_of(path).to_owned(), self.now());
        let promises = &mut self.promises;
        promises.legs.remove(&leg);
        if path.ends_with(":cancelAllMediaOperations") {
            promises.prompts.remove(&leg);
        }
        if asks && status == Some(404) {
            *promises.denied.entry(leg.clone()).or_default() += 1;
        }
        let speaks = path.ends_with(":play") || path.ends_with(":recognize");
        if speaks && status == Some(202) {
            let before = promises.heard.get(&leg).copied().unwrap_or(0);
            promises.prompts.insert(leg, (now, before));
        }
    }

    /// How often Call Automation denied a leg.
    pub(super) fn denied(&self, leg: &str) -> u32 {
        self.promises.denied.get(leg).copied().unwrap_or(0)
    }

    /// Looks whether it has come.
    pub(super) fn watch_promises(&mut self, view: &CallView) {
        let Some(leg) = &view.connection else { return };
        let heard = view.heard.len();
        if view.state != "connected"
            || self.promises.prompts.get(leg).is_some_and(|(_, had)| heard > *had)
        {
            self.promises.prompts.remove(leg);
        }
        self.promises.heard.insert(leg.clone(), heard);
        let now = self.now();
        let late =
            |at: Millis, within: Millis| now - at > within + self.allowed_silence(leg, at, now);
        let unheard = self.promises.prompts.get(leg).is_some_and(|(at, _)| late(*at, HEARD_WITHIN));
        let unasked = self.promises.legs.get(leg).is_some_and(|at| late(*at, ASKED_WITHIN));
        if unheard {
            self.promises.prompts.remove(leg);
            self.violation("a prompt is accepted and not heard", &format!("call {}", view.id));
        }
        if unasked {
            self.promises.legs.remove(leg);
            self.violation(
                "after a start a live call is not asked about",
                &format!("call {}", view.id),
            );
        }
    }
}
