//! Every flow and scenario there is can be formatted: it says the same afterwards, and formatting again changes nothing.

use std::path::{Path, PathBuf};

use engine::flow::{FormatError, compile, format};

fn yaml_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            yaml_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            into.push(path);
        }
    }
}

/// The shipped flows, their scenarios, and the faulty flows of the checker's tests as far as they are YAML.
#[test]
fn every_file_there_is_can_be_formatted() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["../flows", "tests/flows", "../tests/simulation/flows"] {
        yaml_files(&here.join(folder), &mut files);
    }
    let (mut formatted, mut no_yaml) = (0, 0);
    for file in &files {
        let source = std::fs::read_to_string(file).expect("a file");
        match format(&source) {
            Ok(text) => {
                assert_eq!(format(&text).as_deref(), Ok(text.as_str()), "{}", file.display());
                assert_eq!(codes(&source), codes(&text), "{}", file.display());
                let comments = |text: &str| text.matches('#').count();
                assert_eq!(comments(&source), comments(&text), "{}", file.display());
                formatted += 1;
            }
            Err(FormatError::Unreadable(_)) => no_yaml += 1,
            Err(FormatError::Unusual) => panic!("{} is left as it is", file.display()),
        }
    }
    assert!(formatted > 60 && no_yaml < 30, "{formatted} formatted, {no_yaml} are no YAML");
}

/// What the checker says of a flow, without the places.
fn codes(source: &str) -> Vec<(&'static str, String)> {
    let findings = compile(source).diagnostics;
    findings.into_iter().map(|finding| (finding.code.as_str(), finding.message)).collect()
}
