//! Which of several flows takes a call.

use std::collections::BTreeMap;

use engine::{
    call::{Action, Incoming, Input, Prompt, RecognizeKind},
    flow::{Bundle, Parts, needs},
};
use webhooks::RawId;

use crate::line::{Line, spoken};

const ENTRY: &str = "entry: company
rules:
  - { called: \"+18005550199\", hours: { zone: UTC, week: { tue: \"22:00-23:00\" } }, flow: night.yaml }
  - { called: [\"+18005550199\", \"+18005550198\"], flow: day.yaml }
  - { caller: [\"+49\", \"+43\"], language: de-DE, flow: main.yaml }
  - { caller: [\"+1900\", unknown], flow: day.yaml }
  - { flow: main.yaml }
";

const MAIN: &str = "flow: main
language: en-US
voice: en-US-JennyNeural
languages: { de-DE: de-DE-KatjaNeural }
vars: { tries: { type: int, start: 7 } }
start: hello
nodes:
  hello: { say: { text: { en-US: \"Main ${vars.tries}\", de-DE: \"Zentrale ${vars.tries}\" }, next: end } }
  end: { hangup: {} }
";

/// A flow that listens in its own language, with a voice of its own.
fn menu(name: &str, language: &str, words: &str) -> String {
    format!(
        "flow: {name}\nlanguage: {language}\nvoice: {language}-{name}\nstart: hello\nnodes:\n  hello: {{ menu: {{ prompt: \"{words}\", choices: {{ one: {{ phrases: [\"{words}\"], next: end }} }}, otherwise: end }} }}\n  end: {{ hangup: {{}} }}\n"
    )
}

fn parts() -> Parts {
    let parts = [
        ("main.yaml", MAIN.to_owned()),
        ("night.yaml", menu("night", "fr-FR", "Nuit")),
        ("day.yaml", menu("day", "en-US", "Day")),
    ];
    parts.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

/// What a caller hears first: the words, the voice, and the node.
fn heard(from: &str, to: &str, later: i64) -> (String, String, String) {
    let parts = parts();
    let beside: Vec<_> = parts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut line = Line::with_parts(ENTRY, &beside);
    // The line's clock stands at 2023-11-14T22:13:20Z, a Tuesday.
    line.wait(later);
    let incoming = Incoming {
        from: Some(RawId::new(format!("4:{from}"))),
        to: Some(RawId::new(format!("4:{to}"))),
        ..line.bare_ring()
    };
    line.feed(&Input::IncomingCall(Box::new(incoming)));
    line.feed(&Input::FlowChosen { bundle: line.bundle.hash_hex(), config: BTreeMap::new() });
    line.answered();
    let (Action::Play { prompt, .. } | Action::Recognize { prompt, .. }) = &line.last().action
    else {
        panic!("it speaks: {:?}", line.last().action)
    };
    let Prompt::Text { voice, language, .. } = prompt else { panic!("a text: {prompt:?}") };
    if let Action::Recognize { language: tag, kind: RecognizeKind::Choices(choices), .. } =
        &line.last().action
    {
        assert_eq!((tag, &choices["one"].phrases), (language, &vec![spoken(line.last())]));
    }
    let node = line.call.phase.node().expect("it is at a node").to_owned();
    (spoken(line.last()), voice.clone().unwrap_or_default(), node)
}

#[test]
fn the_first_rule_whose_conditions_hold_decides() {
    let hour = 3_600_000;
    let (london, berlin) = ("+442079460123", "+4930123456");
    let (main, night) = ("+18005550100", "+18005550199");
    let english = ("Main 7", "en-US-JennyNeural", "main/hello");
    let german = ("Zentrale 7", "de-DE-KatjaNeural", "main/hello");
    let day = ("Day", "en-US-day", "day/hello");
    for (from, to, later, (words, voice, node)) in [
        (london, main, 0, english),
        (berlin, main, 0, german),
        ("+43123456", main, 0, german),
        (london, night, 0, ("Nuit", "fr-FR-night", "night/hello")),
        (london, night, hour, day),
        (berlin, night, hour, day),
        (london, "+18005550198", 0, day),
        ("+19005550101", main, 0, day),
        ("anonymous", main, 0, day),
        (london, "", 0, english),
    ] {
        let expected = (words.to_owned(), voice.to_owned(), node.to_owned());
        assert_eq!(heard(from, to, later), expected, "{from} {to} {later}");
    }
}

#[test]
fn hundreds_of_numbers_are_looked_through() {
    let numbers: Vec<String> = (0..500).map(|n| format!("\"+1800555{n:04}\"")).collect();
    let entry = format!(
        "entry: e\nrules:\n  - {{ called: [{}], flow: day.yaml }}\n  - {{ flow: main.yaml }}\n",
        numbers.join(", ")
    );
    let bundle = Bundle::pack(&entry, &parts()).expect("it compiles");
    assert!(bundle.flow().nodes.contains_key("entry-1-called"));
    let more = entry.replace("called: [", "called: [\"+18015550000\", ");
    assert!(Bundle::pack(&more, &parts()).is_err(), "501");
}

#[test]
fn an_entry_file_is_one_bundle_with_all_its_flows() {
    assert_eq!(needs(ENTRY), ["night.yaml", "day.yaml", "main.yaml"]);
    let bundle = Bundle::pack(ENTRY, &parts()).expect("it compiles");
    assert_eq!(Bundle::compile(bundle.source()).expect("it is kept"), bundle);
    let mut changed = parts();
    changed.entry("day.yaml".to_owned()).and_modify(|text| text.push('\n'));
    assert_ne!(Bundle::pack(ENTRY, &changed).expect("it compiles").hash(), bundle.hash());
}

#[test]
fn two_files_do_not_go_by_one_name() {
    let day = menu("day", "en-US", "Day");
    let parts: Parts = [("a/b.yaml", &day), ("a-b.yaml", &day)]
        .map(|(path, text)| (path.to_owned(), text.clone()))
        .into();
    let entry =
        "entry: e\nrules:\n  - { caller: \"+49\", flow: a/b.yaml }\n  - { flow: a-b.yaml }\n";
    let found = Bundle::pack(entry, &parts).expect_err("one name for two");
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert!(messages.iter().any(|text| text.contains("goes by the name of `a-b`")), "{messages:?}");
}
