//! The arrows between the crates (DESIGN.md section 3), and what the pure ones may not know.

use std::{collections::BTreeSet, path::Path};

const OWN: &[&str] = &["dependencies"];
const ALL: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

fn dependencies(folder: &str, sections: &[&str]) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("Cargo.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let table: toml::Table = text.parse().unwrap();
    sections
        .iter()
        .filter_map(|section| table.get(*section)?.as_table())
        .flat_map(|section| section.keys().cloned())
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let members = ["webhooks", "engine", "rehearsal", "callautomation", "emulator"];
    let allowed: [(&str, &[&str]); 5] = [
        ("webhooks", &[]),
        ("engine", &["webhooks"]),
        ("rehearsal", &["webhooks", "engine", "emulator"]),
        ("callautomation", &["webhooks"]),
        ("emulator", &[]),
    ];
    for (member, may) in allowed {
        let knows = dependencies(member, ALL);
        let found: Vec<_> = members.iter().filter(|other| knows.contains(**other)).collect();
        assert_eq!(
            found,
            may.iter().collect::<Vec<_>>(),
            "{member} may know {may:?} of the workspace"
        );
    }
}

/// The crash rig judges from outside.
#[test]
fn the_crash_rig_knows_nothing_of_us() {
    let knows = dependencies("tests/crash", ALL);
    let ours = ["switchboard", "webhooks", "engine", "callautomation", "emulator"];
    assert_eq!(ours.iter().filter(|one| knows.contains(**one)).count(), 0, "{knows:?}");
    assert!(knows.contains("reqwest"), "the manifest was read");
}

#[test]
fn what_decides_does_no_io() {
    for member in ["webhooks", "engine", "rehearsal"] {
        // Examples may: they are programs.
        let knows = dependencies(member, OWN);
        for forbidden in
            ["tokio", "reqwest", "actix-web", "rusqlite", "azure_core", "rand", "tracing"]
        {
            assert!(!knows.contains(forbidden), "{member} must not know {forbidden}");
        }
    }
}
