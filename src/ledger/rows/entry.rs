//! A call's row: its snapshot, and what is known beside it.

use std::sync::Arc;

use engine::{
    ENGINE_VERSION,
    call::{Call, CallId},
};

use crate::{
    ledger::port::LedgerError,
    sealing::{CallKey, KeyRing, LookUp, Place},
};

use super::convert::{Sealed, from_json, unreadable};

/// A call with all that the writer knows of its row.
#[derive(Debug)]
pub(in crate::ledger) struct Entry {
    /// `call.row`.
    pub(in crate::ledger) row: i64,
    /// What opens and seals.
    pub(in crate::ledger) key: Arc<CallKey>,
    /// The snapshot.
    pub(in crate::ledger) call: Call,
    /// The last journal row.
    pub(in crate::ledger) seq: i64,
    /// Journal rows that wait for another try.
    pub(in crate::ledger) unapplied: i64,
    /// Its key is to be deleted as soon as it is over.
    pub(in crate::ledger) erase: bool,
    /// The row is known to say what the call says in all columns that [`same_columns`] looks at.
    pub(in crate::ledger) columns_hold: bool,
}

/// Whether the columns by which a row is found, its deadline apart, stay as they are. They rarely change, and each
/// has an index that is written with it.
pub(in crate::ledger) fn same_columns(before: &Call, after: &Call) -> bool {
    before.outcome == after.outcome
        && before.server_call_id == after.server_call_id
        && before.caller == after.caller
}

/// Where a call's snapshot is sealed for.
pub(in crate::ledger) fn snapshot_place(call: &CallId) -> Place<'_> {
    Place { table: "call", call: call.as_str(), row: 0 }
}

/// The call from its sealed snapshot.
pub(in crate::ledger) fn open_snapshot(
    key: &CallKey,
    call: &CallId,
    snapshot: &[u8],
) -> Result<Call, LedgerError> {
    let bytes = key.open(snapshot_place(call), snapshot).sealed()?;
    let what = || format!("call {call}");
    let state = from_json(&bytes, what);
    // Another engine's state may well not parse: what matters then is whose it is.
    let version = match &state {
        Ok(Call { version, .. }) => *version,
        Err(_) => from_json::<Written>(&bytes, what)?.version,
    };
    if reads(version) {
        return state;
    }
    let why = format!("engine {version} wrote it, this is {ENGINE_VERSION}");
    Err(unreadable(what(), std::io::Error::other(why)))
}

/// Of any snapshot, by whom it was written.
#[derive(serde::Deserialize)]
struct Written {
    version: u16,
}

/// An engine goes on with calls of its own version and of the one before.
fn reads(version: u16) -> bool {
    version == ENGINE_VERSION || version + 1 == ENGINE_VERSION
}

/// Every hash under which a conversation may have been stored.
pub(in crate::ledger) fn server_call_hashes(keys: &KeyRing, server_call_id: &str) -> Vec<[u8; 16]> {
    keys.look_up_hashes(LookUp::ServerCall, server_call_id).collect()
}
