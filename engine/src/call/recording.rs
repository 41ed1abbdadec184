//! The recording: begun, paused, resumed and ended, by the flow or for the sake of digits that must not be in it.

use webhooks::RecordingId;

use crate::{
    Millis,
    flow::{ChangeRecording, Node, RecordingChange as Change},
    invariants::GOES_ON,
};

use super::{
    command::{Action, Lane},
    state::{Agreement, Doing, Number, Pending, PendingKind, Phase, RecordingPhase},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

/// A change is awaited for so long, in ms: the caller hears nothing meanwhile (V12).
pub(super) const TO_CHANGE: Millis = 3_500;

impl<'a> Stepper<'a> {
    /// A `record` node.
    pub(super) fn record(&mut self, at: &str, record: &'a ChangeRecording) {
        let change = record.change;
        if change == Change::Start && self.call.consent != Agreement::Given {
            self.note("the caller has not agreed to a recording: none is made");
            self.took("failed");
            return self.enter(&record.failed);
        }
        if let Some(number) = self.recording_under_way() {
            return self.wait_behind(at, number);
        }
        if self.is_so(change) {
            self.note(format!("the recording: {} is so already", change.name()));
            self.took("next");
            return self.enter(&record.next);
        }
        if change == Change::Resume {
            self.note(format!("{GOES_ON}: the flow says so"));
        }
        if !self.change_and_wait(at, change) {
            self.note(format!("the recording: {} is not possible now", change.name()));
            self.took("failed");
            self.enter(&record.failed);
        }
    }

    fn is_so(&self, change: Change) -> bool {
        match (&self.call.recording, change) {
            // A pause that was given up may have come about, an end that failed may yet.
            (RecordingPhase::On { .. }, Change::Start | Change::Resume) => {
                !self.is_resuming()
                    && self.call.recording_doubts.is_empty()
                    && !self.recording_ends()
            }
            (RecordingPhase::Paused { .. }, Change::Pause) => !self.is_resuming(),
            (
                RecordingPhase::Off | RecordingPhase::Stopped { .. } | RecordingPhase::Failed,
                Change::Stop,
            ) => true,
            (
                RecordingPhase::Off
                | RecordingPhase::Starting
                | RecordingPhase::Failed
                | RecordingPhase::On { .. }
                | RecordingPhase::Paused { .. }
                | RecordingPhase::Stopped { .. },
                Change::Start | Change::Pause | Change::Resume | Change::Stop,
            ) => false,
        }
    }

    pub(super) fn is_resuming(&self) -> bool {
        let resume = PendingKind::ChangeRecording { change: Change::Resume };
        self.call.awaits(|kind| *kind == resume).is_some()
    }

    /// Orders a change and has the node wait for it; false where it is not possible.
    pub(super) fn change_and_wait(&mut self, at: &str, change: Change) -> bool {
        let Some(number) = self.change_recording(change, TO_CHANGE) else { return false };
        let doing = Doing::Recording { number, behind: false };
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing };
        true
    }

    /// An end or a start that was ordered before, and by somebody else than the node at work: what comes after it
    /// would change a recording that is not yet there, or no longer.
    pub(super) fn recording_under_way(&self) -> Option<Number> {
        let fresh = |pending: &Pending| {
            pending.kind == PendingKind::StartRecording
                || (is_stop(&pending.kind) && !pending.uncertain)
        };
        self.call.pending.iter().find(|(_, pending)| fresh(pending)).map(|(number, _)| *number)
    }

    /// Whether the end of the recording is awaited, or is to be ordered again.
    pub(super) fn recording_ends(&self) -> bool {
        self.call.awaits(is_stop).is_some()
    }

    /// The node begins when what was ordered before is over.
    pub(super) fn wait_behind(&mut self, at: &str, number: Number) {
        let soon = self.now().saturating_add(TO_CHANGE);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.deadline = pending.deadline.min(soon);
        }
        let doing = Doing::Recording { number, behind: true };
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing };
    }

    /// What a node waited for is over, so that it begins.
    fn begin_behind(&mut self, at: &str, done: bool) {
        match self.flow().and_then(|flow| flow.nodes.get(at)) {
            Some(Node::Record(record)) => self.record(at, record),
            Some(Node::Voicemail(voicemail)) => self.after_prompt(at, voicemail),
            Some(Node::Collect(_)) if done || self.call.recording_doubts.is_empty() => {
                self.ask_unrecorded(at);
            }
            Some(Node::Collect(_)) => {
                self.note("a recording may run that nobody knows of: the digits are not asked for");
                self.leave_question(at);
            }
            Some(_) | None => self.fail("a node waits for a recording that it has no use for"),
        }
    }

    /// Orders a change; none where the recording is not in the state for it.
    pub(super) fn change_recording(&mut self, change: Change, patience: Millis) -> Option<Number> {
        let id = self.recording_id();
        let kind = PendingKind::ChangeRecording { change };
        let action = match change {
            Change::Start => return self.begin_recording(patience),
            Change::Pause => {
                let id = id?;
                // What confirms it is told from now on.
                self.call.recording = RecordingPhase::On { id: id.clone() };
                Action::PauseRecording { id }
            }
            Change::Resume => Action::ResumeRecording { id: id? },
            Change::Stop => {
                let id = id?;
                self.forget_failed_stop();
                Action::StopRecording { id }
            }
        };
        Some(self.order(Lane::Recording, action, kind, patience))
    }

    fn begin_recording(&mut self, patience: Millis) -> Option<Number> {
        match self.call.recording {
            RecordingPhase::Off | RecordingPhase::Failed | RecordingPhase::Stopped { .. } => {}
            RecordingPhase::Starting
            | RecordingPhase::On { .. }
            | RecordingPhase::Paused { .. } => {
                return None;
            }
        }
        self.call.recording = RecordingPhase::Starting;
        let kind = PendingKind::StartRecording;
        Some(self.order(Lane::Recording, Action::StartRecording, kind, patience))
    }

    /// The recording that runs or is paused.
    pub(super) fn recording_id(&self) -> Option<RecordingId> {
        match &self.call.recording {
            RecordingPhase::On { id } | RecordingPhase::Paused { id } => Some(id.clone()),
            RecordingPhase::Off
            | RecordingPhase::Starting
            | RecordingPhase::Failed
            | RecordingPhase::Stopped { .. } => None,
        }
    }

    /// The conversation is to be recorded, unless the flow has begun a recording before.
    pub(super) fn start_recording(&mut self) {
        self.call.records_talk = Some(self.call.now);
        if self.recording_under_way().is_some() {
            return self.note("a recording is being ended or begun: this one comes after it");
        }
        if matches!(self.call.recording, RecordingPhase::Paused { .. }) && !self.is_resuming() {
            self.note(format!("{GOES_ON}: the queue records the conversation"));
            self.change_recording(Change::Resume, CONTROL_PATIENCE);
        } else if self.change_recording(Change::Start, CONTROL_PATIENCE).is_none() {
            self.note("a recording that the flow began is there already");
        }
    }

    /// Ends the recording without waiting for that.
    pub(super) fn stop_recording(&mut self) {
        self.change_recording(Change::Stop, CONTROL_PATIENCE);
    }

    /// The call is at a node: what was recorded for the message of another ends.
    pub(super) fn end_message_behind(&mut self, at: &str) {
        if self.call.records_for.take_if(|node| node != at).is_some() {
            self.note("the call has left the message: its recording ends");
            self.stop_recording();
        }
    }

    /// A change was made or not: the node that waits for it goes on.
    pub(super) fn recording_change_over(&mut self, number: Number, change: Change, done: bool) {
        if !done {
            self.note(format!("the recording: {} was not done", change.name()));
        }
        let Phase::InFlow { node, doing: Doing::Recording { number: awaited, behind } } =
            &self.call.phase
        else {
            return self.record_talk_behind(change, done);
        };
        if *awaited != number {
            return;
        }
        let (node, behind) = (node.clone(), *behind);
        if behind {
            return self.begin_behind(&node, done);
        }
        match self.flow().and_then(|flow| flow.nodes.get(&node)) {
            Some(Node::Record(record)) => {
                self.took(if done { "next" } else { "failed" });
                self.enter(if done { &record.next } else { &record.failed });
            }
            Some(Node::Voicemail(voicemail)) if done => self.take_message(&node, voicemail),
            Some(Node::Voicemail(voicemail)) => {
                self.call.records_for = None;
                self.enter(&voicemail.failed);
            }
            Some(Node::Collect(_)) => match (change, done) {
                (Change::Pause | Change::Stop, true) => self.ask(&node, 1, None),
                (Change::Pause, false) => self.not_paused(&node),
                (Change::Stop, false) | (Change::Start | Change::Resume, _) => {
                    self.leave_question(&node);
                }
            },
            Some(_) | None => self.fail("a recording was changed in a node that does not do so"),
        }
    }

    /// The recording that was there before the conversation has ended: now it may be recorded.
    pub(super) fn record_talk_behind(&mut self, change: Change, done: bool) {
        let talking = matches!(self.call.phase, Phase::Talking { .. });
        if talking && self.call.records_talk.is_some() && change == Change::Stop && done {
            self.start_recording();
        }
    }
}

/// Whether a recording's end is awaited, or is to be ordered again.
pub(super) fn is_stop(kind: &PendingKind) -> bool {
    *kind == PendingKind::ChangeRecording { change: Change::Stop }
}
