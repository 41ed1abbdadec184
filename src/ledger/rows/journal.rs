//! Journal rows: each input with what was decided, the plain part beside the sealed one.

use engine::{
    Millis,
    call::{Call, CallId, Command, Input, Note, Phase, Step},
};

use crate::{
    ledger::port::{Decision, LedgerError, Personal},
    sealing::Place,
};

use super::{
    convert::{Sealed, from_json, to_bytes},
    entry::Entry,
};

/// `journal.applied`.
pub(in crate::ledger) mod applied {
    /// Waits for another try.
    pub(in crate::ledger) const WAITING: i64 = 0;
    /// The call's state holds its effect.
    pub(in crate::ledger) const DONE: i64 = 1;
    /// Given up: a copy lies in quarantine.
    pub(in crate::ledger) const QUARANTINED: i64 = 2;
}

/// An input on its way into the journal.
#[derive(Debug, Clone, Copy)]
pub(in crate::ledger) struct Happening<'a> {
    pub(in crate::ledger) input: &'a Input,
    pub(in crate::ledger) event: Option<[u8; 16]>,
    pub(in crate::ledger) at: Millis,
}

/// A journal row that waits for another try.
pub(in crate::ledger) struct Waiting {
    pub(in crate::ledger) id: i64,
    pub(in crate::ledger) seq: i64,
    pub(in crate::ledger) at: Millis,
    pub(in crate::ledger) attempts: i64,
    pub(in crate::ledger) input: Input,
}

/// Where a journal row's personal part is sealed for.
pub(in crate::ledger) fn place(call: &CallId, seq: i64) -> Place<'_> {
    Place { table: "journal", call: call.as_str(), row: seq }
}

/// The personal part from its opened bytes.
pub(in crate::ledger) fn personal_from(
    bytes: &[u8],
    call: &CallId,
    seq: i64,
) -> Result<Personal, LedgerError> {
    from_json(bytes, || format!("journal {call}/{seq}"))
}

/// The sealed part of a row.
pub(in crate::ledger) fn seal(
    entry: &Entry,
    seq: i64,
    input: &Input,
    commands: &[Command],
) -> Result<Vec<u8>, LedgerError> {
    let personal = Personal { input: input.clone(), commands: commands.to_vec() };
    entry.key.seal(place(&entry.call.id, seq), &to_bytes(&personal)?).sealed()
}

/// The plain part of a decided row.
pub(in crate::ledger) fn decision(step: &Step) -> Decision {
    let name = |command: &Command| (command.number, command.action.name().to_owned());
    Decision {
        phase: step.call.phase.name().to_owned(),
        node: node(&step.call.phase),
        commands: step.commands.iter().map(name).collect(),
        notes: step.notes.iter().map(|Note(text)| text.clone()).collect(),
    }
}

/// The plain part of a row that was not decided upon.
pub(in crate::ledger) fn undecided(call: &Call, note: &str) -> Decision {
    Decision {
        phase: call.phase.name().to_owned(),
        node: node(&call.phase),
        commands: Vec::new(),
        notes: vec![note.to_owned()],
    }
}

/// The flow's node at which the call stands.
fn node(phase: &Phase) -> Option<String> {
    let node = match phase {
        Phase::Ringing { node, .. } | Phase::Answering { node } | Phase::InFlow { node, .. } => {
            node
        }
        Phase::Waiting(wait) => &wait.node,
        Phase::Talking { agent, .. } => &agent.node,
        Phase::New | Phase::Ending { .. } | Phase::Ended => return None,
    };
    Some(node.clone()).filter(|node| !node.is_empty())
}
