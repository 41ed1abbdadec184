//! The world without network and clock: time is moved by hand.

mod agents;
mod ends;
mod incoming;
mod invitations;
mod media;
mod operations;
mod profile;
mod recordings;
mod samples;
mod streams;

use serde_json::{Value, json};

use super::state::WorldSettings;
use super::{AcsRequest, Action, CallId, Callback, Effect, Reply, SocketOrder, World};
use crate::clock::{Millis, Pace};
use crate::ids::Ids;
use crate::options::{People, Profile, TreatmentChange};
use crate::private::Private;
use crate::wire::{
    AddParticipant, Answer, CancelAddParticipant, Play, Recognize, Refusal, RemoveParticipant,
    Strict as _, Transfer,
};

const CALLER: &str = "+442079460123";
const NUMBER: &str = "+18005550100";
const ADELE: &str = "8:orgid:a1e1e000-0000-4000-8000-000000000001";

/// A world in real pace, the callbacks it has caused, and the time.
struct Bench {
    world: World,
    now: Millis,
    callbacks: Vec<Callback>,
    grid: Vec<Value>,
    sockets: Vec<SocketOrder>,
}

impl Bench {
    fn new() -> Self {
        Self::with(Profile::Classic)
    }

    fn with(profile: Profile) -> Self {
        let settings = WorldSettings {
            pace: Pace::new(1.0).expect("a pace"),
            content_root: "https://localhost:1".to_owned(),
            allow_http_callbacks: false,
            recording_chunk: 60_000,
            resource_id: "r".to_owned(),
            tenant_id: "t".to_owned(),
            profile,
            lenient: false,
            ended_calls_kept: 2,
        };
        Self {
            world: World::new(settings, &People::default(), Ids::new(Some(3))),
            now: 1_000_000,
            callbacks: Vec::new(),
            grid: Vec::new(),
            sockets: Vec::new(),
        }
    }

    /// A call that is answered and connected; its id and connection. Callbacks so far are dropped.
    fn answered(speaks: bool) -> (Self, CallId, String) {
        let mut bench = Self::new();
        let call = bench.dial();
        let reply = bench.answer(speaks).expect("answered");
        let body = reply.body.expect("properties");
        let connection = body["callConnectionId"].as_str().expect("an id").to_owned();
        bench.advance(200);
        bench.callbacks.clear();
        (bench, call, connection)
    }

    fn dial(&mut self) -> CallId {
        let dial = Action::Dial {
            from: Private::new(CALLER),
            name: "Ada Caller".to_owned(),
            to: Private::new(NUMBER),
        };
        let body = self.apply(dial).expect("dialled").body.expect("a body");
        body["call"].as_str().and_then(|call| call.parse().ok()).expect("an id")
    }

    fn answer(&mut self, speaks: bool) -> Result<Reply, Refusal> {
        let context = self.grid.last().expect("announced")["incomingCallContext"].clone();
        let mut body = json!({"incomingCallContext": context, "callbackUri": "https://app/cb"});
        if speaks {
            body["callIntelligenceOptions"] = json!({"cognitiveServicesEndpoint": "https://ai"});
        }
        let request = Answer::parse(&body).expect("read").request;
        self.acs(AcsRequest::Answer { version: "2026-03-12".to_owned(), request })
    }

    fn apply(&mut self, action: Action) -> Result<Reply, Refusal> {
        let applied = self.world.apply(self.now, action);
        self.take(applied.effects);
        applied.result
    }

    fn acs(&mut self, request: AcsRequest) -> Result<Reply, Refusal> {
        self.apply(Action::Acs(request))
    }

    fn advance(&mut self, millis: Millis) {
        self.now += millis;
        let effects = self.world.tick(self.now);
        self.take(effects);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Callback(callback) => self.callbacks.push(callback),
                Effect::EventGrid(event) => self.grid.push(event.data),
                Effect::Socket(order) => self.sockets.push(order),
                Effect::Heard { .. } => {}
            }
        }
    }

    /// `Name context code/subCode` of the callbacks since the last look.
    fn events(&mut self) -> Vec<String> {
        let callbacks = std::mem::take(&mut self.callbacks);
        callbacks.iter().map(summary).collect()
    }

    fn play(&mut self, connection: &str, body: &Value) -> Result<Reply, Refusal> {
        let request = Play::parse(body).expect("read").request;
        self.acs(AcsRequest::Play { connection: connection.to_owned(), request })
    }

    fn recognize(&mut self, connection: &str, body: &Value) -> Result<Reply, Refusal> {
        let request = Recognize::parse(body).expect("read").request;
        self.acs(AcsRequest::Recognize { connection: connection.to_owned(), request })
    }

    fn add(&mut self, connection: &str, body: &Value) -> Result<Reply, Refusal> {
        let request = AddParticipant::parse(body).expect("read").request;
        self.acs(AcsRequest::AddParticipant { connection: connection.to_owned(), request })
    }

    fn remove(&mut self, connection: &str, raw: &str) -> Result<Reply, Refusal> {
        let body = json!({"participantToRemove": {"rawId": raw}, "operationContext": "remove"});
        let request = RemoveParticipant::parse(&body).expect("read").request;
        self.acs(AcsRequest::RemoveParticipant { connection: connection.to_owned(), request })
    }

    fn cancel_add(&mut self, connection: &str, invitation: &Value) -> Result<Reply, Refusal> {
        let body = json!({"invitationId": invitation, "operationContext": "cancel"});
        let request = CancelAddParticipant::parse(&body).expect("read").request;
        self.acs(AcsRequest::CancelAddParticipant { connection: connection.to_owned(), request })
    }

    fn transfer(&mut self, connection: &str, raw: &str) -> Result<Reply, Refusal> {
        let body = json!({"targetParticipant": {"rawId": raw}, "operationContext": "transfer"});
        let request = Transfer::parse(&body).expect("read").request;
        self.acs(AcsRequest::Transfer { connection: connection.to_owned(), request })
    }

    /// Any operation, read from its body as the server reads it.
    fn operate(&mut self, id: &str, path: &str, body: &Value) -> Result<Reply, Refusal> {
        let target = if id.is_empty() { String::new() } else { format!("/{id}") };
        let path = format!("/calling/callConnections{target}{path}");
        let route = crate::wire::route("POST", &path).expect("a path");
        let request = crate::calling::read_operation(&route, body)?;
        self.acs(request)
    }

    /// The application's answer to the last `IncomingCall`, with an address of its own.
    fn answer_last(&mut self, callback: &str) -> Result<Reply, Refusal> {
        let context = self.grid.last().expect("announced")["incomingCallContext"].clone();
        let body = json!({"incomingCallContext": context, "callbackUri": callback});
        self.operate("", ":answer", &body)
    }

    /// `address name code/subCode` of the callbacks since the last look.
    fn addressed(&mut self) -> Vec<String> {
        let callbacks = std::mem::take(&mut self.callbacks);
        let line = |one: &Callback| {
            let result = &one.body[0]["data"]["resultInformation"];
            format!("{} {} {}/{}", one.address, one.name, result["code"], result["subCode"])
        };
        callbacks.iter().map(line).collect()
    }

    fn treat(&mut self, change: TreatmentChange) {
        let who = "adele".to_owned();
        self.apply(Action::Treat { who, change }).expect("changed");
    }

    fn press(&mut self, call: CallId, tones: &str) {
        let tones = Private::new(tones);
        self.apply(Action::Press { call, tones }).expect("pressed");
    }

    fn say(&mut self, call: CallId, text: &str) {
        let text = Private::new(text);
        self.apply(Action::Say { call, text }).expect("said");
    }

    fn who(&mut self, action: fn(String) -> Action) -> Result<Reply, Refusal> {
        self.apply(action("adele".to_owned()))
    }

    fn state(&self, call: CallId) -> &'static str {
        let calls = self.world.view().calls;
        calls.iter().find(|one| one.id == call).map_or("unknown", |one| one.state)
    }
}

fn summary(callback: &Callback) -> String {
    let data = &callback.body[0]["data"];
    let context = data["operationContext"].as_str().unwrap_or("-");
    let result = &data["resultInformation"];
    let codes = match (&result["code"], &result["subCode"]) {
        (Value::Null, _) => "-".to_owned(),
        (code, sub_code) => format!("{code}/{sub_code}"),
    };
    format!("{} {context} {codes}", callback.name)
}

fn accept(who: String) -> Action {
    Action::Accept { who }
}

fn decline(who: String) -> Action {
    Action::Decline { who }
}

fn ignore(who: String) -> Action {
    Action::Ignore { who }
}

fn leave(who: String) -> Action {
    Action::Leave { who }
}
