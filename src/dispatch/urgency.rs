//! What goes first when not everything can go.

use callautomation::Operation;

use super::payload::Payload;

/// How much a command's delay hurts. The order is the order of service: what ends or stops something,
/// then a caller who rings, then what is heard, then questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Ends, stops or sends away. Late, somebody sits in a dead call or is recorded.
    Control,
    /// Answers: the phone rings for 30 s.
    Answer,
    /// What caller and agent notice.
    Heard,
    /// Asks how things stand.
    Question,
}

impl Urgency {
    /// The urgency of what is sent.
    pub(super) fn of(payload: &Payload) -> Self {
        match payload {
            Payload::CallAutomation(request) => of_operation(request.operation()),
            Payload::Fetch { .. } | Payload::Unrenderable { .. } => Self::Heard,
            Payload::Inspect { .. } => Self::Question,
        }
    }

    /// Whether it is tried even while the dependency looks broken or asks for a pause, and has turns kept
    /// for it. Within a call it overtakes by its lane: hang-up, reject and answer have one of their own.
    pub(super) fn bypasses(self) -> bool {
        match self {
            Self::Control | Self::Answer => true,
            Self::Heard | Self::Question => false,
        }
    }
}

fn of_operation(operation: Operation) -> Urgency {
    match operation {
        Operation::RedirectCall
        | Operation::RejectCall
        | Operation::HangUp
        | Operation::Terminate
        | Operation::CancelAddParticipant
        | Operation::CancelAllMediaOperations
        | Operation::StopContinuousDtmf
        | Operation::StopMediaStreaming
        | Operation::StopTranscription
        | Operation::StopRecording
        | Operation::PauseRecording => Urgency::Control,
        Operation::AnswerCall => Urgency::Answer,
        Operation::CreateCall
        | Operation::Connect
        | Operation::TransferToParticipant
        | Operation::AddParticipant
        | Operation::RemoveParticipant
        | Operation::Mute
        | Operation::MoveParticipants
        | Operation::Play
        | Operation::Recognize
        | Operation::StartContinuousDtmf
        | Operation::SendDtmfTones
        | Operation::Hold
        | Operation::Unhold
        | Operation::StartMediaStreaming
        | Operation::StartTranscription
        | Operation::UpdateTranscription
        | Operation::StartRecording
        | Operation::ResumeRecording => Urgency::Heard,
        Operation::GetCall
        | Operation::GetParticipants
        | Operation::GetParticipant
        | Operation::GetRecording => Urgency::Question,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bypasses_is_what_ends_stops_sends_away_or_answers() {
        let bypassing: Vec<_> =
            Operation::ALL.into_iter().filter(|op| of_operation(*op).bypasses()).collect();
        assert_eq!(
            bypassing,
            [
                Operation::AnswerCall,
                Operation::RedirectCall,
                Operation::RejectCall,
                Operation::HangUp,
                Operation::Terminate,
                Operation::CancelAddParticipant,
                Operation::CancelAllMediaOperations,
                Operation::StopContinuousDtmf,
                Operation::StopMediaStreaming,
                Operation::StopTranscription,
                Operation::StopRecording,
                Operation::PauseRecording,
            ]
        );
    }
}
