//! A trace as a ladder in the terminal.

use std::fmt::Write as _;

use super::entries::{Entry, EntryKind, Party, Trace};

/// Column of each lifeline, in characters.
const LANES: [(&str, usize); 4] = [("Caller", 5), ("ACS", 16), ("Switchboard", 28), ("Agent", 40)];
/// Where the words begin.
const WORDS: usize = 46;

/// Draws lifelines for caller, ACS, service and agent, with an arrow for each entry and its words beside it.
pub fn ladder(trace: &Trace) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "call {} began {}", trace.id, trace.started_at);
    let _ = writeln!(text, "{:>9}{}", "ms", heading());
    for entry in &trace.entries {
        let _ = writeln!(text, "{:>9}{:<WORDS$}{}", entry.ms, row(entry), words(entry));
    }
    let outcome = trace.outcome.as_deref().unwrap_or("not ended");
    let agent = trace.agent_name.as_deref().map(|name| format!(" with {name}")).unwrap_or_default();
    let recording =
        trace.recording.as_deref().map(|id| format!(", recording {id}")).unwrap_or_default();
    let _ = writeln!(text, "outcome: {outcome}{agent}{recording}");
    text
}

fn heading() -> String {
    let mut cells = vec![' '; WORDS + 4];
    for (name, at) in LANES {
        let start = at.saturating_sub(name.len() / 2);
        for (offset, letter) in name.chars().enumerate() {
            cells[start + offset] = letter;
        }
    }
    cells.into_iter().collect::<String>().trim_end().to_owned()
}

fn row(entry: &Entry) -> String {
    let mut cells = vec![' '; WORDS];
    for (_, at) in LANES {
        cells[at] = '│';
    }
    match (entry.from.map(lane), entry.to.map(lane)) {
        (Some(from), Some(to)) if from != to => arrow(&mut cells, from, to),
        (Some(from), _) => cells[from] = '●',
        (None, _) if entry.kind == EntryKind::Decision => cells[lane(Party::Switchboard)] = '◆',
        (None, _) => cells[lane(Party::Switchboard)] = '●',
    }
    cells.into_iter().collect()
}

fn arrow(cells: &mut [char], from: usize, to: usize) {
    let (left, right) = (from.min(to), from.max(to));
    for cell in &mut cells[left + 1..right] {
        *cell = if *cell == '│' { '┼' } else { '─' };
    }
    cells[from] = if from < to { '├' } else { '┤' };
    let (head, at) = if from < to { ('▶', to - 1) } else { ('◀', to + 1) };
    cells[at] = head;
}

fn lane(party: Party) -> usize {
    match party {
        Party::Caller => LANES[0].1,
        Party::Acs => LANES[1].1,
        Party::Switchboard | Party::Queue | Party::Http | Party::Voice => LANES[2].1,
        Party::Agent => LANES[3].1,
    }
}

fn words(entry: &Entry) -> String {
    let number = entry.number.map(|number| format!("#{number} ")).unwrap_or_default();
    match entry.kind {
        EntryKind::Decision => format!("  {}", entry.text),
        EntryKind::Event | EntryKind::Command | EntryKind::Result => {
            format!("{number}{}", entry.text)
        }
    }
}
