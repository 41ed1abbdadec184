//! Deadlines, look-ups, erasure, replay with the real engine.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Millis,
    call::{
        Action, Call, CallId, Command, Env, Incoming, Input, Inspection, Profile, Settlement,
        SettlementFacts, Step, step,
    },
    flow::Bundle,
    queue::Availability,
};
use serde_json::{Value, json};
use webhooks::{IncomingCallContext, RawId, parse_call_events};

use super::{
    super::{Arrival, Decider, Due, Fate, Ledger, PresentAgent, Recorded},
    Bench, Scripted, arrival, due, id, record,
};

pub(in crate::ledger) async fn what_is_due_comes_earliest_first<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    assert_eq!(ledger.next_due().await.unwrap(), None);
    for (name, at) in [("b", "due 20"), ("a", "due 10"), ("c", "due 30")] {
        let recorded = record(&*ledger, name, 1, &[at]).await;
        assert_eq!(recorded.next_due.map(|at| format!("due {at}")).as_deref(), Some(at));
    }
    assert_eq!(ledger.next_due().await.unwrap(), Some(10));
    assert!(due(&*ledger, 9).await.is_empty());
    assert_eq!(due(&*ledger, 20).await, ["a", "b"]);
    let first = Due { call: id("a"), backlog: false };
    assert_eq!(ledger.due(99, 1).await.unwrap(), [first]);
    record(&*ledger, "a", 11, &["due 40"]).await;
    record(&*ledger, "b", 11, &["end"]).await;
    assert_eq!(due(&*ledger, 99).await, ["c", "a"]);
}

pub(in crate::ledger) async fn calls_are_listed_and_found<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["server conversation"]).await;
    record(&*ledger, "b", 2, &["end"]).await;
    let calls = ledger.calls(9).await.unwrap();
    let lines: Vec<_> = calls
        .iter()
        .map(|call| (call.id.as_str(), call.created_at, call.outcome.as_deref(), call.ended_at))
        .collect();
    assert_eq!(lines, [("b", 2, Some("completed"), Some(2)), ("a", 1, None, None)]);
    assert_eq!(ledger.calls(1).await.unwrap().len(), 1);
    assert_eq!(ledger.live_calls().await.unwrap(), [id("a")]);
    assert_eq!(ledger.call_of_server_call("conversation").await.unwrap(), Some(id("a")));
    assert_eq!(ledger.call_of_server_call("another").await.unwrap(), None);
}

pub(in crate::ledger) async fn a_call_is_found_by_what_its_last_input_says<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    let found = async |server: &str| ledger.call_of_server_call(server).await.unwrap();
    // Each input finds the call as the one before left it in memory.
    record(&*ledger, "a", 1, &["server one"]).await;
    record(&*ledger, "a", 2, &["seen"]).await;
    assert_eq!(found("one").await, Some(id("a")));
    record(&*ledger, "a", 3, &["server two"]).await;
    assert_eq!((found("one").await, found("two").await), (None, Some(id("a"))));
    record(&*ledger, "a", 4, &["name Ada"]).await;
    record(&*ledger, "a", 5, &["due 70"]).await;
    let caller = RawId::new("4:Ada");
    assert_eq!(ledger.calls_of_caller(&caller, 9).await.unwrap().len(), 1);
    assert_eq!(due(&*ledger, 70).await, ["a"]);
}

pub(in crate::ledger) async fn the_end_of_a_call_stays_in_its_row<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    for (at, word) in [(1, "server one"), (2, "seen"), (6, "end"), (9, "seen")] {
        record(&*ledger, "a", at, &[word]).await;
    }
    let ended = &ledger.calls(1).await.unwrap()[0];
    assert_eq!((ended.outcome.as_deref(), ended.ended_at), (Some("completed"), Some(6)));
    assert!(ledger.live_calls().await.unwrap().is_empty());
}

pub(in crate::ledger) async fn bundles_are_kept_once<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    ledger.keep_bundle("hash", "flow: a").await.unwrap();
    ledger.keep_bundle("hash", "flow: a").await.unwrap();
    ledger.keep_bundle("other", "flow: b").await.unwrap();
    let kept = [("hash", "flow: a"), ("other", "flow: b")];
    let kept = kept.map(|(hash, source)| (hash.to_owned(), source.to_owned()));
    assert_eq!(ledger.bundles().await.unwrap(), kept);
}

pub(in crate::ledger) async fn erasure_leaves_the_decisions<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["name Ada; server s; play", "end"]).await;
    ledger.quarantine(Some(&id("a")), "test", b"Ada", 2).await.unwrap();
    assert!(ledger.erase(&id("a")).await.unwrap());
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    assert_eq!(journal.len(), 2);
    assert!(journal.iter().all(|row| row.personal.is_none()));
    assert_eq!(journal[0].decision.commands, [(1, "Play".to_owned())]);
    assert!(ledger.call(&id("a")).await.unwrap().is_none());
    assert_eq!(ledger.call_of_server_call("s").await.unwrap(), None);
    assert_eq!(record(&*ledger, "a", 3, &["play"]).await.fate, Fate::UnknownCall);
    assert_eq!(ledger.calls(9).await.unwrap().len(), 1);
    ledger.quarantine(Some(&id("a")), "test", b"Ada", 4).await.unwrap();
    assert!(ledger.erase(&id("a")).await.unwrap(), "twice is no harm");
}

pub(in crate::ledger) async fn a_live_call_is_erased_when_it_ends<B: Bench>() {
    let ledger = B::new().open(Arc::new(Scripted::default()));
    record(&*ledger, "a", 1, &["name Ada"]).await;
    assert!(ledger.erase(&id("a")).await.unwrap());
    let recorded = record(&*ledger, "a", 2, &["play"]).await;
    assert_eq!((recorded.fate, recorded.outgoing.len()), (Fate::Applied, 1));
    assert!(record(&*ledger, "a", 3, &["end"]).await.ended);
    assert!(ledger.call(&id("a")).await.unwrap().is_none());
    let journal = ledger.journal(&id("a"), 0).await.unwrap();
    assert!(journal.iter().all(|row| row.personal.is_none()));
}

/// The engine itself, with one flow.
struct Real {
    bundle: Bundle,
}

impl Real {
    fn new() -> Self {
        let bundle = Bundle::compile(FLOW).unwrap_or_else(|faults| panic!("{faults:#?}"));
        Self { bundle }
    }
}

impl Decider for Real {
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step {
        let env = Env { now, bundle: Some(&self.bundle), profile: &Profile::CLASSIC };
        step(call, input, &env)
    }
    fn render(&self, _: &Call, command: &Command) -> Vec<u8> {
        serde_json::to_vec(command).unwrap()
    }
}

const FLOW: &str = r#"
flow: test
language: en-US
start: greeting
nodes:
  greeting: { say: { text: "Welcome ${caller.name}", next: people } }
  people:
    queue: { name: support, announce: "Please hold.", ring: 20s, overflow: { after: 60s, next: message } }
  message: { voicemail: { prompt: "Nobody is here. Goodbye.", next: bye } }
  bye: { hangup: {} }
"#;

/// A conversation through the ledger, from the ring to the end.
struct Conversation<'a> {
    ledger: &'a dyn Ledger,
    now: Millis,
    events: u8,
}

impl Conversation<'_> {
    async fn feed(&mut self, inputs: Vec<Input>) -> Recorded {
        self.now += 700;
        self.events += 1;
        let opens = matches!(inputs[..], [Input::IncomingCall(_), ..]);
        let event = Some([self.events; 16]);
        let call = id("call");
        let arrival = Arrival { call, opens, event, inputs, settles: None, now: self.now };
        let recorded = self.ledger.record(arrival).await.unwrap();
        assert_eq!(recorded.fate, Fate::Applied);
        assert!(recorded.violations.is_empty());
        recorded
    }

    async fn event(&mut self, name: &str, mut data: Value, number: Option<u32>) -> Recorded {
        data["callConnectionId"] = json!("conn-1");
        if let Some(number) = number {
            data["operationContext"] = json!(number.to_string());
        }
        let body = json!([{
            "id": format!("event-{}", self.events), "source": "calling/callConnections/conn-1",
            "specversion": "1.0", "type": format!("Microsoft.Communication.{name}"), "data": data,
        }]);
        let mut events = parse_call_events(body.to_string().as_bytes()).unwrap();
        let event = events.remove(0).unwrap();
        self.feed(vec![Input::Event(Box::new(event))]).await
    }

    async fn played(&mut self) -> Recorded {
        let call = self.ledger.call(&id("call")).await.unwrap().unwrap();
        self.event("PlayCompleted", json!({}), call.media).await
    }
}

fn incoming(now: Millis) -> Input {
    Input::IncomingCall(Box::new(Incoming {
        rang_at: now,
        context: IncomingCallContext::new("context"),
        from: Some(RawId::new("4:+442079460123")),
        to: Some(RawId::new("4:+18005550100")),
        caller_name: Some("Ada".into()),
        server_call_id: Some("server".into()),
        correlation_id: None,
    }))
}

/// V6, with the engine that ships: greeting, queue, an agent who accepts, the caller leaves.
pub(in crate::ledger) async fn replay_gives_the_snapshot<B: Bench>() {
    let bench = B::new();
    let real = Arc::new(Real::new());
    let ledger = bench.open(real.clone());
    let mut talk = Conversation { ledger: &*ledger, now: 1_700_000_000_000, events: 0 };
    let chosen = Input::FlowChosen { bundle: real.bundle.hash_hex(), config: BTreeMap::new() };
    let recorded = talk.feed(vec![incoming(talk.now), chosen]).await;
    assert_eq!(recorded.outgoing.len(), 1);
    let number = recorded.outgoing[0].number;
    let result = Settlement::Done(SettlementFacts::default());
    talk.feed(vec![Input::Settled { number, result }]).await;
    talk.event("CallConnected", json!({}), Some(number)).await;
    assert!(talk.played().await.queue_woke);

    let adele = PresentAgent {
        id: "oid-adele".to_owned(),
        name: "Adele".to_owned(),
        availability: Availability::Free,
        presence_age: 3,
        wrap_up: 1,
        missed_pause: 1,
    };
    let now = talk.now + 1;
    let offered = ledger.assign("support", vec![adele], now).await.unwrap();
    let invitation = offered[0].outgoing.iter().find(|one| one.name == "AddParticipant").unwrap();
    talk.event("AddParticipantSucceeded", json!({}), Some(invitation.number)).await;
    // An event alone is not believed: the call ends when Call Automation knows it no more.
    let asked = talk.event("CallDisconnected", json!({}), None).await;
    let number = asked.outgoing.iter().find(|one| one.name == "GetCall").unwrap().number;
    let ended = talk.feed(vec![Input::Inspected { number, view: Inspection::Gone }]).await;
    assert!(ended.ended && ended.queue_woke, "the agent is given back");

    let replayed = replay(&*ledger, &*real, &id("call")).await;
    assert_eq!(Some(replayed), ledger.call(&id("call")).await.unwrap());
    let late = talk.now;
    drop(ledger);
    let ledger = bench.open(real.clone());
    let replayed = replay(&*ledger, &*real, &id("call")).await;
    assert_eq!(Some(replayed), ledger.call(&id("call")).await.unwrap());
    let offers = ledger.record(arrival("call", late, &["late"])).await.unwrap();
    assert!(offers.outgoing.is_empty(), "V2");
}

/// Steps through the journal again, and compares each row's commands.
async fn replay(ledger: &dyn Ledger, decider: &dyn Decider, call: &CallId) -> Call {
    let journal = ledger.journal(call, 0).await.unwrap();
    let mut replayed = Call::new(call.clone(), journal[0].at);
    for row in journal.into_iter().filter(|row| row.applied) {
        let personal = row.personal.unwrap();
        let step = decider.decide(replayed, &personal.input, row.at);
        assert_eq!(step.commands, personal.commands, "row {}", row.seq);
        let internal = |command: &&Command| matches!(command.action, Action::Seek { .. });
        assert!(step.commands.iter().filter(internal).count() < 2);
        replayed = step.call;
    }
    replayed
}
