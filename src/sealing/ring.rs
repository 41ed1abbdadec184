//! The deployment's keys. From each, keys for three purposes are derived with HMAC-SHA256.

use std::{fmt, io, path::Path};

use aws_lc_rs::{aead::RandomizedNonceKey, hmac};

use super::{
    SealingError, key_file,
    sealed::{KEY_LEN, cipher, open, random_key, seal},
};

/// The format of wrapped keys: this byte, the length of the key's id, the id, the sealed key.
const WRAPPED_FORMAT: u8 = 1;

/// The deployment's keys: the first is current, the others still open, find and verify.
pub struct KeyRing {
    keys: Vec<RingKey>,
}

struct RingKey {
    id: String,
    wrap: RandomizedNonceKey,
    pepper: hmac::Key,
    path: hmac::Key,
}

/// What a look-up hash is made of. The same text gives other hashes for other purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookUp {
    /// Call Automation's opaque conversation id.
    ServerCall,
    /// A caller's raw id.
    Caller,
}

impl LookUp {
    fn label(self) -> &'static [u8] {
        match self {
            Self::ServerCall => b"server call\0",
            Self::Caller => b"caller\0",
        }
    }
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// There is none, and none may be made.
    #[error(
        "there is no key file {path}: restore it, or allow a new one (a new ring cannot open old calls)"
    )]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// It cannot be read or written.
    #[error("the key file {path} cannot be read or written")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Its content is not what it should be.
    #[error("the key file {path} cannot be used: {}", .problems.join("; "))]
    Content {
        /// Which.
        path: String,
        /// All that is wrong.
        problems: Vec<String>,
    },
    /// It has no such key.
    #[error("the key file {path} has no key {id}: `switchboard keys list` shows those that it has")]
    Unknown {
        /// Which file.
        path: String,
        /// Which key.
        id: String,
    },
    /// A key could not be made or derived.
    #[error("no key could be made")]
    Sealing(#[from] SealingError),
}

impl KeyRing {
    /// Reads the key file. A missing one is created with one new key, mode 0600, if `may_create`.
    ///
    /// # Errors
    /// When it is missing and may not be created, cannot be read, or has faulty lines (all are listed).
    pub fn load(path: &Path, may_create: bool) -> Result<Self, KeyRingError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && may_create => {
                let text = key_file::render(&[new_line()?]);
                key_file::create(path, &text).map_err(|source| file_error(path, source))?;
                text
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyRingError::Missing { path: path.display().to_string() });
            }
            Err(source) => return Err(file_error(path, source)),
        };
        Self::parse(path, &text)
    }

    /// Makes a key current: puts it first in the file. The one of this id, or a new one. Others stay.
    ///
    /// # Errors
    /// As [`KeyRing::load`], when it has no such key, and when the file cannot be replaced.
    pub fn rotate(path: &Path, id: Option<&str>) -> Result<Self, KeyRingError> {
        Self::change(path, |keys| {
            let at = id.map(|id| keys.iter().position(|(known, _)| known == id));
            let key = match at {
                None => new_line()?,
                Some(Some(at)) => keys.remove(at),
                Some(None) => {
                    let id = id.unwrap_or_default().to_owned();
                    return Err(KeyRingError::Unknown { path: path.display().to_string(), id });
                }
            };
            keys.insert(0, key);
            Ok(())
        })
    }

    /// Adds a new key behind all others: it opens and verifies, and nothing is sealed with it yet. Tells
    /// its id, too.
    ///
    /// # Errors
    /// As [`KeyRing::load`], and when the file cannot be replaced.
    pub fn add(path: &Path) -> Result<(Self, String), KeyRingError> {
        let new = new_line()?;
        let id = new.0.clone();
        Self::change(path, |keys| {
            keys.push(new);
            Ok(())
        })
        .map(|ring| (ring, id))
    }

    fn change(
        path: &Path,
        how: impl FnOnce(&mut Vec<key_file::Line>) -> Result<(), KeyRingError>,
    ) -> Result<Self, KeyRingError> {
        let text = std::fs::read_to_string(path).map_err(|source| file_error(path, source))?;
        let mut keys = lines(path, &text)?;
        how(&mut keys)?;
        let text = key_file::render(&keys);
        key_file::replace(path, &text).map_err(|source| file_error(path, source))?;
        Self::parse(path, &text)
    }

    /// A ring of one new key that lives in memory only: what it seals is lost with the process.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn ephemeral() -> Result<Self, KeyRingError> {
        Ok(Self { keys: vec![RingKey::new(&new_line()?)?] })
    }

    /// The ids of its keys, the current one first.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// The hash by which a text is found, with the current pepper: to be stored.
    pub fn look_up_hash(&self, purpose: LookUp, text: &str) -> [u8; 16] {
        self.look_up_hashes(purpose, text).next().unwrap_or_default()
    }

    /// The hash under every key, the current one first: what may have been stored.
    pub fn look_up_hashes(&self, purpose: LookUp, text: &str) -> impl Iterator<Item = [u8; 16]> {
        self.keys.iter().map(move |key| {
            let mut context = hmac::Context::with_key(&key.pepper);
            context.update(purpose.label());
            context.update(text.as_bytes());
            first_half(&context.sign())
        })
    }

    /// The id of the key that wrapped a call's key; None if these are not the bytes of a wrapped key.
    pub fn wrapped_by(wrapped: &[u8]) -> Option<&str> {
        let [WRAPPED_FORMAT, length, rest @ ..] = wrapped else { return None };
        let (id, _) = rest.split_at_checked(usize::from(*length))?;
        std::str::from_utf8(id).ok()
    }

    /// The current signing key for callback paths, and its id.
    pub(super) fn current_path_key(&self) -> Option<(&str, &hmac::Key)> {
        self.keys.first().map(|key| (key.id.as_str(), &key.path))
    }

    pub(super) fn path_key(&self, id: &str) -> Option<&hmac::Key> {
        self.keys.iter().find(|key| key.id == id).map(|key| &key.path)
    }

    pub(super) fn wrap(&self, call: &str, key: &[u8; KEY_LEN]) -> Result<Vec<u8>, SealingError> {
        let current = self.keys.first().ok_or(SealingError::NoRandomness)?;
        let length = u8::try_from(current.id.len()).map_err(|_| SealingError::Damaged)?;
        let mut wrapped = vec![WRAPPED_FORMAT, length];
        wrapped.extend_from_slice(current.id.as_bytes());
        wrapped.extend(seal(&current.wrap, call.as_bytes(), key)?);
        Ok(wrapped)
    }

    pub(super) fn unwrap(&self, call: &str, wrapped: &[u8]) -> Result<[u8; KEY_LEN], SealingError> {
        let [WRAPPED_FORMAT, length, rest @ ..] = wrapped else {
            return Err(SealingError::Damaged);
        };
        let (id, sealed) =
            rest.split_at_checked(usize::from(*length)).ok_or(SealingError::Damaged)?;
        let id = std::str::from_utf8(id).map_err(|_| SealingError::Damaged)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| SealingError::UnknownKey { id: id.to_owned() })?;
        let bytes = open(&key.wrap, call.as_bytes(), sealed)?;
        bytes.try_into().map_err(|_| SealingError::Damaged)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, KeyRingError> {
        let keys = lines(path, text)?.iter().map(RingKey::new).collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyRing").field(&self.key_ids().collect::<Vec<_>>()).finish()
    }
}

impl RingKey {
    fn new((id, secret): &key_file::Line) -> Result<Self, SealingError> {
        let derived = |purpose: &[u8]| derive(secret, purpose);
        Ok(Self {
            id: id.clone(),
            wrap: cipher(&derived(b"switchboard/wrap/1"))?,
            pepper: hmac::Key::new(hmac::HMAC_SHA256, &derived(b"switchboard/pepper/1")),
            path: hmac::Key::new(hmac::HMAC_SHA256, &derived(b"switchboard/path/1")),
        })
    }
}

fn derive(secret: &[u8; KEY_LEN], purpose: &[u8]) -> [u8; KEY_LEN] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), purpose);
    let mut key = [0; KEY_LEN];
    key.copy_from_slice(tag.as_ref());
    key
}

/// A new key. Its id is derived from it, so that two rings do not use one id for different keys.
fn new_line() -> Result<key_file::Line, SealingError> {
    let key = random_key()?;
    let id = derive(&key, b"switchboard/id/1");
    let digits = id.iter().take(4).flat_map(|byte| [byte >> 4, byte & 15]);
    Ok((digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect(), key))
}

fn lines(path: &Path, text: &str) -> Result<Vec<key_file::Line>, KeyRingError> {
    key_file::parse(text)
        .map_err(|problems| KeyRingError::Content { path: path.display().to_string(), problems })
}

fn file_error(path: &Path, source: io::Error) -> KeyRingError {
    KeyRingError::File { path: path.display().to_string(), source }
}

/// The first 16 bytes of a tag.
pub(super) fn first_half(tag: &hmac::Tag) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&tag.as_ref()[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::{CallKey, PathSigner, Place};
    use std::sync::Arc;

    const HERE: Place<'_> = Place { table: "journal", call: "01A", row: 1 };

    #[test]
    fn a_missing_file_is_made_only_where_allowed_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        assert!(matches!(KeyRing::load(&path, false), Err(KeyRingError::Missing { .. })));
        let made = KeyRing::load(&path, true).unwrap();
        let read = KeyRing::load(&path, false).unwrap();
        assert_eq!(made.key_ids().collect::<Vec<_>>(), read.key_ids().collect::<Vec<_>>());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let permissions = std::fs::metadata(&path).unwrap().permissions();
            assert_eq!(permissions.mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn after_rotation_old_keys_still_open_find_and_verify() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let old = Arc::new(KeyRing::load(&path, true).unwrap());
        let (key, wrapped) = CallKey::generate(&old, "01A").unwrap();
        let sealed = key.seal(HERE, b"hello").unwrap();
        let hash = old.look_up_hash(LookUp::Caller, "4:+14255550123");
        let signed = PathSigner::new(old.clone()).sign("01A");

        let new = Arc::new(KeyRing::rotate(&path, None).unwrap());
        assert_ne!(new.key_ids().next(), old.key_ids().next());
        assert_eq!(new.key_ids().count(), 2);
        let again = CallKey::unwrap(&new, "01A", &wrapped).unwrap();
        assert_eq!(again.open(HERE, &sealed).unwrap(), b"hello");
        assert!(new.look_up_hashes(LookUp::Caller, "4:+14255550123").any(|h| h == hash));
        assert_ne!(new.look_up_hash(LookUp::Caller, "4:+14255550123"), hash);
        assert!(PathSigner::new(new.clone()).verify("01A", &signed));
        assert_ne!(PathSigner::new(new).sign("01A"), signed);
    }

    #[test]
    fn replicas_with_the_ring_before_and_after_each_step_open_each_others_calls() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let first = Arc::new(KeyRing::load(&path, true).unwrap());
        let (second, id) = KeyRing::add(&path).unwrap();
        let second = Arc::new(second);
        assert_eq!(second.key_ids().next(), first.key_ids().next(), "not yet current");
        let third = Arc::new(KeyRing::rotate(&path, Some(&id)).unwrap());
        assert_eq!(third.key_ids().next(), Some(id.as_str()));
        assert_eq!(third.key_ids().count(), 2);
        for (one, other) in [(first, second.clone()), (second, third)] {
            for (signs, reads) in [(&one, &other), (&other, &one)] {
                let (_, wrapped) = CallKey::generate(signs, "01A").unwrap();
                assert!(CallKey::unwrap(reads, "01A", &wrapped).is_ok());
                let signed = PathSigner::new(signs.clone()).sign("01A");
                assert!(PathSigner::new(reads.clone()).verify("01A", &signed));
                let hash = signs.look_up_hash(LookUp::Caller, "4:+14255550123");
                let mut found = reads.look_up_hashes(LookUp::Caller, "4:+14255550123");
                assert!(found.any(|known| known == hash));
            }
        }
        let unknown = KeyRing::rotate(&path, Some("00000000"));
        assert!(matches!(unknown, Err(KeyRingError::Unknown { .. })));
    }

    #[test]
    fn a_key_that_left_the_ring_is_named() {
        let (_, wrapped) = CallKey::generate(&KeyRing::ephemeral().unwrap(), "01A").unwrap();
        let error = CallKey::unwrap(&KeyRing::ephemeral().unwrap(), "01A", &wrapped).unwrap_err();
        assert!(matches!(error, SealingError::UnknownKey { .. }), "{error:?}");
        assert_eq!(
            CallKey::unwrap(&KeyRing::ephemeral().unwrap(), "01A", &[1]).unwrap_err(),
            SealingError::Damaged
        );
    }

    #[test]
    fn hashes_differ_by_purpose_and_ring() {
        let (one, other) = (KeyRing::ephemeral().unwrap(), KeyRing::ephemeral().unwrap());
        let hash = one.look_up_hash(LookUp::Caller, "x");
        assert_eq!(hash, one.look_up_hash(LookUp::Caller, "x"));
        assert_ne!(hash, one.look_up_hash(LookUp::ServerCall, "x"));
        assert_ne!(hash, other.look_up_hash(LookUp::Caller, "x"));
    }

    #[test]
    fn debug_shows_ids_only() {
        let ring = KeyRing::ephemeral().unwrap();
        let id = ring.key_ids().next().unwrap().to_owned();
        assert_eq!(format!("{ring:?}"), format!("KeyRing([\"{id}\"])"));
    }
}
