//! The signature in a call's callback path. Callback tokens do not bind the body, so the path tells
//! which call may be spoken of (DESIGN.md section 12). Deterministic: a retry of `Answer` must carry
//! the same callback URI.

use std::sync::Arc;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{KeyRing, ring::first_half};

/// Signs and verifies `{key id}.{base64url of 16 bytes}` for a call id.
#[derive(Debug, Clone)]
pub struct PathSigner {
    ring: Arc<KeyRing>,
}

impl PathSigner {
    /// Signs with the ring's current key; verifies with all of them.
    pub fn new(ring: Arc<KeyRing>) -> Self {
        Self { ring }
    }

    /// The signature of a call id. The same id and key give the same text.
    pub fn sign(&self, call_id: &str) -> String {
        self.ring.current_path_key().map_or_else(String::new, |(id, key)| {
            let signature = first_half(&hmac::sign(key, call_id.as_bytes()));
            format!("{id}.{}", URL_SAFE_NO_PAD.encode(signature))
        })
    }

    /// Whether `presented` is a signature of this call id by a key of the ring. Takes the same time
    /// wherever the signature differs.
    pub fn verify(&self, call_id: &str, presented: &str) -> bool {
        let Some((id, signature)) = presented.split_once('.') else {
            return false;
        };
        let (Some(key), Ok(signature)) =
            (self.ring.path_key(id), URL_SAFE_NO_PAD.decode(signature))
        else {
            return false;
        };
        let expected = first_half(&hmac::sign(key, call_id.as_bytes()));
        verify_slices_are_equal(&expected, &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_serves_its_own_call_only() {
        let ours = PathSigner::new(Arc::new(KeyRing::ephemeral().unwrap()));
        let signed = ours.sign("01ABC");
        assert_eq!(signed, ours.sign("01ABC"));
        assert!(ours.verify("01ABC", &signed));
        assert!(!ours.verify("01ABD", &signed));
        let foreign = PathSigner::new(Arc::new(KeyRing::ephemeral().unwrap()));
        assert!(!foreign.verify("01ABC", &signed));
    }

    #[test]
    fn damaged_signatures_are_refused() {
        let ours = PathSigner::new(Arc::new(KeyRing::ephemeral().unwrap()));
        let signed = ours.sign("01ABC");
        let (id, rest) = signed.split_once('.').unwrap();
        let short = &signed[..signed.len() - 2];
        let faulty =
            ["", ".", id, short, &format!("{id}."), &format!("x.{rest}"), &format!("{id}.{rest}A")];
        for presented in faulty {
            assert!(!ours.verify("01ABC", presented), "{presented:?}");
        }
    }
}
