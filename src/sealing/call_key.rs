//! One key per call. It is stored only wrapped by the ring: who deletes the wrapped form erases the caller.

use std::fmt;

use aws_lc_rs::aead::RandomizedNonceKey;

use super::{
    KeyRing, SealingError,
    sealed::{cipher, open, random_key, seal},
};

/// The key that seals everything personal of one call.
pub struct CallKey {
    cipher: RandomizedNonceKey,
}

/// Where sealed bytes belong. Bytes moved to another place do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The call's id.
    pub call: &'a str,
    /// What tells the row from the call's other rows in that table; 0 where there is only one.
    pub row: i64,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.table.len() + self.call.len() + 10);
        bytes.extend_from_slice(self.table.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(self.call.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(&self.row.to_be_bytes());
        bytes
    }
}

impl CallKey {
    /// A new key, and its wrapped form to be stored.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate(ring: &KeyRing, call: &str) -> Result<(Self, Vec<u8>), SealingError> {
        let bytes = random_key()?;
        let wrapped = ring.wrap(call, &bytes)?;
        Ok((Self { cipher: cipher(&bytes)? }, wrapped))
    }

    /// The key from its wrapped form.
    ///
    /// # Errors
    /// When the ring lacks the key that wrapped it, or the bytes belong to another call.
    pub fn unwrap(ring: &KeyRing, call: &str, wrapped: &[u8]) -> Result<Self, SealingError> {
        let bytes = ring.unwrap(call, wrapped)?;
        Ok(Self { cipher: cipher(&bytes)? })
    }

    /// Encrypts `plain` for its place.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealingError> {
        seal(&self.cipher, &place.bytes(), plain)
    }

    /// Decrypts what was sealed for that place.
    ///
    /// # Errors
    /// When the bytes were changed, moved, or sealed with another key.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealingError> {
        open(&self.cipher, &place.bytes(), sealed)
    }
}

impl fmt::Debug for CallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { table: "journal", call: "01A", row: 7 };

    fn key() -> CallKey {
        CallKey::generate(&KeyRing::ephemeral().unwrap(), "01A").unwrap().0
    }

    #[test]
    fn what_was_sealed_opens_at_its_place_only() {
        let key = key();
        let sealed = key.seal(HERE, b"+14255550123").unwrap();
        assert_eq!(key.open(HERE, &sealed).unwrap(), b"+14255550123");
        let elsewhere = [
            Place { table: "outbox", ..HERE },
            Place { call: "01B", ..HERE },
            Place { row: 8, ..HERE },
        ];
        for place in elsewhere {
            assert_eq!(key.open(place, &sealed), Err(SealingError::DoesNotOpen), "{place:?}");
        }
    }

    #[test]
    fn changed_cut_or_foreign_bytes_do_not_open() {
        let key = key();
        let sealed = key.seal(HERE, b"hello").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(HERE, &changed), Err(SealingError::DoesNotOpen), "byte {at}");
        }
        for length in 0..28 {
            assert_eq!(key.open(HERE, &sealed[..length]), Err(SealingError::Damaged));
        }
        assert_eq!(self::key().open(HERE, &sealed), Err(SealingError::DoesNotOpen));
    }

    #[test]
    fn equal_texts_seal_differently_and_empty_ones_are_allowed() {
        let key = key();
        assert_ne!(key.seal(HERE, b"x").unwrap(), key.seal(HERE, b"x").unwrap());
        let sealed = key.seal(HERE, b"").unwrap();
        assert_eq!(key.open(HERE, &sealed).unwrap(), b"");
    }

    #[test]
    fn a_wrapped_key_serves_its_own_call_only() {
        let ring = KeyRing::ephemeral().unwrap();
        let (key, wrapped) = CallKey::generate(&ring, "01A").unwrap();
        let sealed = key.seal(HERE, b"hello").unwrap();
        let again = CallKey::unwrap(&ring, "01A", &wrapped).unwrap();
        assert_eq!(again.open(HERE, &sealed).unwrap(), b"hello");
        assert_eq!(CallKey::unwrap(&ring, "01B", &wrapped).unwrap_err(), SealingError::DoesNotOpen);
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", key()), "CallKey(…)");
    }
}
