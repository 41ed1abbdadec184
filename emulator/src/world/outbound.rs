//! Calls the application begins itself, and further legs in calls that run.

use super::call::{Bot, Call, Origin, Participant, Phase};
use super::events::{Event, ResultInformation};
use super::invitations::{Invitation, Purpose};
use super::timers::Timer;
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::wire::{CallLocator, Connect, CreateCall, Identifier, Leg, OperationMeta, Refusal};

/// Set-up limit of a call to users, seconds (service limits).
const USER_SECONDS: Millis = 85;
/// Set-up limit of a call to a phone, seconds.
const PHONE_SECONDS: Millis = 115;
/// How long the application's leg takes to come up.
pub(super) const SET_UP: Millis = 150;

impl World {
    /// POST `/calling/callConnections`: every target rings at once.
    pub(super) fn create_call(
        &mut self,
        version: String,
        request: CreateCall,
    ) -> Result<Reply, Refusal> {
        self.check_leg(&request.leg)?;
        let number = request.caller_number.as_deref();
        if number.is_some_and(|number| !self.numbers.contains(number)) {
            let text = "sourceCallerIdNumber is not a number of this resource.";
            return Err(Refusal::new(403, 7507, text));
        }
        let from = self.source_of(&request);
        let Some(first) = request.targets.first().cloned() else {
            return Err(Refusal::member("targets", "must have at least one target"));
        };
        let name = request.display_name.or(request.caller_number.clone()).unwrap_or_default();
        let id = self.new_call(from, first, name);
        let connection = self.add_leg(id, version, Origin::Created, request.leg, None);
        let properties = self.calls.get_mut(&id).map(|call| {
            call.phase = Phase::Connecting;
            call.outbound = true;
            call.targets.clone_from(&request.targets);
            call.source_number.clone_from(&request.caller_number);
            call.properties(&connection)
        });
        for who in request.targets {
            self.ring_target(id, who, &connection);
        }
        Ok(Reply { status: 201, body: properties })
    }

    fn source_of(&self, request: &CreateCall) -> Identifier {
        match (&request.teams_app, &request.source) {
            (Some(app), _) => Identifier::from_raw(&format!("28:orgid:{app}")),
            (None, Some(source)) => Identifier::from_raw(source),
            (None, None) => self.application(),
        }
    }

    fn ring_target(&mut self, id: CallId, who: Identifier, connection: &str) {
        let phone = matches!(who, Identifier::Phone { .. });
        let seconds = if phone { PHONE_SECONDS } else { USER_SECONDS };
        let meta = OperationMeta { connection: Some(connection.to_owned()), ..Default::default() };
        let call = self.calls.get(&id);
        let from = call.map(|call| match &call.source_number {
            Some(number) => Identifier::phone(number),
            None => call.from.clone(),
        });
        let invitation = Invitation { from, ..Invitation::new(who, Purpose::Create, meta) };
        self.invite(id, invitation, seconds, None);
    }

    /// A target of a created call has answered: the first brings the call up.
    pub(super) fn target_joins(&mut self, id: CallId, who: Participant) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let connection = call.bots.first().map(|bot| bot.connection.clone());
        let first = call.participants.iter().all(|one| one.leg == connection);
        call.participants.push(who);
        if call.phase == Phase::Connected {
            self.participants_updated(id);
            return;
        }
        if let Some(connection) = connection.filter(|_| first) {
            self.later(SET_UP, Timer::Connected { call: id, connection });
        }
    }

    /// A target of a created call is not coming; the last one ends it.
    pub(super) fn target_fails(
        &mut self,
        id: CallId,
        meta: &OperationMeta,
        why: ResultInformation,
    ) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if !call.participants.is_empty() || !call.invitations.is_empty() {
            return;
        }
        let context = call.bots.first().and_then(|bot| bot.context.clone());
        let meta = OperationMeta { context, ..meta.clone() };
        self.emit(id, Event::new("CreateCallFailed").of(&meta).result(create_failure(why)));
        self.end(id, "no target answered");
    }

    /// POST `callConnections:connect`.
    pub(super) fn connect(&mut self, version: String, request: Connect) -> Result<Reply, Refusal> {
        self.check_leg(&request.leg)?;
        let id = match request.locator {
            CallLocator::Server(server) => self.call_of_server(&server)?,
            CallLocator::Group(group) => self.meeting(format!("group {group}")),
            CallLocator::Room(room) => self.meeting(format!("room {room}")),
        };
        let connection = self.add_leg(id, version, Origin::Joined, request.leg, None);
        let properties = self.calls.get(&id).map(|call| call.properties(&connection));
        self.later(SET_UP, Timer::Connected { call: id, connection });
        Ok(Reply { status: 200, body: properties })
    }

    fn call_of_server(&self, server: &str) -> Result<CallId, Refusal> {
        let live = |call: &&Call| call.server_call_id == server && call.phase == Phase::Connected;
        let call = self.calls.values().find(live);
        call.map(|call| call.id).ok_or_else(|| Refusal::not_found("The call"))
    }

    /// The running call of a group or room, or a new one without people.
    fn meeting(&mut self, name: String) -> CallId {
        let known = self.meetings.get(&name).copied();
        let live = |id: &CallId| self.calls.get(id).is_some_and(|call| !call.is_over());
        if let Some(id) = known.filter(live) {
            return id;
        }
        let nobody = Identifier::Unknown { raw: name.clone() };
        let id = self.new_call(nobody.clone(), nobody, name.clone());
        if let Some(call) = self.calls.get_mut(&id) {
            call.phase = Phase::Connected;
            call.targets.clear();
        }
        self.meetings.insert(name, id);
        id
    }

    /// Adds the application's leg; its connection id.
    pub(super) fn add_leg(
        &mut self,
        id: CallId,
        version: String,
        origin: Origin,
        leg: Leg,
        answered_by: Option<String>,
    ) -> String {
        let connection = self.ids.guid();
        let (streaming, transcription) = self.streams_of(leg.streaming, leg.transcription);
        if let Some(call) = self.calls.get_mut(&id) {
            call.bots.push(Bot {
                connection: connection.clone(),
                callback: leg.callback,
                context: leg.context,
                version,
                speaks: leg.cognitive_endpoint.is_some(),
                answered_by,
                answered_for: None,
                origin,
                up: false,
                streaming,
                transcription,
                playout: None,
                watched: Vec::new(),
            });
        }
        self.connections.insert(connection.clone(), id);
        connection
    }
}

/// The codes that `CreateCallFailed` has for how an invitation ended.
fn create_failure(why: ResultInformation) -> ResultInformation {
    match why.code {
        603 => ResultInformation::new(403, 560_403, "The call was declined by the callee."),
        480 => ResultInformation::new(480, 10_078, "The callee is not registered."),
        486 => ResultInformation::new(486, 560_486, "The callee is busy."),
        _ => ResultInformation::new(480, 560_480, "The callee did not answer."),
    }
}
