//! What a rehearsal does as the service does it, so that a scenario that passes is served.

#![expect(clippy::panic, reason = "a test that cannot go on says where and why")]

use emulator::scenario::{AgentChange, EndpointAnswer};
use engine::flow::Bundle;
use rehearsal::{Around, Line, Typewriter, Who, line::Dial, typewriter::Wanted};
use serde_json::json;

fn bundle(nodes: &str) -> Bundle {
    let flow = format!(
        "flow: t\nstart: a\nnodes:\n{nodes}\n  good: {{ say: {{ text: \"Good.\", next: end }} }}\n  bad: {{ say: {{ text: \"Bad.\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    );
    Bundle::compile(&flow).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn heard(line: &Line<'_>) -> Vec<String> {
    let heard = line.told().iter().filter(|told| told.who == Who::Line);
    heard.map(|told| told.text.clone()).collect()
}

#[test]
fn keys_among_sensitive_digits_are_no_digits() {
    let bundle = bundle(
        "  a: { collect: { prompt: \"Type.\", into: pin, min: 4, max: 6, stop: \"#\", attempts: 1, sensitive: true, next: b, otherwise: bad } }
  b: { http: { url: \"https://test.org/pin\", body: { pin: vars.pin }, next: good, failed: good } }",
    );
    for (keys, said) in [("4*11#", "Bad."), ("4111#", "Good.")] {
        let mut line = Line::dial(&bundle, Around::default(), &Dial::default());
        line.advance(line.now() + 1_000);
        line.press(keys);
        line.advance(line.now() + 60_000);
        assert_eq!(heard(&line).last().map(String::as_str), Some(said), "{keys}");
    }
}

#[test]
fn an_endpoint_that_is_too_slow_fails_when_its_time_is_over() {
    let bundle = bundle(
        "  a: { say: { text: \"Hello.\", next: b } }
  b: { http: { url: \"https://test.org/x\", timeout: 4s, next: good, failed: bad } }",
    );
    let answer = |seconds: u64| -> EndpointAnswer {
        let answer = json!({ "url": "test.org", "after": format!("{seconds}s") });
        serde_json::from_value(answer).unwrap()
    };
    for (seconds, took, said) in [(10, 4_000, "Bad."), (3, 3_000, "Good.")] {
        let around = Around { answers: vec![answer(seconds)], ..Around::default() };
        let mut line = Line::dial(&bundle, around, &Dial::default());
        line.advance(line.now() + 60_000);
        let at =
            |who: Who| line.told().iter().rev().find(|told| told.who == who).map(|told| told.at);
        let asked = line.told().iter().find(|told| told.text.starts_with("asks GET"));
        let waited = at(Who::Endpoint).unwrap() - asked.unwrap().at;
        assert_eq!((waited, heard(&line).last().map(String::as_str)), (took, Some(said)));
    }
}

/// She let the call of one queue pass; the service leaves her alone for 30 s, in every queue.
#[test]
fn a_colleague_who_missed_an_offer_is_left_alone() {
    let bundle = bundle(
        "  a: { queue: { name: sales, music: hold.wav, overflow: { after: 60s, next: end }, unavailable: other } }
  other: { queue: { name: help, music: hold.wav, overflow: { after: 90s, next: end }, unavailable: end } }",
    );
    let mut around = Around::default();
    for who in ["megan", "alex"] {
        assert!(around.staff.set_presence(who, "Offline"));
    }
    let mut line = Line::dial(&bundle, around, &Dial::default());
    line.advance(line.now() + 2_000);
    line.decline("adele").unwrap();
    let declined = line.now();
    line.advance(declined + 29_000);
    assert!(!line.rings("adele"), "{:#?}", line.told());
    assert!(!line.call().is_over(), "the caller waits for her");
    line.advance(declined + 31_000);
    assert!(line.rings("adele"), "{:#?}", line.told());
    line.accept("adele").unwrap();
    line.advance(line.now() + 1_000);
    assert!(line.together("adele"));
}

#[test]
fn nobody_is_asked_for_the_answer_of_an_endpoint_that_was_given_up() {
    let bundle = bundle(
        "  a: { say: { text: \"Hello.\", next: b } }
  b: { http: { url: \"https://test.org/x\", timeout: 2s, next: good, failed: menu } }
  menu: { menu: { prompt: \"Press 1.\", choices: { a: { tone: \"1\", next: good } }, otherwise: bad } }",
    );
    let mut typewriter = Typewriter::new(&bundle, Around::default(), &Dial::default());
    assert_eq!(typewriter.wanted(), Wanted::Endpoint("GET https://test.org/x".to_owned()));
    typewriter.typed("").unwrap();
    assert_eq!(typewriter.wanted(), Wanted::Answer { keys: true, words: false });
}

#[test]
fn what_is_said_of_a_colleague_later_leaves_what_was_said_before() {
    let bundle = bundle(
        "  a: { queue: { name: sales, music: hold.wav, overflow: { after: 60s, next: bad }, unavailable: good } }",
    );
    let mut around = Around::default();
    let staff = &mut around.staff;
    assert!(staff.set_presence("megan", "Offline") && staff.set_presence("alex", "Offline"));
    for change in [json!({ "licensed": false }), json!({ "on_another_call": false })] {
        let change: AgentChange = serde_json::from_value(change).unwrap();
        assert!(staff.change("adele", &change));
    }
    let mut line = Line::dial(&bundle, around, &Dial::default());
    line.advance(line.now() + 10_000);
    assert_eq!(heard(&line).last().map(String::as_str), Some("Good."), "she cannot be called");
}
