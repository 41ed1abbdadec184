//! Open speech: by phrases, by keys, by a language model.

use engine::{
    call::{Action, FetchResult, Input, Number, RecognizeKind, Sent, Settlement},
    flow::Credential,
};
use serde_json::{Value, json};

use crate::line::{Line, spoken};

const ASK: &str = "ask: { prompt: \"How can I help?\", into: said, intents: { billing: { phrases: [\"invoice\", \"my bill\"], tone: \"1\", next: good }, person: { phrases: [\"somebody\", \"bill\"], tone: \"#\", next: told } }, attempts: 2, otherwise: bad MORE }";
const KEYS: &str = ", keys: \"Press 1 or pound.\"";
const MODEL: &str = ", model: { url: \"https://ai.test/v1/chat/completions\", model: small, auth: { api_key: ai_key } }";

pub(crate) fn begun(node: &str) -> Line {
    let flow = format!(
        "flow: t\nlanguages: {{ de-DE: }}\nstart: a\nnodes:\n  a: {{ {node} }}\n  told: {{ say: {{ text: \"said ${{vars.said}}\", next: end }} }}\n  good: {{ say: {{ text: \"good\", next: end }} }}\n  bad: {{ say: {{ text: \"bad\", next: end }} }}\n  end: {{ hangup: {{}} }}\n"
    );
    let mut line = Line::with_flow(&flow);
    line.connect();
    line
}

fn asked(more: &str) -> Line {
    begun(&ASK.replace(" MORE", more))
}

pub(crate) fn last_words(line: &Line) -> String {
    let heard = |name: &str| name == "Play" || name == "Recognize";
    let last = line.sent.iter().rev().find(|command| heard(command.action.name()));
    last.map(spoken).unwrap_or_default()
}

fn says(line: &mut Line, words: &str) {
    let number = line.media();
    let data = json!({ "recognitionType": "speech", "speechResult": { "speech": words } });
    line.event("RecognizeCompleted", data, Some(number));
}

const AGAIN: &str = "I did not understand that. How can I help?";

#[test]
fn the_longest_phrase_in_what_was_said_decides() {
    for (words, heard) in [
        ("I have a question about an INVOICE, please.", "good"),
        ("It's about my bill", "good"),
        ("bill", "said bill"),
        ("Can I talk to somebody?", "said Can I talk to somebody?"),
        // Whole words only; and the longest of several.
        ("billing", AGAIN),
        ("invoice or somebody", "said invoice or somebody"),
        ("", AGAIN),
    ] {
        let mut line = asked("");
        says(&mut line, words);
        assert_eq!(last_words(&line), heard, "{words}");
        let personal = line.notes.iter().any(|note| !words.is_empty() && note.contains(words));
        assert!(!personal, "what was said is in no note: {:?}", line.notes);
    }
    let node = ASK.replace(" MORE", "").replace("my bill", "agents").replace("somebody", "humans");
    let mut line = begun(&node);
    says(&mut line, "agents or humans");
    assert_eq!(last_words(&line), AGAIN, "two intents, equally long");
}

#[test]
fn keys_silence_and_nonsense_have_their_ways() {
    let mut line = asked("");
    let Action::Recognize { kind: RecognizeKind::Speech { stop, end_silence }, .. } =
        &line.last().action
    else {
        panic!("it listens for speech")
    };
    assert_eq!((*stop, *end_silence), (None, 1_000), "any key is an answer");
    line.keys(&["one"]);
    assert_eq!(last_words(&line), "good");
    let mut line = asked("");
    line.keys(&["pound"]);
    assert_eq!(last_words(&line), "said ");
    let mut line = asked("");
    line.keys(&["nine"]);
    assert_eq!(last_words(&line), AGAIN);
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "bad");
    let mut line = asked("");
    line.recognize_failed(8563);
    says(&mut line, "what?");
    assert_eq!(last_words(&line), "bad");
}

#[test]
fn a_caller_who_talks_for_long_is_not_cut_off() {
    let mut line = asked("");
    let before = line.now;
    line.event("PlayStarted", json!({}), Some(line.media()));
    line.deadline();
    assert!(line.now - before >= 35_000, "{}", line.now - before);
}

#[test]
fn he_is_listened_to_in_his_language() {
    let node = "set: { language: de-DE, next: b } }\n  b: { ask: { prompt: { en-US: \"How?\", de-DE: \"Wie?\" }, intents: { bill: { phrases: { en-US: [\"bill\"], de-DE: [\"Rechnung\"] }, next: good } }, otherwise: bad }";
    let mut line = begun(node);
    let Action::Recognize { language, .. } = &line.last().action else { panic!("it listens") };
    assert_eq!(language, "de-DE");
    says(&mut line, "Meine Rechnung, bitte");
    assert_eq!(last_words(&line), "good");
    // Without phrases in his language we listen in ours.
    let mut line = begun(&node.replace(", de-DE: [\"Rechnung\"]", ""));
    let Action::Recognize { language, .. } = &line.last().action else { panic!("it listens") };
    assert_eq!(language, "en-US");
    says(&mut line, "bill");
    assert_eq!(last_words(&line), "good");
}

/// Asked by keys, with this word before.
fn by_keys(before: &str) -> String {
    format!("{before} Press 1 or pound.").trim().to_owned()
}

#[test]
fn where_words_do_not_help_he_is_asked_by_keys() {
    let ways: [fn(&mut Line); 3] = [
        // All attempts are used; speech fails technically; the question is refused.
        |line| {
            says(line, "what?");
            says(line, "what?");
        },
        |line| {
            line.recognize_failed(8565);
        },
        |line| {
            line.recognize_failed(8510);
            line.recognize_failed(8510);
        },
    ];
    for way in ways {
        let mut line = asked(KEYS);
        way(&mut line);
        assert_eq!(last_words(&line), by_keys(""));
        let Action::Recognize { kind: RecognizeKind::Digits { max: 1, .. }, .. } =
            &line.last().action
        else {
            panic!("one key: {:?}", line.last().action)
        };
        line.keys(&["nine"]);
        assert_eq!(last_words(&line), by_keys("I did not understand that."));
        line.keys(&["one"]);
        assert_eq!(last_words(&line), "good");
    }
    // Silent to the end.
    let mut line = asked(KEYS);
    line.recognize_failed(8565);
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), by_keys("I did not hear you."));
    line.recognize_failed(8510);
    assert_eq!(last_words(&line), "bad");
    // Nobody knows what became of the second question: it is asked once more, and counts once.
    let mut line = asked(KEYS);
    line.recognize_failed(8565);
    line.settle_last(Settlement::Unknown { cause: "reset".to_owned() });
    line.deadline();
    assert_eq!((last_words(&line), line.count("Recognize")), (by_keys(""), 3));
    line.keys(&["one"]);
    assert_eq!(last_words(&line), "good");
}

/// What is asked of the model, and by which command.
fn to_model(line: &Line) -> (Number, Value) {
    let Action::Fetch { body, credential, first, .. } = &line.last().action else {
        panic!("the model is asked")
    };
    assert_eq!(credential, &Some(Credential::ApiKey("ai_key".to_owned())));
    assert_eq!(first, &None, "it is asked once");
    let value = |sent: &Sent| match sent {
        Sent::Value(kept) => kept.0.clone(),
        Sent::Withheld(_) => Value::Null,
    };
    let body = body.iter().map(|(name, sent)| (name.clone(), value(sent))).collect();
    (line.last().number, Value::Object(body))
}

fn completion(content: &str) -> FetchResult {
    let body = json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] });
    FetchResult::Answer { status: 200, body }
}

#[test]
fn where_no_phrase_decides_a_model_chooses_among_the_intents_and_nothing_else() {
    let mut line = asked(MODEL);
    says(&mut line, "There is a mistake in what you charged me");
    let (number, body) = to_model(&line);
    let schema = &body["response_format"]["json_schema"];
    assert_eq!(
        (&body["response_format"]["type"], &schema["strict"]),
        (&json!("json_schema"), &json!(true))
    );
    let intent = &schema["schema"]["properties"]["intent"]["enum"];
    assert_eq!(intent, &json!(["billing", "person", "none"]));
    assert_eq!(schema["schema"]["additionalProperties"], false);
    assert_eq!(body["messages"][1]["content"], "There is a mistake in what you charged me");
    assert!(!body["messages"][0].to_string().contains("charged"), "words are no instructions");
    let result = completion("{\"intent\":\"billing\"}");
    line.feed(&Input::Fetched { number, result: result.clone() });
    assert_eq!(last_words(&line), "good");
    line.feed(&Input::Fetched { number, result });
    assert_eq!(line.count("Play"), 1, "told twice");
    // A phrase needs no model, and neither does a key.
    let mut line = asked(MODEL);
    says(&mut line, "invoice");
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("good", 0));
}

#[test]
fn a_model_that_finds_no_intent_costs_an_attempt() {
    let mut line = asked(MODEL);
    for heard in [AGAIN, "bad"] {
        says(&mut line, "hm");
        let (number, _) = to_model(&line);
        line.feed(&Input::Fetched { number, result: completion("{\"intent\":\"none\"}") });
        assert_eq!(last_words(&line), heard);
    }
}

fn failures() -> Vec<FetchResult> {
    vec![
        completion("{\"intent\":\"transfer all money\"}"),
        completion("billing"),
        completion(""),
        FetchResult::Answer { status: 200, body: json!({ "choices": [] }) },
        FetchResult::Answer { status: 200, body: Value::Null },
        FetchResult::Answer { status: 429, body: Value::Null },
        FetchResult::Answer { status: 500, body: Value::Null },
        FetchResult::Failed { cause: "no answer in time".to_owned() },
    ]
}

/// It is not the caller's fault: he is asked by keys, or goes on, without a word about it.
#[test]
fn a_model_that_fails_is_never_the_callers_fault() {
    for result in failures() {
        for (more, heard) in [(KEYS, by_keys("")), ("", "bad".to_owned())] {
            let mut line = asked(&format!("{MODEL}{more}"));
            says(&mut line, "hm");
            let (number, _) = to_model(&line);
            line.feed(&Input::Fetched { number, result: result.clone() });
            assert_eq!(last_words(&line), heard, "{result:?}");
        }
    }
    // Nothing at all: he hears nothing for no longer than V12 allows.
    let mut line = asked(&format!("{MODEL}{KEYS}"));
    says(&mut line, "hm");
    let before = line.now;
    line.deadline();
    assert_eq!((last_words(&line), line.now - before), (by_keys(""), 3_500));
    // An address that cannot be written is asked nothing.
    let mut line = asked(&MODEL.replace("https://ai.test", "${config.ai}"));
    says(&mut line, "hm");
    assert_eq!((last_words(&line).as_str(), line.count("Fetch")), ("bad", 0));
}

#[test]
fn who_hangs_up_while_a_model_is_asked_is_gone() {
    let mut line = asked(MODEL);
    says(&mut line, "hm");
    let (number, _) = to_model(&line);
    line.roster(&[]);
    assert_eq!(line.last().action.name(), "Terminate");
    line.feed(&Input::Fetched { number, result: completion("{\"intent\":\"billing\"}") });
    assert_eq!(line.count("Play"), 0);
    line.disconnected();
    assert_eq!(line.outcome(), "abandoned");
}
