//! The one place of this crate that makes ids and chance.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A stream of bytes from a seed: SHA-256 of the seed and a counter. With the same seed the world
/// has the same ids; without one the seed is 32 random bytes and nobody can guess an id.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: [u8; 32],
    counter: u64,
}

impl Ids {
    /// From a seed, or from the operating system's randomness.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self {
            seed: seed.map_or_else(random_bytes, |seed| Sha256::digest(seed.to_be_bytes()).into()),
            counter: 0,
        }
    }

    /// A GUID, version 4.
    pub(crate) fn guid(&mut self) -> String {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&self.block()[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = hex(&bytes);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// `length` bytes as unpadded URL-safe base64.
    pub(crate) fn token(&mut self, length: usize) -> String {
        let mut bytes = Vec::with_capacity(length + 32);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.block());
        }
        bytes.truncate(length);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        let block = self.block();
        let drawn = i64::from(u32::from_be_bytes([block[0], block[1], block[2], block[3]]));
        from + drawn % (to - from + 1).max(1)
    }

    fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.counter.to_be_bytes());
        hash.finalize().into()
    }
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Ids(after {})", self.counter)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn random_bytes() -> [u8; 32] {
    let mut bytes = [0_u8; 32];
    // Filling fails only when the operating system has no randomness at all; the seed of zeros
    // then makes ids that are not secret, which is better than no emulator.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let mut one = Ids::new(Some(7));
        let mut two = Ids::new(Some(7));
        assert_eq!(one.guid(), two.guid());
        assert_ne!(one.guid(), one.guid());
        assert_ne!(Ids::new(Some(8)).guid(), Ids::new(Some(7)).guid());
        assert_ne!(Ids::new(None).guid(), Ids::new(None).guid());
    }

    #[test]
    fn a_guid_has_version_and_variant() {
        let guid = Ids::new(Some(1)).guid();
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.as_bytes()[14], b'4');
        assert!(matches!(guid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
