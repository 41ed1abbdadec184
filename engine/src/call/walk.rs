//! From node to node.

use crate::flow::{Branch, Consent, Node, RejectReason};

use super::{
    command::{Action, Lane, Prompt, Rejection},
    state::{Doing, EndReason, PendingKind, Phase},
    step::Stepper,
};

/// More nodes than this in one step means a flow that goes round without a caller.
const NODES_PER_STEP: u16 = 256;

/// A sound file that is announced is no longer than this, in ms.
const ANNOUNCEMENT: crate::Millis = 60_000;

impl Stepper<'_> {
    /// Enters a node and walks on until one waits. A node that leads on at once calls this again, which
    /// only sets where the walk goes on: no depth of nodes can exhaust the stack.
    pub(super) fn enter(&mut self, name: &str) {
        self.next = Some(name.to_owned());
        if self.walking {
            return;
        }
        self.walking = true;
        for _ in 0..NODES_PER_STEP {
            let Some(at) = self.next.take() else { break };
            self.visit(&at);
        }
        self.walking = false;
        if self.next.take().is_some() {
            self.fail("the flow went round without waiting for anybody");
        }
    }

    fn visit(&mut self, at: &str) {
        let Some(node) = self.flow().and_then(|flow| flow.nodes.get(at)) else {
            return self.fail("the flow has no such node");
        };
        self.came_to(at);
        self.at = Some(at.to_owned());
        if !self.call.connected && node.needs_media() {
            return self.answer(at);
        }
        self.end_message_behind(at);
        self.resume_behind(at, node);
        self.stream_behind();
        if self.waits_for_quiet(at, node) {
            return;
        }
        match node {
            Node::Branch(branch) => {
                let target = self.branch(branch);
                self.enter(&target);
            }
            Node::Hours(hours) => {
                let (state, target) = hours.way(self.now());
                self.note(format!("by the clock: {state:?}"));
                self.took(format!("{state:?}").to_lowercase());
                self.enter(target);
            }
            Node::Set(set) => self.set(set),
            Node::Flow(sub) => self.enter_sub(at, sub),
            Node::Return(ended) => self.return_from(at, ended),
            Node::Say(_) | Node::Play(_) | Node::Consent(Consent::Told { .. }) => {
                self.say(at, node);
            }
            Node::Voicemail(voicemail) => self.voicemail(at, voicemail),
            Node::Stream(stream) => self.talk(at, stream),
            Node::Record(record) => self.record(at, record),
            Node::Ring(ring) => self.ring_people(at, ring),
            Node::Add(add) => self.add_somebody(at, add),
            Node::Remove(remove) => self.take_out(at, remove),
            Node::Hold(hold) => self.hold(at, hold),
            Node::Transfer(transfer) => self.transfer(at, transfer),
            Node::Collect(collect) if collect.sensitive => self.ask_unrecorded(at),
            Node::Menu(_)
            | Node::Collect(_)
            | Node::Callback(_)
            | Node::Ask(_)
            | Node::Consent(Consent::Asked(_)) => self.ask(at, 1, None),
            Node::Redirect(redirect) => self.redirect(at, redirect),
            Node::Http(http) => self.fetch(at, http),
            Node::Queue(queue) => self.enter_queue(at, queue),
            Node::Hangup | Node::Reject(_) if self.call.connected => self.end(EndReason::FlowDone),
            Node::Hangup => self.reject(Rejection::None),
            Node::Reject(reason) => self.reject(match reason {
                RejectReason::None => Rejection::None,
                RejectReason::Busy => Rejection::Busy,
                RejectReason::Forbidden => Rejection::Forbidden,
            }),
        }
    }

    fn branch(&mut self, branch: &Branch) -> String {
        let scope = self.scope();
        for (at, (when, target)) in branch.when.iter().enumerate() {
            match when.evaluate(&scope) {
                Ok(serde_json::Value::Bool(true)) => {
                    self.took(format!("when.{at}"));
                    return target.clone();
                }
                Ok(_) => {}
                Err(error) => self.note(format!("condition counted as false: {error}")),
            }
        }
        self.took("otherwise");
        branch.otherwise.clone()
    }

    fn say(&mut self, name: &str, node: &Node) {
        let Some(speech) = node.speech() else {
            return self.fail("nothing to say in a node that speaks");
        };
        let scope = self.scope();
        let Some(prompt) = self.prompt(speech.what, &scope) else {
            self.note("nothing to say");
            return self.enter(speech.next);
        };
        let patience = super::speech::patience(&prompt, speech.length);
        let number = self.play_prompt(prompt, false, patience);
        self.call.phase = Phase::InFlow {
            node: name.to_owned(),
            doing: Doing::Speaking { number, again: false },
        };
    }

    /// Speaks as the main media operation.
    pub(super) fn play(&mut self, prompt: Prompt) -> u32 {
        let patience = super::speech::patience(&prompt, ANNOUNCEMENT);
        self.play_prompt(prompt, false, patience)
    }

    /// Plays as the main media operation, interrupting the one that runs.
    pub(super) fn play_prompt(
        &mut self,
        prompt: Prompt,
        repeat: bool,
        patience: crate::Millis,
    ) -> u32 {
        let interrupt = self.call.media.is_some();
        self.forget_media();
        let action = Action::Play { prompt, repeat, interrupt };
        let number = self.order(Lane::Media, action, PendingKind::Play { repeat }, patience);
        self.call.media = Some(number);
        number
    }
}
