//! Blind transfer, and redirect before the answer.

use super::call::{Call, Participant, Phase};
use super::invitations::{Invitation, Purpose};
use super::participants::context_body;
use super::people::Engaged;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{Identifier, OperationMeta, Refusal, Transfer};

/// Set-up limit of a transfer, seconds (service limits).
const TRANSFER_SECONDS: Millis = 60;
/// Set-up limit of a redirected call, seconds.
pub(super) const REDIRECT_SECONDS: Millis = 85;

impl World {
    /// POST `transferToParticipant`.
    pub(super) fn transfer(
        &mut self,
        connection: &str,
        mut request: Transfer,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_can_invite(id, &request.target, request.caller_number.as_deref())?;
        let transferee = self.transferee(id, request.transferee.as_ref())?;
        let body = context_body(request.meta.context.as_deref());
        let from = Some(transferee.clone());
        let purpose = Purpose::Transfer { transferee };
        let invitation = Invitation {
            from,
            custom: Some(request.custom),
            ..Invitation::new(request.target, purpose, request.meta)
        };
        self.invite(id, invitation, TRANSFER_SECONDS, None);
        Ok(Reply::json(202, body))
    }

    fn transferee(&self, id: CallId, named: Option<&Identifier>) -> Result<Identifier, Refusal> {
        let call = self.calls.get(&id).ok_or_else(|| Refusal::not_found("The call"))?;
        match (call.participants.as_slice(), named) {
            ([only], None) => Ok(only.who.clone()),
            ([only], Some(named)) if only.who == *named => Ok(named.clone()),
            (_, Some(named)) if !call.has(&named.raw()) => {
                Err(Refusal::new(400, 8558, "The transferee is not in the call."))
            }
            (_, Some(named)) => Ok(named.clone()),
            (_, None) => {
                let text = "A transfer in a group call needs a transferee.";
                Err(Refusal::new(400, 8585, text))
            }
        }
    }

    /// The target has answered: the application loses the call, the others talk.
    pub(super) fn transferred(
        &mut self,
        id: CallId,
        invitation: Invitation,
        transferee: &Identifier,
        name: String,
    ) {
        let Invitation { who: target, invited, meta, .. } = invitation;
        let meta = &meta;
        let done = self.tell_transfer(id, meta, &invited, transferee);
        let alone = self.calls.get(&id).is_none_or(Call::is_one_to_one);
        if alone {
            self.disconnect(id, done);
            self.person_joins(id, target, name);
        } else {
            self.goes_elsewhere(id, target, &transferee.raw(), name);
        }
    }

    /// One of a group talks to the target in a call of their own; the group and the application
    /// go on.
    fn goes_elsewhere(&mut self, id: CallId, target: Identifier, transferee: &str, name: String) {
        let Some(other) = self.splits_off(id, target.clone(), transferee) else {
            return;
        };
        if let Some(user) = self.user_mut(&target)
            && user.engaged != Engaged::No
        {
            user.engaged = Engaged::InCall { call: other };
        }
        if let Some(call) = self.calls.get_mut(&other) {
            call.participants.push(Participant::new(target, name));
        }
    }

    /// One of a group leaves it for a call with the target; that call.
    pub(super) fn splits_off(
        &mut self,
        id: CallId,
        target: Identifier,
        transferee: &str,
    ) -> Option<CallId> {
        let person = self.calls.get_mut(&id).and_then(|call| call.take(transferee))?;
        let other = self.new_call(person.who.clone(), target, person.name.clone());
        if let Some(user) = self.user_mut(&person.who) {
            user.engaged = Engaged::InCall { call: other };
        }
        if let Some(call) = self.calls.get_mut(&other) {
            call.phase = Phase::Connected;
            call.participants.push(person);
        }
        self.cancel_media_of(id, transferee);
        self.participants_updated(id);
        Some(other)
    }

    /// A call that the application sends elsewhere rings there.
    pub(super) fn ring_elsewhere(&mut self, id: CallId, target: &Identifier) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Connected;
        }
        let from = self.calls.get(&id).map(|call| call.from.clone());
        let meta = OperationMeta::default();
        let invitation =
            Invitation { from, ..Invitation::new(target.clone(), Purpose::Redirect, meta) };
        self.invite(id, invitation, REDIRECT_SECONDS, None);
    }
}
