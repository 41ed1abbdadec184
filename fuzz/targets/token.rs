//! Authorization headers: nothing panics, and nothing passes, because nobody has the key.
#![no_main]

use std::sync::LazyLock;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use webhooks::token::{ACS_ISSUER, CallbackValidator, EventGridValidator, KeySet};

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let document = include_bytes!("../corpus/jwks/one-key.json");
    KeySet::from_jwks(document).expect("the first file of the corpus is a key document")
});

fuzz_target!(|header: &str| {
    let now = Timestamp::from_second(1_795_000_000).expect("a time of this century");
    let audiences = || vec!["11111111-2222-3333-4444-555555555555".to_owned()];
    let callback = CallbackValidator::new(ACS_ISSUER, audiences());
    assert!(callback.check(header.lines(), &KEYS, now).is_err());
    let grid = EventGridValidator::new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", audiences());
    assert!(grid.check(header.lines(), &KEYS, now).is_err());
});
