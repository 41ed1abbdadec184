//! The shipped example of entry rules and open speech, with its scenarios.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where and why")]

use std::path::{Path, PathBuf};

use emulator::scenario::Scenario;
use engine::flow::{Bundle, needs};
use rehearsal::{Coverage, play, script};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/company")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect("a file")
}

#[test]
fn every_scenario_of_the_company_goes_as_written() {
    let entry = text("flow.yaml");
    let parts = needs(&entry).into_iter().map(|path| (path.clone(), text(&path))).collect();
    let bundle = Bundle::pack(&entry, &parts).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let mut coverage = Coverage::of(bundle.flow());
    let files = std::fs::read_dir(folder()).expect("a folder");
    let texts = files
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a file"));
    let mut count = 0;
    for text in texts.filter(|text| text.starts_with("scenario:")) {
        let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let played = play(&bundle, &scenario);
        let failures: Vec<String> = played.failures().collect();
        assert!(played.passed(), "{text}\n{}\n{failures:#?}", script(&played.told, true));
        coverage.add(&played.hops);
        count += 1;
    }
    let summary = coverage.summary();
    assert!(count >= 9, "{count}");
    assert_eq!(summary.missed_nodes, Vec::<String>::new(), "{summary}");
    assert!(summary.ways.percent() >= 75, "{summary}");
}
