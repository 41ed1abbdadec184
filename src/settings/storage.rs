//! `[ledger]`, `[sealing]`, `[retention]`: where calls are kept, the keys of their personal data, and
//! for how long.

use std::{path::PathBuf, time::Duration};

use webhooks::Secret;

use crate::ledger::postgres::{Password, PostgresOptions};

use super::{
    section::{Key, Section},
    source::Node,
    value::{self, Read},
};

/// Where calls are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The SQLite file, on a local disk. Not used with a shared database.
    pub path: PathBuf,
    /// The database that all replicas share, if there is one.
    pub shared: Option<SharedLedger>,
}

/// A PostgreSQL database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLedger {
    /// `postgres://user@host/database`, without a password. TLS is used and checked beyond this machine.
    pub url: String,
    /// How the user proves who it is.
    pub credential: SharedLedgerCredential,
    /// Most connections of this replica.
    pub connections: usize,
}

/// How the user of the shared database proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedLedgerCredential {
    /// By nothing that the settings hold: a Unix socket, or a server that trusts this machine.
    None,
    /// By a password.
    Password(Secret),
    /// By tokens for the identity of `[entra]`, as Azure Database for PostgreSQL takes them.
    Entra,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { path: PathBuf::from(".switchboard/ledger.db"), shared: None }
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

pub(super) const SEALING_KEYS: &[&Key] = &[&KEY_RING, &CREATE, &ERASURES];
pub(super) const RETENTION_KEYS: &[&Key] = &[&CALLS, &QUARANTINE];
const URL: Key = Key {
    name: "url",
    write: "an address like postgres://switchboard@db.example.com/switchboard, without a password",
};
const PASSWORD: Key = Key {
    name: "password",
    write: "the password or { file = \"/run/secrets/ledger\" }, and only with url and credential = \"password\"",
};
const CREDENTIAL: Key = Key { name: "credential", write: "\"password\", \"entra\" or \"none\"" };
const CONNECTIONS: Key = Key { name: "connections", write: "a whole number from 4 to 500" };

pub(super) const LEDGER_KEYS: &[&Key] = &[&PATH, &URL, &CREDENTIAL, &PASSWORD, &CONNECTIONS];

pub(super) fn read_ledger(mut section: Section<'_>) -> Ledger {
    let shared = if section.has(&URL) {
        read_shared(&mut section)
    } else {
        for key in [&PASSWORD, &CREDENTIAL, &CONNECTIONS] {
            if section.has(key) {
                section.reject(key, "there is no ledger.url that it could belong to".to_owned());
            }
        }
        None
    };
    Ledger { path: section.or(&PATH, value::path, Ledger::default().path), shared }
}

fn read_shared(section: &mut Section<'_>) -> Option<SharedLedger> {
    let url = section.optional(&URL, address);
    let has_password = section.has(&PASSWORD);
    let default = if has_password { "password" } else { "none" };
    let kind = section.or(&CREDENTIAL, credential, default);
    let password = section.optional(&PASSWORD, value::secret);
    let credential = match (kind, password) {
        ("password", Some(password)) => SharedLedgerCredential::Password(password),
        ("password", None) if !has_password => {
            section.reject(&PASSWORD, "it is missing, and credential is \"password\"".to_owned());
            return None;
        }
        ("password", None) => return None,
        (_, Some(_)) => {
            section.reject(&PASSWORD, "there is a password, but credential is another".to_owned());
            return None;
        }
        ("entra", None) => SharedLedgerCredential::Entra,
        (_, None) => SharedLedgerCredential::None,
    };
    let connections = section.or(&CONNECTIONS, value::whole(4, 500), CONNECTIONS_DEFAULT);
    Some(SharedLedger { url: url?, credential, connections })
}

/// Enough for 4 transactions of arrivals and what else goes on.
const CONNECTIONS_DEFAULT: usize = 16;

fn credential(node: &Node) -> Read<&'static str> {
    match value::text(node)?.as_str() {
        "password" => Ok("password"),
        "entra" => Ok("entra"),
        "none" => Ok("none"),
        other => Err(format!("{other:?} is no kind of credential")),
    }
}

/// What is written is not repeated: it may hold a password.
fn address(node: &Node) -> Read<String> {
    let text = value::text(node)?;
    PostgresOptions::new(&text, Password::None, None)
        .map(|_| text)
        .map_err(|error| error.to_string())
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
