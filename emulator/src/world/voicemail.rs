//! Voicemail, which answers in place of a Teams user.

use super::call::Participant;
use super::invitations::Purpose;
use super::timers::Timer;
use super::{CallId, World};
use crate::clock::Millis;
use crate::wire::Identifier;

/// How long voicemail records before it hangs up. Not documented.
const LONGEST: Millis = 120_000;

impl World {
    /// Voicemail takes an invitation that nobody has taken. To the application it looks as if the
    /// person had accepted; no event tells it apart.
    pub(super) fn voicemail_answers(&mut self, id: CallId, key: &str) {
        let Some(mut invitation) = self.take_invitation(id, key) else {
            return;
        };
        let user = self.user_mut(&invitation.who).map(|user| user.name.clone());
        let name = format!("Voicemail of {}", user.unwrap_or_default());
        let who = invitation.who.clone();
        // A transferred caller talks to it in a call without the application.
        if !matches!(invitation.purpose, Purpose::Transfer { .. }) {
            let timer = Timer::VoicemailEnds { call: id, raw_id: who.raw() };
            self.later(LONGEST, timer);
        }
        invitation.obstacle = None;
        self.comes(id, invitation, name);
        if let Some(one) = self.participant_mut(&who) {
            one.machine = true;
        }
    }

    /// The newest participant with this identity.
    fn participant_mut(&mut self, who: &Identifier) -> Option<&mut Participant> {
        let raw = who.raw();
        let calls = self.calls.values_mut().rev().filter(|call| !call.is_over());
        let mut people = calls.flat_map(|call| &mut call.participants);
        people.find(|one| one.who.raw() == raw)
    }

    /// Voicemail hangs up.
    pub(super) fn voicemail_ends(&mut self, id: CallId, raw: &str) {
        let call = self.calls.get(&id);
        let machine = call.and_then(|call| call.participants.iter().find(|one| one.machine));
        if machine.is_some_and(|one| one.who.raw() == raw) {
            self.person_leaves(id, raw, "voicemail hung up");
        }
    }
}
