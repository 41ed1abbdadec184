//! Connection strings, as an operator may paste them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match callautomation::parse_connection_string(text) {
        Ok((endpoint, key)) => {
            assert!(endpoint.host_str().is_some());
            assert_eq!(format!("{key:?}"), "AccessKey");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
