//! The table in docs/reliability.md names each fault of the list and only tests that there are.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The faults of the list. The numbers that are missing here were never given.
const NOT_GIVEN: [u32; 5] = [18, 24, 43, 55, 57];
const LAST: u32 = 58;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A row: its number, and the tests it names.
struct Row {
    fault: u32,
    tests: Vec<String>,
    says_why_not: bool,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/reliability.md")).unwrap();
    text.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let fault = cells.get(1)?.strip_prefix('F')?.parse().ok()?;
    let named = cells.get(4)?;
    let tests = named.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Row { fault, tests, says_why_not: named.contains("not covered") })
}

/// The names of all functions in Rust files, and of all files beside them.
fn names(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                names(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let functions = text.split("fn ").skip(1);
            found.extend(
                functions.filter_map(|rest| Some(rest.split(['(', '<']).next()?.to_owned())),
            );
        }
    }
}

#[test]
fn every_fault_has_its_row_once_and_a_test_or_a_reason() {
    let expected: Vec<u32> = (1..=LAST).filter(|fault| !NOT_GIVEN.contains(fault)).collect();
    let rows = rows();
    let found: Vec<u32> = rows.iter().map(|row| row.fault).collect();
    assert_eq!(found, expected);
    for row in rows {
        assert!(!row.tests.is_empty() || row.says_why_not, "F{} has neither", row.fault);
    }
}

#[test]
fn every_test_that_the_table_names_exists() {
    let mut known = BTreeSet::new();
    for folder in ["src", "engine", "webhooks", "callautomation", "tests"] {
        names(&root().join(folder), &mut known);
    }
    assert!(known.contains("every_test_that_the_table_names_exists"), "functions are found");
    let missing: Vec<_> =
        rows().into_iter().flat_map(|row| row.tests).filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "docs/reliability.md names tests that do not exist: {missing:?}");
}

#[test]
fn every_numbered_test_is_in_the_row_of_its_fault() {
    let mut known = BTreeSet::new();
    for folder in ["src", "engine", "webhooks", "callautomation", "tests"] {
        names(&root().join(folder), &mut known);
    }
    let rows = rows();
    for name in known {
        let Some(number) =
            name.strip_prefix('f').and_then(|rest| rest.get(..2)?.parse::<u32>().ok())
        else {
            continue;
        };
        let named = rows.iter().any(|row| row.fault == number && row.tests.contains(&name));
        assert!(named, "{name} is not in the row of F{number}");
    }
}
