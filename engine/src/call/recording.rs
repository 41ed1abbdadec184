//! The recording: begun, paused, resumed and ended, by the flow or for the sake of digits that must not be in it.

use webhooks::{RecordingId, RecordingState};

use crate::{
    Millis,
    flow::{ChangeRecording, Collect, Node, RecordingChange as Change},
    invariants::GOES_ON,
};

use super::{
    command::{Action, Lane},
    state::{Agreement, Doing, Number, PendingKind, Phase, RecordingPhase},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

/// A change is awaited for so long, in ms: the caller hears nothing meanwhile (V12).
const TO_CHANGE: Millis = 3_500;

impl<'a> Stepper<'a> {
    /// A `record` node.
    pub(super) fn record(&mut self, at: &str, record: &'a ChangeRecording) {
        let change = record.change;
        if change == Change::Start && self.call.consent != Agreement::Given {
            self.note("the caller has not agreed to a recording: none is made");
            self.took("failed");
            return self.enter(&record.failed);
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
            (RecordingPhase::On { .. }, Change::Start | Change::Resume)
            | (RecordingPhase::Paused { .. }, Change::Pause) => !self.is_resuming(),
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

    fn is_resuming(&self) -> bool {
        let resume = PendingKind::ChangeRecording { change: Change::Resume };
        self.call.awaits(|kind| *kind == resume).is_some()
    }

    /// Orders a change and has the node wait for it; false where it is not possible.
    pub(super) fn change_and_wait(&mut self, at: &str, change: Change) -> bool {
        let Some(number) = self.change_recording(change, TO_CHANGE) else { return false };
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing: Doing::Recording { number } };
        true
    }

    /// Orders a change; none where the recording is not in the state for it.
    fn change_recording(&mut self, change: Change, patience: Millis) -> Option<Number> {
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
            Change::Stop => Action::StopRecording { id: id? },
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
    fn recording_id(&self) -> Option<RecordingId> {
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
        if self.change_recording(Change::Start, CONTROL_PATIENCE).is_none() {
            self.note("a recording that the flow began is there already");
        }
    }

    /// Ends the recording without waiting for that.
    pub(super) fn stop_recording(&mut self) {
        self.change_recording(Change::Stop, CONTROL_PATIENCE);
    }

    /// Sensitive digits are asked for: they must not be in a recording.
    pub(super) fn ask_unrecorded(&mut self, at: &str) {
        let runs = match self.call.recording {
            RecordingPhase::On { .. } | RecordingPhase::Starting => true,
            RecordingPhase::Paused { .. } => self.is_resuming(),
            RecordingPhase::Off | RecordingPhase::Failed | RecordingPhase::Stopped { .. } => false,
        };
        if !runs {
            return self.ask(at, 1, None);
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
    fn not_paused(&mut self, at: &str) {
        self.note("the recording could not be paused for sensitive digits: it is ended");
        self.call.paused_for = None;
        if !self.change_and_wait(at, Change::Stop) {
            self.note("nor could it be ended: the digits are not asked for");
            self.leave_question(at);
        }
    }

    fn leave_question(&mut self, at: &str) {
        match self.flow().and_then(|flow| flow.nodes.get(at)?.way_of_failure()) {
            Some(way) => self.enter(way),
            None => self.fail("digits are asked for in a node that is not there"),
        }
    }

    /// A change was made or not, and is no longer pending: the node that waits for it goes on.
    pub(super) fn recording_change_over(&mut self, number: Number, change: Change, done: bool) {
        if !done {
            self.note(format!("the recording: {} was not done", change.name()));
        }
        let node = match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Recording { number: awaited } }
                if *awaited == number =>
            {
                node.clone()
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => return,
        };
        match self.flow().and_then(|flow| flow.nodes.get(&node)) {
            Some(Node::Record(record)) => {
                self.took(if done { "next" } else { "failed" });
                self.enter(if done { &record.next } else { &record.failed });
            }
            Some(Node::Voicemail(voicemail)) if done => self.take_message(&node, voicemail),
            Some(Node::Voicemail(voicemail)) => self.enter(&voicemail.failed),
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

    /// Its deadline came, it was refused, or it was too old to be sent.
    pub(super) fn recording_not_changed(&mut self, number: Number, kind: &PendingKind) {
        self.settle(number);
        let change = match kind {
            PendingKind::ChangeRecording { change } => *change,
            PendingKind::StartRecording => {
                self.call.recording = RecordingPhase::Failed;
                Change::Start
            }
            PendingKind::Answer
            | PendingKind::Reject
            | PendingKind::Redirect
            | PendingKind::Play { .. }
            | PendingKind::Recognize
            | PendingKind::CancelMedia
            | PendingKind::AddAgent { .. }
            | PendingKind::CancelAdd { .. }
            | PendingKind::Invite { .. }
            | PendingKind::Transfer
            | PendingKind::Hold
            | PendingKind::Unhold { .. }
            | PendingKind::Remove
            | PendingKind::Terminate { .. }
            | PendingKind::Inspect { .. }
            | PendingKind::Fetch
            | PendingKind::Stream
            | PendingKind::StopStream { .. } => return,
        };
        self.recording_change_over(number, change, false);
    }

    /// The order was accepted. A pause counts only when the recording says so itself.
    pub(super) fn recording_change_accepted(&mut self, number: Number, change: Change) {
        let id = self.recording_id();
        match (change, id) {
            (Change::Pause, _) => {
                if matches!(self.call.recording, RecordingPhase::Paused { .. }) {
                    self.settle(number);
                    self.recording_change_over(number, change, true);
                }
                return;
            }
            (Change::Resume, Some(id)) => self.call.recording = RecordingPhase::On { id },
            (Change::Stop, Some(id)) => self.call.recording = RecordingPhase::Stopped { id },
            (Change::Start, _) | (Change::Resume | Change::Stop, None) => {}
        }
        self.settle(number);
        self.recording_change_over(number, change, true);
    }

    /// It runs: the answer to its start, or its event.
    pub(super) fn recording_started(&mut self, id: &RecordingId) {
        if let Some(number) = self.call.awaits(|kind| *kind == PendingKind::StartRecording) {
            self.call.recording = RecordingPhase::On { id: id.clone() };
            self.settle(number);
            return self.recording_change_over(number, Change::Start, true);
        }
        match self.call.recording {
            RecordingPhase::Off | RecordingPhase::Starting | RecordingPhase::Failed => {}
            // An event that is late: of a recording that is known.
            RecordingPhase::On { .. }
            | RecordingPhase::Paused { .. }
            | RecordingPhase::Stopped { .. } => return,
        }
        self.call.recording = RecordingPhase::On { id: id.clone() };
        if matches!(self.call.phase, Phase::InFlow { .. } | Phase::Waiting(_)) {
            self.note("a recording began after it was given up: it is ended");
            self.stop_recording();
        }
    }

    /// `RecordingStateChanged`.
    pub(super) fn recording_changed(&mut self, id: &RecordingId, state: &RecordingState) {
        let resume = PendingKind::ChangeRecording { change: Change::Resume };
        let pause = PendingKind::ChangeRecording { change: Change::Pause };
        if *state == RecordingState::Active {
            if let Some(number) = self.call.awaits(|kind| *kind == resume) {
                self.settle(number);
                self.call.recording = RecordingPhase::On { id: id.clone() };
                return self.recording_change_over(number, Change::Resume, true);
            }
            return self.recording_started(id);
        }
        let Some(number) = self.call.awaits(|kind| *kind == pause) else { return };
        if *state != RecordingState::Inactive || self.recording_id().as_ref() != Some(id) {
            return;
        }
        self.call.recording = RecordingPhase::Paused { id: id.clone() };
        if self.call.pending.get(&number).is_some_and(|pending| pending.accepted) {
            self.settle(number);
            self.recording_change_over(number, Change::Pause, true);
        }
    }

    /// `StartRecordingFailed`.
    pub(super) fn recording_failed(&mut self) {
        if self.call.recording == RecordingPhase::Starting {
            self.note("the recording could not be started: the call goes on without");
            self.call.recording = RecordingPhase::Failed;
        }
        if let Some(number) = self.call.awaits(|kind| *kind == PendingKind::StartRecording) {
            self.settle(number);
            self.recording_change_over(number, Change::Start, false);
        }
    }
}
