//! A call under test: feeds inputs, remembers commands, checks invariants after every step.

use std::collections::BTreeMap;

use engine::{
    Millis,
    call::{
        Action, AgentRef, Call, CallId, Command, Env, Incoming, Input, Inspection, Number, Offer,
        Profile, Prompt, Settlement, SettlementFacts, step,
    },
    flow::Bundle,
    invariants::check_step,
};
use serde_json::{Value, json};
use webhooks::{
    CallConnectionId, CallEvent, IncomingCallContext, InvitationId, RawId, parse_call_events,
};

pub(crate) const CALLER: &str = "4:+442079460123";
pub(crate) const ADELE: &str = "11111111-1111-4111-8111-111111111111";

pub(crate) const FLOW: &str = r##"
flow: test
language: en-US
start: greeting
nodes:
  greeting: { say: { text: "Welcome ${caller.name}", next: menu } }
  menu:
    menu:
      prompt: "Press 1 or 0."
      choices:
        status: { tone: "1", phrases: ["status"], next: number }
        person: { tone: "0", phrases: ["person"], next: people }
      attempts: 2
      no_input: { say: "Nothing heard." }
      no_match: { say: "Not a choice." }
      otherwise: people
  number:
    collect: { prompt: "Your number.", into: flight, min: 1, max: 4, stop: "#", next: look, otherwise: people }
  look:
    http: { url: "https://lookup.test/${vars.flight}", set: { status: "response.body.status" }, next: told, failed: people }
  told: { say: { text: "It is ${vars.status}.", next: bye } }
  people:
    queue: { name: support, announce: "Please hold.", music: hold.wav, ring: 20s, overflow: { after: 60s, next: message }, record: { consent: "This call is recorded." } }
  message: { voicemail: { prompt: "Nobody is here. Goodbye.", next: bye } }
  bye: { hangup: {} }
"##;

pub(crate) struct Line {
    pub(crate) call: Call,
    pub(crate) bundle: Bundle,
    pub(crate) now: Millis,
    pub(crate) sent: Vec<Command>,
    pub(crate) notes: Vec<String>,
    events: u32,
    roster: i64,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self::with_flow(FLOW)
    }

    pub(crate) fn with_flow(flow: &str) -> Self {
        Self::with_parts(flow, &[])
    }

    /// A line with files beside its flow.
    pub(crate) fn with_parts(flow: &str, parts: &[(&str, &str)]) -> Self {
        let parts = parts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let bundle =
            Bundle::pack(flow, &parts.collect()).unwrap_or_else(|findings| panic!("{findings:#?}"));
        let now = 1_700_000_000_000;
        let call = Call::new(CallId("01HF0000000000000000000000".to_owned()), now);
        Self { call, bundle, now, sent: Vec::new(), notes: Vec::new(), events: 0, roster: 0 }
    }

    /// A line that rang and was connected.
    pub(crate) fn connected() -> Self {
        let mut line = Self::new();
        line.connect();
        line
    }

    /// Rings and is connected.
    pub(crate) fn connect(&mut self) {
        self.ring();
        self.answered();
        self.roster(&[CALLER]);
    }

    /// The answer was accepted, and our leg is up.
    pub(crate) fn answered(&mut self) {
        let facts = SettlementFacts {
            connection: Some(CallConnectionId::from("conn-1")),
            ..SettlementFacts::default()
        };
        self.settle_last(Settlement::Done(facts));
        self.event("CallConnected", json!({}), None);
    }

    /// A connected line whose caller chose a person.
    pub(crate) fn waiting() -> Self {
        let mut line = Self::connected();
        line.played();
        line.choice("person");
        line
    }

    /// A connected line with an agent in the call.
    pub(crate) fn talking() -> Self {
        let mut line = Self::waiting();
        line.played();
        line.offer(ADELE);
        line.added();
        line
    }

    /// A ring of which only the context could be read.
    pub(crate) fn bare_ring(&self) -> Incoming {
        Incoming {
            rang_at: self.now,
            context: IncomingCallContext::new("context"),
            from: None,
            to: None,
            caller_name: None,
            server_call_id: None,
            correlation_id: None,
        }
    }

    pub(crate) fn ring(&mut self) {
        let incoming = Incoming {
            from: Some(RawId::new(CALLER)),
            to: Some(RawId::new("4:+18005550100")),
            caller_name: Some("Ada".into()),
            ..self.bare_ring()
        };
        self.feed(&Input::IncomingCall(Box::new(incoming)));
        self.feed(&Input::FlowChosen { bundle: self.bundle.hash_hex(), config: BTreeMap::new() });
    }

    pub(crate) fn feed(&mut self, input: &Input) -> Vec<Command> {
        let env = Env { now: self.now, bundle: Some(&self.bundle), profile: &Profile::CLASSIC };
        let before = self.call.clone();
        let step = step(before.clone(), input, &env);
        let broken = check_step(&before, &step);
        assert!(broken.is_empty(), "{broken:?} after {}: {:#?}\n{:#?}", input.name(), before, step);
        self.notes.extend(step.notes.iter().map(|note| note.0.clone()));
        self.sent.extend(step.commands.iter().cloned());
        self.call = step.call;
        step.commands
    }

    pub(crate) fn wait(&mut self, millis: Millis) {
        self.now += millis;
    }

    /// Lets the next deadline come.
    pub(crate) fn deadline(&mut self) -> Vec<Command> {
        let (at, _) = self.call.next_deadline().expect("a live call has a deadline");
        self.now = self.now.max(at);
        self.feed(&Input::DeadlineReached)
    }

    /// Call Automation says that the call is gone, also when asked again after a second.
    pub(crate) fn denied_twice(&mut self, mut number: u32) {
        let began = self.now;
        self.feed(&Input::Inspected { number, view: Inspection::Gone });
        assert!(!self.call.is_over(), "one witness is not enough");
        while !self.call.is_over() {
            let asked = self.count("GetCall");
            while self.count("GetCall") == asked {
                self.deadline();
            }
            number = self.last().number;
            self.feed(&Input::Inspected { number, view: Inspection::Gone });
        }
        assert_eq!(self.now - began, 1_000);
    }

    pub(crate) fn event(
        &mut self,
        name: &str,
        data: Value,
        number: Option<Number>,
    ) -> Vec<Command> {
        self.events += 1;
        let event = event(name, self.events, data, number);
        self.feed(&Input::Event(Box::new(event)))
    }

    pub(crate) fn roster(&mut self, raw_ids: &[&str]) -> Vec<Command> {
        self.roster += 1;
        let participants: Vec<_> =
            raw_ids.iter().map(|id| json!({ "identifier": { "rawId": id } })).collect();
        self.event(
            "ParticipantsUpdated",
            json!({ "participants": participants, "sequenceNumber": self.roster }),
            None,
        )
    }

    pub(crate) fn last(&self) -> &Command {
        self.sent.iter().rev().find(|command| !command.action.is_internal()).expect("a command")
    }

    pub(crate) fn settle_last(&mut self, result: Settlement) -> Vec<Command> {
        let number = self.last().number;
        self.feed(&Input::Settled { number, result })
    }

    pub(crate) fn media(&self) -> Number {
        self.call.media.expect("media")
    }

    pub(crate) fn played(&mut self) -> Vec<Command> {
        let number = self.media();
        self.event("PlayCompleted", json!({}), Some(number))
    }

    pub(crate) fn choice(&mut self, label: &str) -> Vec<Command> {
        let number = self.media();
        let data = json!({ "recognitionType": "choices", "choiceResult": { "label": label } });
        self.event("RecognizeCompleted", data, Some(number))
    }

    pub(crate) fn keys(&mut self, tones: &[&str]) -> Vec<Command> {
        let number = self.media();
        let data = json!({ "recognitionType": "dtmf", "dtmfResult": { "tones": tones } });
        self.event("RecognizeCompleted", data, Some(number))
    }

    pub(crate) fn recognize_failed(&mut self, sub_code: i64) -> Vec<Command> {
        let number = self.media();
        let data =
            json!({ "resultInformation": { "code": 400, "subCode": sub_code, "message": "" } });
        self.event("RecognizeFailed", data, Some(number))
    }

    pub(crate) fn offer(&mut self, agent: &str) -> Vec<Command> {
        let agent = AgentRef { id: agent.to_owned(), name: "Adele".to_owned() };
        let offer = Offer { queue: "support".to_owned(), agent, presence_age: 0, why: Vec::new() };
        self.feed(&Input::Offered(Box::new(offer)))
    }

    pub(crate) fn invitation(&self) -> Number {
        let invited = self
            .sent
            .iter()
            .rev()
            .find(|command| matches!(command.action, Action::AddAgent { .. }));
        invited.expect("an invitation").number
    }

    pub(crate) fn invited(&mut self) {
        let facts = SettlementFacts {
            invitation: Some(InvitationId::from("inv-1")),
            ..SettlementFacts::default()
        };
        self.feed(&Input::Settled { number: self.invitation(), result: Settlement::Done(facts) });
    }

    pub(crate) fn added(&mut self) -> Vec<Command> {
        let number = self.invitation();
        self.event("AddParticipantSucceeded", json!({}), Some(number))
    }

    pub(crate) fn not_added(&mut self, code: i64, sub_code: i64) -> Vec<Command> {
        let number = self.invitation();
        let data =
            json!({ "resultInformation": { "code": code, "subCode": sub_code, "message": "" } });
        self.event("AddParticipantFailed", data, Some(number))
    }

    pub(crate) fn disconnected(&mut self) -> Vec<Command> {
        let commands = self.event("CallDisconnected", json!({}), None);
        match commands.iter().find(|command| command.action.name() == "GetCall") {
            Some(command) => {
                let number = command.number;
                self.feed(&Input::Inspected { number, view: Inspection::Gone })
            }
            None => commands,
        }
    }

    /// Names of all commands so far, in order.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.sent.iter().map(|command| command.action.name()).collect()
    }

    /// The number of the last command of this name.
    pub(crate) fn number_of(&self, name: &str) -> Number {
        let sent = self.sent.iter().rev().find(|command| command.action.name() == name);
        sent.expect(name).number
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.names().iter().filter(|sent| **sent == name).count()
    }

    pub(crate) fn outcome(&self) -> &'static str {
        self.call.outcome.map_or("none", engine::call::Outcome::name)
    }
}

pub(crate) fn event(name: &str, id: u32, mut data: Value, number: Option<Number>) -> CallEvent {
    data["callConnectionId"] = json!("conn-1");
    if let Some(number) = number {
        data["operationContext"] = json!(number.to_string());
    }
    let body = json!([{
        "id": format!("event-{id}"), "source": "calling/callConnections/conn-1", "specversion": "1.0",
        "type": format!("Microsoft.Communication.{name}"), "data": data,
    }]);
    let mut events = parse_call_events(body.to_string().as_bytes()).expect("an envelope");
    events.remove(0).expect("an event")
}

/// What a play or recognize says.
pub(crate) fn spoken(command: &Command) -> String {
    let (Action::Play { prompt, .. } | Action::Recognize { prompt, .. }) = &command.action else {
        panic!("{} says nothing", command.action.name());
    };
    words(prompt)
}

fn words(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Text { text, .. } | Prompt::Ssml { text } => text.expose().to_owned(),
        Prompt::File { path } => path.clone(),
        Prompt::Several(prompts) => prompts.iter().map(words).collect::<Vec<_>>().join(" + "),
    }
}
