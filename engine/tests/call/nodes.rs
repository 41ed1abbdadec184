//! What each kind of node does, on each of its ways.

use engine::call::{
    Action, Agreement, FetchResult, Input, Prompt, Refusal, Rejection, Sent, Settlement,
    SettlementFacts,
};
use serde_json::json;

use crate::line::{ADELE, CALLER, Line, spoken};

fn flow(start: &str, head: &str, nodes: &str) -> String {
    format!(
        "flow: t\n{head}\nstart: {start}\nnodes:\n{nodes}\n  good: {{ say: {{ text: \"good\", next: end }} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    )
}

/// Rings, is connected if the flow answers.
fn begun(flow: &str) -> Line {
    begun_with(flow, &[])
}

fn begun_with(flow: &str, parts: &[(&str, &str)]) -> Line {
    let mut line = Line::with_parts(flow, parts);
    line.connect();
    line
}

fn last_words(line: &Line) -> String {
    let heard = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| heard(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

#[test]
fn set_reckons_in_order_and_fails_its_own_way() {
    let head = "vars: { tries: { type: int, start: 1 }, name: { type: text, start: \"\" }, two: { type: any, start: two }, three: { type: any, start: 3 } }";
    for (vars, heard) in [
        ("{ tries: \"vars.tries + 1\", more: \"vars.tries * 2\" }", "good"),
        ("{ tries: \"vars.missing + 1\" }", "bad"),
        ("{ tries: \"vars.two\" }", "bad"),
        ("{ name: \"vars.three\" }", "bad"),
        ("{ name: \"caller.name\", vip: true }", "good"),
    ] {
        let nodes = format!("  a: {{ set: {{ vars: {vars}, next: good, failed: bad }} }}");
        let line = begun(&flow("a", head, &nodes));
        assert_eq!(last_words(&line), heard, "{vars}");
    }
    let nodes = "  a: { set: { vars: { tries: \"vars.tries + 1\", more: \"vars.tries * 2\" }, next: b, failed: bad } }\n  b: { say: { text: \"${vars.tries} ${vars.more}\", next: good } }";
    assert_eq!(last_words(&begun(&flow("a", head, nodes))), "2 4");
}

const LANGUAGES: &str = "voice: en-US-JennyNeural\nlanguages: { de-DE: de-DE-KatjaNeural }\nprompts: { hello: { en-US: \"Hello\", de-DE: \"Hallo\" } }";

#[test]
fn the_callers_language_is_kept() {
    let nodes = "  a: { set: { language: de-DE, next: b } }
  b: { say: { text: { prompt: hello }, next: c } }
  c:
    menu:
      prompt: { en-US: \"Choose\", de-DE: \"Wählen Sie\" }
      choices: { x: { phrases: { en-US: [\"ex\"], de-DE: [\"ix\"] }, next: d } }
      otherwise: good
  d: { say: { text: \"Only English ${call.language}\", next: end } }";
    let mut line = begun(&flow("a", LANGUAGES, nodes));
    let Action::Play { prompt: Prompt::Text { text, language, voice }, .. } = &line.last().action
    else {
        panic!("it speaks")
    };
    assert_eq!(
        (text.expose(), language.as_str(), voice.as_deref()),
        ("Hallo", "de-DE", Some("de-DE-KatjaNeural"))
    );
    line.played();
    let Action::Recognize { language, kind, .. } = &line.last().action else { panic!("it asks") };
    assert_eq!(language, "de-DE");
    assert!(format!("{kind:?}").contains("ix") && !format!("{kind:?}").contains("ex\""));
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "Ich habe Sie nicht gehört. Wählen Sie");
    line.choice("x");
    let Action::Play { prompt: Prompt::Text { text, language, .. }, .. } = &line.last().action
    else {
        panic!("it speaks")
    };
    assert_eq!((text.expose(), language.as_str()), ("Only English de-DE", "en-US"));
}

#[test]
fn hours_lead_by_the_clock_before_the_answer() {
    // The line's clock stands at 2023-11-14T22:13:20Z, a Tuesday.
    let calendar =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20231114\nEND:VEVENT\nEND:VCALENDAR\n";
    for (hours, heard) in [
        ("zone: UTC, week: { tue: \"22:00-23:00\" }", "good"),
        ("zone: Europe/Berlin, week: { tue: \"22:00-23:00\" }", "bad"),
        ("zone: Europe/Berlin, week: { tue: \"23:13-23:14\" }", "good"),
        ("zone: UTC, week: { mon-sun: \"00:00-24:00\" }, holidays: [\"2023-11-14\"]", "free"),
        ("zone: UTC, week: { mon-sun: \"00:00-24:00\" }, calendar: free.ics", "free"),
    ] {
        let nodes = format!(
            "  a: {{ hours: {{ {hours}, open: good, closed: bad, holiday: free }} }}\n  free: {{ say: {{ text: \"free\", next: end }} }}"
        );
        let line = begun_with(&flow("a", "", &nodes), &[("free.ics", calendar)]);
        assert_eq!(last_words(&line), heard, "{hours}");
    }
}

#[test]
fn a_file_is_played_and_a_file_that_fails_has_its_way() {
    let nodes = "  a: { play: { file: intro.wav, length: 20s, next: good, failed: bad } }";
    for (event, heard) in [("PlayCompleted", "good"), ("PlayFailed", "bad")] {
        let mut line = begun(&flow("a", "", nodes));
        assert_eq!(last_words(&line), "intro.wav");
        let number = line.media();
        let (at, _) = line.call.next_deadline().expect("it waits");
        assert_eq!(at - line.now, 23_000);
        line.event(event, json!({}), Some(number));
        assert_eq!(last_words(&line), heard);
    }
}

#[test]
fn ssml_takes_values_as_words_only() {
    let nodes =
        "  a: { say: { text: { ssml: \"<speak>${'<b>' + caller.name}</speak>\" }, next: end } }";
    let line = begun(&flow("a", "", nodes));
    assert_eq!(last_words(&line), "<speak>&lt;b&gt;Ada</speak>");
}

#[test]
fn a_call_is_refused_with_its_reason() {
    let mut line =
        Line::with_flow("flow: t\nstart: a\nnodes:\n  a: { reject: { reason: busy } }\n");
    line.ring();
    assert!(matches!(line.last().action, Action::Reject { reason: Rejection::Busy, .. }));
    assert_eq!(line.outcome(), "rejected");
}

const REDIRECT: &str = "  a: { redirect: { to: { phone: \"+18005550199\" }, failed: bad } }";

fn redirecting() -> Line {
    let mut line = Line::with_flow(
        &flow("a", "", REDIRECT).replace("  good: { say: { text: \"good\", next: end } }\n", ""),
    );
    line.ring();
    let Action::Redirect { target: Some(target), .. } = &line.last().action else {
        panic!("it redirects")
    };
    assert_eq!(target.expose(), "4:+18005550199");
    line
}

#[test]
fn a_redirected_call_is_no_longer_ours() {
    let mut line = redirecting();
    line.settle_last(Settlement::Done(SettlementFacts::default()));
    assert_eq!(line.outcome(), "redirected");
    assert_eq!(line.count("Answer"), 0);
}

#[test]
fn a_call_that_cannot_be_redirected_is_answered() {
    for lost in [false, true] {
        let mut line = redirecting();
        if lost {
            line.settle_last(Settlement::Unknown { cause: "reset".to_owned() });
            line.deadline();
        } else {
            line.settle_last(Settlement::Refused(Refusal { status: 400, sub_code: None }));
        }
        assert_eq!(line.count("Answer"), 1, "lost: {lost}");
        line.event("CallConnected", json!({}), None);
        assert_eq!(last_words(&line), "bad");
    }
}

const CONSENT: &str = "  a: { consent: { text: \"We record.\", next: people, failed: people } }
  people: { queue: { name: support, record: { consent: \"Recorded.\" }, overflow: { next: end } } }";

#[test]
fn who_was_told_of_the_recording_is_not_told_twice() {
    let mut line = begun(&flow("a", "", CONSENT));
    line.played();
    line.offer(ADELE);
    line.added();
    assert_eq!(line.count("StartRecording"), 1, "{:?}", line.names());
    assert!(
        line.sent
            .iter()
            .all(|command| command.action.name() != "Play" || spoken(command) != "Recorded.")
    );
}

#[test]
fn who_was_not_told_to_the_end_is_told_again() {
    let mut line = begun(&flow("a", "", CONSENT));
    let number = line.media();
    line.event("PlayFailed", json!({}), Some(number));
    assert_eq!(last_words(&line), "Recorded.");
}

#[test]
fn who_does_not_agree_is_not_recorded() {
    let nodes = "  a: { consent: { prompt: \"May we?\", yes: { tone: \"1\", next: with }, no: { tone: \"2\", next: without }, otherwise: without } }
  with: { queue: { name: support, record: {}, overflow: { next: end } } }
  without: { queue: { name: support, overflow: { next: end } } }";
    for (key, recordings, consent) in [("one", 1, Agreement::Given), ("two", 0, Agreement::Refused)]
    {
        let mut line = begun(&flow("a", "", nodes));
        line.keys(&[key]);
        assert_eq!(line.call.consent, consent);
        line.offer(ADELE);
        line.added();
        assert_eq!(line.count("StartRecording"), recordings, "{key}");
    }
}

#[test]
fn a_wish_to_be_called_back_is_the_outcome() {
    let nodes =
        "  a: { callback: { prompt: \"Press 1 or type a number.\", next: good, otherwise: bad } }";
    for (tones, wish) in [
        (&["one", "pound"][..], Some("+442079460123")),
        (&["zero", "three", "zero", "one", "two", "three", "pound"], Some("030123")),
        (&["two", "pound"], None),
        (&["one", "asterisk", "one", "one", "one"], None),
    ] {
        let mut line = begun(&flow("a", "", nodes));
        line.keys(tones);
        let kept = line.call.callback.as_ref().map(|kept| kept.0.clone());
        assert_eq!(kept, wish.map(|number| json!(number)), "{tones:?}");
        if wish.is_some() {
            assert_eq!(last_words(&line), "good");
            assert!(line.notes.iter().all(|note| !note.contains("2079460123")));
            line.played();
            line.disconnected();
            assert_eq!(line.outcome(), "callback");
        } else {
            assert_eq!(last_words(&line), "That is not enough digits. Press 1 or type a number.");
        }
    }
}

#[test]
fn nobody_who_asked_for_nothing_is_called_back() {
    let nodes = "  a: { callback: { prompt: \"?\", attempts: 1, next: good, otherwise: bad } }";
    let mut line = begun(&flow("a", "", nodes));
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "bad");
    line.played();
    line.disconnected();
    assert_eq!(line.outcome(), "completed");
}

const IDENTIFY: &str = "subflow: identify
params: { known: text }
vars: { tries: { type: int, start: 0 } }
start: ask
nodes:
  ask: { collect: { prompt: \"Type ${vars.known}, ${vars.tries}.\", into: pin, max: 4, attempts: 1, next: look, otherwise: lost } }
  look: { branch: { when: [{ if: \"vars.pin == vars.known\", next: right }], otherwise: count } }
  count: { set: { vars: { tries: \"vars.tries + 1\" }, next: ask, failed: lost } }
  right: { return: { as: found, with: { name: \"'Ada ' + vars.pin\" } } }
  lost: { return: { } }
";

#[test]
fn a_sub_flow_has_its_own_variables_and_comes_back_by_name() {
    let nodes = "  a: { set: { vars: { tries: 7, pin: \"'0000'\" }, next: b, failed: bad } }
  b: { flow: { file: identify.yaml, with: { known: \"'42'\" }, set: { who: \"has(result.name) ? result.name : 'nobody'\" }, exits: { found: c }, next: d, failed: bad } }
  c: { say: { text: \"${vars.who} ${vars.tries} ${vars.pin}\", next: end } }
  d: { say: { text: \"${vars.who}\", next: end } }";
    let begin = || begun_with(&flow("a", "", nodes), &[("identify.yaml", IDENTIFY)]);
    let mut line = begin();
    assert_eq!(last_words(&line), "Type 42, 0.");
    line.keys(&["one", "one"]);
    assert_eq!(last_words(&line), "Type 42, 1.");
    line.keys(&["four", "two"]);
    assert_eq!(last_words(&line), "Ada 42 7 0000");
    let mut line = begin();
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "nobody");
}

#[test]
fn a_parameter_of_the_wrong_type_fails_its_own_way() {
    for (known, heard) in
        [("\"vars.three\"", "bad"), ("\"vars.nothing\"", "bad"), ("\"'3'\"", "Type 3, 0.")]
    {
        let nodes = format!(
            "  b: {{ flow: {{ file: identify.yaml, with: {{ known: {known} }}, exits: {{ found: good }}, next: good, failed: bad }} }}"
        );
        let head = "vars: { three: { type: any, start: 3 } }";
        let line = begun_with(&flow("b", head, &nodes), &[("identify.yaml", IDENTIFY)]);
        assert_eq!(last_words(&line), heard, "{known}");
    }
}

#[test]
fn a_step_that_fails_in_a_sub_flow_takes_its_way_there() {
    let nodes = "  b: { flow: { file: identify.yaml, with: { known: \"'1'\" }, exits: { found: good }, next: bad, failed: bad } }";
    let mut line = begun_with(&flow("b", "", nodes), &[("identify.yaml", IDENTIFY)]);
    line.feed(&Input::StepFailed { seq: 3 });
    assert_eq!(last_words(&line), "bad");
    assert!(line.call.caller.as_ref().is_some_and(|caller| caller.expose() == CALLER));
}

const COLLECT: &str =
    "  a: { collect: { prompt: \"Type\", into: n, min: 4, max: 6, RULE, attempts: 2, next: told, otherwise: bad } }
  told: { say: { text: \"${vars.n}\", next: end } }";

#[test]
fn digits_must_be_what_the_flow_wants() {
    let pressed = |keys: &str| -> Vec<&'static str> {
        let tones =
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        keys.chars().filter_map(|key| tones.get(key.to_digit(10)? as usize).copied()).collect()
    };
    for (rule, right, wrong) in [
        ("pattern: \"[1-9]+\"", "1234", "1034"),
        ("luhn: true", "1230", "1234"),
        ("stop: \"*\"", "123456", "123"),
        ("pattern: \"1.*\", luhn: true", "1230", "2220"),
    ] {
        let flow = flow("a", "", &COLLECT.replace("RULE", rule));
        let mut line = begun(&flow);
        line.keys(&pressed(wrong));
        assert_eq!(last_words(&line), "That is not enough digits. Type", "{rule}");
        line.keys(&pressed(right));
        assert_eq!(last_words(&line), right, "{rule}");
        let mut line = begun(&flow);
        line.keys(&pressed(wrong));
        line.keys(&pressed(wrong));
        assert_eq!(last_words(&line), "bad", "{rule}");
    }
}

const CONFIRM: &str = "confirm: { prompt: \"You typed ${vars.n}\", yes: \"5\", no: \"6\" }";
const DIGITS: [&str; 4] = ["one", "two", "three", "zero"];

#[test]
fn digits_are_confirmed_or_typed_again() {
    let flow = flow("a", "", &COLLECT.replace("RULE", CONFIRM));
    let asked = || {
        let mut line = begun(&flow);
        line.keys(&DIGITS);
        assert_eq!(last_words(&line), "You typed 1230");
        line
    };
    let mut line = asked();
    line.keys(&["five"]);
    assert_eq!(last_words(&line), "1230");
    // What was wrong is typed again, and is an attempt.
    let mut line = asked();
    line.keys(&["six"]);
    assert_eq!((last_words(&line).as_str(), line.call.vars.len()), ("Type", 0));
    line.keys(&DIGITS);
    line.keys(&["six"]);
    assert_eq!(last_words(&line), "bad");
    // Silence and another key: asked again, as often as for the digits.
    let mut line = asked();
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "I did not hear you. You typed 1230");
    line.keys(&["nine"]);
    assert_eq!(last_words(&line), "bad");
    // An unknown fate: the same question once more, without counting.
    let mut line = asked();
    line.settle_last(Settlement::Unknown { cause: "reset".to_owned() });
    line.deadline();
    assert_eq!(last_words(&line), "You typed 1230");
    line.keys(&["five"]);
    assert_eq!(last_words(&line), "1230");
}

const SENSITIVE: &str =
    "  a: { collect: { prompt: \"Type\", into: pin, min: 4, max: 4, RULE, attempts: 2, next: send, otherwise: bad } }
  send: { http: { url: \"https://test.org/pin\", body: { pin: vars.pin, who: caller.name }, next: good, failed: bad } }";

fn withheld(line: &mut Line, digits: u8, luhn: bool) {
    let number = line.media();
    let data = json!({ "recognitionType": "withheld", "withheldResult": { "digits": digits, "luhn": luhn } });
    line.event("RecognizeCompleted", data, Some(number));
}

#[test]
fn sensitive_digits_are_named_and_never_kept() {
    let flow = flow("a", "", &SENSITIVE.replace("RULE", "sensitive: true"));
    let mut line = begun(&flow);
    let asked = line.last().number;
    assert!(matches!(line.last().action, Action::Recognize { sensitive: true, .. }));
    withheld(&mut line, 4, false);
    let Action::Fetch { method, body, .. } = &line.last().action else { panic!("it sends") };
    assert_eq!(
        (method.as_str(), body.first()),
        ("POST", Some(&("pin".to_owned(), Sent::Withheld(asked))))
    );
    assert!(line.call.vars.is_empty());
    // Lost: asked again, once.
    let fetch = line.last().number;
    line.feed(&Input::Fetched { number: fetch, result: FetchResult::Lost { of: asked } });
    assert_eq!(last_words(&line), "Type");
    let asked = line.last().number;
    withheld(&mut line, 4, false);
    let fetch = line.last().number;
    line.feed(&Input::Fetched { number: fetch, result: FetchResult::Lost { of: asked } });
    assert_eq!(last_words(&line), "bad");
    // Keys in clear, from whoever plays this without the service, are not kept either.
    let mut line = begun(&flow);
    line.keys(&["seven", "seven", "three", "nine"]);
    let whole = serde_json::to_string(&line.call).expect("JSON");
    assert!(
        matches!(line.last().action, Action::Fetch { .. }) && !whole.contains("7739"),
        "{whole}"
    );
    line.disconnected();
    assert!(line.call.withheld.is_empty());
}

#[test]
fn of_sensitive_digits_length_and_check_digit_are_looked_at() {
    for (rule, digits, luhn, asks_again) in [
        ("sensitive: true", 3, true, true),
        ("sensitive: true", 0, false, true),
        ("sensitive: true", 5, false, true),
        ("sensitive: true, luhn: true", 4, false, true),
        ("sensitive: true, luhn: true", 4, true, false),
    ] {
        let mut line = begun(&flow("a", "", &SENSITIVE.replace("RULE", rule)));
        withheld(&mut line, digits, luhn);
        let asked = line.last().action.name() == "Recognize";
        assert_eq!(asked, asks_again, "{rule} {digits} {luhn}");
    }
}
