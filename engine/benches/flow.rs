//! How long it takes to check a flow of 200 nodes, and to decide what one input means in a call that is in it, on one core.
//! `cargo bench -p switchboard-engine`. Prints the median and the best of many rounds.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hint::black_box,
    time::{Duration, Instant},
};

use engine::{
    call::{Call, CallId, Env, Incoming, Input, Profile, Settlement, SettlementFacts, Step, step},
    flow::{Bundle, compile},
};
use serde_json::{Value, json};
use webhooks::{CallConnectionId, IncomingCallContext, RawId, parse_call_events};

/// Eight nodes each, and an end.
const SECTIONS: usize = 25;
const ROUNDS: usize = 101;
/// Times in a round of steps.
const STEPS: usize = 200;
const BEGAN: i64 = 1_700_000_000_000;

fn main() {
    let source = flow();
    let compiled = compile(&source);
    let nodes = compiled.flow.as_ref().map_or(0, |flow| flow.nodes.len());
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    println!("a flow of {nodes} nodes, {} bytes", source.len());
    println!("{:<48} {:>10} {:>10}", "", "median", "best");
    tell("check", (0..ROUNDS).map(|_| timed(1, || drop(black_box(compile(&source))))).collect());
    steps(&source);
}

/// A flow in which each section speaks, asks, listens for digits, looks up, decides by CEL and goes to the next.
fn flow() -> String {
    let mut text = "flow: large\nstart: say-0\nnodes:\n".to_owned();
    for at in 0..SECTIONS {
        let after = if at + 1 == SECTIONS { "end".to_owned() } else { format!("say-{}", at + 1) };
        let _ = write!(
            text,
            r##"  say-{at}: {{ say: {{ text: "Welcome to part {at}, ${{caller.name}}. It is good to have you here.", next: menu-{at} }} }}
  menu-{at}: {{ menu: {{ prompt: "For status press 1, for orders press 2, to go on press 0.", choices: {{ status: {{ tone: "1", phrases: [status, how is it], next: digits-{at} }}, orders: {{ tone: "2", phrases: [orders, my order], next: set-{at} }}, on: {{ tone: "0", phrases: [go on], next: open-{at} }} }}, attempts: 3, otherwise: {after} }} }}
  digits-{at}: {{ collect: {{ prompt: "Type your number.", into: number, min: 4, max: 8, stop: "#", next: look-{at}, otherwise: told-{at} }} }}
  look-{at}: {{ http: {{ url: "https://example.org/orders/${{vars.number}}", set: {{ state: "response.body.state" }}, next: told-{at}, failed: told-{at} }} }}
  told-{at}: {{ say: {{ text: "${{has(vars.state) ? string(vars.state) : 'Nothing is known.'}}", next: {after} }} }}
  set-{at}: {{ set: {{ vars: {{ seen_{at}: "size(caller.number) + {at}" }}, next: which-{at}, failed: told-{at} }} }}
  which-{at}: {{ branch: {{ when: [{{ if: "vars.seen_{at} > 12 && caller.number.startsWith('+44')", next: told-{at} }}, {{ if: "called.number == '+18005550100'", next: open-{at} }}], otherwise: {after} }} }}
  open-{at}: {{ hours: {{ zone: Europe/Berlin, week: {{ mon-fri: "09:00-17:00" }}, open: told-{at}, closed: {after} }} }}
"##
        );
    }
    text.push_str("  end: { hangup: {} }\n");
    text
}

/// Every input of a conversation in the first sections, each with the call that it comes to.
fn steps(source: &str) {
    let bundle = match Bundle::pack(source, &BTreeMap::new()) {
        Ok(bundle) => bundle,
        Err(findings) => return println!("{findings:#?}"),
    };
    let mut all = Vec::new();
    let mut call = Call::new(CallId("01HF0000000000000000000000".to_owned()), BEGAN);
    let mut now = BEGAN;
    for at in 0..26_u32 {
        now += 1_000;
        let Some(input) = next_input(&call, &bundle, at) else { break };
        let env = Env { now, bundle: Some(&bundle), profile: &Profile::CLASSIC };
        let name = format!("step: {}", input.name());
        let rounds = (0..ROUNDS).map(|_| round(&call, &input, &env)).collect::<Vec<_>>();
        all.extend(rounds.iter().copied());
        let done: Step = step(call, &input, &env);
        let to = done.call.phase.node().unwrap_or_default();
        tell(&format!("{name} to {to}"), rounds);
        call = done.call;
    }
    tell("all steps", all);
}

/// What comes next in a call: whatever it waits for, as a caller who presses 1, types a number and hears on would cause it.
fn next_input(call: &Call, bundle: &Bundle, at: u32) -> Option<Input> {
    let media = call.media;
    let event = |name: &str, data: Value| event(at, name, data, media);
    match at {
        0 => Some(Input::IncomingCall(Box::new(Incoming {
            rang_at: BEGAN,
            context: IncomingCallContext::new("context"),
            from: Some(RawId::new("4:+442079460123")),
            to: Some(RawId::new("4:+18005550100")),
            caller_name: Some("Ada".into()),
            server_call_id: None,
            correlation_id: None,
        }))),
        1 => Some(Input::FlowChosen { bundle: bundle.hash_hex(), config: BTreeMap::new() }),
        2 => Some(Input::Settled {
            number: 1,
            result: Settlement::Done(SettlementFacts {
                connection: Some(CallConnectionId::from("conn-1")),
                ..SettlementFacts::default()
            }),
        }),
        3 => event("CallConnected", json!({})),
        4 => event(
            "ParticipantsUpdated",
            json!({ "participants": [{ "identifier": { "rawId": "4:+442079460123" } }], "sequenceNumber": 1 }),
        ),
        _ => match call.phase.node()?.split('-').next()? {
            "say" | "told" => event("PlayCompleted", json!({})),
            "menu" => event(
                "RecognizeCompleted",
                json!({ "recognitionType": "choices", "choiceResult": { "label": "status" } }),
            ),
            "digits" => event(
                "RecognizeCompleted",
                json!({ "recognitionType": "dtmf", "dtmfResult": { "tones": ["one", "two", "three", "four"] } }),
            ),
            "look" => Some(Input::Fetched {
                number: *call.pending.keys().next_back()?,
                result: engine::call::FetchResult::Answer {
                    status: 200,
                    body: json!({ "state": "on its way" }),
                },
            }),
            _ => None,
        },
    }
}

fn event(at: u32, name: &str, mut data: Value, media: Option<u32>) -> Option<Input> {
    data["callConnectionId"] = json!("conn-1");
    data["operationContext"] = json!(media.map(|number| number.to_string()));
    let body = json!([{
        "id": format!("event-{at}"), "source": "calling/callConnections/conn-1", "specversion": "1.0",
        "type": format!("Microsoft.Communication.{name}"), "data": data,
    }]);
    let event = parse_call_events(body.to_string().as_bytes()).ok()?.pop()?.ok()?;
    Some(Input::Event(Box::new(event)))
}

/// The mean of one step in a round; copies of the call are made before.
fn round(call: &Call, input: &Input, env: &Env<'_>) -> Duration {
    let mut copies = vec![call.clone(); STEPS];
    timed(STEPS, || {
        if let Some(call) = copies.pop() {
            drop(black_box(step(call, black_box(input), env)));
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn timed(times: usize, mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        run();
    }
    start.elapsed() / u32::try_from(times).unwrap_or(1)
}

fn tell(what: &str, mut rounds: Vec<Duration>) {
    rounds.sort_unstable();
    let show = |time: Option<&Duration>| format!("{:.1?}", time.copied().unwrap_or_default());
    let (median, best) = (show(rounds.get(rounds.len() / 2)), show(rounds.first()));
    println!("{what:<48} {median:>10} {best:>10}");
}
