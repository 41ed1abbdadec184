//! Events in the shape of the wire (contract section 6; live recordings of the official samples).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::call::{Bot, Call};
use super::effect::{Callback, Effect, GridEvent};
use super::{CallId, World};
use crate::clock::{callback_time, grid_time};
use crate::state::{Fixed, fixed};
use crate::wire::OperationMeta;

/// `resultInformation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ResultInformation {
    pub(super) code: u16,
    pub(super) sub_code: u32,
    #[serde(deserialize_with = "fixed")]
    pub(super) message: Fixed,
}

impl ResultInformation {
    pub(super) const fn new(code: u16, sub_code: u32, message: &'static str) -> Self {
        Self { code, sub_code, message }
    }

    /// 200/0 with an empty message, as `CallConnected` and `ParticipantsUpdated` have it.
    pub(super) const PLAIN: Self = Self::new(200, 0, "");
    /// 200/0 of a media operation.
    pub(super) const DONE: Self = Self::new(200, 0, "Action completed successfully.");
    /// 400/8508.
    pub(super) const CANCELLED: Self =
        Self::new(400, 8508, "Action failed, the operation was cancelled.");

    fn json(self) -> Value {
        json!({"code": self.code, "subCode": self.sub_code, "message": self.message})
    }
}

/// An event about to be posted.
pub(super) struct Event {
    name: &'static str,
    meta: OperationMeta,
    result: Option<ResultInformation>,
    extra: Map<String, Value>,
}

impl Event {
    /// An event without operation, result or members of its own. The name has no prefix.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, meta: OperationMeta::default(), result: None, extra: Map::new() }
    }

    /// Of this operation: with its context, to its callback address.
    pub(super) fn of(mut self, meta: &OperationMeta) -> Self {
        self.meta = meta.clone();
        self
    }

    pub(super) fn result(mut self, result: ResultInformation) -> Self {
        self.result = Some(result);
        self
    }

    /// With a member of its own in `data`.
    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.extra.insert(member.to_owned(), value);
        self
    }
}

impl World {
    /// Posts an event to the leg of its operation, else to every leg that is up; nothing when the
    /// application has left.
    pub(super) fn emit(&mut self, call: CallId, event: Event) {
        let bots = self.calls.get(&call).map(|call| call.bots.clone()).unwrap_or_default();
        let Event { name, meta, result, extra } = event;
        let is_meant = |bot: &Bot| match &meta.connection {
            Some(connection) => bot.connection == *connection,
            None => bot.up,
        };
        for bot in bots.into_iter().filter(is_meant) {
            let Some(name) = name_in(&bot.version, name) else {
                continue;
            };
            let mut data = extra.clone();
            if let Some(context) = &meta.context {
                data.insert("operationContext".to_owned(), json!(context));
            }
            if let Some(result) = result {
                data.insert("resultInformation".to_owned(), result.json());
            }
            self.add_ids(call, &bot, &mut data);
            let source = format!("calling/callConnections/{}", bot.connection);
            let address = meta.callback.clone().unwrap_or(bot.callback);
            self.post(call, address, name, &source, data);
        }
    }

    fn add_ids(&self, call: CallId, bot: &Bot, data: &mut Map<String, Value>) {
        data.insert("version".to_owned(), json!(bot.version));
        data.insert("callConnectionId".to_owned(), json!(bot.connection));
        if let Some(call) = self.calls.get(&call) {
            ids_of_call(data, call);
        }
    }

    /// Posts `RecordingStateChanged` to the recording's own address.
    pub(super) fn emit_recording(&mut self, recording: &str) {
        let Some(known) = self.recordings.get(recording) else {
            return;
        };
        let Some(address) = known.callback.clone() else {
            return;
        };
        let Some(call) = self.calls.get(&known.call) else {
            return;
        };
        let mut data = Map::new();
        data.insert("recordingId".to_owned(), json!(recording));
        data.insert("state".to_owned(), json!(known.state.name()));
        data.insert("startDateTime".to_owned(), json!(callback_time(known.started)));
        data.insert("recordingKind".to_owned(), json!("azureCommunicationServices"));
        data.insert("version".to_owned(), json!(known.version));
        data.insert("callConnectionId".to_owned(), json!(known.connection));
        ids_of_call(&mut data, call);
        let source = format!("calling/recordings/{}/recordingId/{recording}", call.server_call_id);
        let call = call.id;
        self.post(call, address, "RecordingStateChanged", &source, data);
    }

    fn post(
        &mut self,
        call: CallId,
        address: String,
        name: &'static str,
        source: &str,
        mut data: Map<String, Value>,
    ) {
        let kind = format!("Microsoft.Communication.{name}");
        data.insert("publicEventType".to_owned(), json!(kind));
        let old = data["version"].as_str().is_some_and(|version| version < PLAIN_SOURCE);
        let long = || format!("{source}/{name}");
        let body = json!([{
            "id": self.ids.guid(),
            "source": if old { long() } else { source.to_owned() },
            "type": kind,
            "data": data,
            "time": callback_time(self.now),
            "specversion": "1.0",
            "datacontenttype": "application/json",
            "subject": source,
        }]);
        self.effects.push(Effect::Callback(Callback { call, address, name, body }));
    }

    /// `ParticipantsUpdated` with the next sequence number.
    pub(super) fn participants_updated(&mut self, call: CallId) {
        self.recording_meets(call);
        let Some(known) = self.calls.get_mut(&call) else {
            return;
        };
        known.sequence += 1;
        let event = Event::new("ParticipantsUpdated")
            .result(ResultInformation::PLAIN)
            .with("participants", json!(known.participants_json()))
            .with("sequenceNumber", json!(known.sequence));
        self.emit(call, event);
    }

    /// An event for Event Grid.
    pub(super) fn grid(&mut self, kind: &'static str, subject: String, data: Value) {
        let event =
            GridEvent { id: self.ids.guid(), kind, subject, time: grid_time(self.now), data };
        self.effects.push(Effect::EventGrid(event));
    }
}

/// From this version on `source` is the subject alone; before, the event's name came after it
/// (contract section 6.1; which version changed it is not documented).
const PLAIN_SOURCE: &str = "2024-04-15";
/// `PlayStarted`, `CreateCallFailed` and `AnswerFailed` came with this version.
const MORE_EVENTS: &str = "2024-09-15";

/// The name an event has in a version; `None` when the version has nothing like it. A call that did
/// not come up was told as disconnected before it had events of its own.
fn name_in(version: &str, name: &'static str) -> Option<&'static str> {
    if version >= MORE_EVENTS {
        return Some(name);
    }
    match name {
        "PlayStarted" => None,
        "CreateCallFailed" | "AnswerFailed" => Some("CallDisconnected"),
        other => Some(other),
    }
}

fn ids_of_call(data: &mut Map<String, Value>, call: &Call) {
    data.insert("serverCallId".to_owned(), json!(call.server_call_id));
    data.insert("correlationId".to_owned(), json!(call.correlation_id));
}
