//! The ledger for commands that only read it, beside a running `serve`.

use std::sync::Arc;

use engine::call::CallId;
use webhooks::RawId;

use crate::{
    ids::is_call_id,
    ledger::{Ledger, LedgerError},
    sealing::KeyRing,
    settings::Settings,
    storage, terminal,
};

use super::{BROKEN, NO, USAGE};

/// Most calls of one caller that are taken at once.
const MOST: usize = 10_000;

/// Opens it; what is wrong has been told when this fails, and the exit code is given.
pub(super) async fn open(settings: &Settings) -> Result<(Arc<KeyRing>, Arc<dyn Ledger>), u8> {
    let ring = KeyRing::load(&settings.sealing.key_ring, false).map(Arc::new).map_err(|error| {
        terminal::tell_error(&error);
        USAGE
    })?;
    let ledger = storage::open_read_only(settings, ring.clone()).await.map_err(|error| {
        terminal::tell_error(&error);
        BROKEN
    })?;
    Ok((ring, ledger))
}

/// Tells an error of the ledger.
pub(super) fn broken(error: &LedgerError) -> u8 {
    terminal::tell_error(error);
    BROKEN
}

/// Which calls a command is about.
#[derive(Debug, Clone)]
pub enum Which {
    /// Calls by id.
    Calls(Vec<String>),
    /// All calls of a caller, by E.164 number.
    Number(String),
}

/// The ids of the calls; none found is told and is the answer "no".
pub(super) async fn find(ledger: &dyn Ledger, which: &Which) -> Result<Vec<CallId>, u8> {
    let calls = match which {
        Which::Number(number) => {
            let caller = RawId::new(format!("4:{number}"));
            let found = ledger.calls_of_caller(&caller, MOST).await.map_err(|e| broken(&e))?;
            found.into_iter().map(|call| CallId(call.id)).collect()
        }
        Which::Calls(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| CallId(id.to_ascii_uppercase())).collect();
            if let Some(wrong) = ids.iter().find(|id| !is_call_id(id.as_str())) {
                terminal::tell(&format!(
                    "error: {wrong} is no call id: `switchboard trace` lists the newest"
                ));
                return Err(USAGE);
            }
            ids
        }
    };
    if calls.is_empty() {
        terminal::tell("error: no call of that number is known, or all of them were erased");
        return Err(NO);
    }
    Ok(calls)
}
