//! What became of an order to the recording: accepted, refused, told by an event, or nothing heard of it.

use webhooks::{RecordingId, RecordingState};

use crate::{Millis, flow::RecordingChange as Change};

use super::{
    input::{Refusal, Settlement, SettlementFacts},
    recording::is_stop,
    state::{Doing, Number, Pending, PendingKind, Phase, RecordingPhase},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

/// An end that was not done is ordered again after this at the soonest, in ms.
const STOPS_AGAIN: Millis = 3_000;
/// And after this at the latest.
const STOPS_RARELY: Millis = 5 * 60_000;

impl Stepper<'_> {
    /// Its deadline came: it may have been done, or may yet be.
    pub(super) fn recording_overdue(&mut self, number: Number, pending: &Pending) {
        if is_stop(&pending.kind) {
            if pending.uncertain && !self.waits_for_recording(number) {
                return self.stop_again(number, pending);
            }
        } else {
            self.call.recording_doubts.insert(number);
        }
        self.recording_not_changed(number, &pending.kind);
    }

    /// It was refused, or was too old to be sent.
    pub(super) fn recording_refused(
        &mut self,
        number: Number,
        kind: &PendingKind,
        refusal: &Refusal,
    ) {
        if is_stop(kind) && refusal.is_gone() {
            self.note("there is no such recording any more");
            return self.recording_change_accepted(number, Change::Stop);
        }
        if *kind == PendingKind::StartRecording && refusal.may_record() {
            self.call.recording_doubts.insert(number);
        }
        self.recording_not_changed(number, kind);
    }

    pub(super) fn recording_not_changed(&mut self, number: Number, kind: &PendingKind) {
        if is_stop(kind) {
            self.stop_later(number);
            return self.recording_change_over(number, Change::Stop, false);
        }
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

    /// What became of an order that was given up: the id of what runs is in no other place than this.
    pub(super) fn recording_settled_late(&mut self, number: Number, result: &Settlement) {
        match result {
            Settlement::Done(SettlementFacts { recording: Some(id), .. }) => {
                self.recording_started(id);
            }
            Settlement::Refused(refusal) if refusal.may_record() => {}
            Settlement::Refused(_) | Settlement::Expired => {
                self.call.recording_doubts.remove(&number);
            }
            Settlement::Done(_) | Settlement::Unknown { .. } => {}
        }
    }

    /// An end that was not done is ordered again: what runs on holds what nobody agreed to.
    fn stop_later(&mut self, number: Number) {
        let now = self.call.now;
        let runs = self.recording_id().is_some() && self.call.is_heard();
        match self.call.pending.get_mut(&number) {
            Some(pending) if runs => {
                // As long as it has been tried, so that one who is always refused is not asked for ever.
                let tried = now.saturating_sub(pending.estimate);
                pending.uncertain = true;
                pending.deadline = now.saturating_add(tried.clamp(STOPS_AGAIN, STOPS_RARELY));
            }
            Some(_) | None => {
                self.settle(number);
            }
        }
    }

    fn stop_again(&mut self, number: Number, failed: &Pending) {
        self.settle(number);
        if self.recording_ends() {
            return;
        }
        let again = self.change_recording(Change::Stop, CONTROL_PATIENCE);
        if let Some(pending) = again.and_then(|number| self.call.pending.get_mut(&number)) {
            pending.estimate = failed.estimate;
        }
    }

    /// An end that failed is not ordered again when another one is, unless a node still waits for it.
    pub(super) fn forget_failed_stop(&mut self) {
        let awaited = match &self.call.phase {
            Phase::InFlow { doing: Doing::Recording { number, .. }, .. } => Some(*number),
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        };
        let failed = |pending: &Pending| is_stop(&pending.kind) && pending.uncertain;
        let kept = |number: Number| Some(number) == awaited;
        self.call.pending.retain(|number, pending| kept(*number) || !failed(pending));
    }

    fn waits_for_recording(&self, number: Number) -> bool {
        matches!(&self.call.phase, Phase::InFlow { doing: Doing::Recording { number: awaited, .. }, .. }
            if *awaited == number)
    }

    /// The order was accepted. A pause counts only when the recording says so itself.
    pub(super) fn recording_change_accepted(&mut self, number: Number, change: Change) {
        let id = self.recording_id();
        match (change, id) {
            (Change::Pause, _) => {
                if matches!(self.call.recording, RecordingPhase::Paused { .. }) {
                    self.paused(number);
                }
                return;
            }
            (Change::Resume, Some(id)) => self.call.recording = RecordingPhase::On { id },
            (Change::Stop, Some(id)) => {
                self.call.recording = RecordingPhase::Stopped { id };
                self.call.recording_doubts.clear();
                self.forget_failed_stop();
            }
            (Change::Start, _) | (Change::Resume | Change::Stop, None) => {}
        }
        self.settle(number);
        self.recording_change_over(number, change, true);
    }

    /// A pause was accepted, and the recording says so itself.
    fn paused(&mut self, number: Number) {
        self.settle(number);
        self.call.recording_doubts.clear();
        self.recording_change_over(number, Change::Pause, true);
    }

    /// It runs: the answer to its start, or its event.
    pub(super) fn recording_started(&mut self, id: &RecordingId) {
        let start = self.call.awaits(|kind| *kind == PendingKind::StartRecording);
        if start.is_none() && self.recording_is_known() {
            // An event that is late.
            return;
        }
        self.call.recording = RecordingPhase::On { id: id.clone() };
        self.call.recording_doubts.clear();
        if !self.wants_recording(start) {
            self.note("a recording began after it was given up: it is ended");
            self.stop_recording();
        }
        match start {
            Some(number) => {
                self.settle(number);
                self.recording_change_over(number, Change::Start, true);
            }
            None => self.unask(),
        }
    }

    fn recording_is_known(&self) -> bool {
        match self.call.recording {
            RecordingPhase::Off | RecordingPhase::Starting | RecordingPhase::Failed => false,
            RecordingPhase::On { .. }
            | RecordingPhase::Paused { .. }
            | RecordingPhase::Stopped { .. } => true,
        }
    }

    /// Whether what has begun is what the call waits for, or the conversation is to be recorded.
    fn wants_recording(&self, start: Option<Number>) -> bool {
        match &self.call.phase {
            Phase::InFlow { doing: Doing::Recording { number, behind: false }, .. } => {
                start == Some(*number)
            }
            Phase::InFlow { .. } | Phase::Waiting(_) => false,
            Phase::Talking { .. } => start.is_some() || self.call.records_talk.is_some(),
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Ending { .. }
            | Phase::Ended => true,
        }
    }

    /// `RecordingStateChanged`.
    pub(super) fn recording_changed(&mut self, id: &RecordingId, state: &RecordingState) {
        match state {
            RecordingState::Active => self.recording_active(id),
            RecordingState::Inactive => self.recording_inactive(id),
            RecordingState::Other(_) => {}
        }
    }

    fn recording_active(&mut self, id: &RecordingId) {
        let resume = PendingKind::ChangeRecording { change: Change::Resume };
        if let Some(number) = self.call.awaits(|kind| *kind == resume) {
            self.settle(number);
            self.call.recording = RecordingPhase::On { id: id.clone() };
            return self.recording_change_over(number, Change::Resume, true);
        }
        self.recording_started(id);
    }

    fn recording_inactive(&mut self, id: &RecordingId) {
        if self.recording_id().as_ref() != Some(id) {
            return;
        }
        let pause = PendingKind::ChangeRecording { change: Change::Pause };
        let Some(number) = self.call.awaits(|kind| *kind == pause) else {
            // A pause that was given up has come about. Ending one says so, too.
            if !self.call.recording_doubts.is_empty() && !self.recording_ends() {
                self.call.recording = RecordingPhase::Paused { id: id.clone() };
            }
            return;
        };
        self.call.recording = RecordingPhase::Paused { id: id.clone() };
        if self.call.pending.get(&number).is_some_and(|pending| pending.accepted) {
            self.paused(number);
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
        } else if self.recording_id().is_none() {
            self.call.recording_doubts.pop_first();
        }
    }
}
