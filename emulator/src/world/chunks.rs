//! The files of a recording: which part of the call each holds, and what is known of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::recordings::Recording;
use crate::audio::{By, Channel, RATE, Sound, SoundFile};
use crate::clock::{Millis, grid_time};

/// The most channels of a file (call-recording.md).
const MOST_CHANNELS: usize = 5;

/// One file of a recording.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Chunk {
    pub(super) document: String,
    from: Millis,
    until: Millis,
    deleted: bool,
}

impl World {
    /// The files of a recording that lasted from then until then; at least one.
    pub(super) fn cut_chunks(&mut self, from: Millis, until: Millis) -> Vec<Chunk> {
        let longest = self.settings.recording_chunk;
        let mut chunks = Vec::new();
        let mut begin = from;
        loop {
            let end = until.min(begin.saturating_add(longest));
            let document = format!("0-emu-{}", self.ids.guid());
            chunks.push(Chunk { document, from: begin, until: end, deleted: false });
            begin = end;
            if begin >= until {
                return chunks;
            }
        }
    }

    fn chunk(&self, document: &str) -> Option<(&Recording, usize, &Chunk)> {
        self.recordings.values().find_map(|recording| {
            let mut chunks = recording.chunks.iter().enumerate();
            let (index, chunk) = chunks.find(|(_, one)| one.document == document)?;
            (!chunk.deleted).then_some((recording, index, chunk))
        })
    }

    /// The sound of a document; `None` when there is no such document.
    pub(crate) fn document_sound(&self, document: &str) -> Option<SoundFile> {
        let (recording, _, chunk) = self.chunk(document)?;
        let channels = recording.channels();
        let on = |number: usize| {
            let mine = |sound: &&Sound| {
                sound.touches(chunk.from, chunk.until)
                    && (!recording.shape.unmixed || channel_of(&channels, sound) == number)
            };
            Channel(recording.sounds.iter().filter(mine).cloned().collect())
        };
        let pauses = recording.pauses.iter();
        Some(SoundFile {
            from: chunk.from,
            length: chunk.until - chunk.from,
            channels: (0..channels.len().max(1)).map(on).collect(),
            silent: pauses.map(|(from, until)| (*from, until.unwrap_or(Millis::MAX))).collect(),
        })
    }

    /// What `acsmetadata` tells of a document (call-recording.md and a recorded live answer).
    pub(crate) fn document_metadata(&self, document: &str) -> Option<Value> {
        let (recording, index, chunk) = self.chunk(document)?;
        let channels = recording.channels();
        let count = channels.len().max(1);
        let pauses = recording.pauses.iter().filter_map(|(from, until)| {
            let from = (*from).max(chunk.from);
            let length = until.unwrap_or(chunk.until).min(chunk.until) - from;
            let here = from < chunk.until && length > 0;
            here.then(|| json!({"startTime": grid_time(from), "duration": length}))
        });
        let channel_of = |raw: &String| channels.iter().position(|one| one.as_ref() == Some(raw));
        let people = recording.people.iter().map(|raw| match channel_of(raw) {
            Some(channel) => json!({"participantId": raw, "channel": channel}),
            None => json!({"participantId": raw}),
        });
        Some(json!({
            "resourceId": self.settings.resource_id,
            "callId": recording.connection,
            "chunkDocumentId": document,
            "chunkIndex": index,
            "chunkStartTime": grid_time(chunk.from),
            "chunkDuration": chunk.until - chunk.from,
            "pauseResumeIntervals": pauses.collect::<Vec<_>>(),
            "recordingInfo": {
                "contentType": recording.shape.content,
                "channelType": if recording.shape.unmixed { "unmixed" } else { "mixed" },
                "format": recording.shape.format,
                "audioConfiguration": {"sampleRate": RATE, "channels": count,
                    "bitRate": u64::from(RATE) * 16 * u64::try_from(count).unwrap_or(1)},
            },
            "participants": people.collect::<Vec<_>>(),
        }))
    }

    /// Deletes a document; false when there is none.
    pub(crate) fn delete_document(&mut self, document: &str) -> bool {
        for recording in self.recordings.values_mut() {
            let mut chunks = recording.chunks.iter_mut();
            let found = chunks.find(|one| one.document == document && !one.deleted);
            let Some(chunk) = found else {
                continue;
            };
            chunk.deleted = true;
            if recording.chunks.iter().all(|one| one.deleted) {
                recording.sounds = Vec::new();
            }
            return true;
        }
        false
    }
}

impl Recording {
    /// Whose voice is on which channel of an unmixed file: as the request says, the others after
    /// them in the order they came, the application last. A channel that nobody has is `None`.
    /// Empty for a mixed file.
    fn channels(&self) -> Vec<Option<String>> {
        if !self.shape.unmixed {
            return Vec::new();
        }
        let mut channels: Vec<Option<String>> = vec![None; MOST_CHANNELS];
        for (number, who) in &self.shape.channels {
            if let Some(channel) = channels.get_mut(*number) {
                *channel = Some(who.clone());
            }
        }
        for raw in &self.people {
            if !channels.contains(&Some(raw.clone()))
                && let Some(free) = channels.iter_mut().find(|channel| channel.is_none())
            {
                *free = Some(raw.clone());
            }
        }
        let used = channels.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        channels.truncate((used + 1).min(MOST_CHANNELS));
        channels
    }
}

/// The channel of a sound; that of the application is the last one, which it shares with
/// those for whom there is no channel left.
fn channel_of(channels: &[Option<String>], sound: &Sound) -> usize {
    let last = channels.len().saturating_sub(1);
    match &sound.by {
        By::Application(_) => last,
        By::Person(raw) => {
            let mine = channels.iter().position(|one| one.as_ref() == Some(raw));
            mine.unwrap_or(last)
        }
    }
}
