//! The shipped flow with its scenarios, and what a scenario that is wrong is told.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on says where and why"
)]

use std::path::{Path, PathBuf};

use emulator::scenario::Scenario;
use engine::flow::Bundle;
use rehearsal::{Coverage, Played, play, script};

fn airline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/airline")
}

fn bundle() -> Bundle {
    let flow = std::fs::read_to_string(airline().join("flow.yaml")).expect("the flow");
    Bundle::compile(&flow).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn scenarios() -> Vec<(String, Scenario)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(airline())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|file| file.file_name().is_some_and(|name| name != "flow.yaml"))
        .collect();
    files.sort();
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).expect("a file");
        (file.display().to_string(), Scenario::parse(&text).expect("a scenario"))
    };
    files.iter().map(read).collect()
}

fn told(played: &Played) -> String {
    let failures: Vec<String> = played.failures().collect();
    format!("{}\n{}\n{failures:#?}", played.title, script(&played.told, true))
}

#[test]
fn every_scenario_of_the_shipped_flow_goes_as_written() {
    let bundle = bundle();
    let mut coverage = Coverage::of(bundle.flow());
    let all = scenarios();
    assert!(all.len() >= 18, "{}", all.len());
    for (file, scenario) in &all {
        let played = play(&bundle, scenario);
        assert!(played.passed(), "{file}\n{}", told(&played));
        coverage.add(&played.hops);
    }
    let summary = coverage.summary();
    assert_eq!(summary.missed_nodes, Vec::<String>::new(), "{summary}");
    assert!(summary.ways.percent() >= 80, "{summary}");
}

#[test]
fn the_same_scenario_is_told_in_the_same_words() {
    let bundle = bundle();
    for (_, scenario) in &scenarios() {
        assert_eq!(play(&bundle, scenario), play(&bundle, scenario));
    }
}

/// Whatever a script expects wrongly is found, with what was there instead.
#[test]
fn a_wrong_script_fails_and_says_what_was_there_instead() {
    let bundle = bundle();
    let script = |steps: &str, expect: &str| {
        format!(
            "scenario: Wrong\ncaller: {{ number: '+442079460123', name: Ada, dials: '+18005550100' }}\nsteps: {steps}\nexpect: {expect}\n"
        )
    };
    let cases = [
        (
            "[{ hears: { text: Good night } }]",
            "{}",
            "\"Thank you for calling Contoso Airlines. Goodbye!\"",
        ),
        ("[{ rings: { who: adele, within: 1s } }]", "{}", "not within 1 s, the call is in flow at"),
        ("[{ accepts: { who: adele } }]", "{}", "adele's client does not ring"),
        ("[{ leaves: { who: megan } }]", "{}", "megan is not in the call"),
        (
            "[{ hears: { text: Welcome } }, { hangs_up: caller }, { ends: {} }]",
            "{ outcome: connected }",
            "it is abandoned",
        ),
        (
            "[{ hears: { text: Welcome } }, { hangs_up: caller }, { ends: {} }]",
            "{ agent: adele }",
            "it is nobody",
        ),
        (
            "[{ hears: { text: Welcome } }, { hangs_up: caller }, { ends: {} }]",
            "{ recording: true }",
            "the other way round",
        ),
        (
            "[{ hears: { text: Welcome } }, { hears_not: { text: flight status, for: 10s } }]",
            "{}",
            "it was heard",
        ),
        (
            "[{ presses: { tones: '0' } }, { rings: { who: adele } }, { rings_not: { who: adele, for: 1s } }]",
            "{}",
            "it rings",
        ),
        ("[{ fault: { on: play, action: reset } }]", "{}", "only the emulator plays this fault"),
        (
            "[{ hears: { text: Welcome } }, { hangs_up: caller }, { presses: { tones: '1' } }]",
            "{}",
            "the call is over (abandoned)",
        ),
        ("[{ waits: 30m }]", "{ ends_within: 10s }", "it was over after"),
    ];
    for (steps, expect, instead) in cases {
        let scenario = Scenario::parse(&script(steps, expect)).expect("a scenario");
        let played = play(&bundle, &scenario);
        let failures = played.failures().collect::<Vec<_>>().join("\n");
        assert!(!played.passed() && failures.contains(instead), "{steps}: {}", told(&played));
    }
}

#[test]
fn who_and_when_must_be_known() {
    let bundle = bundle();
    let script = |given: &str| {
        let text = format!(
            "scenario: Wrong\n{given}\ncaller: {{ number: '+442079460123', dials: '+18005550100' }}\nsteps: []\n"
        );
        let played = play(&bundle, &Scenario::parse(&text).expect("a scenario"));
        played.failures().collect::<Vec<_>>().join("\n")
    };
    assert!(
        script("people: { agents: { eve: { presence: Busy } } }").contains("nobody called eve")
    );
    assert!(script("given: { queues: { support: [eve] } }").contains("nobody called eve"));
    assert!(script("given: { at: noon }").contains("is no time"));
}
