//! Key documents.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webhooks::token::KeySet;

fuzz_target!(|document: &[u8]| {
    let Ok(keys) = KeySet::from_jwks(document) else { return };
    assert!(keys.key_ids().count() > 0);
    assert!(keys.key_ids().all(|kid| keys.has(kid)));
    assert!(keys.same_keys(&keys.clone()));
});
