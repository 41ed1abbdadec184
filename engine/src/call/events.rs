//! Mid-call events: which family each belongs to.

use webhooks::{CallEvent, CallEventKind};

use super::{
    media::PlayEnd,
    state::{Number, PendingKind},
    step::{Stepper, shows_life},
    withheld::number_in,
};

impl Stepper<'_> {
    /// A mid-call event.
    pub(super) fn event(&mut self, event: &CallEvent) {
        if !self.pin_connection(event) {
            return self.note(format!("{} of another connection: no effect", event.kind.name()));
        }
        self.call.heard_at = self.now();
        if shows_life(event) {
            // A denial is older than this, or wrong.
            self.call.lives();
        }
        let number = event.operation_context.as_deref().and_then(number_in);
        match &event.kind {
            CallEventKind::CallConnected => self.call_connected(),
            CallEventKind::CallDisconnected => self.call_disconnected(event.result.as_ref()),
            CallEventKind::AnswerFailed => self.answer_failed(event.result.as_ref()),
            CallEventKind::ParticipantsUpdated { participants, sequence_number } => {
                self.roster(participants, *sequence_number);
            }
            CallEventKind::PlayStarted => self.play_started(number),
            CallEventKind::PlayCompleted => self.play_event(number, PlayEnd::Completed),
            CallEventKind::PlayFailed { .. } => self.play_event(number, PlayEnd::Failed),
            CallEventKind::PlayCanceled => self.play_event(number, PlayEnd::Canceled),
            CallEventKind::RecognizeCompleted(recognition) => self.recognized(number, recognition),
            CallEventKind::RecognizeFailed { .. } => {
                self.recognize_failed(number, event.result.as_ref().map_or(0, |r| r.sub_code));
            }
            CallEventKind::RecognizeCanceled => self.recognize_failed(number, 8508),
            CallEventKind::AddParticipantSucceeded { .. } => self.agent_added(number),
            CallEventKind::AddParticipantFailed { .. } => {
                self.agent_not_added(number, event.result.as_ref());
            }
            CallEventKind::RecordingStateChanged { recording_id: Some(id), state, .. } => {
                self.recording_changed(id, state);
            }
            CallEventKind::StartRecordingFailed { .. } => self.recording_failed(),
            CallEventKind::CancelAddParticipantSucceeded { .. } => {
                self.invitation_cancelled(number, true);
            }
            CallEventKind::CancelAddParticipantFailed { .. } => {
                self.invitation_cancelled(number, false);
            }
            CallEventKind::RemoveParticipantSucceeded { .. } => self.remove_event(number, true),
            CallEventKind::RemoveParticipantFailed { .. } => self.remove_event(number, false),
            CallEventKind::CallTransferAccepted { .. } => self.transfer_taken(number),
            CallEventKind::CallTransferFailed => self.transfer_failed(number),
            CallEventKind::HoldFailed => self.not_held(number),
            CallEventKind::MediaStreamingStarted { .. } => self.stream_started(number),
            CallEventKind::MediaStreamingStopped { .. } => self.stream_ended(number, "stopped"),
            CallEventKind::MediaStreamingFailed { .. } => self.stream_ended(number, "failed"),
            CallEventKind::RecordingStateChanged { .. }
            | CallEventKind::CreateCallFailed
            | CallEventKind::ConnectFailed
            | CallEventKind::MoveParticipantSucceeded { .. }
            | CallEventKind::MoveParticipantFailed { .. }
            | CallEventKind::ContinuousDtmfRecognitionToneReceived { .. }
            | CallEventKind::ContinuousDtmfRecognitionToneFailed
            | CallEventKind::ContinuousDtmfRecognitionStopped
            | CallEventKind::SendDtmfTonesCompleted
            | CallEventKind::SendDtmfTonesFailed
            | CallEventKind::TranscriptionStarted { .. }
            | CallEventKind::TranscriptionStopped { .. }
            | CallEventKind::TranscriptionUpdated { .. }
            | CallEventKind::TranscriptionFailed { .. }
            | CallEventKind::Unknown { .. } => {
                self.note(format!("{}: this engine has no use for it", event.kind.name()));
            }
        }
    }

    fn remove_event(&mut self, number: Option<Number>, done: bool) {
        if let Some((number, _)) = self.settle_kind(number, |kind| *kind == PendingKind::Remove) {
            self.removed(number, done);
        }
    }

    /// The first event pins our leg; ids it brings are kept.
    fn pin_connection(&mut self, event: &CallEvent) -> bool {
        let call = &mut self.call;
        if let (Some(known), Some(told)) = (&call.connection, &event.call_connection_id) {
            return known == told;
        }
        if call.connection.is_none() {
            call.connection.clone_from(&event.call_connection_id);
        }
        if call.server_call_id.is_none() {
            call.server_call_id.clone_from(&event.server_call_id);
        }
        true
    }
}
