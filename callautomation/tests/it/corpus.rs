//! The corpus of the fuzz target `connection_string`, as an ordinary test. It is not in the published crate,
//! so there nothing is replayed.

use std::{fs, path::Path};

use callautomation::parse_connection_string;

#[test]
fn every_connection_string_is_read_or_refused_and_what_is_read_has_a_host() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/connection_string");
    let Ok(files) = fs::read_dir(folder) else { return };
    let mut count = 0;
    for file in files {
        let path = file.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if let Ok((endpoint, _)) = parse_connection_string(&text) {
            assert!(endpoint.has_host(), "{}", path.display());
            assert!(matches!(endpoint.scheme(), "https" | "http"), "{}", path.display());
        }
        count += 1;
    }
    assert!(count >= 10, "{count}");
}
