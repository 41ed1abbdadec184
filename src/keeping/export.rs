//! Everything that is known of a call, for the caller who asks for it (GDPR article 15).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::call::{CallId, Command, Input};
use serde::Serialize;

use crate::{
    clock::timestamp,
    ledger::{Decision, Ledger, LedgerError},
    trace::{Trace, trace_of},
};

/// Everything that is known of a call. Holds personal data.
#[derive(Debug, Serialize)]
pub struct Export {
    /// The call.
    pub call: String,
    /// What happened, in words. None after erasure.
    pub trace: Option<Trace>,
    /// Every input, with what was decided.
    pub journal: Vec<ExportedRow>,
    /// Bodies that could not be used.
    pub quarantine: Vec<ExportedBody>,
}

/// A row of the journal.
#[derive(Debug, Serialize)]
pub struct ExportedRow {
    /// From 1.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What kind of input.
    pub kind: String,
    /// Whether it had its effect.
    pub applied: bool,
    /// The event that brought it: the first 16 bytes of SHA-256 over its source (Event Grid: topic), a
    /// zero byte and its id, hex. None where no event did.
    pub event: Option<String>,
    /// What was decided.
    pub decision: Decision,
    /// The input in full. None after erasure.
    pub input: Option<Input>,
    /// The commands in full.
    pub commands: Vec<Command>,
}

/// A body in quarantine.
#[derive(Debug, Serialize)]
pub struct ExportedBody {
    /// When, RFC 3339.
    pub at: String,
    /// Why it could not be used.
    pub reason: String,
    /// As text, or base64 where it is none. None after erasure.
    pub body: Option<String>,
}

/// Everything that is known of a call; None if there is none.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn export_of(ledger: &dyn Ledger, call: &CallId) -> Result<Option<Export>, LedgerError> {
    let state = ledger.call(call).await?;
    let rows = ledger.journal(call, 0).await?;
    if state.is_none() && rows.is_empty() {
        return Ok(None);
    }
    let trace = state.map(|state| trace_of(&state, &rows));
    let journal = rows.into_iter().map(|row| {
        let (input, commands) =
            row.personal.map_or((None, Vec::new()), |all| (Some(all.input), all.commands));
        ExportedRow {
            seq: row.seq,
            at: timestamp(row.at).to_string(),
            kind: row.kind,
            applied: row.applied,
            event: row.event.map(hex),
            decision: row.decision,
            input,
            commands,
        }
    });
    let text = |body: Vec<u8>| {
        String::from_utf8(body).unwrap_or_else(|error| STANDARD.encode(error.as_bytes()))
    };
    let quarantine = ledger.quarantined(call).await?.into_iter().map(|body| ExportedBody {
        at: timestamp(body.at).to_string(),
        reason: body.reason,
        body: body.body.map(text),
    });
    Ok(Some(Export {
        call: call.to_string(),
        trace,
        journal: journal.collect(),
        quarantine: quarantine.collect(),
    }))
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
