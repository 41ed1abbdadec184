//! Open speech, and what a language model makes of it, in scenarios and at the typewriter.

#![expect(clippy::panic, reason = "a test that cannot go on says where and why")]

use emulator::scenario::Scenario;
use engine::flow::Bundle;
use rehearsal::{Around, Played, Typewriter, line::Dial, play, script, typewriter::Wanted};

const FLOW: &str = r#"
flow: open
start: want
nodes:
  want:
    ask:
      prompt: "How can I help you?"
      intents: { billing: { phrases: [invoice], tone: "1", next: bill }, person: { phrases: [somebody], tone: "0", next: end } }
      keys: "For an invoice, press 1."
      model: { url: "https://ai.example/v1/chat/completions", model: small }
      attempts: 2
      otherwise: end
  bill: { say: { text: "Billing.", next: end } }
  end: { hangup: {} }
"#;

fn bundle() -> Bundle {
    Bundle::compile(FLOW).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn played(given: &str, steps: &str) -> Played {
    let text = format!(
        "scenario: One\ngiven: {{ answers: [{given}] }}\ncaller: {{ number: \"+442079460123\", dials: \"+18005550100\" }}\nsteps:\n{steps}"
    );
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    play(&bundle(), &scenario)
}

fn says(words: &str, hears: &str) -> String {
    format!(
        "  - hears: {{ text: \"How can I help you?\" }}\n  - says: {{ text: \"{words}\" }}\n  - hears: {{ text: \"{hears}\" }}\n"
    )
}

#[test]
fn a_scenario_speaks_and_says_what_the_model_finds() {
    let model = "{ url: /chat/completions, said: charged twice, intent: billing }, { url: /chat/completions, intent: none }";
    for (words, hears) in [
        ("My invoice, please", "Billing."),
        ("I was Charged Twice!", "Billing."),
        ("Mumble", "I did not understand that."),
    ] {
        let played = played(model, &says(words, hears));
        assert!(played.passed(), "{words}\n{}", script(&played.told, true));
    }
}

#[test]
fn a_model_without_an_answer_leads_to_keys() {
    let keys = "  - presses: { tones: \"1\" }\n  - hears: { text: \"Billing.\" }\n  - ends: {}\n";
    for given in
        ["", "{ url: ai.example, status: 500 }", "{ url: ai.example, after: 9s, intent: billing }"]
    {
        let steps = says("I was charged twice", "For an invoice, press 1.");
        let played = played(given, &format!("{steps}{keys}"));
        assert!(played.passed(), "{given}\n{}", script(&played.told, true));
    }
}

#[test]
fn at_the_typewriter_a_person_is_the_model() {
    let bundle = bundle();
    let mut typewriter = Typewriter::new(&bundle, Around::default(), &Dial::default());
    assert_eq!(typewriter.wanted(), Wanted::Answer { keys: true, words: true });
    typewriter.typed("I was charged twice").unwrap_or_else(|problem| panic!("{problem}"));
    assert!(matches!(typewriter.wanted(), Wanted::Endpoint(_)), "{:?}", typewriter.wanted());
    typewriter.typed("/intent billing").unwrap_or_else(|problem| panic!("{problem}"));
    let told = script(&typewriter.unread(), true);
    assert!(told.contains("a language model") && told.contains("Billing."), "{told}");
}
