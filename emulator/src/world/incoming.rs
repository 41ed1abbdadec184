//! `IncomingCall`: a call that rings at the application, from outside or because an application
//! invites, transfers or redirects somebody to a number or user of the resource.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::{Call, Origin, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::invitations::{BUSY, DECLINED, Invitation, Purpose};
use super::outbound::SET_UP;
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::options::Profile;
use crate::wire::{Answer, CustomContext, Identifier, OperationMeta, Refusal};

/// What an incoming call context stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Incoming {
    pub(super) call: CallId,
    /// The invitation that rings, when the call exists already.
    pub(super) invitation: Option<String>,
}

/// What `IncomingCall` says.
pub(super) struct Announcement<'a> {
    pub(super) from: Identifier,
    pub(super) to: Identifier,
    pub(super) name: &'a str,
    pub(super) context: &'a str,
    pub(super) custom: Option<&'a CustomContext>,
}

impl World {
    /// Whether calls to this identity ring at the application.
    pub(super) fn is_ours(&self, who: &Identifier) -> bool {
        match who {
            Identifier::Phone { number } => self.numbers.contains(number),
            Identifier::Acs { id } => {
                let ours = format!("8:acs:{}_", self.settings.resource_id);
                id.starts_with(&ours) && *id != self.application().raw()
            }
            Identifier::TeamsApp { app, .. } => self.accounts.values().any(|oid| oid == app),
            Identifier::Teams { .. }
            | Identifier::Extension { .. }
            | Identifier::Unknown { .. } => false,
        }
    }

    /// The application's own identity.
    pub(super) fn application(&self) -> Identifier {
        Identifier::Acs { id: format!("8:acs:{}_application", self.settings.resource_id) }
    }

    /// A new, unguessable context.
    pub(super) fn new_context(&mut self) -> String {
        format!("eyJhbGciOiJub25lIiwidHliSldUIn0.{}", self.ids.token(1_200))
    }

    /// Tells Event Grid of a call that rings.
    pub(super) fn announce(&mut self, id: CallId, what: &Announcement<'_>) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let subject = format!("/caller/{}/recipient/{}", what.from.raw(), what.to.raw());
        let mut data = json!({
            "to": self.written(&what.to),
            "from": self.written(&what.from),
            "serverCallId": call.server_call_id,
            "callerDisplayName": what.name,
            "incomingCallContext": what.context,
            "correlationId": call.correlation_id,
        });
        if let Some(custom) = what.custom.filter(|custom| !custom.is_empty()) {
            data["customContext"] = custom.json();
        }
        self.grid("Microsoft.Communication.IncomingCall", subject, data);
    }

    /// An identifier as `IncomingCall` has it: the sample of Teams Phone extensibility calls a
    /// resource account `unknown`.
    fn written(&self, who: &Identifier) -> Value {
        match (self.settings.profile, who) {
            (Profile::Tpe, Identifier::TeamsApp { .. }) => {
                json!({"kind": "unknown", "rawId": who.raw()})
            }
            (Profile::Classic | Profile::Tpe, _) => who.json(),
        }
    }

    /// Rings the application for an invitation to an identity of the resource.
    pub(super) fn announce_invitation(
        &mut self,
        id: CallId,
        key: &str,
        invitation: &mut Invitation,
        name: &str,
    ) {
        let context = self.new_context();
        let incoming = Incoming { call: id, invitation: Some(key.to_owned()) };
        self.contexts.insert(context.clone(), incoming);
        let from = invitation.from.clone().unwrap_or_else(|| self.application());
        let (to, custom) = (invitation.who.clone(), invitation.custom.take());
        let what = Announcement { from, to, name, context: &context, custom: custom.as_ref() };
        self.announce(id, &what);
        invitation.custom = custom;
        invitation.context = Some(context);
    }

    /// Uses up an incoming call context. A second use, a late one and an unknown one are the same.
    pub(super) fn take_context(&mut self, context: &str) -> Result<Incoming, Refusal> {
        let incoming = self.contexts.remove(context);
        incoming.ok_or_else(|| Refusal::not_found("The incoming call"))
    }

    /// The application answers a call that an application has begun or goes on with.
    pub(super) fn answer_invitation(
        &mut self,
        id: CallId,
        key: &str,
        version: String,
        request: Answer,
    ) -> Result<Reply, Refusal> {
        let invitation = self.take_invitation(id, key);
        let invitation = invitation.ok_or_else(|| Refusal::not_found("The incoming call"))?;
        let home = self.make_room(id, &invitation);
        let (leg, by) = (request.leg, request.answered_by);
        let connection = self.add_leg(home, version, Origin::Answered, leg, by);
        if let Identifier::Phone { number } = &invitation.who
            && let Some(bot) = self.bot_mut(&connection)
        {
            bot.answered_for = Some(number.clone());
        }
        self.leg_comes(home, &invitation, &connection);
        let properties = self.calls.get(&home).map(|call| call.properties(&connection));
        self.later(SET_UP, Timer::Connected { call: home, connection });
        Ok(Reply { status: 200, body: properties })
    }

    /// What a transfer does before the new leg is there; the call the leg will be in.
    fn make_room(&mut self, id: CallId, invitation: &Invitation) -> CallId {
        let Purpose::Transfer { transferee } = &invitation.purpose else {
            return id;
        };
        let done = self.tell_transfer(id, &invitation.meta, &invitation.invited, transferee);
        if self.calls.get(&id).is_none_or(Call::is_one_to_one) {
            self.disconnect(id, done);
            return id;
        }
        self.splits_off(id, invitation.who.clone(), &transferee.raw()).unwrap_or(id)
    }

    /// The leg takes the place of whoever was invited.
    fn leg_comes(&mut self, id: CallId, invitation: &Invitation, connection: &str) {
        match invitation.purpose {
            Purpose::Add => {
                self.tell_joined(id, invitation);
                self.list_leg(id, invitation.who.clone(), connection);
                self.participants_updated(id);
            }
            Purpose::Create => {
                let first = self.calls.get(&id).and_then(|call| {
                    let first = call.bots.first().map(|bot| bot.connection.clone());
                    Some((call.from.clone(), first?))
                });
                let listed = |call: &Call| call.participants.iter().any(|one| one.leg.is_some());
                if let Some((source, first)) = first
                    && !self.calls.get(&id).is_some_and(listed)
                {
                    self.list_leg(id, source, &first);
                }
                let who = Participant::leg(invitation.who.clone(), connection);
                self.target_joins(id, who);
            }
            // The application answers for the people who are there already.
            Purpose::Transfer { .. } | Purpose::Redirect => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.phase = Phase::Connecting;
                }
            }
        }
    }

    /// Lists a leg of the application among the participants.
    fn list_leg(&mut self, id: CallId, who: Identifier, connection: &str) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.participants.push(Participant::leg(who, connection));
        }
    }

    /// The application refuses an invitation.
    pub(super) fn reject_invitation(&mut self, id: CallId, key: &str, busy: bool) {
        self.invitation_fails(id, key, if busy { BUSY } else { DECLINED });
    }

    /// The application sends an invitation elsewhere; it stays the same for whoever has sent it.
    pub(super) fn redirect_invitation(&mut self, id: CallId, key: &str, target: &Identifier) {
        let Some(invitation) = self.take_invitation(id, key) else {
            return;
        };
        let again = Invitation { who: target.clone(), context: None, obstacle: None, ..invitation };
        let seconds = super::transfer::REDIRECT_SECONDS;
        self.ring(id, key.to_owned(), again, seconds, None);
    }

    /// Somebody was invited by the application and has come.
    pub(super) fn tell_joined(&mut self, id: CallId, invitation: &Invitation) {
        let event = Event::new("AddParticipantSucceeded")
            .of(&invitation.meta)
            .result(ResultInformation::PLAIN)
            .with("participant", invitation.invited.json());
        self.emit(id, event);
    }

    /// The target of a transfer has taken the call.
    pub(super) fn tell_transfer(
        &mut self,
        id: CallId,
        meta: &OperationMeta,
        target: &Identifier,
        transferee: &Identifier,
    ) -> ResultInformation {
        let text = "The transfer operation completed successfully.";
        let done = ResultInformation::new(200, 7015, text);
        let event = Event::new("CallTransferAccepted")
            .of(meta)
            .result(done)
            .with("transferTarget", target.json())
            .with("transferee", transferee.json());
        self.emit(id, event);
        done
    }
}
