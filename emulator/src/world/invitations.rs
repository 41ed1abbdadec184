//! People who are asked to join: by the application, or as the target of a transfer or redirect.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::{Call, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::participants::context_body;
use super::people::{Engaged, Reach};
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{
    AddParticipant, CancelAddParticipant, CustomContext, Identifier, OperationMeta, Refusal,
};

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
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Invitation {
    pub(super) who: Identifier,
    pub(super) purpose: Purpose,
    pub(super) meta: OperationMeta,
    /// Why it will fail, when it cannot ring.
    pub(super) obstacle: Option<ResultInformation>,
    /// Whom the application has named; another one rings after forwarding or a redirect.
    pub(super) invited: Identifier,
    /// Who calls, where it rings at the application.
    pub(super) from: Option<Identifier>,
    /// Headers and details of the application.
    pub(super) custom: Option<CustomContext>,
    /// The incoming call context, where it rings at the application.
    pub(super) context: Option<String>,
}

impl Invitation {
    pub(super) fn new(who: Identifier, purpose: Purpose, meta: OperationMeta) -> Self {
        Self {
            invited: who.clone(),
            who,
            purpose,
            meta,
            obstacle: None,
            from: None,
            custom: None,
            context: None,
        }
    }
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
pub(super) const BUSY: ResultInformation = ResultInformation::new(486, 8539, "The callee is busy.");

/// Federation, policy or licence is missing. The pair is not documented; the sub-code is the one of
/// an interop scenario that is not authorised.
const NOT_ALLOWED: ResultInformation =
    ResultInformation::new(403, 7604, "The Teams interop scenario is not authorized.");
const ELSEWHERE: ResultInformation = ResultInformation::new(
    487,
    10_003,
    "The call was accepted on another endpoint of the callee. DiagCode: 487#10003.@",
);
/// Ended invitations a call remembers for somebody who accepts late.
const MOST_MISSED: usize = 8;
/// How often a call is forwarded before it rings where it is.
const MOST_FORWARDS: usize = 3;
/// The longest an application is rung (service limits).
const APPLICATION_SECONDS: Millis = 30;

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
        let from = request.caller_number.as_deref().map(Identifier::phone);
        let invitation = Invitation {
            from,
            custom: Some(request.custom),
            ..Invitation::new(request.who.clone(), Purpose::Add, request.meta.clone())
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

    /// Rings somebody; the invitation's id. The client shows the name the application sends, else the
    /// caller's.
    pub(super) fn invite(
        &mut self,
        id: CallId,
        invitation: Invitation,
        seconds: Millis,
        shown: Option<String>,
    ) -> String {
        let key = self.ids.guid();
        self.ring(id, key.clone(), invitation, seconds, shown);
        key
    }

    /// Rings somebody for an invitation with this id.
    pub(super) fn ring(
        &mut self,
        id: CallId,
        key: String,
        mut invitation: Invitation,
        seconds: Millis,
        shown: Option<String>,
    ) {
        let caller = self.calls.get(&id).map(|call| call.caller_name.clone());
        let from_name = shown.or(caller).unwrap_or_default();
        invitation.who = self.forwarded(invitation.who);
        let reach = self.reach(&invitation.who);
        invitation.obstacle = match reach {
            Reach::Rings { .. } => None,
            Reach::Busy => Some(BUSY),
            Reach::Refused => Some(NOT_ALLOWED),
            Reach::Voicemail | Reach::Nobody => Some(UNREACHABLE),
        };
        let (call, own) = (id, key.clone());
        match reach {
            Reach::Rings { voicemail_after } => {
                if let Some(after) = voicemail_after {
                    let invitation = own.clone();
                    self.later(after, Timer::VoicemailAnswers { call, invitation });
                }
                let seconds = self.start_ringing(id, &key, &mut invitation, seconds, from_name);
                self.later(seconds * 1_000, Timer::InvitationEnds { call, invitation: own });
            }
            Reach::Voicemail => {
                let timer = Timer::VoicemailAnswers { call, invitation: own };
                self.later(UNREACHABLE_AFTER, timer);
            }
            Reach::Nobody | Reach::Busy | Reach::Refused => {
                self.later(UNREACHABLE_AFTER, Timer::Unreachable { call, invitation: own });
            }
        }
        if let Some(call) = self.calls.get_mut(&id) {
            call.invitations.insert(key, invitation);
        }
    }

    /// A Teams client rings, or the application; the longest it does, seconds.
    fn start_ringing(
        &mut self,
        id: CallId,
        key: &str,
        invitation: &mut Invitation,
        seconds: Millis,
        from_name: String,
    ) -> Millis {
        if self.is_ours(&invitation.who) {
            self.announce_invitation(id, key, invitation, &from_name);
            let number = matches!(invitation.who, Identifier::Phone { .. });
            return if number { seconds.min(APPLICATION_SECONDS) } else { seconds };
        }
        let topic = invitation.custom.as_ref().and_then(CustomContext::topic).map(str::to_owned);
        if let Some(user) = self.user_mut(&invitation.who) {
            user.engaged = Engaged::Ringing { call: id, from_name, topic, ignored: false };
        }
        seconds
    }

    /// Who rings instead, as Teams users forward their calls.
    fn forwarded(&mut self, mut who: Identifier) -> Identifier {
        for _ in 0..MOST_FORWARDS {
            let user = self.user_mut(&who);
            let Some(to) = user.and_then(|user| user.treatment.forward_to.clone()) else {
                return who;
            };
            who = self.who(&to);
        }
        who
    }

    /// What an invitation meets with. A phone, an ACS user and the application itself ring.
    fn reach(&mut self, who: &Identifier) -> Reach {
        let rings = matches!(who, Identifier::Phone { .. } | Identifier::Acs { .. });
        if rings || self.is_ours(who) {
            return Reach::Rings { voicemail_after: None };
        }
        self.user_mut(who).map_or(Reach::Nobody, |user| user.reach())
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
        self.picks_up(id, invitation);
        Ok(Reply::empty(204))
    }

    /// A person has taken an invitation.
    fn picks_up(&mut self, id: CallId, invitation: Invitation) {
        let user = self.user_mut(&invitation.who);
        let name = user.map(|user| {
            user.starts_call(id);
            user.name.clone()
        });
        let name = name.unwrap_or_else(|| name_of_stranger(&invitation.who).to_owned());
        self.comes(id, invitation, name);
    }

    /// Somebody, or something, that was invited is there.
    pub(super) fn comes(&mut self, id: CallId, invitation: Invitation, name: String) {
        match invitation.purpose.clone() {
            Purpose::Add => {
                self.tell_joined(id, &invitation);
                self.person_joins(id, invitation.who, name);
            }
            Purpose::Transfer { transferee } => self.transferred(id, invitation, &transferee, name),
            Purpose::Create => self.target_joins(id, Participant::new(invitation.who, name)),
            Purpose::Redirect => self.person_joins(id, invitation.who, name),
        }
    }

    /// Somebody accepts a call that has just stopped ringing, and is let in: the application hears of
    /// the success after the failure or the cancellation.
    pub(super) fn accept_late(&mut self, who: &str) -> Result<Reply, Refusal> {
        let raw = self.who(who).raw();
        let calls = self.calls.values_mut().rev().filter(|call| call.phase == Phase::Connected);
        let late = calls.into_iter().find_map(|call| {
            let index = call.missed.iter().rposition(|one| one.who.raw() == raw)?;
            Some((call.id, call.missed.remove(index)))
        });
        let late = late.filter(|(id, _)| !self.calls.get(id).is_some_and(|call| call.has(&raw)));
        let (id, invitation) =
            late.ok_or_else(|| Refusal::not_found("A call this person has just missed"))?;
        self.picks_up(id, invitation);
        Ok(Reply::empty(204))
    }

    /// Somebody accepts on two clients at once: one wins, the other is told 487/10003.
    pub(super) fn accept_twice(&mut self, who: &str) -> Result<Reply, Refusal> {
        let (id, key) = self.invitation_of(who)?;
        let invitation = self.calls.get(&id).and_then(|call| call.invitations.get(&key)).cloned();
        self.accept(who)?;
        if let Some(invitation) = invitation
            && matches!(invitation.purpose, Purpose::Add)
        {
            self.tell_not_added(id, &invitation, ELSEWHERE);
        }
        Ok(Reply::empty(204))
    }

    fn tell_not_added(&mut self, id: CallId, invitation: &Invitation, why: ResultInformation) {
        let event = Event::new("AddParticipantFailed")
            .of(&invitation.meta)
            .result(why)
            .with("participant", invitation.invited.json());
        self.emit(id, event);
    }

    /// Remembers an invitation for somebody who accepts late.
    fn remember(&mut self, id: CallId, invitation: Invitation) {
        let rang = invitation.obstacle.is_none() && matches!(invitation.purpose, Purpose::Add);
        let Some(call) = self.calls.get_mut(&id).filter(|_| rang) else {
            return;
        };
        if call.missed.len() == MOST_MISSED {
            call.missed.remove(0);
        }
        call.missed.push(invitation);
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
        let is_there = |call: &&Call| {
            let people = call.participants.iter().filter(|one| one.leg.is_none() && !one.machine);
            !call.is_over() && people.into_iter().any(|one| one.who.raw() == raw)
        };
        let call = self.calls.values().find(is_there);
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

    pub(super) fn invitation_fails(&mut self, id: CallId, key: &str, why: ResultInformation) {
        let Some(invitation) = self.take_invitation(id, key) else {
            return;
        };
        match invitation.purpose {
            Purpose::Add => {
                self.tell_not_added(id, &invitation, why);
                self.remember(id, invitation);
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
        let cancelled = self.take_invitation(id, &request.invitation);
        let event = if let Some(cancelled) = cancelled {
            self.remember(id, cancelled);
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
    pub(super) fn take_invitation(&mut self, id: CallId, key: &str) -> Option<Invitation> {
        let invitation = self.calls.get_mut(&id)?.invitations.remove(key)?;
        if let Some(context) = &invitation.context {
            self.contexts.remove(context);
        }
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
