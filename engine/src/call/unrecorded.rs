//! Digits that must be in no recording: it is paused, or ended, before they are asked for.

use crate::{
    flow::{Collect, Node, RecordingChange as Change},
    invariants::GOES_ON,
};

use super::{
    recording::TO_CHANGE,
    state::{Doing, PendingKind, Phase},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

impl Stepper<'_> {
    /// Sensitive digits are asked for: they must not be in a recording.
    pub(super) fn ask_unrecorded(&mut self, at: &str) {
        if let Some(number) = self.recording_under_way() {
            return self.wait_behind(at, number);
        }
        if !self.call.may_be_recorded() {
            return self.ask(at, 1, None);
        }
        if self.recording_id().is_none()
            && let Some(number) = self.call.recording_doubts.pop_first()
        {
            self.note("a recording may have begun that was given up: it is waited for once more");
            self.expect(number, PendingKind::StartRecording, TO_CHANGE);
            return self.wait_behind(at, number);
        }
        if self.change_and_wait(at, Change::Pause) {
            self.note("the recording is paused for sensitive digits");
            self.call.paused_for = Some(at.to_owned());
            return;
        }
        self.not_paused(at);
    }

    /// The call is at a node: what was paused for the digits of another goes on, unless this one asks for such, too.
    pub(super) fn resume_behind(&mut self, at: &str, node: &Node) {
        let Some(paused_for) = &self.call.paused_for else { return };
        if paused_for == at {
            return;
        }
        if matches!(node, Node::Collect(Collect { sensitive: true, .. })) {
            self.call.paused_for = Some(at.to_owned());
            return;
        }
        self.note(format!("{GOES_ON}: the call has left the sensitive question"));
        self.call.paused_for = None;
        if self.change_recording(Change::Resume, CONTROL_PATIENCE).is_none() {
            self.note("there is no recording any more");
        }
    }

    /// Without a pause there are no digits; rather no recording.
    pub(super) fn not_paused(&mut self, at: &str) {
        if !self.call.may_be_recorded() {
            self.call.paused_for = None;
            return self.ask(at, 1, None);
        }
        self.note("the recording could not be paused for sensitive digits: it is ended");
        self.call.paused_for = None;
        if !self.change_and_wait(at, Change::Stop) {
            self.note("nor could it be ended: the digits are not asked for");
            self.leave_question(at);
        }
    }

    pub(super) fn leave_question(&mut self, at: &str) {
        match self.flow().and_then(|flow| flow.nodes.get(at)?.way_of_failure()) {
            Some(way) => self.enter(way),
            None => self.fail("digits are asked for in a node that is not there"),
        }
    }

    /// A recording has begun while sensitive digits are asked for: what is typed now would be in it.
    pub(super) fn unask(&mut self) {
        let Phase::InFlow { node, doing: Doing::Asking { confirming: 0, .. } } = &self.call.phase
        else {
            return;
        };
        let node = node.clone();
        let asked = self.flow().and_then(|flow| flow.nodes.get(&node));
        if matches!(asked, Some(Node::Collect(Collect { sensitive: true, .. }))) {
            self.clear_media();
            self.ask_unrecorded(&node);
        }
    }
}
