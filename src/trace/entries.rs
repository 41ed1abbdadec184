//! From journal rows to entries.

use std::collections::BTreeMap;

use engine::{
    Millis,
    call::{Action, Call, Input, RecordingPhase},
};
use serde::Serialize;
use webhooks::RawId;

use crate::{clock::timestamp, ledger::JournalRow};

use super::describe;

/// A call, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The call's id.
    pub id: String,
    /// `engine::call::Phase::name`.
    pub phase: String,
    /// How it ended: `connected`, `completed`, `voicemail`, `abandoned`, `expired`, `rejected`, `failed`.
    pub outcome: Option<String>,
    /// Entra object id of the agent who joined.
    pub agent: Option<String>,
    /// The agent's display name.
    pub agent_name: Option<String>,
    /// The recording's id.
    pub recording: Option<String>,
    /// When the line began to ring, RFC 3339.
    pub started_at: String,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

/// One line of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// From 1, without gaps.
    pub seq: usize,
    /// The journal row it comes from.
    pub journal: i64,
    /// RFC 3339, UTC.
    pub at: String,
    /// Milliseconds since the first entry.
    pub ms: Millis,
    /// What it is.
    pub kind: EntryKind,
    /// Who it comes from.
    pub from: Option<Party>,
    /// Whom it goes to.
    pub to: Option<Party>,
    /// In words.
    pub text: String,
    /// The number of the command it belongs to.
    pub number: Option<u32>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something happened.
    Event,
    /// What was decided, and why.
    Decision,
    /// What was ordered.
    Command,
    /// What became of an order.
    Result,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The caller.
    Caller,
    /// Azure Communication Services.
    Acs,
    /// This service.
    Switchboard,
    /// The Teams colleague.
    Agent,
    /// The queue of this service.
    Queue,
    /// An endpoint of the company.
    Http,
    /// A voice agent of the company.
    Voice,
}

/// One entry before it has its place.
pub(super) struct Line {
    pub(super) kind: EntryKind,
    pub(super) from: Option<Party>,
    pub(super) to: Option<Party>,
    pub(super) text: String,
    pub(super) number: Option<u32>,
}

/// Tells a call from its state and its journal.
pub fn trace_of(call: &Call, rows: &[JournalRow]) -> Trace {
    let start = rows.first().map_or(call.rang_at, |row| row.at);
    let mut entries: Vec<Entry> = Vec::new();
    let mut last_place = (String::new(), None);
    let names = Names::of(rows);
    for row in rows {
        for line in lines_of(row, &names, &mut last_place) {
            entries.push(Entry {
                seq: entries.len() + 1,
                journal: row.seq,
                at: timestamp(row.at).to_string(),
                ms: row.at.saturating_sub(start),
                kind: line.kind,
                from: line.from,
                to: line.to,
                text: line.text,
                number: line.number,
            });
        }
    }
    Trace {
        id: call.id.to_string(),
        phase: call.phase.name().to_owned(),
        outcome: call.outcome.map(|outcome| outcome.name().to_owned()),
        agent: call.agent.as_ref().map(|agent| agent.id.clone()),
        agent_name: call.agent.as_ref().map(|agent| agent.name.clone()),
        recording: match &call.recording {
            RecordingPhase::On { id }
            | RecordingPhase::Paused { id }
            | RecordingPhase::Stopped { id } => Some(id.as_str().to_owned()),
            RecordingPhase::Off | RecordingPhase::Starting | RecordingPhase::Failed => None,
        },
        started_at: timestamp(start).to_string(),
        entries,
    }
}

fn lines_of(
    row: &JournalRow,
    names: &Names,
    last_place: &mut (String, Option<String>),
) -> Vec<Line> {
    let mut lines = vec![row.personal.as_ref().map_or_else(
        || describe::erased(&row.kind),
        |personal| describe::input(&personal.input, names),
    )];
    lines.extend(decision(row, last_place));
    if let Some(personal) = &row.personal {
        lines.extend(personal.commands.iter().map(|command| describe::command(command, names)));
    } else {
        let commands = row.decision.commands.iter();
        lines.extend(commands.map(|(number, name)| describe::erased_command(*number, name)));
    }
    let quiet = matches!(&row.personal, Some(personal) if is_plain_acceptance(&personal.input));
    if quiet && lines.len() == 1 { Vec::new() } else { lines }
}

/// Names of the participants, by raw id, as far as the journal tells them.
pub(super) struct Names(BTreeMap<RawId, String>);

impl Names {
    fn of(rows: &[JournalRow]) -> Self {
        let commands =
            rows.iter().filter_map(|row| row.personal.as_ref()).flat_map(|p| &p.commands);
        let agents = commands.filter_map(|command| {
            let Action::AddAgent { agent, .. } = &command.action else { return None };
            Some((agent.raw_id(), agent.name.clone()))
        });
        Self(agents.collect())
    }

    /// A participant as people say it: a name, a number, or the raw id.
    pub(super) fn of_participant(&self, raw_id: &RawId) -> String {
        let raw = raw_id.expose();
        self.0
            .get(raw_id)
            .cloned()
            .unwrap_or_else(|| raw.strip_prefix("4:").unwrap_or(raw).to_owned())
    }
}

/// "Accepted" alone tells nobody anything.
fn is_plain_acceptance(input: &Input) -> bool {
    matches!(input, Input::Settled { result: engine::call::Settlement::Done(_), .. })
}

/// The decision is told where the call moved or a reason was noted.
fn decision(row: &JournalRow, last_place: &mut (String, Option<String>)) -> Option<Line> {
    let place = (row.decision.phase.clone(), row.decision.node.clone());
    let moved = *last_place != place;
    last_place.clone_from(&place);
    if !moved && row.decision.notes.is_empty() {
        return None;
    }
    let mut parts = row.decision.notes.clone();
    if moved {
        let node = place.1.map(|node| format!(" at {node}")).unwrap_or_default();
        parts.push(format!("now {}{node}", place.0));
    }
    Some(Line {
        kind: EntryKind::Decision,
        from: None,
        to: None,
        text: parts.join("; "),
        number: None,
    })
}
