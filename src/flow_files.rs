//! A flow's file with the files beside it: sub-flows and calendars, and the sound files it plays.

use std::{
    collections::BTreeMap,
    io,
    path::{Component, Path},
};

use engine::flow::{Flow, Node, Parts, needs};

/// Most files beside a flow.
const MAX_FILES: usize = 200;
/// Largest file beside a flow, in bytes.
const MAX_BYTES: u64 = 1_024 * 1_024;
/// Largest sound file, in bytes: ten minutes.
const MAX_SOUND_BYTES: u64 = 20 * 1_024 * 1_024;

/// Sound files by their path below the prompts' base.
pub type Sounds = BTreeMap<String, Vec<u8>>;

/// A flow as it lies in a folder.
#[derive(Debug, Clone, Default)]
pub struct FlowFiles {
    /// The flow's own file.
    pub flow: String,
    /// The files it needs beside it, as far as they are there: the checker says which are missing.
    pub parts: Parts,
}

/// Reads a flow's file and what it needs beside it.
///
/// # Errors
/// When the flow's own file cannot be read.
pub fn read_flow(file: &Path) -> io::Result<FlowFiles> {
    let flow = std::fs::read_to_string(file)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut parts = Parts::new();
    let mut waiting = needs(&flow);
    while let Some(path) = waiting.pop() {
        if parts.contains_key(&path) || parts.len() >= MAX_FILES {
            continue;
        }
        if let Some(text) = read_beside(folder, &path) {
            // A calendar is no YAML and needs nothing.
            waiting.extend(needs(&text));
            parts.insert(path, text);
        }
    }
    Ok(FlowFiles { flow, parts })
}

/// The sound files of a flow that lie in the folder `prompts` beside its file, as far as they are there.
pub fn read_sounds(file: &Path, flow: &Flow) -> Sounds {
    let folder = file.parent().unwrap_or(Path::new("")).join("prompts");
    let read = |path: &str| Some((path.to_owned(), bytes(&folder, path, MAX_SOUND_BYTES)?));
    flow.nodes.values().flat_map(Node::sounds).filter_map(read).collect()
}

/// A sound file as it lies there: its path, its length in bytes and when it was changed. Another one has other facts.
pub type SoundFacts = (String, u64, Option<std::time::SystemTime>);

/// The facts of sound files that a flow plays, as far as they are there.
pub fn sound_facts(file: &Path, paths: &[String]) -> Vec<SoundFacts> {
    let folder = file.parent().unwrap_or(Path::new("")).join("prompts");
    let facts = |path: &String| {
        let facts = std::fs::metadata(folder.join(path)).ok()?;
        Some((path.clone(), facts.len(), facts.modified().ok()))
    };
    paths.iter().filter_map(facts).collect()
}

/// The paths of the sound files that a flow plays, below the folder `prompts`, each once.
pub fn sound_paths(flow: &Flow) -> Vec<String> {
    let paths: std::collections::BTreeSet<_> =
        flow.nodes.values().flat_map(Node::sounds).map(str::to_owned).collect();
    paths.into_iter().collect()
}

fn read_beside(folder: &Path, path: &str) -> Option<String> {
    String::from_utf8(bytes(folder, path, MAX_BYTES)?).ok()
}

/// A file below a folder, never one outside it.
fn bytes(folder: &Path, path: &str, limit: u64) -> Option<Vec<u8>> {
    let path = Path::new(path);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let whole = folder.join(path);
    let small =
        std::fs::metadata(&whole).ok().filter(|facts| facts.is_file() && facts.len() <= limit);
    small.filter(|_| inside)?;
    std::fs::read(&whole).ok()
}

/// Whether a file is a WAV of the kind that ACS plays: PCM, mono, 16 bit, 16 kHz (contract 7.4).
pub fn is_playable(file: &[u8]) -> bool {
    let Some(format) = chunk(file, *b"fmt ") else { return false };
    let number = |at: usize| -> Option<u16> {
        let bytes = format.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    };
    let rate = format.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    (number(0), number(2), rate, number(14)) == (Some(1), Some(1), Some(16_000), Some(16))
}

/// The body of a chunk of a RIFF file.
fn chunk(file: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    if file.get(..4)? != b"RIFF" || file.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut rest = file.get(12..)?;
    loop {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        let body = rest.get(8..)?;
        if rest.get(..4)? == wanted {
            return body.get(..length);
        }
        // Chunks begin at even places.
        rest = body.get(length.checked_add(length % 2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_a_flow_is_read_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let node = |file: &str| format!("{{ flow: {{ file: {file}, next: x, failed: x }} }}");
        write("inner.ics", "BEGIN:VCALENDAR");
        write("sub.yaml", "subflow: s\nstart: a\nnodes: { a: { hours: { calendar: inner.ics } } }");
        let sub = node("sub.yaml");
        let outside = node("../outside.yaml");
        std::fs::create_dir(folder.path().join("flow")).unwrap();
        write("outside.yaml", "subflow: o");
        let inside = folder.path().join("flow");
        for name in ["sub.yaml", "inner.ics"] {
            std::fs::rename(folder.path().join(name), inside.join(name)).unwrap();
        }
        let file = inside.join("flow.yaml");
        std::fs::write(&file, format!("flow: t\nnodes: {{ a: {sub}, b: {outside}, c: {sub} }}"))
            .unwrap();
        let read = read_flow(&file).unwrap();
        assert_eq!(read.parts.keys().collect::<Vec<_>>(), ["inner.ics", "sub.yaml"]);
        assert!(read_flow(&inside.join("none.yaml")).is_err());
    }

    #[test]
    fn only_what_acs_plays_is_playable() {
        let ours = include_bytes!("http/hold.wav");
        assert!(is_playable(ours));
        let mut stereo = ours.to_vec();
        stereo[22] = 2;
        assert!(!is_playable(&stereo));
        assert!(!is_playable(b"RIFF"));
        assert!(!is_playable(&ours[..20]));
    }
}
