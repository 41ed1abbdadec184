//! `switchboard trace [CALL]`: a call's ladder, or the newest calls.

use std::sync::Arc;

use engine::call::CallId;

use crate::{
    clock::timestamp,
    ids::is_call_id,
    ledger::{Ledger, LedgerError, SqliteLedger},
    sealing::KeyRing,
    settings::Settings,
    terminal,
    trace::{ladder, trace_of},
};

use super::{BROKEN, NO, OK, USAGE};

/// How many calls are listed.
const LISTED: usize = 20;

/// Shows one call, or lists the newest. Reads beside a running `serve`.
pub async fn run(settings: &Settings, call: Option<&str>, as_json: bool) -> u8 {
    let ring = match KeyRing::load(&settings.sealing.key_ring, false) {
        Ok(ring) => Arc::new(ring),
        Err(error) => {
            terminal::tell_error(&error);
            return USAGE;
        }
    };
    let shown = match SqliteLedger::open_read_only(&settings.ledger.path, ring) {
        Ok(ledger) => match call {
            Some(call) => show(&ledger, call, as_json).await,
            None => list(&ledger, as_json).await,
        },
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|error| {
        terminal::tell_error(&error);
        BROKEN
    })
}

async fn show(ledger: &dyn Ledger, call: &str, as_json: bool) -> Result<u8, LedgerError> {
    let id = CallId(call.to_ascii_uppercase());
    let state = if is_call_id(id.as_str()) { ledger.call(&id).await? } else { None };
    let Some(state) = state else {
        terminal::tell(&format!(
            "error: there is no call {call}: `switchboard trace` lists the newest"
        ));
        return Ok(NO);
    };
    let trace = trace_of(&state, &ledger.journal(&id, 0).await?);
    if as_json {
        terminal::say(&serde_json::to_string_pretty(&trace).unwrap_or_default());
    } else {
        terminal::say(&ladder(&trace));
    }
    Ok(OK)
}

async fn list(ledger: &dyn Ledger, as_json: bool) -> Result<u8, LedgerError> {
    let calls = ledger.calls(LISTED).await?;
    if as_json {
        terminal::say(&serde_json::to_string_pretty(&calls).unwrap_or_default());
        return Ok(OK);
    }
    for call in calls {
        let outcome = call.outcome.unwrap_or(call.phase);
        terminal::say(&format!("{}  {}  {outcome}", call.id, timestamp(call.created_at)));
    }
    Ok(OK)
}
