//! Callers and agents: they see and hear, and do what the plan says.

use std::collections::BTreeMap;

use emulator::world::{CallId, CallView, ClientState};
use engine::Millis;

use crate::plan::{Choice, Leave, Moment, Plan, Said};

use super::{State, agent};

/// The number that is dialled.
pub(super) const LINE: &str = "+18005550100";
/// How every caller's number begins, and the callers' name: they may be read nowhere (V13).
pub const SECRETS: [&str; 2] = ["4420794601", "Ada Caller"];
/// A caller whom nobody serves hangs up after this, in ms.
const PATIENCE: Millis = 200_000;

/// Everybody, and what they are about to do.
pub(super) struct Crowd {
    callers: Vec<Caller>,
    by_call: BTreeMap<CallId, usize>,
    agents: Vec<Agent>,
    acts: BTreeMap<(Millis, u32), Act>,
    order: u32,
}

#[derive(Default)]
struct Caller {
    call: Option<CallId>,
    asked: usize,
    heard: usize,
    listening: bool,
    together: bool,
    over: bool,
}

#[derive(Default)]
struct Agent {
    rings: usize,
    rung_for: Option<CallId>,
}

#[derive(Debug, Clone)]
enum Act {
    Dial(usize),
    Keys(usize, String),
    Words(usize, &'static str),
    HangUp(usize),
    React(usize, CallId, Choice, Option<Millis>),
    Leave(usize, CallId),
    Presence(usize, &'static str),
}

impl Crowd {
    pub(super) fn new(plan: &Plan, began: Millis) -> Self {
        let mut crowd = Self {
            callers: plan.calls.iter().map(|_| Caller::default()).collect(),
            by_call: BTreeMap::new(),
            agents: plan.agents.iter().map(|_| Agent::default()).collect(),
            acts: BTreeMap::new(),
            order: 0,
        };
        for (index, call) in plan.calls.iter().enumerate() {
            crowd.later(began + call.at, Act::Dial(index));
        }
        for (index, agent) in plan.agents.iter().enumerate() {
            for (at, word) in &agent.presence {
                crowd.later(began + at, Act::Presence(index, word));
            }
        }
        crowd
    }

    fn later(&mut self, at: Millis, act: Act) {
        self.order += 1;
        self.acts.insert((at, self.order), act);
    }

    pub(super) fn all_over(&self) -> bool {
        self.callers.iter().all(|caller| caller.over)
    }

    fn next_due(&self) -> Option<Millis> {
        self.acts.first_key_value().map(|((at, _), _)| *at)
    }

    fn pop(&mut self, now: Millis) -> Option<Act> {
        let entry = self.acts.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}

impl State {
    /// When a person does something next.
    pub(super) fn next_act(&self) -> Option<Millis> {
        self.crowd.next_due()
    }

    /// Lets one person do what is due; false when nothing is.
    pub(super) fn act(&mut self) -> bool {
        let now = self.now();
        let Some(act) = self.crowd.pop(now) else { return false };
        self.perform(act, now);
        true
    }

    fn perform(&mut self, act: Act, now: Millis) {
        // What is done too late, to a call that is over or to a ring that has stopped, is lost.
        match act {
            Act::Dial(index) => self.dial(index, now),
            Act::Keys(index, keys) => {
                if let Some(call) = self.open_call(index) {
                    self.note(format_args!("caller of {call} presses {keys}"));
                    let _ = self.stepped.press(call, &keys);
                }
            }
            Act::Words(index, words) => {
                if let Some(call) = self.open_call(index) {
                    self.note(format_args!("caller of {call} says {words}"));
                    let _ = self.stepped.say(call, words);
                }
            }
            Act::HangUp(index) => {
                if let Some(call) = self.open_call(index) {
                    self.note(format_args!("caller of {call} hangs up"));
                    let _ = self.stepped.hang_up(call);
                }
            }
            Act::React(index, call, choice, leaves_after) => {
                self.react(index, call, choice, leaves_after, now);
            }
            Act::Leave(index, call) => {
                if self.client(index) == (ClientState::InCall, Some(call)) {
                    self.note(format_args!("agent{index} leaves {call}"));
                    let _ = self.stepped.leave(&agent(index).nickname);
                }
            }
            Act::Presence(index, word) => {
                self.note(format_args!("agent{index} is {word}"));
                let _ = self.stepped.set_presence(&agent(index).nickname, word, None);
                self.wire.presence_is(index, word, now);
            }
        }
    }

    fn dial(&mut self, index: usize, now: Millis) {
        let [number, name] = SECRETS;
        let from = format!("+{number}{index:02}");
        let name = if index.is_multiple_of(3) { "" } else { name };
        let Ok(call) = self.stepped.dial(&from, name, LINE) else { return };
        self.note(format_args!("caller {index} dials: call {call}"));
        self.crowd.by_call.insert(call, index);
        if let Some(caller) = self.crowd.callers.get_mut(index) {
            caller.call = Some(call);
        }
        self.crowd.later(now + PATIENCE, Act::HangUp(index));
        self.leave_on(index, Moment::Dialled, now);
    }

    fn open_call(&self, index: usize) -> Option<CallId> {
        let caller = self.crowd.callers.get(index)?;
        caller.call.filter(|_| !caller.over)
    }

    fn react(
        &mut self,
        index: usize,
        call: CallId,
        choice: Choice,
        leaves_after: Option<Millis>,
        now: Millis,
    ) {
        if self.client(index) != (ClientState::Ringing, Some(call)) {
            return;
        }
        self.note(format_args!("agent{index}: {choice:?} {call}"));
        let who = agent(index).nickname;
        let done = match choice {
            Choice::Accept => self.stepped.accept(&who),
            Choice::Decline => self.stepped.decline(&who),
            Choice::Ignore => self.stepped.ignore(&who),
        };
        match choice {
            Choice::Accept if done.is_ok() => self.together(index, call, leaves_after, now),
            Choice::Decline => self.wire.offer_missed(index, now),
            Choice::Accept | Choice::Ignore => {}
        }
    }

    fn together(&mut self, index: usize, call: CallId, leaves: Option<Millis>, now: Millis) {
        if let Some(after) = leaves {
            self.crowd.later(now + after, Act::Leave(index, call));
        }
        self.watch.joined(call);
        let Some(caller) = self.crowd.by_call.get(&call).copied() else { return };
        if let Some(person) = self.crowd.callers.get_mut(caller) {
            person.together = true;
        }
        self.leave_on(caller, Moment::Together, now);
        // Every talk has an end.
        let talk = self.latency(5_000, 60_000);
        self.crowd.later(now + talk, Act::HangUp(caller));
    }

    /// What a Teams client does.
    fn client(&self, index: usize) -> (ClientState, Option<CallId>) {
        let user = self.stepped.user(&agent(index).nickname);
        user.map_or((ClientState::Idle, None), |user| (user.client.state, user.client.call))
    }

    /// Agents look whether they are rung.
    pub(super) fn watch_agents(&mut self) {
        let now = self.now();
        for index in 0..self.crowd.agents.len() {
            let (state, call) = self.client(index);
            let rung_for = call.filter(|_| state == ClientState::Ringing);
            let Some(person) = self.crowd.agents.get_mut(index) else { continue };
            if std::mem::replace(&mut person.rung_for, rung_for) == rung_for {
                continue;
            }
            let Some(call) = rung_for else { continue };
            let nth = person.rings;
            person.rings += 1;
            self.note(format_args!("agent{index} is rung for {call}"));
            let rings = &self.plan.agents[index].rings;
            if let Some(reaction) = rings.get(nth).or(rings.last()).cloned() {
                let act = Act::React(index, call, reaction.what, reaction.leaves_after);
                self.crowd.later(now + reaction.after, act);
            }
            if let Some(caller) = self.crowd.by_call.get(&call).copied() {
                self.leave_on(caller, Moment::Rung, now);
            }
        }
    }

    /// A caller hears and is asked.
    pub(super) fn watch_caller(&mut self, view: &CallView) {
        let now = self.now();
        let Some(index) = self.crowd.by_call.get(&view.id).copied() else { return };
        let Some(caller) = self.crowd.callers.get_mut(index) else { return };
        caller.over |= view.state == "ended";
        if caller.over {
            return;
        }
        let heard = std::mem::replace(&mut caller.heard, view.heard.len());
        let began_to_listen =
            view.listening && !std::mem::replace(&mut caller.listening, view.listening);
        let asked = caller.asked;
        caller.asked += usize::from(began_to_listen);
        for nth in heard..view.heard.len() {
            self.leave_on(index, Moment::Heard(nth), now);
        }
        if began_to_listen {
            self.leave_on(index, Moment::Asked(asked), now);
            self.answer(index, asked, now);
        }
    }

    fn answer(&mut self, index: usize, asked: usize, now: Millis) {
        let Some(next) = self.plan.calls[index].moves.get(asked).cloned() else { return };
        let at = now + next.after;
        match next.what {
            Said::Keys(keys) => self.crowd.later(at, Act::Keys(index, keys.to_owned())),
            Said::SlowKeys(keys, pause) => {
                let mut when = at;
                for key in keys.chars() {
                    self.crowd.later(when, Act::Keys(index, key.to_string()));
                    when += pause;
                }
            }
            Said::Words(words) => self.crowd.later(at, Act::Words(index, words)),
            Said::Nothing => {}
        }
    }

    fn leave_on(&mut self, index: usize, moment: Moment, now: Millis) {
        let leaves = self.plan.calls.get(index).and_then(|call| call.leaves.clone());
        if let Some(Leave { on, after }) = leaves
            && on == moment
        {
            self.crowd.later(now + after, Act::HangUp(index));
        }
    }

    /// Calls that are not over.
    pub(super) fn open_calls(&self) -> Vec<CallId> {
        self.crowd.callers.iter().filter(|caller| !caller.over).filter_map(|one| one.call).collect()
    }
}
