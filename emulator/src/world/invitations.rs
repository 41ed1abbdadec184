//! People who are asked to join: by the application, or as the target of a transfer or redirect.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::{Participant, Phase};
use super::events::{Event, ResultInformation};
use super::participants::context_body;
use super::people::Engaged;
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{AddParticipant, CancelAddParticipant, Identifier, OperationMeta, Refusal};

/// How long an invitee rings when the request does not say (call-end codes: "about 2 minutes").
const DEFAULT_RING_SECONDS: Millis = 120;
/// How long it takes to learn that nobody can be reached.
const UNREACHABLE_AFTER: Millis = 300;

/// What the invitation is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Purpose {
    /// `participants:add`.
    Add,
    /// `transferToParticipant` of this person.
    Transfer { transferee: Identifier },
    /// A target of a created call.
    Create,
    /// A redirected caller; the application is not in the call.
    Redirect,
}

/// Someone who rings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Invitation {
    pub(super) who: Identifier,
    pub(super) purpose: Purpose,
    pub(super) meta: OperationMeta,
    /// Why it will fail, when it cannot ring.
    pub(super) obstacle: Option<ResultInformation>,
}

/// How an invitation ended without joining.
pub(super) const DECLINED: ResultInformation =
    ResultInformation::new(603, 0, "The call was declined by the callee.");
const NO_ANSWER: ResultInformation =
    ResultInformation::new(487, 10_004, "The callee did not answer in time. DiagCode: 487#10004.@");
const UNREACHABLE: ResultInformation = ResultInformation::new(
    480,
    10_037,
    "No endpoint of the callee is registered. DiagCode: 480#10037.@",
);
const BUSY: ResultInformation = ResultInformation::new(486, 8539, "The callee is busy.");

impl World {
    /// POST `participants:add`.
    pub(super) fn add_participant(
        &mut self,
        connection: &str,
        mut request: AddParticipant,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_can_invite(id, &request.who, request.caller_number.as_deref())?;
        let seconds = request.timeout_seconds.unwrap_or(DEFAULT_RING_SECONDS);
        let invitation = Invitation {
            who: request.who.clone(),
            purpose: Purpose::Add,
            meta: request.meta.clone(),
            obstacle: None,
        };
        let invitation = self.invite(id, invitation, seconds, request.display_name);
        let mut body = context_body(request.meta.context.as_deref());
        body["invitationId"] = json!(invitation);
        body["participant"] = Participant::new(request.who, String::new()).json();
        Ok(Reply::json(202, body))
    }

    /// What refuses an invitation at once.
    pub(super) fn check_can_invite(
        &self,
        id: CallId,
        who: &Identifier,
        caller_number: Option<&str>,
    ) -> Result<(), Refusal> {
        let call = self.calls.get(&id).ok_or_else(|| Refusal::not_found("The call"))?;
        if call.phase != Phase::Connected {
            return Err(Refusal::not_established());
        }
        let rings = |one: &Invitation| one.who.raw() == who.raw();
        if call.has(&who.raw()) || call.invitations.values().any(rings) {
            let text = "The participant is in the call or rings already.";
            return Err(Refusal::new(400, 8559, text));
        }
        if caller_number.is_some_and(|number| !self.numbers.contains(number)) {
            let text = "sourceCallerIdNumber is not a number of this resource.";
            return Err(Refusal::new(403, 7507, text));
        }
        Ok(())
    }

    /// Rings somebody. The client shows the name the application sends, else the caller's.
    pub(super) fn invite(
        &mut self,
        id: CallId,
        mut invitation: Invitation,
        seconds: Millis,
        shown: Option<String>,
    ) -> String {
        let key = self.ids.guid();
        let caller = self.calls.get(&id).map(|call| call.caller_name.clone());
        let from_name = shown.or(caller).unwrap_or_default();
        invitation.obstacle = self.ring_client(&invitation.who, id, from_name);
        let timer = if invitation.obstacle.is_some() {
            let invitation = key.clone();
            (UNREACHABLE_AFTER, Timer::Unreachable { call: id, invitation })
        } else {
            let invitation = key.clone();
            (seconds * 1_000, Timer::InvitationEnds { call: id, invitation })
        };
        self.later(timer.0, timer.1);
        if let Some(call) = self.calls.get_mut(&id) {
            call.invitations.insert(key.clone(), invitation);
        }
        key
    }

    /// Makes a Teams client ring, or tells why it cannot. A phone and an ACS user have no
    /// client here: they ring.
    fn ring_client(
        &mut self,
        who: &Identifier,
        call: CallId,
        from_name: String,
    ) -> Option<ResultInformation> {
        if matches!(who, Identifier::Phone { .. } | Identifier::Acs { .. }) {
            return None;
        }
        let Some(user) = self.user_mut(who) else {
            return Some(UNREACHABLE);
        };
        if !user.can_ring() {
            return Some(UNREACHABLE);
        }
        if user.engaged != Engaged::No {
            return Some(BUSY);
        }
        user.engaged = Engaged::Ringing { call, from_name, ignored: false };
        None
    }

    /// The invitation somebody has, and its call.
    fn invitation_of(&self, who: &str) -> Result<(CallId, String), Refusal> {
        let raw = self.who(who).raw();
        let rings = |one: &Invitation| one.who.raw() == raw && one.obstacle.is_none();
        let found = self.calls.values().find_map(|call| {
            let (key, _) = call.invitations.iter().find(|(_, one)| rings(one))?;
            Some((call.id, key.clone()))
        });
        found.ok_or_else(|| Refusal::not_found("A ringing call of this person"))
    }

    /// The invitee takes the call.
    pub(super) fn accept(&mut self, who: &str) -> Result<Reply, Refusal> {
        let (id, key) = self.invitation_of(who)?;
        let Some(invitation) = self.take_invitation(id, &key) else {
            return Err(Refusal::not_found("The invitation"));
        };
        let user = self.user_mut(&invitation.who);
        let name = user.map(|user| {
            user.starts_call(id);
            user.name.clone()
        });
        let name = name.unwrap_or_else(|| name_of_stranger(&invitation.who).to_owned());
        match invitation.purpose {
            Purpose::Add => {
                let event = Event::new("AddParticipantSucceeded")
                    .of(&invitation.meta)
                    .result(ResultInformation::PLAIN)
                    .with("participant", invitation.who.json());
                self.emit(id, event);
                self.person_joins(id, invitation.who, name);
            }
            Purpose::Transfer { transferee } => {
                self.transferred(id, &invitation.meta, invitation.who, &transferee, name);
            }
            Purpose::Create => self.target_joins(id, invitation.who, name),
            Purpose::Redirect => self.person_joins(id, invitation.who, name),
        }
        Ok(Reply::empty(204))
    }

    /// The invitee refuses the call.
    pub(super) fn decline(&mut self, who: &str) -> Result<Reply, Refusal> {
        let (id, key) = self.invitation_of(who)?;
        self.invitation_fails(id, &key, DECLINED);
        Ok(Reply::empty(204))
    }

    /// The invitee lets it ring.
    pub(super) fn ignore(&mut self, who: &str) -> Result<Reply, Refusal> {
        self.invitation_of(who)?;
        let who = self.who(who);
        if let Some(user) = self.user_mut(&who)
            && let Engaged::Ringing { ignored, .. } = &mut user.engaged
        {
            *ignored = true;
        }
        Ok(Reply::empty(204))
    }

    /// A participant hangs up.
    pub(super) fn leave(&mut self, who: &str) -> Result<Reply, Refusal> {
        let raw = self.who(who).raw();
        let call = self.calls.values().find(|call| !call.is_over() && call.has(&raw));
        let Some(id) = call.map(|call| call.id) else {
            return Err(Refusal::not_found("A call of this person"));
        };
        self.person_leaves(id, &raw, "the last participant left");
        Ok(Reply::empty(204))
    }

    pub(super) fn no_answer(&mut self, id: CallId, key: &str) {
        self.invitation_fails(id, key, NO_ANSWER);
    }

    pub(super) fn unreachable(&mut self, id: CallId, key: &str) {
        let call = self.calls.get(&id);
        let invitation = call.and_then(|call| call.invitations.get(key));
        if let Some(why) = invitation.and_then(|one| one.obstacle) {
            self.invitation_fails(id, key, why);
        }
    }

    fn invitation_fails(&mut self, id: CallId, key: &str, why: ResultInformation) {
        let Some(invitation) = self.take_invitation(id, key) else {
            return;
        };
        match invitation.purpose {
            Purpose::Add => {
                let event = Event::new("AddParticipantFailed")
                    .of(&invitation.meta)
                    .result(why)
                    .with("participant", invitation.who.json());
                self.emit(id, event);
            }
            Purpose::Transfer { .. } => {
                let event = Event::new("CallTransferFailed").of(&invitation.meta).result(why);
                self.emit(id, event);
            }
            Purpose::Create => self.target_fails(id, &invitation.meta, why),
            Purpose::Redirect => self.end(id, "the redirect's target did not answer"),
        }
    }

    /// POST `participants:cancelAddParticipant`.
    pub(super) fn cancel_add(
        &mut self,
        connection: &str,
        mut request: CancelAddParticipant,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        let event = if self.take_invitation(id, &request.invitation).is_some() {
            // A live CancelAddParticipantSucceeded had no resultInformation.
            Event::new("CancelAddParticipantSucceeded")
        } else {
            let text = "The invitation does not ring any longer.";
            Event::new("CancelAddParticipantFailed").result(ResultInformation::new(404, 8522, text))
        };
        let event = event.of(&request.meta).with("invitationId", json!(request.invitation));
        self.emit(id, event);
        let mut body: Value = context_body(request.meta.context.as_deref());
        body["invitationId"] = json!(request.invitation);
        Ok(Reply::json(202, body))
    }

    /// Removes an invitation; the client stops ringing.
    fn take_invitation(&mut self, id: CallId, key: &str) -> Option<Invitation> {
        let invitation = self.calls.get_mut(&id)?.invitations.remove(key)?;
        if invitation.obstacle.is_none()
            && let Some(user) = self.user_mut(&invitation.who)
        {
            user.engaged = Engaged::No;
        }
        Some(invitation)
    }

    /// All invitations of a call end silently.
    pub(super) fn drop_invitations(&mut self, id: CallId) {
        let keys = self.calls.get(&id).map(|call| call.invitations.keys().cloned());
        for key in keys.map(Iterator::collect::<Vec<_>>).unwrap_or_default() {
            self.take_invitation(id, &key);
        }
    }

    /// The invitations one leg has sent end silently.
    pub(super) fn drop_invitations_of_leg(&mut self, id: CallId, connection: &str) {
        let own = |one: &Invitation| one.meta.connection.as_deref() == Some(connection);
        let all = self.calls.get(&id).into_iter().flat_map(|call| &call.invitations);
        let keys: Vec<_> = all.filter(|(_, one)| own(one)).map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.take_invitation(id, &key);
        }
    }
}

/// The name of somebody the world has no record of.
fn name_of_stranger(who: &Identifier) -> &'static str {
    if matches!(who, Identifier::Acs { .. }) { "User" } else { "Phone" }
}
