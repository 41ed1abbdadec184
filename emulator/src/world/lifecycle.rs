//! How a call begins and ends.

use serde_json::json;

use super::call::{Bot, Call, Origin, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::incoming::{Announcement, Incoming};
use super::media::Media;
use super::outbound::SET_UP;
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::audio::By;
use crate::clock::Millis;
use crate::wire::{
    Answer, CustomContext, Identifier, Leg, OperationMeta, Redirect, Refusal, Reject,
};

/// How long a caller hears ringing (incoming-call-notification.md).
const RING: Millis = 30_000;

impl World {
    /// A caller dials a number of the resource.
    pub(super) fn dial(
        &mut self,
        from: &str,
        name: &str,
        to: &str,
        custom: &CustomContext,
    ) -> Result<Reply, Refusal> {
        if !self.numbers.contains(to) {
            return Err(Refusal::not_found("The dialled number"));
        }
        let (caller, dialled) = (Identifier::phone(from), self.dialled(to));
        let id = self.new_call(caller.clone(), dialled.clone(), name.to_owned());
        let Some(call) = self.calls.get_mut(&id) else {
            return Err(Refusal::not_found("The call"));
        };
        call.participants.push(Participant::new(caller.clone(), name.to_owned()));
        call.dialled = Some(to.to_owned());
        let context = call.incoming_context.clone();
        self.contexts.insert(context.clone(), Incoming { call: id, invitation: None });
        let name = if name.is_empty() { from } else { name };
        let what = Announcement {
            from: caller,
            to: dialled,
            name,
            context: &context,
            custom: Some(custom),
        };
        self.announce(id, &what);
        self.later(RING, Timer::CallerGivesUp { call: id });
        Ok(Reply::json(201, json!({"call": id})))
    }

    /// A call that nobody is on yet.
    pub(super) fn new_call(&mut self, from: Identifier, to: Identifier, name: String) -> CallId {
        let id = self.next_call();
        let call = Call {
            id,
            targets: vec![to.clone()],
            from,
            to,
            caller_name: name,
            outbound: false,
            source_number: None,
            server_call_id: format!("aHR0cHM6Ly9lbXVsYXRvci{}", self.ids.token(96)),
            correlation_id: self.ids.guid(),
            incoming_context: self.new_context(),
            dialled: None,
            started: self.now,
            phase: Phase::Ringing,
            bots: Vec::new(),
            participants: Vec::new(),
            sequence: 0,
            media: Media::default(),
            sending: None,
            invitations: std::collections::BTreeMap::new(),
            missed: Vec::new(),
            recording: None,
            recorded: false,
            heard: Vec::new(),
            sentences: Vec::new(),
            sounds: crate::audio::Sounds::default(),
        };
        self.calls.insert(id, call);
        id
    }

    /// The application answers.
    pub(super) fn answer(&mut self, version: String, request: Answer) -> Result<Reply, Refusal> {
        self.check_leg(&request.leg)?;
        let incoming = self.take_context(&request.incoming_context)?;
        if let Some(key) = incoming.invitation {
            return self.answer_invitation(incoming.call, &key, version, request);
        }
        let (id, by) = (incoming.call, request.answered_by);
        let connection = self.add_leg(id, version, Origin::Answered, request.leg, by);
        let properties = self.calls.get_mut(&id).map(|call| {
            call.phase = Phase::Connecting;
            call.properties(&connection)
        });
        self.later(SET_UP, Timer::Connected { call: id, connection });
        Ok(Reply { status: 200, body: properties })
    }

    /// The application's leg is up.
    pub(super) fn bot_is_connected(&mut self, id: CallId, connection: &str) {
        let Some(bot) = self.bot_mut(connection) else {
            return;
        };
        bot.up = true;
        let meta = leg_meta(bot);
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Connected;
        }
        let event = Event::new("CallConnected").of(&meta).result(ResultInformation::PLAIN);
        self.emit(id, event);
        self.participants_updated(id);
        self.start_streams(id, connection);
    }

    /// The application sends the caller elsewhere and is out of the call.
    pub(super) fn redirect(&mut self, request: &Redirect) -> Result<Reply, Refusal> {
        let incoming = self.take_context(&request.incoming_context)?;
        match incoming.invitation {
            Some(key) => self.redirect_invitation(incoming.call, &key, &request.target),
            None => self.ring_elsewhere(incoming.call, &request.target),
        }
        Ok(Reply::empty(204))
    }

    /// The application refuses the call.
    pub(super) fn reject(&mut self, request: &Reject) -> Result<Reply, Refusal> {
        let reason = match request.reason.as_str() {
            "none" => "rejected",
            "busy" => "rejected: busy",
            "forbidden" => "rejected: forbidden",
            _ => {
                return Err(Refusal::member("callRejectReason", "must be none, busy or forbidden"));
            }
        };
        let incoming = self.take_context(&request.incoming_context)?;
        match incoming.invitation {
            Some(key) => self.reject_invitation(incoming.call, &key, request.reason == "busy"),
            None => self.end(incoming.call, reason),
        }
        Ok(Reply::empty(204))
    }

    /// Callbacks go to https, streams to wss.
    pub(super) fn check_leg(&self, leg: &Leg) -> Result<(), Refusal> {
        self.check_address("callbackUri", &leg.callback)?;
        for stream in [&leg.streaming, &leg.transcription].into_iter().flatten() {
            let address = stream.transport_url.as_deref().unwrap_or_default();
            let plain = address.starts_with("ws:");
            let allowed = self.settings.allow_http_callbacks && is_loopback(address);
            if plain && !allowed {
                return Err(Refusal::member("transportUrl", "must be an absolute wss address"));
            }
        }
        Ok(())
    }

    /// ACS accepts https only.
    pub(super) fn check_address(&self, member: &str, address: &str) -> Result<(), Refusal> {
        let plain = address.starts_with("http:");
        let allowed = self.settings.allow_http_callbacks && is_loopback(address);
        if plain && !allowed && !self.settings.lenient {
            return Err(Refusal::member(member, "must be an absolute https address"));
        }
        Ok(())
    }

    pub(super) fn caller_gives_up(&mut self, id: CallId) {
        let ringing = |call: &Call| call.phase == Phase::Ringing;
        if self.calls.get(&id).is_some_and(ringing) {
            self.end(id, "not answered");
        }
    }

    /// The caller hangs up, at any moment.
    pub(super) fn caller_hangs_up(&mut self, id: CallId) -> Result<Reply, Refusal> {
        let call = self.calls.get(&id).filter(|call| !call.is_over());
        let Some(call) = call else {
            return Err(Refusal::not_found("The call"));
        };
        let caller = call.caller().raw();
        let answered = call.bots.first().filter(|bot| bot.origin == Origin::Answered);
        let meta = answered.map(leg_meta);
        match call.phase {
            Phase::Ringing => self.end(id, "caller hung up"),
            Phase::Connecting => {
                // Whoever is being called by the application declines instead.
                let meta = meta.ok_or_else(|| Refusal::not_found("The call"))?;
                let why = ResultInformation::new(487, 4501, "The caller has cancelled the call.");
                self.emit(id, Event::new("AnswerFailed").of(&meta).result(why));
                self.end(id, "caller hung up");
            }
            // He left before, and others talk on.
            Phase::Connected if call.participants.iter().all(|one| one.who.raw() != caller) => {
                return Err(Refusal::not_found("The caller"));
            }
            Phase::Connected | Phase::Ended { .. } => {
                self.person_leaves(id, &caller, "caller hung up");
            }
        }
        Ok(Reply::empty(204))
    }

    /// Somebody is gone; the call ends when nobody is left to talk to.
    pub(super) fn person_leaves(&mut self, id: CallId, raw_id: &str, reason: &'static str) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        call.participants.retain(|one| one.who.raw() != raw_id);
        let alone = call.participants.len() == 1 && call.bots.is_empty();
        let over = alone || call.is_deserted();
        self.person_is_free(id, raw_id);
        self.cancel_media_of(id, raw_id);
        self.hold_changes(id, raw_id);
        self.participants_updated(id);
        if over {
            self.conversation_ends(id, reason);
        }
    }

    /// Nobody is left to talk to: every leg is told, and the call is over.
    fn conversation_ends(&mut self, id: CallId, reason: &'static str) {
        let text = "This conversation has ended.. DiagCode: 0#5001.@";
        self.recording_ends_with(id);
        self.disconnect(id, ResultInformation::new(200, 5001, text));
        self.end(id, reason);
    }

    /// DELETE of the connection: the application leaves, the others go on if they can.
    pub(super) fn bot_hangs_up(&mut self, connection: &str) -> Result<Reply, Refusal> {
        let id = self.connected(connection)?;
        let is_listed = |one: &Participant| one.leg.as_deref() == Some(connection);
        let call = self.calls.get(&id);
        let listed = call.is_some_and(|call| call.participants.iter().any(is_listed));
        self.disconnect_leg(id, connection, ended_by_api());
        if listed {
            self.participants_updated(id);
            if self.calls.get(&id).is_some_and(Call::is_deserted) {
                self.conversation_ends(id, "application hung up");
            }
            return Ok(Reply::empty(204));
        }
        let call = self.calls.get(&id);
        if call.is_some_and(|call| call.bots.is_empty() && call.participants.len() < 2) {
            self.end(id, "application hung up");
        }
        Ok(Reply::empty(204))
    }

    /// Ends the call for everybody.
    pub(super) fn terminate(&mut self, connection: &str) -> Result<Reply, Refusal> {
        let id = self.connected(connection)?;
        self.recording_ends_with(id);
        self.disconnect(id, ended_by_api());
        self.end(id, "application ended the call");
        Ok(Reply::empty(204))
    }

    /// Takes the application out of a call: media and invitations end, its last event goes out.
    pub(super) fn disconnect(&mut self, id: CallId, why: ResultInformation) {
        self.drop_media(id);
        self.drop_invitations(id);
        let bots = self.calls.get(&id).map(|call| call.bots.clone()).unwrap_or_default();
        for bot in bots {
            self.disconnect_leg(id, &bot.connection, why);
        }
    }

    /// Takes one leg of the application out of a call.
    pub(super) fn disconnect_leg(&mut self, id: CallId, connection: &str, why: ResultInformation) {
        self.drop_media_of_leg(id, connection);
        if let Some(bot) = self.bot_mut(connection).cloned() {
            self.close_sockets(&bot);
        }
        self.drop_invitations_of_leg(id, connection);
        let event = Event::new("CallDisconnected")
            .of(&OperationMeta { connection: Some(connection.to_owned()), ..Default::default() });
        self.emit(id, event.result(why));
        if let Some(call) = self.calls.get_mut(&id) {
            call.bots.retain(|bot| bot.connection != connection);
            call.sounds.cut_of(&By::Application(connection.to_owned()), self.now);
            call.participants.retain(|one| one.leg.as_deref() != Some(connection));
        }
        self.connections.remove(connection);
    }

    /// The call is over for everybody who is left.
    pub(super) fn end(&mut self, id: CallId, reason: &'static str) {
        self.recording_ends_with(id);
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let was_over = call.is_over();
        call.phase = Phase::Ended { reason };
        call.sounds.cut_all(self.now);
        let people = std::mem::take(&mut call.participants);
        // Nobody can use it any more, and it is long.
        let context = std::mem::take(&mut call.incoming_context);
        self.contexts.remove(&context);
        for bot in std::mem::take(&mut call.bots) {
            self.close_sockets(&bot);
            self.connections.remove(&bot.connection);
        }
        for person in people {
            self.person_is_free(id, &person.who.raw());
        }
        if !was_over {
            self.forget_after(id);
        }
    }
}

/// The leg's context, which `CallConnected` and `AnswerFailed` echo.
fn leg_meta(bot: &Bot) -> OperationMeta {
    let connection = Some(bot.connection.clone());
    OperationMeta { context: bot.context.clone(), callback: None, connection }
}

fn ended_by_api() -> ResultInformation {
    let message = "Call was ended by Azure Communication Service Call Automation API or a server bot. DiagCode: 0#7000.@";
    ResultInformation::new(200, 7000, message)
}

fn is_loopback(address: &str) -> bool {
    let host = url::Url::parse(address).ok();
    host.as_ref()
        .and_then(url::Url::host_str)
        .is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]")
}
