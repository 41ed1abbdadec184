//! Flows of several files, languages and sounds: what callers hear of them over the wire.

use std::{fs, path::Path};

use emulator::control::{Condition, EnvelopeSchema};

use crate::rig::{Rig, count};

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
    let mut rig = Rig::without_service().await;
    let folder = rig.path("flow");
    fs::create_dir_all(folder.join("prompts")).unwrap();
    fs::write(folder.join("flow.yaml"), flow).unwrap();
    for (name, bytes) in beside {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/airline/flow.yaml");
    let file = |path: &Path| format!("file = \"{}\"", path.display());
    rig.change_settings(&file(&shipped), &file(&folder.join("flow.yaml")));
    rig.serve();
    rig.subscribe(EnvelopeSchema::EventGrid).await;
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
