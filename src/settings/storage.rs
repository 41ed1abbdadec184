//! `[ledger]`, `[sealing]`, `[retention]`: where calls are kept, the keys of their personal data, and
//! for how long.

use std::{path::PathBuf, time::Duration};

use super::{
    section::{Key, Section},
    source::Node,
    value::{self, Read},
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
    /// The list of calls to be erased. Belongs beside the ring, outside of backups of the ledger.
    pub erasures: PathBuf,
}

impl Default for Sealing {
    fn default() -> Self {
        Self {
            key_ring: PathBuf::from(".switchboard/keys"),
            create: true,
            erasures: PathBuf::from(".switchboard/erasures"),
        }
    }
}

/// For how long data is kept; None for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// A call with everything known of it, from its end.
    pub calls: Option<Duration>,
    /// A body that could not be used.
    pub quarantine: Option<Duration>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { calls: Some(90 * DAY), quarantine: Some(30 * DAY) }
    }
}

const DAY: Duration = Duration::from_hours(24);

const PATH: Key = Key { name: "path", write: "the path of the SQLite file, on a local disk" };
const KEY_RING: Key = Key { name: "key_ring", write: "the path of the key ring" };
const CREATE: Key = Key { name: "create", write: "true or false" };

const ERASURES: Key =
    Key { name: "erasures", write: "the path of the list of erasures, beside the key ring" };
const CALLS: Key =
    Key { name: "calls", write: "a duration from \"1h\" to \"3650d\", or \"forever\"" };
const QUARANTINE: Key =
    Key { name: "quarantine", write: "a duration from \"1h\" to \"3650d\", or \"forever\"" };

pub(super) const LEDGER_KEYS: &[&Key] = &[&PATH];
pub(super) const SEALING_KEYS: &[&Key] = &[&KEY_RING, &CREATE, &ERASURES];
pub(super) const RETENTION_KEYS: &[&Key] = &[&CALLS, &QUARANTINE];

pub(super) fn read_ledger(mut section: Section<'_>) -> Ledger {
    Ledger { path: section.or(&PATH, value::path, Ledger::default().path) }
}

pub(super) fn read_sealing(mut section: Section<'_>) -> Sealing {
    let default = Sealing::default();
    Sealing {
        key_ring: section.or(&KEY_RING, value::path, default.key_ring),
        create: section.or(&CREATE, value::flag, default.create),
        erasures: section.or(&ERASURES, value::path, default.erasures),
    }
}

pub(super) fn read_retention(mut section: Section<'_>) -> Retention {
    let default = Retention::default();
    Retention {
        calls: section.or(&CALLS, kept, default.calls),
        quarantine: section.or(&QUARANTINE, kept, default.quarantine),
    }
}

fn kept(node: &Node) -> Read<Option<Duration>> {
    if value::text(node)? == "forever" {
        return Ok(None);
    }
    value::between(Duration::from_hours(1), 3_650 * DAY)(node).map(Some)
}
