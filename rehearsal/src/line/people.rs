//! What caller and colleagues do.

use engine::call::Number;
use webhooks::CallEventKind;

use crate::{staff::Client, told::Who};

use super::{Leg, Line};

/// Nothing, or why it cannot be done.
pub type Done = Result<(), String>;

impl Line<'_> {
    /// The caller hangs up.
    pub fn hang_up(&mut self) {
        if self.leg == Leg::Over {
            return;
        }
        self.tell(Who::Caller, "hangs up");
        let was_up = self.leg == Leg::Up;
        self.leg = if was_up { Leg::Up } else { Leg::Over };
        self.present.retain(|one| *one != self.caller);
        match (was_up, self.present.is_empty()) {
            (true, true) => self.over(),
            (true, false) => self.roster(),
            (false, _) => {}
        }
    }

    /// The caller's microphone is off, or on again.
    pub fn mute_caller(&mut self, muted: bool) {
        self.caller_muted = muted;
    }

    /// Whether somebody's client rings.
    pub fn rings(&self, who: &str) -> bool {
        let colleague = self.around.staff.get(who);
        colleague.is_some_and(|one| matches!(one.client, Client::Rings(_)))
    }

    /// The nickname of somebody whose client rings.
    pub fn ringing(&self) -> Option<&str> {
        self.around.staff.ringing().map(|one| one.nickname.as_str())
    }

    /// Whether caller and colleague are in the call, and the engine knows it.
    pub fn together(&self, who: &str) -> bool {
        let Some(colleague) = self.around.staff.get(who) else { return false };
        let by_queue = self.call.agent.as_ref().is_some_and(|agent| agent.id == colleague.agent.id);
        let by_name = self.call.party.as_ref() == Some(&colleague.agent.raw_id());
        (by_queue || by_name)
            && self.present.contains(&self.caller)
            && self.present.contains(&colleague.agent.raw_id())
    }

    /// Whether a recording runs or ran.
    pub fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// The people in Teams.
    pub fn staff(&self) -> &crate::staff::Staff {
        &self.around.staff
    }

    /// Changes the people in Teams; who waits may be offered to somebody then.
    pub fn change_staff(&mut self, change: impl FnOnce(&mut crate::staff::Staff) -> bool) -> Done {
        if !change(&mut self.around.staff) {
            return Err("there is nobody of that name".to_owned());
        }
        self.look_for_agents();
        Ok(())
    }

    /// Tells of somebody in Teams.
    pub(crate) fn tell_of(&mut self, who: &str, words: &str) {
        let name = self.around.staff.nickname(who).unwrap_or(who).to_owned();
        self.tell(Who::Colleague(name), words.to_owned());
    }

    /// Somebody takes the call that rings.
    ///
    /// # Errors
    /// When nothing rings there.
    pub fn accept(&mut self, who: &str) -> Done {
        let number = self.invitation_of(who)?;
        self.tell_of(who, "accepts");
        self.joins(who, number);
        Ok(())
    }

    /// Somebody takes the call on two clients: besides the success comes a failure (487, 10003).
    ///
    /// # Errors
    /// When nothing rings there.
    pub fn accept_twice(&mut self, who: &str) -> Done {
        let number = self.invitation_of(who)?;
        self.accept(who)?;
        let kind = CallEventKind::AddParticipantFailed { participant: None };
        self.soon(kind, Some(number), Some((487, 10003)));
        Ok(())
    }

    /// Somebody refuses the call that rings.
    ///
    /// # Errors
    /// When nothing rings there.
    pub fn decline(&mut self, who: &str) -> Done {
        let number = self.invitation_of(who)?;
        self.tell_of(who, "declines");
        self.is_not_added(number, (603, 10024));
        Ok(())
    }

    /// Somebody closes the notification: it rings out.
    ///
    /// # Errors
    /// When nothing rings there.
    pub fn ignore(&mut self, who: &str) -> Done {
        let number = self.invitation_of(who)?;
        self.tell_of(who, "lets it ring");
        if let Some(colleague) = self.around.staff.find(who) {
            colleague.client = Client::Ignored(number);
        }
        Ok(())
    }

    /// Somebody leaves the call.
    ///
    /// # Errors
    /// When he is not in it.
    pub fn leave(&mut self, who: &str) -> Done {
        let found = self.around.staff.find(who);
        let Some(colleague) = found.filter(|one| one.client == Client::InCall) else {
            return Err(format!("{who} is not in the call"));
        };
        colleague.client = Client::Quiet;
        let raw_id = colleague.agent.raw_id();
        self.tell_of(who, "hangs up");
        self.present.retain(|one| *one != raw_id);
        if self.present.is_empty() {
            self.over();
        } else {
            self.roster();
        }
        Ok(())
    }

    fn invitation_of(&self, who: &str) -> Result<Number, String> {
        match self.around.staff.get(who).map(|one| one.client) {
            Some(Client::Rings(number)) => Ok(number),
            Some(_) => Err(format!("{who}'s client does not ring")),
            None => Err(format!("there is nobody called {who}")),
        }
    }

    fn joins(&mut self, who: &str, number: Number) {
        let Some(colleague) = self.around.staff.find(who) else { return };
        colleague.client = Client::InCall;
        if self.transfer == Some(number) {
            return self.given_away(number);
        }
        let raw_id = colleague.agent.raw_id();
        self.present.push(raw_id);
        let kind = CallEventKind::AddParticipantSucceeded { participant: None };
        self.soon(kind, Some(number), Some((200, 0)));
        self.roster();
    }

    fn is_not_added(&mut self, number: Number, result: (i64, i64)) {
        if let Some(colleague) = self.around.staff.invited(number) {
            colleague.client = Client::Quiet;
            let kind = if self.transfer.take_if(|transfer| *transfer == number).is_some() {
                CallEventKind::CallTransferFailed
            } else {
                CallEventKind::AddParticipantFailed { participant: None }
            };
            self.soon(kind, Some(number), Some(result));
        }
    }

    pub(super) fn rings_out(&mut self, number: Number) {
        if let Some(colleague) = self.around.staff.invited(number) {
            let name = colleague.nickname.clone();
            self.tell_of(&name, "does not answer");
            self.is_not_added(number, (480, 10004));
        }
    }

    pub(super) fn voicemail_takes(&mut self, number: Number) {
        if let Some(colleague) = self.around.staff.invited(number) {
            let name = colleague.nickname.clone();
            self.tell_of(&name, "does not answer, and the own voicemail takes the call");
            self.joins(&name, number);
        }
    }
}
