//! Commands about who is in the call, as requests.

use callautomation::{
    AddParticipant, CancelAddParticipant, Hold, PlaySource, RemoveParticipant, Request,
    TransferToParticipant, Unhold,
};
use engine::call::{Action, Call, Command};
use webhooks::{Identifier, IdentifierKind, PhoneNumber};

use super::payload::{Outward, RenderError, connection, whole_seconds};

impl Outward {
    /// The request of a command that brings somebody in, takes him out, holds him or gives him away.
    pub(super) fn people(
        &self,
        call: &Call,
        command: &Command,
        context: Option<String>,
    ) -> Result<Request, RenderError> {
        let request = match &command.action {
            Action::AddAgent { agent, shown_as, ring } => {
                let target = Identifier::teams_user(&agent.id);
                let mut add = AddParticipant::new(connection(call)?, target, whole_seconds(*ring));
                add.source_display_name.clone_from(shown_as);
                add.operation_context = context;
                add.request()?
            }
            Action::AddParty { target, shown_as, ring } => {
                let target = Identifier::from_raw_id(target.expose());
                let mut add = AddParticipant::new(connection(call)?, target, whole_seconds(*ring));
                add.source_caller_id_number = shown_number(call, &add.participant_to_add);
                add.source_display_name.clone_from(shown_as);
                add.operation_context = context;
                add.request()?
            }
            Action::Transfer { target } => {
                let target = Identifier::from_raw_id(target.expose());
                let mut transfer = TransferToParticipant::new(connection(call)?, target);
                transfer.source_caller_id_number = shown_number(call, &transfer.target_participant);
                transfer.operation_context = context;
                transfer.request()?
            }
            Action::Hold { target, music } => {
                let target = Identifier::from_raw_id(target.expose());
                let mut hold = Hold::new(connection(call)?, target);
                hold.music = Some(PlaySource::file(self.join(&format!("prompts/{music}"))));
                hold.operation_context = context;
                hold.request()?
            }
            Action::Unhold { target } => {
                let target = Identifier::from_raw_id(target.expose());
                let mut unhold = Unhold::new(connection(call)?, target);
                unhold.operation_context = context;
                unhold.request()?
            }
            Action::CancelAdd { invitation } => {
                let mut cancel = CancelAddParticipant::new(connection(call)?, invitation.clone());
                cancel.operation_context = context;
                cancel.request()?
            }
            Action::Remove { target } => {
                let target = Identifier::from_raw_id(target.expose());
                let mut remove = RemoveParticipant::new(connection(call)?, target);
                remove.operation_context = context;
                remove.request()?
            }
            Action::Answer { .. }
            | Action::Reject { .. }
            | Action::Redirect { .. }
            | Action::Play { .. }
            | Action::Recognize { .. }
            | Action::CancelMedia
            | Action::StartRecording
            | Action::PauseRecording { .. }
            | Action::ResumeRecording { .. }
            | Action::StopRecording { .. }
            | Action::StartStreaming
            | Action::StopStreaming
            | Action::Terminate
            | Action::Inspect
            | Action::Fetch { .. }
            | Action::Seek { .. }
            | Action::LeaveQueue
            | Action::Release { .. } => return Err(RenderError::Internal),
        };
        Ok(request)
    }
}

/// A phone is shown the number that the caller dialled: it is one of ours, as it must be (contract 7.2).
fn shown_number(call: &Call, target: &Identifier) -> Option<PhoneNumber> {
    let dialled = call.called.as_ref()?.expose().strip_prefix("4:")?;
    let number = match Identifier::phone(dialled) {
        Identifier::PhoneNumber(number) => Some(number),
        Identifier::CommunicationUser { .. }
        | Identifier::TeamsUser { .. }
        | Identifier::TeamsApp { .. }
        | Identifier::TeamsExtensionUser { .. }
        | Identifier::Unknown { .. } => None,
    };
    number.filter(|_| target.kind() == IdentifierKind::PhoneNumber)
}
