//! From node to node.

use crate::flow::{Branch, Node, Text};

use super::{
    command::{Action, Lane, Prompt},
    state::{Doing, EndReason, PendingKind, Phase},
    step::Stepper,
};

/// More nodes than this in one step means a flow that goes round without a caller.
const NODES_PER_STEP: u16 = 256;

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
        if !self.call.connected && needs_media(node) {
            return self.answer(at);
        }
        match node {
            Node::Branch(branch) => {
                let target = self.branch(branch);
                self.enter(&target);
            }
            Node::Say(say) => self.say(at, &say.text, &say.next),
            Node::Voicemail(voicemail) => self.say(at, &voicemail.prompt, &voicemail.next),
            Node::Menu(_) | Node::Collect(_) => self.ask(at, 1, None),
            Node::Http(http) => self.fetch(at, http),
            Node::Queue(queue) => self.enter_queue(at, queue),
            Node::Hangup if self.call.connected => self.end(EndReason::FlowDone),
            Node::Hangup => self.reject(),
        }
    }

    fn branch(&mut self, branch: &Branch) -> String {
        let scope = self.scope();
        for (when, target) in &branch.when {
            match when.evaluate(&scope) {
                Ok(serde_json::Value::Bool(true)) => return target.clone(),
                Ok(_) => {}
                Err(error) => self.note(format!("condition counted as false: {error}")),
            }
        }
        branch.otherwise.clone()
    }

    fn say(&mut self, name: &str, text: &Text, next: &str) {
        let scope = self.scope();
        let text = self.render(text, &scope);
        if text.trim().is_empty() {
            self.note("nothing to say");
            return self.enter(next);
        }
        let number = self.play(text);
        self.call.phase = Phase::InFlow {
            node: name.to_owned(),
            doing: Doing::Speaking { number, again: false },
        };
    }

    /// Speaks a text as the main media operation.
    pub(super) fn play(&mut self, text: String) -> u32 {
        let patience = super::media::speech_patience(&text);
        let prompt = self.prompt(text);
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

fn needs_media(node: &Node) -> bool {
    match node {
        Node::Say(_) | Node::Menu(_) | Node::Collect(_) | Node::Queue(_) | Node::Voicemail(_) => {
            true
        }
        Node::Http(_) | Node::Branch(_) | Node::Hangup => false,
    }
}
