//! Scenarios that begin with the rules at the door: the number that is called, and who calls.

#![expect(clippy::panic, reason = "a test that cannot go on says where and why")]

use emulator::scenario::Scenario;
use engine::flow::{Bundle, Parts};
use rehearsal::{Coverage, play, script};

const ENTRY: &str = "entry: company
rules:
  - { called: \"+18005550199\", hours: { zone: Europe/London, week: { mon-fri: \"09:00-17:00\" } }, flow: sales.yaml }
  - { caller: \"+49\", language: de-DE, flow: support.yaml }
  - { flow: support.yaml }
";

const SALES: &str = "flow: sales
start: hello
nodes:
  hello: { say: { text: \"Sales.\", next: end } }
  end: { hangup: {} }
";

const SUPPORT: &str = "flow: support
languages: { de-DE: }
start: hello
nodes:
  hello: { say: { text: { en-US: \"Support.\", de-DE: \"Hilfe.\" }, next: end } }
  end: { hangup: {} }
";

fn scenario(at: &str, from: &str, dials: &str, hears: &str) -> Scenario {
    let text = format!(
        "scenario: One\ngiven: {{ at: \"{at}\" }}\ncaller: {{ number: \"{from}\", dials: \"{dials}\" }}\nsteps:\n  - hears: {{ text: \"{hears}\" }}\n  - ends: {{}}\nexpect: {{ outcome: completed }}\n"
    );
    Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn rules_are_played_by_the_number_that_is_dialled() {
    let parts: Parts = [("sales.yaml", SALES), ("support.yaml", SUPPORT)]
        .map(|(a, b)| (a.into(), b.into()))
        .into();
    let bundle = Bundle::pack(ENTRY, &parts).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let mut coverage = Coverage::of(bundle.flow());
    let (day, night) = ("2026-01-14T10:00:00Z", "2026-01-14T20:00:00Z");
    for (at, from, dials, hears) in [
        (day, "+442079460123", "+18005550199", "Sales."),
        (night, "+442079460123", "+18005550199", "Support."),
        (day, "+4930123456", "+18005550100", "Hilfe."),
        (day, "+442079460123", "+18005550100", "Support."),
    ] {
        let played = play(&bundle, &scenario(at, from, dials, hears));
        assert!(played.passed(), "{at} {from} {dials}\n{}", script(&played.told, true));
        coverage.add(&played.hops);
    }
    let summary = coverage.summary();
    assert_eq!(summary.missed_nodes, Vec::<String>::new(), "{summary}");
    assert_eq!(summary.ways.percent(), 100, "{summary}");
}
