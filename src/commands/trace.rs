//! `switchboard trace [CALL]`: a call's ladder, or the newest calls.

use engine::call::CallId;
use webhooks::RawId;

use crate::{
    clock::timestamp,
    ids::is_call_id,
    ledger::{Ledger, LedgerError},
    settings::Settings,
    terminal,
    trace::{ladder, trace_of},
};

use super::{
    NO, OK,
    reading::{self, Which},
};

/// Shows one call, or lists the newest, at most `most`, of all or of one caller. Reads beside a running `serve`.
pub async fn run(settings: &Settings, which: Option<&Which>, most: usize, as_json: bool) -> u8 {
    let ledger = match reading::open(settings).await {
        Ok((_, ledger)) => ledger,
        Err(code) => return code,
    };
    let shown = match which {
        Some(Which::Calls(calls)) => match calls.first() {
            Some(call) => show(&*ledger, call, as_json).await,
            None => list(&*ledger, None, most, as_json).await,
        },
        Some(Which::Number(number)) => list(&*ledger, Some(number), most, as_json).await,
        None => list(&*ledger, None, most, as_json).await,
    };
    shown.unwrap_or_else(|error| reading::broken(&error))
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

async fn list(
    ledger: &dyn Ledger,
    number: Option<&String>,
    most: usize,
    as_json: bool,
) -> Result<u8, LedgerError> {
    let calls = match number {
        Some(number) => ledger.calls_of_caller(&RawId::new(format!("4:{number}")), most).await?,
        None => ledger.calls(most).await?,
    };
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
