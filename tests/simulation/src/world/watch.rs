//! Eyes on the lines: silence, agents left alone, double rings. They see what callers and agents see.

use std::collections::BTreeMap;

use emulator::world::{CallId, CallView};
use engine::Millis;

use crate::flows::CONSENT;

use super::State;

/// The application's leg is up this long after the answer at the latest, in ms.
const SET_UP: Millis = 1_000;

/// The longest sentence that may run on into a conversation, in ms.
const ANNOUNCEMENT: Millis = 7_000;

/// Something that must not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub name: &'static str,
    /// When, ms from the beginning.
    pub at: Millis,
    /// What was seen.
    pub text: String,
}

/// What was seen of a caller's line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Our side answered.
    pub answered_at: Option<Millis>,
    /// Our leg, as long as it was there.
    leg: String,
    /// Nothing is heard since.
    silent_since: Option<Millis>,
    /// An agent sits alone since.
    alone_since: Option<Millis>,
    /// Caller and agent were together, if only until the caller left in the same millisecond.
    pub talked: bool,
    /// Since when they are.
    together_since: Option<Millis>,
    /// The longest time for which they were, in ms, while nothing went wrong.
    pub talked_for: Millis,
    /// A recording ran.
    pub recorded: bool,
    /// Something is spoken or played into a conversation since.
    disturbed_since: Option<Millis>,
    /// The caller was first seen to be gone.
    pub left_at: Option<Millis>,
    /// How often Call Automation denied it while it lived.
    pub denied: u32,
    /// It is over.
    pub over: bool,
    /// ACS's name for the conversation.
    pub server_call_id: String,
    /// What was heard, in order.
    pub heard: Vec<String>,
    /// Why it ended.
    pub end_reason: Option<&'static str>,
}

/// What was seen.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) lines: BTreeMap<CallId, Line>,
    violations: Vec<Violation>,
    /// Commands under way, by call and lane: the number.
    pub(super) under_way: BTreeMap<(String, String), u32>,
    /// The last number that left, by call and lane.
    pub(super) last_sent: BTreeMap<(String, String), u32>,
}

impl Watch {
    pub(super) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub(super) fn add(&mut self, violation: Violation) {
        if self.violations.len() < 20 {
            self.violations.push(violation);
        }
    }

    /// An agent accepted: Call Automation says that he is in the call.
    pub(super) fn joined(&mut self, call: CallId) {
        self.lines.entry(call).or_default().talked = true;
    }

    /// Requests of a dead process are no longer under way.
    pub(super) fn boot(&mut self) {
        self.under_way.clear();
        self.last_sent.clear();
    }
}

/// What the caller of a line hears, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    /// The ring, or the other side.
    Fine,
    /// Nothing.
    Nothing,
    /// The caller is gone; an agent is still there.
    AgentAlone,
}

fn sound(view: &CallView, answered_at: Option<Millis>, now: Millis) -> Sound {
    let is_up = answered_at.is_some_and(|at| now >= at + SET_UP);
    if view.state != "connected" || !is_up {
        return Sound::Fine;
    }
    let is_caller = |raw: &str| raw.starts_with("4:");
    let caller = view.participants.iter().any(|one| is_caller(one.raw_id.expose()));
    let agent = view.participants.iter().any(|one| !is_caller(one.raw_id.expose()));
    match (caller, agent) {
        (true, true) | (false, false) => Sound::Fine,
        (false, true) => Sound::AgentAlone,
        (true, false) if view.hearing.is_some() || view.listening => Sound::Fine,
        (true, false) => Sound::Nothing,
    }
}

/// Whether the caller of an answered line is no longer on it.
fn is_left(view: &CallView, answered_at: Option<Millis>) -> bool {
    let there = view.participants.iter().any(|one| one.raw_id.expose().starts_with("4:"));
    view.end_reason == Some("caller hung up")
        || (view.state == "connected" && answered_at.is_some() && !there)
}

impl State {
    /// Looks at a line.
    pub(super) fn watch_line(&mut self, view: &CallView) {
        let now = self.now();
        let mut line = self.watch.lines.remove(&view.id).unwrap_or_default();
        if line.server_call_id.is_empty() {
            line.server_call_id.clone_from(&view.server_call_id);
        }
        if let Some(leg) = view.connection.as_ref().filter(|_| line.leg.is_empty()) {
            line.leg.clone_from(leg);
        }
        if view.state == "connected" && line.answered_at.is_none() {
            line.answered_at = Some(now);
        }
        let agent = view.participants.iter().any(|one| !one.raw_id.expose().starts_with("4:"));
        let together = agent && view.participants.len() > 1;
        line.talked |= together;
        if together {
            line.together_since.get_or_insert(now);
        } else if let Some(since) = line.together_since.take()
            && self.explains(since, now).is_none()
        {
            line.talked_for = line.talked_for.max(now - since);
        }
        self.watch_recording(&mut line, view);
        if line.left_at.is_none() && is_left(view, line.answered_at) {
            line.left_at = Some(now);
        }
        self.watch_disturbance(&mut line, view, together);
        for heard in view.heard.iter().skip(line.heard.len()) {
            self.note(format_args!("call {} hears {}", view.id, heard.text));
            line.heard.push(heard.text.clone());
        }
        let sound = sound(view, line.answered_at, now);
        self.time(&mut line, view.id, sound, now);
        if view.state == "ended" && !line.over {
            line.over = true;
            line.denied = self.denied(&line.leg);
            line.end_reason = view.end_reason;
            self.note(format_args!("call {} is over: {:?}", view.id, view.end_reason));
        }
        self.watch.lines.insert(view.id, line);
    }

    /// A recording may begin once the sentence about it is over.
    fn watch_recording(&mut self, line: &mut Line, view: &CallView) {
        let begins = view.recorded && !std::mem::replace(&mut line.recorded, view.recorded);
        let spoken = view.hearing.as_ref().and_then(|hearing| hearing.text.as_deref());
        if begins && spoken.is_some_and(|text| text.contains(CONSENT)) {
            self.violation(
                "I7 recorded before the sentence was over",
                &format!("call {}", view.id),
            );
        }
    }

    /// An announcement may run on when an agent joins; music and prompts do not.
    fn watch_disturbance(&mut self, line: &mut Line, view: &CallView, together: bool) {
        let now = self.now();
        if together && view.hearing.is_some() {
            line.disturbed_since.get_or_insert(now);
        } else if let Some(since) = line.disturbed_since.take() {
            let (lasted, allowed) = (now - since, self.allowed_silence(&line.leg, since, now));
            if lasted > allowed + ANNOUNCEMENT {
                let text = format!("call {}: {lasted} ms, allowed {allowed}", view.id);
                self.violation("I5 a conversation is talked over", &text);
            }
        }
    }

    fn time(&mut self, line: &mut Line, call: CallId, sound: Sound, now: Millis) {
        if sound == Sound::Nothing {
            line.silent_since.get_or_insert(now);
        } else if let Some(since) = line.silent_since.take() {
            self.too_long("I4 silence", call, &line.leg, since);
        }
        if sound == Sound::AgentAlone {
            line.alone_since.get_or_insert(now);
        } else if let Some(since) = line.alone_since.take() {
            self.too_long("agent left alone", call, &line.leg, since);
        }
    }

    /// Somebody heard nothing from `since` until now.
    fn too_long(&mut self, name: &'static str, call: CallId, leg: &str, since: Millis) {
        let now = self.now();
        let (lasted, allowed) = (now - since, self.allowed_silence(leg, since, now));
        if lasted > allowed {
            let from = since - self.began;
            self.violation(
                name,
                &format!("call {call}: {lasted} ms from {from}, allowed {allowed}"),
            );
        }
    }

    /// The lines, by call.
    pub fn seen_lines(&self) -> &BTreeMap<CallId, Line> {
        &self.watch.lines
    }
}
