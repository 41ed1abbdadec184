//! The caller talks with a voice agent over a web socket. Call Automation dials this service, which dials the agent; who
//! holds the sockets tells by [`StreamNews`] what becomes of them.

use serde_json::Value;

use crate::{
    Millis,
    flow::{Collect, Node, Stream},
};

use super::{
    command::{Action, Lane},
    input::{Passed, Refusal, StreamEnd, StreamNews},
    state::{Doing, Kept, Number, PendingKind, Phase, StreamPhase, Talk},
    step::Stepper,
};

/// From the order until the agent has taken the call, in ms: the caller hears nothing meanwhile.
const TO_BEGIN: Millis = 10_000;
/// Who holds the sockets says every 15 s that sound still comes. One who says nothing for so long, in ms, is dead.
const SILENT: Millis = 35_000;
/// After a restart the sockets may be those of the dead process: whoever holds them lets hear of himself within this,
/// in ms.
const SILENT_AFTER_RESTART: Millis = 17_000;
/// After the socket was closed on the other side, the event that says why, or another socket, is awaited for so long, in ms.
const TO_SAY_WHY: Millis = 5_000;
/// How long the end of a stream is awaited, in ms: a sensitive question waits for it (V12).
const TO_STOP: Millis = 3_500;
/// The sub-code of an operation that the state of the call does not allow (contract 6.4): the stream runs already, or
/// does not run.
const WRONG_STATE: i64 = 8585;

impl<'a> Stepper<'a> {
    /// A `stream` node.
    pub(super) fn talk(&mut self, at: &str, stream: &'a Stream) {
        let scope = self.scope();
        let mut sent = Vec::new();
        for (name, expression) in &stream.send {
            match expression.evaluate(&scope) {
                Ok(value) => sent.push((name.clone(), Kept(value))),
                Err(error) => {
                    self.note(format!("{name} cannot be sent: {error}"));
                    self.took("failed");
                    return self.enter(&stream.failed);
                }
            }
        }
        // Music of a node before would play into the talk.
        if self.call.media.is_some() {
            self.clear_media();
        }
        let (action, kind) = (Action::StartStreaming, PendingKind::Stream);
        let number = self.order(Lane::Streaming, action, kind, TO_BEGIN);
        self.call.streaming = StreamPhase::On { number };
        let talk = Talk { number, agent: stream.to.clone(), sent, until: None };
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing: Doing::Streaming(talk) };
    }

    /// The node that talks over the socket of this command, and when it has talked long enough.
    fn talking_over(&self, number: Number) -> Option<(&'a Stream, Option<Millis>)> {
        let (node, talk) = self.talk_at_work().filter(|(_, talk)| talk.number == number)?;
        let Node::Stream(stream) = self.flow()?.nodes.get(node)? else { return None };
        Some((stream, talk.until))
    }

    fn talk_at_work(&self) -> Option<(&String, &Talk)> {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Streaming(talk) } => Some((node, talk)),
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }

    /// News from who holds the sockets.
    pub(super) fn streamed(&mut self, number: Number, news: &StreamNews) {
        match news {
            StreamNews::Begun => {
                self.note("the voice agent has taken the call");
                self.sound_goes(number);
            }
            StreamNews::Alive => self.sound_goes(number),
            StreamNews::HandedOver { to, set, passed } => {
                self.note_passed(*passed);
                self.handed_over(number, to, &set.0);
            }
            StreamNews::Over { end, passed } => {
                self.note_passed(*passed);
                self.socket_over(number, end);
            }
        }
    }

    fn note_passed(&mut self, passed: Passed) {
        let Passed { to_agent, from_agent } = passed;
        self.note(format!("{to_agent} frames went to the voice agent, {from_agent} came back"));
    }

    /// `MediaStreamingStarted`.
    pub(super) fn stream_started(&mut self, number: Option<Number>) {
        match number {
            Some(number) => self.sound_goes(number),
            None => self.note("a stream of nobody's began: no effect"),
        }
    }

    fn sound_goes(&mut self, number: Number) {
        let Some((stream, until)) = self.talking_over(number) else {
            return self.unwanted(number);
        };
        let now = self.now();
        let until = until.unwrap_or_else(|| now.saturating_add(stream.max));
        if let Phase::InFlow { doing: Doing::Streaming(talk), .. } = &mut self.call.phase {
            talk.until = Some(until);
        }
        self.call.heard_at = now;
        self.hear_by(number, until.min(now.saturating_add(SILENT)));
    }

    /// The next news are awaited until then.
    fn hear_by(&mut self, number: Number, at: Millis) {
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.accepted = true;
            pending.uncertain = false;
            pending.deadline = at;
            pending.estimate = at;
        }
    }

    /// A stream that was given up runs after all: stopped again (V8).
    fn unwanted(&mut self, number: Number) {
        let is_heard = self.call.is_heard();
        match self.call.streaming {
            StreamPhase::Off if is_heard => {
                self.note("a stream began after it was given up: it is stopped");
                self.stop_stream(number, false);
            }
            StreamPhase::Off
            | StreamPhase::On { .. }
            | StreamPhase::Stopping { .. }
            | StreamPhase::Unknown { .. } => {
                self.note(format!("news of stream {number}, which is not wanted: no effect"));
            }
        }
    }

    fn handed_over(&mut self, number: Number, to: &str, set: &Value) {
        let Some((stream, _)) = self.talking_over(number) else {
            return self.note("a voice agent hands over a caller who has left it: no effect");
        };
        self.call.heard_at = self.now();
        let Some((word, target)) = stream.hand_over.get_key_value(to) else {
            self.note(
                "the voice agent hands the caller over with a word that the node does not have",
            );
            return self.leave_talk(number, "failed", &stream.failed);
        };
        self.note(format!("the voice agent hands the caller over: {word}"));
        if !self.assign(&stream.set, Some(("handed", set))) {
            return self.leave_talk(number, "failed", &stream.failed);
        }
        self.leave_talk(number, &format!("hand_over.{word}"), target);
    }

    fn socket_over(&mut self, number: Number, end: &StreamEnd) {
        let Some((stream, _)) = self.talking_over(number) else {
            return self.quiet(number);
        };
        match end {
            StreamEnd::Agent => {
                self.note("the voice agent has ended the talk");
                self.leave_talk(number, "next", &stream.next);
            }
            StreamEnd::Broken { cause } => {
                self.note(format!("the voice agent broke off: {cause}"));
                self.leave_talk(number, "failed", &stream.failed);
            }
            StreamEnd::Call | StreamEnd::Stopping | StreamEnd::Left => {
                self.note("the socket was closed: why is told soon, or another one opened");
                let soon = self.now().saturating_add(TO_SAY_WHY);
                let at = self.call.pending.get(&number).map_or(soon, |one| one.deadline.min(soon));
                self.hear_by(number, at);
            }
        }
    }

    /// The flow goes on: what still runs is stopped on the way.
    fn leave_talk(&mut self, number: Number, way: &str, target: &str) {
        self.settle(number);
        self.took(way);
        self.enter(target);
    }

    /// `MediaStreamingStopped` or `MediaStreamingFailed`: the event bears the number of the start, or of the stop.
    pub(super) fn stream_ended(&mut self, number: Option<Number>, how: &str) {
        let Some(number) = number else {
            return self.note("the end of a stream that nobody ordered: no effect");
        };
        let Some((stream, _)) = self.talking_over(number) else {
            return self.quiet(number);
        };
        self.note(format!("the stream has {how}"));
        self.call.streaming = StreamPhase::Off;
        self.leave_talk(number, "failed", &stream.failed);
    }

    /// The start was refused.
    pub(super) fn stream_refused(&mut self, number: Number, refusal: &Refusal) {
        if refusal.sub_code == Some(WRONG_STATE) {
            // It may run already: the order may have been carried out before, under this number.
            return self.note("it may run already: its event is awaited");
        }
        match self.talking_over(number) {
            Some((stream, _)) => self.leave_talk(number, "failed", &stream.failed),
            None => _ = self.settle(number),
        }
    }

    /// Nothing is heard of the stream, or it has lasted long enough.
    pub(super) fn stream_overdue(&mut self, number: Number) {
        let Some((stream, until)) = self.talking_over(number) else {
            self.settle(number);
            return;
        };
        let now = self.now();
        if until.is_some_and(|until| until <= now) {
            self.note("the longest talk with the voice agent is over");
            return self.leave_talk(number, "next", &stream.next);
        }
        let why = if until.is_some() {
            "nothing is heard of the voice agent any more"
        } else {
            "the voice agent has not taken the call"
        };
        self.note(why);
        self.leave_talk(number, "failed", &stream.failed);
    }

    /// After a restart: who holds the sockets is heard of soon.
    pub(super) fn stream_resumed(&mut self) {
        let Some((_, talk)) = self.talk_at_work() else { return };
        let number = talk.number;
        let soon = self.now().saturating_add(SILENT_AFTER_RESTART);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.deadline = pending.deadline.min(soon);
        }
    }

    /// The call has left the node that talked: its stream is stopped.
    pub(super) fn stream_behind(&mut self) {
        if let StreamPhase::On { number } = self.call.streaming {
            self.settle(number);
            self.stop_stream(number, false);
        }
    }

    /// Stops the stream that was started `of` this number.
    fn stop_stream(&mut self, of: Number, again: bool) -> Number {
        let kind = PendingKind::StopStream { again };
        let number = self.order(Lane::Streaming, Action::StopStreaming, kind, TO_STOP);
        self.call.streaming = StreamPhase::Stopping { number, of };
        number
    }

    /// Sensitive digits are asked for, and another talk begins, when nothing goes to a voice agent any more: true where
    /// that is waited for.
    pub(super) fn waits_for_quiet(&mut self, at: &str, node: &Node) -> bool {
        if !matches!(node, Node::Stream(_) | Node::Collect(Collect { sensitive: true, .. })) {
            return false;
        }
        let number = match self.call.streaming {
            // One that was ordered above is settled by `stream_behind`.
            StreamPhase::Off | StreamPhase::On { .. } => return false,
            StreamPhase::Stopping { number, .. } => number,
            StreamPhase::Unknown { of } => self.stop_stream(of, true),
        };
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing: Doing::Quieting { number } };
        true
    }

    /// The stop was refused.
    pub(super) fn stop_refused(&mut self, number: Number, again: bool, refusal: &Refusal) {
        if refusal.is_gone() || refusal.sub_code == Some(WRONG_STATE) {
            self.note("the stream does not run");
            return self.quiet(number);
        }
        self.not_stopped(number, again);
    }

    /// Nothing is heard of the end that was ordered.
    pub(super) fn not_stopped(&mut self, number: Number, again: bool) {
        self.settle(number);
        let of = match self.call.streaming {
            StreamPhase::Stopping { number: awaited, of } if awaited == number => of,
            StreamPhase::Off
            | StreamPhase::On { .. }
            | StreamPhase::Stopping { .. }
            | StreamPhase::Unknown { .. } => return,
        };
        let node = self.quieting(number);
        if !again && self.call.is_heard() {
            let number = self.stop_stream(of, true);
            if let Some(node) = node {
                self.call.phase = Phase::InFlow { node, doing: Doing::Quieting { number } };
            }
            return;
        }
        self.call.streaming = StreamPhase::Unknown { of };
        self.note("nobody says whether the sound still goes to the voice agent");
        let Some(node) = node else { return };
        match self.flow().and_then(|flow| flow.nodes.get(&node)?.way_of_failure()) {
            Some(way) => self.enter(way),
            None => self.fail("a node that is not there waits for the end of a stream"),
        }
    }

    /// Nothing goes to the voice agent any more, as is told with the number of the start or of the stop.
    fn quiet(&mut self, number: Number) {
        let stop = match self.call.streaming {
            StreamPhase::Stopping { number: stop, of } if (of..=stop).contains(&number) => stop,
            StreamPhase::Unknown { of } if of <= number => number,
            StreamPhase::Off
            | StreamPhase::On { .. }
            | StreamPhase::Stopping { .. }
            | StreamPhase::Unknown { .. } => {
                return self.note(format!("the end of stream {number}, which was over: no effect"));
            }
        };
        self.settle(stop);
        self.call.streaming = StreamPhase::Off;
        let Some(node) = self.quieting(stop) else { return };
        match self.flow().and_then(|flow| flow.nodes.get(&node)) {
            Some(Node::Stream(stream)) => self.talk(&node, stream),
            Some(Node::Collect(_)) => self.ask_unrecorded(&node),
            Some(_) | None => self.fail("a node that needs no quiet waits for it"),
        }
    }

    /// The node that waits for this stop.
    fn quieting(&self, number: Number) -> Option<String> {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Quieting { number: awaited } }
                if *awaited == number =>
            {
                Some(node.clone())
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }
}
