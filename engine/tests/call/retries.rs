//! Requests to endpoints that are tried again.

use engine::{
    call::{Action, FetchResult, Input, Refusal, Settlement},
    flow::Credential,
};
use serde_json::{Value, json};

use crate::{
    asking::{begun, last_words},
    line::Line,
};

const HTTP: &str = "http: { url: \"https://test.org/x\", body: { who: caller.name }, retries: 2, sign: ours, auth: { bearer: theirs }, next: good, failed: bad }";

/// Before the answer it is asked, too; the greeting needs no endpoint.
fn answered() -> Line {
    begun(&format!("say: {{ text: \"Hello\", next: b }} }}\n  b: {{ {HTTP}"))
}

fn asked() -> Line {
    let mut line = answered();
    line.played();
    line
}

fn broken() -> FetchResult {
    FetchResult::Answer { status: 503, body: Value::Null }
}

fn answers(line: &mut Line, result: FetchResult) {
    let number = line.last().number;
    line.feed(&Input::Fetched { number, result });
}

#[test]
fn a_request_is_tried_again_with_the_key_of_its_first_try() {
    let mut line = asked();
    let first = line.last().number;
    for _ in 0..2 {
        let Action::Fetch { first: key, sign, credential, .. } = &line.last().action else {
            panic!("it asks")
        };
        assert_eq!(key, &Some(first));
        assert_eq!(sign.as_deref(), Some("ours"));
        assert_eq!(credential, &Some(Credential::Bearer("theirs".to_owned())));
        answers(&mut line, broken());
    }
    answers(&mut line, FetchResult::Answer { status: 200, body: json!({}) });
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("good", 3));
}

#[test]
fn after_the_last_try_the_flow_goes_on() {
    let mut line = asked();
    for _ in 0..3 {
        answers(&mut line, broken());
    }
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 3));
    // Nothing comes, three times.
    let mut line = asked();
    for _ in 0..3 {
        line.deadline();
    }
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 3));
    // It could not be sent at all.
    let mut line = asked();
    for _ in 0..3 {
        line.settle_last(Settlement::Refused(Refusal { status: 0, sub_code: None }));
    }
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 3));
}

#[test]
fn an_answer_that_blames_us_or_is_late_is_not_tried_again() {
    for status in [400, 401, 404, 409, 422] {
        let mut line = asked();
        answers(&mut line, FetchResult::Answer { status, body: Value::Null });
        assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 1), "{status}");
    }
    let mut line = asked();
    let number = line.last().number;
    answers(&mut line, broken());
    line.feed(&Input::Fetched { number, result: broken() });
    assert_eq!(line.count("Fetch"), 2, "the first try is told twice");
}

#[test]
fn without_retries_there_is_one_try_and_no_key() {
    let node = HTTP.replace("retries: 2, ", "");
    let mut line = begun(&format!("say: {{ text: \"Hello\", next: b }} }}\n  b: {{ {node}"));
    line.played();
    let Action::Fetch { first, .. } = &line.last().action else { panic!("it asks") };
    assert_eq!(first, &None);
    answers(&mut line, broken());
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 1));
}
