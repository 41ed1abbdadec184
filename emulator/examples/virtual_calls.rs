//! How many whole calls a second the emulator does in virtual time, with a scripted bot on the other
//! side: `cargo run --release -p switchboard-emulator --example virtual_calls -- 20000`.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Instant;

use emulator::control::Subscription;
use emulator::stepped::{Answered, Delivery};
use emulator::world::CallId;
use emulator::{HttpRequest, Options, Stepped};
use serde_json::{Value, json};

const NUMBER: &str = "+18005550100";
const VERSION: &str = "api-version=2026-03-12";
/// Calls that go on at once.
const AT_ONCE: usize = 50;

/// A bot that greets, asks for a key, says goodbye and hangs up.
struct Bot {
    world: Stepped,
    requests: u64,
    deliveries: u64,
    done: usize,
    calls: HashMap<String, CallId>,
    last: Option<CallId>,
}

#[expect(clippy::disallowed_methods, reason = "an example measures real time")]
fn main() {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let mut world = Stepped::new(&Options { seed: Some(1), ..Options::default() });
    world.subscribe(Subscription::plain("https://bot.example/events"));
    let calls = HashMap::new();
    let mut bot = Bot { world, requests: 0, deliveries: 0, done: 0, calls, last: None };
    let started = Instant::now();
    bot.run(wanted);
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(bot.done).unwrap_or(u32::MAX)) / seconds;
    let report = json!({
        "calls": bot.done, "seconds": seconds, "calls_per_second": rate,
        "requests": bot.requests, "deliveries": bot.deliveries,
    });
    let _ = writeln!(std::io::stdout(), "{report}");
}

impl Bot {
    fn run(&mut self, wanted: usize) {
        let mut begun = 0;
        while self.done < wanted {
            while begun < wanted && begun - self.done < AT_ONCE {
                begun += 1;
                self.last = self.world.dial("+442079460123", "Ada Caller", NUMBER).ok();
                self.deliver(self.world.now());
            }
            let Some(due) = self.world.next_due() else {
                return;
            };
            self.deliver(due);
        }
    }

    fn deliver(&mut self, at: i64) {
        for delivery in self.world.advance(at) {
            self.deliveries += 1;
            self.world.delivered(delivery.id, Some(200));
            self.take(&delivery);
        }
    }

    fn take(&mut self, delivery: &Delivery) {
        let Ok(body) = serde_json::from_slice::<Value>(&delivery.body) else {
            return;
        };
        let data = &body[0]["data"];
        if delivery.event == "IncomingCall" {
            return self.answer(data);
        }
        let connection = data["callConnectionId"].as_str().unwrap_or_default().to_owned();
        match (delivery.event, data["operationContext"].as_str()) {
            ("CallConnected", _) => self.play(&connection, "greeting"),
            ("PlayCompleted", Some("greeting")) => self.recognize(&connection),
            ("RecognizeCompleted", _) => self.play(&connection, "goodbye"),
            ("PlayCompleted", _) => {
                self.post("DELETE", &format!("/calling/callConnections/{connection}"), None);
            }
            ("CallDisconnected", _) => {
                self.calls.remove(&connection);
                self.done += 1;
            }
            _ => {}
        }
    }

    fn answer(&mut self, data: &Value) {
        let body = json!({
            "incomingCallContext": data["incomingCallContext"],
            "callbackUri": "https://bot.example/callbacks",
            "callIntelligenceOptions": {"cognitiveServicesEndpoint": "https://ai.example/"},
        });
        let answered = self.post("POST", "/calling/callConnections:answer", Some(&body));
        let connection = answered["callConnectionId"].as_str().unwrap_or_default().to_owned();
        if let Some(call) = self.last {
            self.calls.insert(connection, call);
        }
    }

    fn play(&mut self, connection: &str, context: &str) {
        let source = json!({"kind": "text",
            "text": {"text": "Welcome to Contoso", "voiceName": "en-US-JennyNeural"}});
        let body = json!({"playSources": [source], "operationContext": context});
        self.post("POST", &format!("/calling/callConnections/{connection}:play"), Some(&body));
    }

    /// The caller presses a key as soon as it is listened to.
    fn recognize(&mut self, connection: &str) {
        let body = json!({
            "recognizeInputType": "dtmf",
            "recognizeOptions": {
                "interruptPrompt": true,
                "initialSilenceTimeoutInSeconds": 5,
                "targetParticipant": {"kind": "phoneNumber",
                    "phoneNumber": {"value": "+442079460123"}},
                "dtmfOptions": {"maxTonesToCollect": 1},
            },
        });
        self.post("POST", &format!("/calling/callConnections/{connection}:recognize"), Some(&body));
        if let Some(call) = self.calls.get(connection) {
            let _ = self.world.press(*call, "1");
        }
    }

    fn post(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.requests += 1;
        let answered = self.world.request(&HttpRequest {
            method: method.to_owned(),
            target: format!("{path}?{VERSION}"),
            headers: Vec::new(),
            body: body.map(Value::to_string).unwrap_or_default().into_bytes(),
        });
        match answered {
            Answered::Response { response, .. } => response.json(),
            Answered::Reset { .. } => Value::Null,
        }
    }
}
