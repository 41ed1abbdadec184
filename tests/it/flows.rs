//! Flows of several files, languages and sounds: what callers hear of them over the wire.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use aws_lc_rs::hmac;
use emulator::{
    control::{Condition, EnvelopeSchema},
    world::{CallId, ClientState},
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use serde_json::Value;
use tokio_util::task::TaskTracker;

use crate::rig::{CALLER, Rig, count};

const FLOW: &str = r#"
flow: whole
languages: { de-DE: de-DE-KatjaNeural }
start: clock
nodes:
  clock: { hours: { zone: Europe/Berlin, week: { mon-sun: "00:00-24:00" }, calendar: never.ics, open: jingle, closed: end } }
  jingle: { play: { file: jingle.wav, length: 10s, next: who, failed: end } }
  who: { flow: { file: who.yaml, with: { greeting: "'Hello'" }, set: { name: result.name }, exits: { german: german }, next: wish, failed: end } }
  german: { set: { language: de-DE, next: wish } }
  wish:
    callback:
      prompt: { en-US: "Press 1, ${vars.name}.", de-DE: "Bitte die 1, ${vars.name}." }
      next: thanks
      otherwise: end
  thanks: { say: { text: { ssml: "<speak>Thank you, ${caller.name}.</speak>" }, next: end } }
  end: { hangup: {} }
"#;

const WHO: &str = r#"
subflow: who
params: { greeting: text }
start: ask
nodes:
  ask:
    menu:
      prompt: "${vars.greeting}. For German, press 2."
      choices: { german: { tone: "2", next: german }, english: { tone: "1", next: english } }
      otherwise: english
  german: { return: { as: german, with: { name: "vars.greeting + ' Ada'" } } }
  english: { return: { with: { name: caller.name } } }
"#;

const NEVER: &str =
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20000101\nEND:VEVENT\nEND:VCALENDAR\n";

/// A service with a flow of its own, and these files beside it.
async fn with_flow(flow: &str, beside: &[(&str, &[u8])]) -> Rig {
    let mut rig = about_to_serve(flow, beside).await;
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    rig
}

pub(crate) async fn about_to_serve(flow: &str, beside: &[(&str, &[u8])]) -> Rig {
    let rig = Rig::without_service().await;
    let folder = rig.path("flow");
    fs::create_dir_all(folder.join("prompts")).unwrap();
    fs::write(folder.join("flow.yaml"), flow).unwrap();
    for (name, bytes) in beside {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/airline/flow.yaml");
    let file = |path: &Path| format!("file = \"{}\"", path.display());
    rig.change_settings(&file(&shipped), &file(&folder.join("flow.yaml")));
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_of_many_files_is_gone_through_to_a_wish() {
    let sound = include_bytes!("../../src/http/hold.wav");
    let beside: [(&str, &[u8]); 3] = [
        ("who.yaml", WHO.as_bytes()),
        ("never.ics", NEVER.as_bytes()),
        ("prompts/jingle.wav", sound),
    ];
    let mut rig = with_flow(FLOW, &beside).await;
    let served = rig.client().get(rig.url("/prompts/jingle.wav")).send().await.unwrap();
    assert_eq!(served.bytes().await.unwrap().as_ref(), sound);
    let other = rig.client().get(rig.url("/prompts/../flow.yaml")).send().await.unwrap();
    assert_eq!(other.status(), 404);
    let call = rig.dial();
    rig.until(Condition::Heard(call, "Hello. For German, press 2.".to_owned())).await;
    // What a call has begun with it keeps, also when the files are gone.
    rig.kill();
    fs::write(rig.path("flow/who.yaml"), WHO.replace("Ada", "Bob")).unwrap();
    rig.serve();
    rig.press(call, "2").await;
    rig.until(Condition::Heard(call, "Bitte die 1, Hello Ada.".to_owned())).await;
    rig.press(call, "1#").await;
    rig.until(Condition::Ended(call)).await;
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "callback", "{trace:#}");
    let thanks = "<speak>Thank you, Ada Canary.</speak>";
    assert!(trace.to_string().contains(thanks), "{trace:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_sends_calls_elsewhere_or_refuses_them_before_the_answer() {
    let redirect = "flow: away\nstart: a\nnodes:\n  a: { redirect: { to: { phone: \"+442079460100\" }, failed: b } }\n  b: { reject: { reason: busy } }\n";
    let reject = "flow: busy\nstart: b\nnodes: { b: { reject: { reason: busy } } }\n";
    for (flow, outcome, command) in
        [(redirect, "redirected", "RedirectCall to"), (reject, "rejected", "Reject")]
    {
        let rig = with_flow(flow, &[]).await;
        rig.dial();
        let trace = rig.trace().await;
        assert_eq!(trace["outcome"], outcome, "{trace:#}");
        assert_eq!(count(&trace, "command", command), 1, "{trace:#}");
        assert_eq!(count(&trace, "command", "Answer"), 0, "{trace:#}");
    }
}

const SECRET: &str = r#"
flow: secret
start: pin
nodes:
  pin: { collect: { prompt: "Type your PIN.", into: pin, min: 8, max: 8, sensitive: true, confirm: { prompt: "Press 1 to go on." }, next: send, otherwise: end } }
  send: { http: { url: "${config.bank}/pin", body: { pin: vars.pin, who: caller.number }, set: { balance: response.body.balance }, next: told, failed: sorry } }
  told: { say: { text: "You have ${vars.balance}.", next: end } }
  sorry: { say: { text: "Sorry.", next: end } }
  end: { hangup: {} }
"#;

/// What a server on this machine shows, so that the service trusts it.
pub(crate) fn local_tls(rig: &Rig) -> rustls::ServerConfig {
    let certificate = rig.emulator.issue_certificate(&["localhost"]).unwrap();
    let chain = CertificateDer::pem_slice_iter(certificate.cert_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

/// A bank on this machine that keeps what it is sent.
fn bank(rig: &Rig) -> (u16, Arc<Mutex<Vec<Value>>>, ServerHandle) {
    let tls = local_tls(rig);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    let server = HttpServer::new(move || {
        let kept = kept.clone();
        let answer = move |request: HttpRequest, body: web::Bytes| {
            let answer = answered(&kept, &request, &body);
            std::future::ready(answer)
        };
        App::new().default_service(web::route().to(answer))
    })
    .workers(1)
    .bind_rustls_0_23(("127.0.0.1", 0), tls)
    .unwrap();
    let port = server.addrs()[0].port();
    let server = server.run();
    let handle = server.handle();
    TaskTracker::new().spawn(server);
    (port, asked, handle)
}

/// The bank, and a language model beside it. What is signed must be signed rightly; the first try of what has a key to be
/// known by fails.
fn answered(kept: &Mutex<Vec<Value>>, request: &HttpRequest, body: &[u8]) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut told: Value = serde_json::from_slice(body).unwrap();
    if request.path() == "/v1/chat/completions" {
        let strict = told["response_format"]["json_schema"]["strict"] == true;
        let known = header("Authorization") == Some("Bearer canary-model-key");
        if !strict || !known {
            return HttpResponse::Unauthorized().finish();
        }
        kept.lock().unwrap().push(told["messages"][1]["content"].take());
        let content = "{\"intent\":\"balance\"}";
        return HttpResponse::Ok()
            .json(serde_json::json!({ "choices": [{ "message": { "content": content } }] }));
    }
    if let Some(signature) = header("Switchboard-Signature") {
        told["signed"] = is_signed(signature, request.path(), body).into();
    }
    if let Some(key) = header("Idempotency-Key") {
        told["key"] = key.into();
    }
    let mut kept = kept.lock().unwrap();
    let fails = told["key"].is_string() && !kept.iter().any(|one| one["key"] == told["key"]);
    kept.push(told);
    if fails {
        return HttpResponse::ServiceUnavailable().finish();
    }
    HttpResponse::Ok().json(serde_json::json!({ "balance": 12 }))
}

/// As docs/flows.md describes it.
fn is_signed(signature: &str, path: &str, body: &[u8]) -> bool {
    let Some((seconds, hex)) =
        signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1="))
    else {
        return false;
    };
    let text = format!("{seconds}.POST.{path}.{}", String::from_utf8_lossy(body));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"canary-signing-secret");
    let tag = hmac::sign(&key, text.as_bytes());
    let tag = tag.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    // Seconds since 1970, not milliseconds.
    let in_seconds = (1_700_000_000_u64..4_000_000_000).contains(&seconds.parse().unwrap());
    hex == tag && in_seconds
}

/// A service with a flow that may ask the bank.
async fn with_bank(flow: &str) -> (Rig, Arc<Mutex<Vec<Value>>>, ServerHandle) {
    let mut rig = about_to_serve(flow, &[]).await;
    let (port, asked, server) = bank(&rig);
    let hosts = |port| format!("http_hosts = [\"localhost:{port}\"]");
    rig.change_settings(&hosts(1), &hosts(port));
    let bank = format!("bank = \"https://localhost:{port}\"");
    rig.change_settings("flights = \"https://localhost:1\"", &bank);
    rig.change_settings(
        "[log]",
        "[flow.secrets]\nai_key = \"canary-model-key\"\nbank = \"canary-signing-secret\"\n[log]",
    );
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
    (rig, asked, server)
}

/// V13: the digits come to the endpoint and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn sensitive_digits_reach_the_endpoint_and_nothing_that_keeps() {
    let (rig, asked, server) = with_bank(SECRET).await;
    let call = rig.dial();
    rig.press(call, "77394216").await;
    rig.until(Condition::Heard(call, "Press 1 to go on.".to_owned())).await;
    rig.press(call, "1").await;
    rig.until(Condition::Heard(call, "You have 12.".to_owned())).await;
    rig.until(Condition::Ended(call)).await;
    assert_eq!(*asked.lock().unwrap(), [serde_json::json!({ "pin": "77394216", "who": CALLER })]);
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "completed", "{trace:#}");
    let told = trace.to_string();
    assert!(
        told.contains("8 digits, kept from everybody") && told.contains("with pin, who"),
        "{trace:#}"
    );
    let id = trace["id"].as_str().unwrap().to_owned();
    let export = rig.command(&["export", &id]);
    assert!(export.contains("withheldResult"), "{export}");
    for (what, text) in [("trace", told), ("export", export), ("log", rig.log())] {
        assert!(!text.contains("77394216"), "the {what} shows the digits: {text}");
        assert!(!text.contains(r#"["seven","seven""#), "the {what} shows the keys");
    }
    server.stop(false).await;
}

/// The digits are in the memory of one process: after its death the caller is asked again.
#[tokio::test(flavor = "multi_thread")]
async fn sensitive_digits_that_were_lost_are_asked_for_again() {
    let (mut rig, asked, server) = with_bank(SECRET).await;
    let call = rig.dial();
    rig.press(call, "77394216").await;
    rig.until(Condition::Heard(call, "Press 1 to go on.".to_owned())).await;
    rig.kill();
    rig.serve();
    rig.press(call, "1").await;
    rig.press(call, "44441111").await;
    rig.press(call, "1").await;
    rig.until(Condition::Heard(call, "You have 12.".to_owned())).await;
    let pins: Vec<Value> = asked.lock().unwrap().iter().map(|body| body["pin"].clone()).collect();
    assert_eq!(pins, ["44441111"]);
    server.stop(false).await;
}

const RECORDED: &str = r#"
flow: recorded
start: told
nodes:
  told: { consent: { text: "This call is recorded.", next: on, failed: end } }
  on: { record: { action: start, next: pin, failed: end } }
  pin: { collect: { prompt: "Type your PIN.", into: pin, min: 4, max: 4, sensitive: true, next: send, otherwise: end } }
  send: { http: { url: "${config.bank}/pin", body: { pin: vars.pin }, next: off, failed: end } }
  off: { record: { action: stop, next: message, failed: end } }
  message: { voicemail: { prompt: "Please leave a message.", max: 1m, silence: 1s, next: thanks, failed: end } }
  thanks: { say: { text: "Thank you.", next: end } }
  end: { hangup: {} }
"#;

/// V14: a recording is paused while sensitive digits are typed; a message is a recording of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_recording_leaves_sensitive_digits_out_and_a_message_is_one() {
    let (rig, asked, server) = with_bank(RECORDED).await;
    let call = rig.dial();
    rig.until(Condition::Recording(call)).await;
    rig.press(call, "7739").await;
    rig.until(Condition::Heard(call, "Please leave a message.".to_owned())).await;
    assert_eq!(asked.lock().unwrap().len(), 1);
    rig.until(Condition::Listening(call)).await;
    rig.control().say(call, "This is Ada. Please call me.").unwrap();
    rig.until(Condition::Heard(call, "Thank you.".to_owned())).await;
    rig.until(Condition::Ended(call)).await;
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "voicemail", "{trace:#}");
    let orders: Vec<&str> = trace["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "command")
        .filter_map(|entry| entry["text"].as_str())
        .filter_map(|text| text.split_whitespace().next())
        .filter(|name| name.ends_with("Recording") || *name == "Recognize")
        .collect();
    let expected = [
        "StartRecording",
        "PauseRecording",
        "Recognize",
        "ResumeRecording",
        "StopRecording",
        "StartRecording",
        "Recognize",
        "StopRecording",
    ];
    assert_eq!(orders, expected, "{trace:#}");
    server.stop(false).await;
}

const GREETING: &str = r#"
flow: greeting
start: menu
nodes:
  menu: { menu: { prompt: "Old words. Press 1.", choices: { on: { tone: "1", next: bye } }, silence: 4m, attempts: 10, otherwise: end } }
  bye: { say: { text: "Old goodbye.", next: end } }
  end: { hangup: {} }
"#;

/// A changed file is taken up while the service runs: new calls hear it, a call under way does not. One with a fault is refused,
/// and said so; when it is right again, all is well.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_flow_is_taken_up_and_a_faulty_one_is_refused() {
    let rig = with_flow(GREETING, &[]).await;
    let file = rig.path("flow").join("flow.yaml");
    let first = rig.dial();
    rig.until(Condition::Heard(first, "Old words".to_owned())).await;

    fs::write(&file, GREETING.replace("next: end } }\n  end", "next: nowhere } }\n  end")).unwrap();
    let remark = until_ready_says(&rig, |text| text.contains("refused")).await;
    assert!(remark.starts_with("ready\n"), "callers are served on: {remark}");
    assert!(remark.contains("F012"), "{remark}");
    assert!(rig.log().contains("F012"), "{}", rig.log());
    let second = rig.dial();
    rig.until(Condition::Heard(second, "Old words".to_owned())).await;

    fs::write(&file, GREETING.replace("Old", "New")).unwrap();
    until_ready_says(&rig, |text| !text.contains("refused")).await;
    let third = rig.dial();
    rig.until(Condition::Heard(third, "New words".to_owned())).await;
    rig.press(first, "1").await;
    rig.until(Condition::Heard(first, "Old goodbye".to_owned())).await;
    rig.press(third, "1").await;
    rig.until(Condition::Heard(third, "New goodbye".to_owned())).await;
}

/// Asks for readiness until it says so; each answer is asked for after the one before, and the whole is bounded.
async fn until_ready_says(rig: &Rig, wanted: impl Fn(&str) -> bool) -> String {
    let client = rig.client();
    let asked = async {
        loop {
            let answer = client.get(rig.url("/health/ready")).send().await.unwrap();
            let text = answer.text().await.unwrap();
            if wanted(&text) {
                return text;
            }
        }
    };
    tokio::time::timeout(crate::rig::PATIENCE, asked).await.expect("in time")
}

const PEOPLE: &str = r#"
flow: people
start: interpreter
nodes:
  interpreter: { add: { who: { teams_user: "a1e1e000-0000-4000-8000-000000000003" }, next: apart, failed: end } }
  apart: { remove: { who: { teams_user: "a1e1e000-0000-4000-8000-000000000003" }, next: wait, failed: end } }
  wait: { hold: { length: 1s, next: desk, failed: end } }
  desk: { ring: { people: [{ teams_user: "a1e1e000-0000-4000-8000-000000000001" }, { teams_user: "a1e1e000-0000-4000-8000-000000000002" }], otherwise: away } }
  away: { transfer: { to: { teams_user: "a1e1e000-0000-4000-8000-000000000003" }, failed: sorry } }
  sorry: { say: { text: "Nobody is there.", next: end } }
  end: { hangup: {} }
"#;

async fn rings(rig: &Rig, who: &str) {
    rig.until(Condition::Client(who.to_owned(), ClientState::Ringing)).await;
}

/// A call that has come to the desk: somebody was added and taken out, the caller was held.
async fn at_the_desk(rig: &Rig) -> CallId {
    let call = rig.dial();
    rings(rig, "alex").await;
    rig.control().accept("alex").unwrap();
    rings(rig, "adele").await;
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn named_people_are_rung_one_after_the_other_until_one_answers() {
    let rig = with_flow(PEOPLE, &[]).await;
    let call = at_the_desk(&rig).await;
    rig.control().decline("adele").unwrap();
    rings(&rig, "megan").await;
    rig.control().accept("megan").unwrap();
    rig.until(Condition::With(call, "megan".to_owned())).await;
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "connected", "{trace:#}");
    for (command, times) in
        [("AddParticipant", 3), ("RemoveParticipant", 1), ("Hold", 1), ("Unhold", 1)]
    {
        assert_eq!(count(&trace, "command", command), times, "{command} {trace:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_whom_nobody_takes_is_given_away_or_comes_back() {
    for taken in [true, false] {
        let rig = with_flow(PEOPLE, &[]).await;
        let call = at_the_desk(&rig).await;
        rig.control().decline("adele").unwrap();
        rings(&rig, "megan").await;
        rig.control().decline("megan").unwrap();
        rings(&rig, "alex").await;
        if taken {
            rig.control().accept("alex").unwrap();
        } else {
            rig.control().decline("alex").unwrap();
            rig.until(Condition::Heard(call, "Nobody is there.".to_owned())).await;
        }
        let trace = rig.trace().await;
        let outcome = if taken { "transferred" } else { "completed" };
        assert_eq!(trace["outcome"], outcome, "{trace:#}");
        assert_eq!(count(&trace, "command", "TransferToParticipant"), 1, "{trace:#}");
    }
}

/// The rules at the door: by the caller's number a flow in his language; by the number he dials another.
#[tokio::test(flavor = "multi_thread")]
async fn rules_choose_among_flows() {
    let main = "flow: main\nlanguages: { de-DE: de-DE-KatjaNeural }\nstart: a\nnodes:\n  a: { say: { text: { en-US: \"Hello\", de-DE: \"Guten Tag\" }, next: b } }\n  b: { hangup: {} }\n";
    let other = "flow: other\nstart: a\nnodes: { a: { reject: {} } }\n";
    let beside: [(&str, &[u8]); 2] =
        [("main.yaml", main.as_bytes()), ("other.yaml", other.as_bytes())];
    for (called, outcome) in [("+18005550999", "completed"), ("+18005550100", "rejected")] {
        let entry = format!(
            "entry: company\nrules:\n  - {{ called: \"{called}\", flow: other.yaml }}\n  - {{ caller: \"+44\", language: de-DE, flow: main.yaml }}\n  - {{ flow: other.yaml }}\n"
        );
        let rig = with_flow(&entry, &beside).await;
        let call = rig.dial();
        if outcome == "completed" {
            rig.until(Condition::Heard(call, "Guten Tag".to_owned())).await;
            rig.until(Condition::Ended(call)).await;
        }
        let trace = rig.trace().await;
        assert_eq!(trace["outcome"], outcome, "{trace:#}");
    }
}

const OPEN: &str = r#"
flow: open
start: want
nodes:
  want:
    ask:
      prompt: "How can I help you?"
      intents: { balance: { phrases: ["balance"], tone: "1", next: look }, person: { phrases: ["somebody"], tone: "0", next: end } }
      keys: "For your balance, press 1."
      model: { url: "${config.bank}/v1/chat/completions", model: small, auth: { bearer: ai_key } }
      otherwise: end
  look: { http: { url: "${config.bank}/pin", body: { who: caller.number }, retries: 1, sign: bank, set: { balance: response.body.balance }, next: told, failed: end } }
  told: { say: { text: "You have ${vars.balance}.", next: end } }
  end: { hangup: {} }
"#;

/// Open speech that no phrase decides goes to a language model; a request is signed and tried again.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_says_what_was_meant_and_a_signed_request_is_tried_again() {
    let (rig, asked, server) = with_bank(OPEN).await;
    let call = rig.dial();
    rig.until(Condition::Listening(call)).await;
    rig.control().say(call, "Am I broke?").unwrap();
    rig.until(Condition::Heard(call, "You have 12.".to_owned())).await;
    rig.until(Condition::Ended(call)).await;
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!(asked[0], "Am I broke?");
    let who = serde_json::json!({ "who": CALLER, "signed": true, "key": asked[1]["key"] });
    assert_eq!((&asked[1], &asked[2]), (&who, &who));
    let trace = rig.trace().await;
    let id = trace["id"].as_str().unwrap().to_owned();
    for text in [trace.to_string(), rig.log(), rig.command(&["export", &id])] {
        assert!(!text.contains("canary-"), "a secret is shown: {text}");
    }
    assert!(!rig.log().contains("broke"), "what was said is in the log: {}", rig.log());
    server.stop(false).await;
}

/// A model that refuses us costs the caller nothing: he is asked by keys.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_model_fails_the_caller_is_asked_by_keys() {
    let (rig, asked, server) = with_bank(&OPEN.replace("bearer: ai_key", "api_key: bank")).await;
    let call = rig.dial();
    rig.until(Condition::Listening(call)).await;
    rig.control().say(call, "Am I broke?").unwrap();
    rig.until(Condition::Heard(call, "For your balance, press 1.".to_owned())).await;
    rig.press(call, "1").await;
    rig.until(Condition::Heard(call, "You have 12.".to_owned())).await;
    assert_eq!(asked.lock().unwrap().len(), 2, "the bank alone");
    server.stop(false).await;
}
