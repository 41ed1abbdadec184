//! People on a call who are muted, held, or moved to another call.

use serde_json::json;

use super::call::{Call, Participant};
use super::events::{Event, ResultInformation};
use super::media_run::{file_name, file_of, is_playable};
use super::participants::context_body;
use super::people::Engaged;
use super::view::{Heard, Hearing, HearingKind};
use super::{CallId, Effect, Reply, World};
use crate::wire::{Hold, Identifier, MoveHere, Mute, PlaySource, Refusal};

impl World {
    /// POST `participants:mute`: ACS users only.
    pub(super) fn mute(&mut self, connection: &str, mut request: Mute) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        if request.who.iter().any(|who| !matches!(who, Identifier::Acs { .. })) {
            let text = "Only Communication Services users can be muted.";
            return Err(Refusal::new(405, 8520, text));
        }
        let raw_ids: Vec<String> = request.who.iter().map(Identifier::raw).collect();
        self.check_present(id, &raw_ids)?;
        for raw in &raw_ids {
            if let Some(person) = self.person_mut(id, raw) {
                person.muted = true;
            }
        }
        self.participants_updated(id);
        Ok(Reply::json(200, context_body(request.meta.context.as_deref())))
    }

    /// POST `:hold`.
    pub(super) fn hold(&mut self, connection: &str, mut request: Hold) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.media_call(connection, request.music.as_slice())?;
        let raw = request.who.raw();
        self.check_present(id, std::slice::from_ref(&raw))?;
        if request.music.as_ref().is_some_and(|source| !is_playable(source)) {
            let text = "Action failed, file could not be downloaded.";
            let why = ResultInformation::new(400, 8536, text);
            self.emit(id, Event::new("HoldFailed").of(&request.meta).result(why));
            return Ok(Reply::empty(200));
        }
        let music = request.music.as_ref().map(|source| Hearing {
            text: source.words(),
            file: file_of(source),
            kind: HearingKind::Music,
            since: self.now,
        });
        self.set_hold(id, &raw, true, music);
        if let Some(source) = &request.music {
            self.hold_music(id, &raw, source);
        }
        Ok(Reply::empty(200))
    }

    fn hold_music(&mut self, id: CallId, raw: &str, source: &PlaySource) {
        let text = source.words().unwrap_or_else(|| file_name(file_of(source).as_deref()));
        let heard = Heard { at: self.now, text: text.clone() };
        if let Some(call) = self.calls.get_mut(&id) {
            call.heard.push(heard);
        }
        self.hold_music_sounds(id, raw);
        self.effects.push(Effect::Heard { call: id, text });
    }

    /// POST `:unhold`.
    pub(super) fn unhold(&mut self, connection: &str, mut request: Hold) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        let raw = request.who.raw();
        self.check_present(id, std::slice::from_ref(&raw))?;
        self.set_hold(id, &raw, false, None);
        Ok(Reply::empty(200))
    }

    /// Tells the change; holding somebody who is held changes nothing.
    fn set_hold(&mut self, id: CallId, raw: &str, held: bool, music: Option<Hearing>) {
        let Some(person) = self.person_mut(id, raw) else {
            return;
        };
        person.hold_music = music;
        if std::mem::replace(&mut person.on_hold, held) != held {
            self.hold_changes(id, raw);
            self.participants_updated(id);
        }
    }

    /// A participant mutes the own microphone, or unmutes it, also after the application's mute.
    pub(super) fn mute_oneself(&mut self, who: &str, muted: bool) -> Result<Reply, Refusal> {
        let who = self.who(who);
        let raw = who.raw();
        let calls = self.calls.values().rev();
        let call = calls.into_iter().find(|call| !call.is_over() && call.has(&raw));
        let id = call.map(|call| call.id);
        let id = id.ok_or_else(|| Refusal::not_found("A call of this person"))?;
        let person = self.person_mut(id, &raw);
        let changed = person.is_some_and(|one| std::mem::replace(&mut one.muted, muted) != muted);
        // Of a telephone the network does not know.
        if changed && !matches!(who, Identifier::Phone { .. }) {
            self.participants_updated(id);
        }
        Ok(Reply::empty(204))
    }

    fn person_mut(&mut self, id: CallId, raw: &str) -> Option<&mut Participant> {
        let call = self.calls.get_mut(&id)?;
        call.participants.iter_mut().find(|one| one.who.raw() == raw)
    }

    /// POST `participants:moveHere`: one event for each participant.
    pub(super) fn move_here(
        &mut self,
        connection: &str,
        mut request: MoveHere,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        self.check_connected(id)?;
        let from = self.connected(&request.from)?;
        if from == id {
            return Err(Refusal::member("fromCall", "must be another call"));
        }
        let mut body = context_body(request.meta.context.as_deref());
        let people = request.who.iter().map(|who| Participant::new(who.clone(), String::new()));
        body["participants"] = people.map(|person| person.json()).collect();
        body["fromCall"] = json!(request.from);
        for who in request.who {
            let moved = self.move_one(from, id, &who.raw());
            let name = if moved { "MoveParticipantSucceeded" } else { "MoveParticipantFailed" };
            let absent = ResultInformation::new(400, 8558, "The participant is not in the call.");
            let event = Event::new(name)
                .of(&request.meta)
                .result(if moved { ResultInformation::PLAIN } else { absent })
                .with("participant", who.json())
                .with("fromCall", json!(request.from));
            self.emit(id, event);
            if moved {
                self.participants_updated(id);
            }
        }
        Ok(Reply::json(202, body))
    }

    fn move_one(&mut self, from: CallId, to: CallId, raw: &str) -> bool {
        let people = self.calls.get_mut(&from).filter(|call| call.leg_of(raw).is_none());
        let left = people.and_then(|call| call.take(raw));
        let Some(person) = left else {
            return false;
        };
        if let Some(user) = self.user_mut(&person.who) {
            user.engaged = Engaged::InCall { call: to };
        }
        if let Some(call) = self.calls.get_mut(&to) {
            call.participants.push(person);
        }
        self.cancel_media_of(from, raw);
        self.hold_changes(from, raw);
        self.participants_updated(from);
        if self.calls.get(&from).is_some_and(|call| call.participants.is_empty()) {
            let text = "The conversation has ended. DiagCode: 0#5002.@";
            self.disconnect(from, ResultInformation::new(200, 5002, text));
            self.end(from, "everybody was moved to another call");
        }
        true
    }
}

impl Call {
    /// Takes somebody out, with name and state.
    pub(super) fn take(&mut self, raw: &str) -> Option<Participant> {
        let index = self.participants.iter().position(|one| one.who.raw() == raw)?;
        Some(self.participants.remove(index))
    }
}
