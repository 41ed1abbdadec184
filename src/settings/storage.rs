//! `[ledger]` and `[sealing]`: where calls are kept, and the keys of their personal data.

use std::path::PathBuf;

use super::{
    section::{Key, Section},
    value,
};

/// Where calls are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The SQLite file, on a local disk.
    pub path: PathBuf,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { path: PathBuf::from(".switchboard/ledger.db") }
    }
}

/// The keys that wrap each call's own key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// The folder of the key ring.
    pub key_ring: PathBuf,
    /// Whether a ring is made where there is none. Off where the ring comes from elsewhere, so that
    /// a wrong path is an error and not a new ring.
    pub create: bool,
}

impl Default for Sealing {
    fn default() -> Self {
        Self { key_ring: PathBuf::from(".switchboard/keys"), create: true }
    }
}

const PATH: Key = Key { name: "path", write: "the path of the SQLite file, on a local disk" };
const KEY_RING: Key = Key { name: "key_ring", write: "the path of the key ring" };
const CREATE: Key = Key { name: "create", write: "true or false" };

pub(super) const LEDGER_KEYS: &[&Key] = &[&PATH];
pub(super) const SEALING_KEYS: &[&Key] = &[&KEY_RING, &CREATE];

pub(super) fn read_ledger(mut section: Section<'_>) -> Ledger {
    Ledger { path: section.or(&PATH, value::path, Ledger::default().path) }
}

pub(super) fn read_sealing(mut section: Section<'_>) -> Sealing {
    let default = Sealing::default();
    Sealing {
        key_ring: section.or(&KEY_RING, value::path, default.key_ring),
        create: section.or(&CREATE, value::flag, default.create),
    }
}
