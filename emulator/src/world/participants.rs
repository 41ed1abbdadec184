//! Who is on a call, as the wire tells it.

use serde_json::{Value, json};

use super::call::{Bot, Call, Origin, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::view::{CallView, ParticipantView};
use super::{Reply, World};
use crate::private::Private;
use crate::wire::{Identifier, Refusal, RemoveParticipant};

/// The api-version that `answeredFor` came with.
const ANSWERED_FOR: &str = "2024-09-15";

impl World {
    /// GET of a call connection.
    pub(super) fn get_call(&self, connection: &str) -> Result<Reply, Refusal> {
        let id = self.connected(connection)?;
        let call = self.calls.get(&id);
        let call = call.ok_or_else(|| Refusal::not_found("The call connection"))?;
        Ok(Reply::json(200, call.properties(connection)))
    }

    /// GET of all participants; the application itself is not listed.
    pub(super) fn get_participants(&self, connection: &str) -> Result<Reply, Refusal> {
        let id = self.connected(connection)?;
        let list = self.calls.get(&id).map(Call::participants_json);
        Ok(Reply::json(200, json!({"value": list.unwrap_or_default()})))
    }

    /// GET of one participant by raw id.
    pub(super) fn get_participant(&self, connection: &str, raw: &str) -> Result<Reply, Refusal> {
        let id = self.connected(connection)?;
        let wanted = Identifier::from_raw(raw).raw();
        let people = self.calls.get(&id).map(|call| call.participants.as_slice());
        let person = people.unwrap_or_default().iter().find(|one| one.who.raw() == wanted);
        let person = person.ok_or_else(|| Refusal::not_found("The participant"))?;
        Ok(Reply::json(200, person.json()))
    }

    /// POST `participants:remove`.
    pub(super) fn remove_participant(
        &mut self,
        connection: &str,
        mut request: RemoveParticipant,
    ) -> Result<Reply, Refusal> {
        let id = self.operation(connection, &mut request.meta)?;
        let raw = request.who.raw();
        let Some(call) = self.calls.get_mut(&id) else {
            return Err(Refusal::not_found("The call connection"));
        };
        let present = call.has(&raw);
        let name = if present { "RemoveParticipantSucceeded" } else { "RemoveParticipantFailed" };
        let why = ResultInformation::new(400, 8558, "The participant is not in the call.");
        let event = Event::new(name)
            .of(&request.meta)
            .result(if present { ResultInformation::PLAIN } else { why })
            .with("participant", request.who.json());
        let leg = call.leg_of(&raw);
        call.participants.retain(|one| one.who.raw() != raw);
        self.emit(id, event);
        if let Some(leg) = leg {
            let text = "The participant was removed from the call. DiagCode: 0#5000.@";
            self.disconnect_leg(id, &leg, ResultInformation::new(200, 5000, text));
        }
        if present {
            self.removed(id, &raw);
        }
        Ok(Reply::json(202, context_body(request.meta.context.as_deref())))
    }

    fn removed(&mut self, id: super::CallId, raw: &str) {
        self.person_is_free(id, raw);
        self.cancel_media_of(id, raw);
        self.hold_changes(id, raw);
        self.participants_updated(id);
        if self.calls.get(&id).is_some_and(Call::is_deserted) {
            let message = "The conversation has ended. DiagCode: 0#5002.@";
            self.recording_ends_with(id);
            self.disconnect(id, ResultInformation::new(200, 5002, message));
            self.end(id, "application removed the last participant");
        }
    }

    /// A person joins; the others are told.
    pub(super) fn person_joins(&mut self, id: super::CallId, who: Identifier, name: String) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.participants.push(Participant::new(who, name));
        }
        self.participants_updated(id);
    }
}

/// `{operationContext}`, or an empty object.
pub(super) fn context_body(context: Option<&str>) -> Value {
    context.map_or_else(|| json!({}), |context| json!({"operationContext": context}))
}

impl Call {
    /// All participants as `CallParticipant`.
    pub(super) fn participants_json(&self) -> Vec<Value> {
        let people = self.participants.iter();
        people.map(Participant::json).collect()
    }

    /// `CallConnectionProperties`.
    pub(super) fn properties(&self, connection: &str) -> Value {
        let bot = self.bot(connection);
        let state = if bot.is_some_and(|bot| bot.up) { "connected" } else { "connecting" };
        let mut properties = json!({
            "serverCallId": self.server_call_id,
            "correlationId": self.correlation_id,
            "callConnectionState": state,
            "targets": self.targets.iter().map(Identifier::json).collect::<Vec<_>>(),
            "source": self.from.json(),
            "sourceDisplayName": self.caller_name,
        });
        if let Some(number) = &self.source_number {
            properties["sourceCallerIdNumber"] = json!({"value": number});
        }
        if let Some(number) = bot.and_then(|bot| self.answered_for(bot)) {
            properties["answeredFor"] = json!({"value": number});
        }
        if let Some(bot) = bot {
            bot.write_subscriptions(&mut properties);
            properties["callConnectionId"] = json!(bot.connection);
            properties["callbackUri"] = json!(bot.callback);
            if let Some(id) = &bot.answered_by {
                properties["answeredBy"] = json!({"id": id});
            }
        }
        properties
    }

    /// The number that was rung and that this leg has answered.
    fn answered_for(&self, bot: &Bot) -> Option<String> {
        if bot.version.as_str() < ANSWERED_FOR {
            return None;
        }
        let dialled = || self.dialled.clone().filter(|_| bot.origin == Origin::Answered);
        bot.answered_for.clone().or_else(dialled)
    }

    /// What outsiders see.
    pub(super) fn view(&self) -> CallView {
        let (state, end_reason) = match self.phase {
            Phase::Ringing => ("ringing", None),
            Phase::Connecting | Phase::Connected => ("connected", None),
            Phase::Ended { reason } => ("ended", Some(reason)),
        };
        CallView {
            id: self.id,
            from: number_of(&self.from),
            to: self.dialled.clone().map_or_else(|| number_of(&self.to), Private::new),
            caller_name: self.caller_name.clone(),
            state,
            correlation_id: self.correlation_id.clone(),
            server_call_id: self.server_call_id.clone(),
            connection: self.bots.first().map(|bot| bot.connection.clone()),
            participants: self.participants.iter().map(|one| one.view(self)).collect(),
            hearing: self.media.hearing(),
            listening: self.media.takes_input(),
            recording: self.recording.is_some(),
            recorded: self.recorded,
            started: self.started,
            end_reason,
            heard: self.heard.clone(),
        }
    }
}

impl Participant {
    pub(super) fn new(who: Identifier, name: String) -> Self {
        Self {
            who,
            name,
            muted: false,
            on_hold: false,
            hold_music: None,
            leg: None,
            machine: false,
        }
    }

    /// The application itself, by one of its legs.
    pub(super) fn leg(who: Identifier, connection: &str) -> Self {
        let leg = Some(connection.to_owned());
        Self { leg, ..Self::new(who, "Application".to_owned()) }
    }

    /// `CallParticipant`. That somebody has muted a telephone is not known to the network.
    pub(super) fn json(&self) -> Value {
        let muted = self.muted && !matches!(self.who, Identifier::Phone { .. });
        json!({"identifier": self.who.json(), "isMuted": muted, "isOnHold": self.on_hold})
    }

    fn view(&self, call: &Call) -> ParticipantView {
        let raw = self.who.raw();
        let hearing =
            if self.on_hold { self.hold_music.clone() } else { call.media.heard_by(&raw) };
        ParticipantView {
            raw_id: Private::new(raw),
            name: self.name.clone(),
            kind: self.who.kind(),
            muted: self.muted,
            on_hold: self.on_hold,
            voicemail: self.machine,
            hearing: hearing.filter(|_| self.leg.is_none()),
        }
    }
}

fn number_of(who: &Identifier) -> Private {
    match who {
        Identifier::Phone { number } => Private::new(number.clone()),
        Identifier::Teams { .. }
        | Identifier::Acs { .. }
        | Identifier::TeamsApp { .. }
        | Identifier::Extension { .. }
        | Identifier::Unknown { .. } => Private::new(who.raw()),
    }
}
