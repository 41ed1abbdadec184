//! Blind transfer, and redirect before the answer.

use serde_json::json;

use super::call::{Call, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::invitations::{Invitation, Purpose};
use super::participants::context_body;
use super::people::Engaged;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{Identifier, OperationMeta, Refusal, Transfer};

/// Set-up limit of a transfer, seconds (service limits).
const TRANSFER_SECONDS: Millis = 60;
/// Set-up limit of a redirected call, seconds.
const REDIRECT_SECONDS: Millis = 85;

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
        let invitation = Invitation {
            who: request.target,
            purpose: Purpose::Transfer { transferee },
            meta: request.meta,
            obstacle: None,
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
        meta: &OperationMeta,
        target: Identifier,
        transferee: &Identifier,
        name: String,
    ) {
        let text = "The transfer operation completed successfully.";
        let done = ResultInformation::new(200, 7015, text);
        let event = Event::new("CallTransferAccepted")
            .of(meta)
            .result(done)
            .with("transferTarget", json!(target.json()))
            .with("transferee", transferee.json());
        self.emit(id, event);
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
        let Some(person) = self.calls.get_mut(&id).and_then(|call| call.take(transferee)) else {
            return;
        };
        let other = self.new_call(person.who.clone(), target.clone(), person.name.clone());
        for who in [&person.who, &target] {
            if let Some(user) = self.user_mut(who) {
                user.engaged = Engaged::InCall { call: other };
            }
        }
        if let Some(call) = self.calls.get_mut(&other) {
            call.phase = Phase::Connected;
            call.participants = vec![person, Participant::new(target, name)];
        }
        self.cancel_media_of(id, transferee);
        self.participants_updated(id);
    }

    /// A call that the application sends elsewhere rings there.
    pub(super) fn ring_elsewhere(&mut self, id: CallId, target: &Identifier) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Connected;
        }
        let invitation = Invitation {
            who: target.clone(),
            purpose: Purpose::Redirect,
            meta: OperationMeta::default(),
            obstacle: None,
        };
        self.invite(id, invitation, REDIRECT_SECONDS, None);
    }
}
