//! How many whole calls a second the engine and the emulator do together, in virtual time and one thread:
//! nothing between them but the bytes of the wire.
//!
//! `cargo run --profile simulation -p switchboard-simulation --example engine_calls -- 20000`

use std::{collections::HashMap, io::Write as _, sync::Arc, time::Instant};

use emulator::{
    HttpRequest, Options, Stepped,
    control::Subscription,
    stepped::{Answered, Delivery},
    world::CallId as Line,
};
use engine::{
    Millis,
    call::{
        Call, CallId, Incoming, Input, Inspection, Profile, Refusal, Settlement, SettlementFacts,
    },
    flow::Bundle,
};
use serde_json::{Value, json};
use switchboard::{
    dispatch::{Outward, Payload},
    ledger::Decider as _,
    runner::{Bundles, FlowDecider},
    sealing::{KeyRing, PathSigner},
    settings::SampleRate,
};
use url::Url;
use webhooks::{CallConnectionId, IncomingCallContext, RawId, parse_call_events};

const NUMBER: &str = "+18005550100";
const CALLER: &str = "+442079460123";
/// Calls that go on at once.
const AT_ONCE: usize = 50;
const FLOW: &str = r#"
flow: bench
language: en-US
start: greeting
nodes:
  greeting: { say: { text: "Welcome to Contoso.", next: menu } }
  menu:
    menu:
      prompt: "For sales, press 1."
      choices: { sales: { tone: "1", next: sales } }
      attempts: 2
      otherwise: bye
  sales: { say: { text: "Sales it is. Goodbye.", next: bye } }
  bye: { hangup: {} }
"#;

type Failed = Box<dyn std::error::Error + Send + Sync>;

struct Bench {
    world: Stepped,
    decider: FlowDecider,
    bundle: String,
    calls: HashMap<String, (Call, Line)>,
    /// The line that was dialled last, until its `IncomingCall` comes.
    dialled: Option<Line>,
    done: usize,
    steps: u64,
    requests: u64,
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads real time")]
fn main() -> Result<(), Failed> {
    let wanted = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let mut bench = Bench::new()?;
    let started = Instant::now();
    bench.run(wanted)?;
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(bench.done)?) / seconds;
    let report = json!({
        "calls": bench.done, "seconds": seconds, "calls_per_second": rate,
        "steps": bench.steps, "requests": bench.requests,
    });
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}

impl Bench {
    fn new() -> Result<Self, Failed> {
        let options = Options { seed: Some(1), ..Options::default() };
        let mut world = Stepped::new(&options);
        world.subscribe(Subscription::plain("https://bench.example/events"));
        let bundles = Bundles::default();
        let bundle = Bundle::compile(FLOW).map_err(|findings| format!("{findings:?}"))?;
        let bundle = bundles.add(bundle);
        let outward = Outward {
            public_url: Url::parse("https://bench.example")?,
            cognitive_services: Some("https://speech.example/".to_owned()),
            fallback: None,
            signer: Arc::new(PathSigner::new(Arc::new(KeyRing::ephemeral()?))),
            stream_rate: SampleRate::Of24000,
        };
        let decider = FlowDecider { bundles, profile: Profile::CLASSIC, outward };
        let calls = HashMap::new();
        Ok(Self { world, decider, bundle, calls, dialled: None, done: 0, steps: 0, requests: 0 })
    }

    fn run(&mut self, wanted: usize) -> Result<(), Failed> {
        let mut begun = 0;
        while self.done < wanted {
            while begun < wanted && begun - self.done < AT_ONCE {
                begun += 1;
                self.dialled = self.world.dial(CALLER, "Ada Caller", NUMBER).ok();
                self.deliver(self.world.now())?;
            }
            let due = self.world.next_due().ok_or("nothing is due, and calls go on")?;
            self.deliver(due)?;
        }
        Ok(())
    }

    fn deliver(&mut self, at: Millis) -> Result<(), Failed> {
        for delivery in self.world.advance(at) {
            self.world.delivered(delivery.id, Some(200));
            if delivery.event == "IncomingCall" {
                self.incoming(&delivery)?;
            } else {
                self.event(&delivery)?;
            }
        }
        Ok(())
    }

    fn incoming(&mut self, delivery: &Delivery) -> Result<(), Failed> {
        let body: Value = serde_json::from_slice(&delivery.body)?;
        let data = &body[0]["data"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let now = self.world.now();
        let incoming = Incoming {
            rang_at: now,
            context: IncomingCallContext::new(text(&data["incomingCallContext"])),
            from: Some(RawId::new(text(&data["from"]["rawId"]))),
            to: Some(RawId::new(text(&data["to"]["rawId"]))),
            caller_name: None,
            server_call_id: None,
            correlation_id: None,
        };
        let id = format!("{:026}", self.calls.len() + self.done + 1);
        let line = self.dialled.take().ok_or("nobody has dialled")?;
        let call = Call::new(CallId(id.clone()), now);
        self.calls.insert(id.clone(), (call, line));
        let chosen = Input::FlowChosen { bundle: self.bundle.clone(), config: [].into() };
        self.feed(&id, vec![Input::IncomingCall(Box::new(incoming)), chosen])
    }

    fn event(&mut self, delivery: &Delivery) -> Result<(), Failed> {
        let id = delivery.url.expose().split('/').nth(5).unwrap_or_default().to_owned();
        for event in parse_call_events(&delivery.body)?.into_iter().flatten() {
            self.feed(&id, vec![Input::Event(Box::new(event))])?;
        }
        if delivery.event == "PlayStarted" {
            self.press(&id);
        }
        Ok(())
    }

    /// Pressed when a prompt begins: only a menu takes it.
    fn press(&mut self, id: &str) {
        if let Some((_, line)) = self.calls.get(id) {
            let _ = self.world.press(*line, "1");
        }
    }

    /// Steps a call through inputs and what follows from its commands.
    fn feed(&mut self, id: &str, mut inputs: Vec<Input>) -> Result<(), Failed> {
        let Some((mut call, line)) = self.calls.remove(id) else { return Ok(()) };
        while !inputs.is_empty() {
            let mut next = Vec::new();
            for input in inputs {
                let step = self.decider.decide(call, &input, self.world.now());
                self.steps += 1;
                call = step.call;
                for command in &step.commands {
                    let payload: Payload =
                        serde_json::from_slice(&self.decider.render(&call, command))?;
                    next.extend(self.send(command.number, payload)?);
                }
            }
            inputs = next;
        }
        if call.is_over() {
            self.done += 1;
        } else {
            self.calls.insert(id.to_owned(), (call, line));
        }
        Ok(())
    }

    fn send(&mut self, number: u32, payload: Payload) -> Result<Option<Input>, Failed> {
        match payload {
            Payload::CallAutomation(request) => {
                let (status, body) =
                    self.post(request.method().as_str(), request.path(), request.body())?;
                let result = if (200..300).contains(&status) {
                    let connection = body["callConnectionId"].as_str().map(CallConnectionId::new);
                    Settlement::Done(SettlementFacts { connection, ..SettlementFacts::default() })
                } else {
                    Settlement::Refused(Refusal { status, sub_code: None })
                };
                Ok(Some(Input::Settled { number, result }))
            }
            Payload::Inspect { connection } => {
                let path = format!("/calling/callConnections/{}", connection.as_str());
                let (status, _) = self.post("GET", &path, &[])?;
                let view = if status == 404 {
                    Inspection::Gone
                } else {
                    Inspection::Live { state: "connected".to_owned(), participants: Vec::new() }
                };
                Ok(Some(Input::Inspected { number, view }))
            }
            Payload::Fetch { .. } | Payload::Unrenderable { .. } => Ok(None),
        }
    }

    fn post(&mut self, method: &str, path: &str, body: &[u8]) -> Result<(u16, Value), Failed> {
        self.requests += 1;
        let request = HttpRequest {
            method: method.to_owned(),
            target: format!("{path}?api-version=2026-03-12"),
            headers: Vec::new(),
            body: body.to_vec(),
        };
        match self.world.request(&request) {
            Answered::Response { response, .. } => Ok((response.status, response.json())),
            Answered::Reset { .. } => Err("no fault was ordered".into()),
        }
    }
}
