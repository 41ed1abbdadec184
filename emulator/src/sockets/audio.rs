//! Frames of audio, out and in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::audio::{By, Sound, is_silent, render, resample};
use crate::clock::{Millis, frame_time};
use crate::shared::Shared;
use crate::world::{AudioPlan, SocketPlan};

/// The length of one frame.
const FRAME: Millis = 20;
/// How far the frames may be behind before some are left out: the application reads too slowly.
const LATEST: Millis = 2_000;

/// The frames of a stream, one after the other.
pub(super) struct Frames {
    plan: AudioPlan,
    /// What was heard before is sent.
    at: Millis,
}

impl Frames {
    pub(super) fn new(plan: AudioPlan, now: Millis) -> Self {
        Self { plan, at: now }
    }

    /// When the next frame is complete.
    pub(super) fn due(&self) -> Millis {
        self.at + FRAME
    }

    /// The next 20 ms: one frame, or one for each participant.
    pub(super) fn next(&mut self, shared: &Shared, plan: &SocketPlan) -> Vec<Value> {
        let now = shared.clock.now();
        if now - self.at > LATEST {
            self.at = now - FRAME;
        }
        let from = self.at;
        self.at += FRAME;
        let window =
            shared.lock().world.stream_window(&plan.connection, plan.socket, from, self.at);
        let Some(window) = window else {
            return Vec::new();
        };
        if !self.plan.unmixed {
            return vec![self.frame(from, None, &window.sounds)];
        }
        let people = window.people.into_iter();
        let frames = people.map(|raw| {
            let by = By::Person(raw.clone());
            let own = window.sounds.iter().filter(|sound| sound.by == by).cloned();
            self.frame(from, Some(&raw), &own.collect::<Vec<_>>())
        });
        frames.collect()
    }

    fn frame(&self, from: Millis, raw: Option<&str>, sounds: &[Sound]) -> Value {
        let mut samples = vec![0; usize::try_from(self.plan.rate / 50).unwrap_or(320)];
        render(sounds, from, 0, self.plan.rate, &mut samples);
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let mut data = json!({"timestamp": frame_time(from), "data": STANDARD.encode(bytes),
            "silent": is_silent(&samples)});
        if let Some(raw) = raw {
            data["participantRawID"] = json!(raw);
        }
        json!({"kind": "AudioData", "audioData": data})
    }
}

/// What an application sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// Samples at the rate of `audio`.
    Audio(Vec<i16>),
    /// Forget what has not been heard yet.
    Stop,
}

/// Reads a message. The documentation and the JavaScript SDK spell the members differently
/// (contract section 8.3), so that case does not count.
pub(super) fn read(text: &str, rate: u32) -> Option<Incoming> {
    let message: Value = serde_json::from_str(text).ok()?;
    let kind = member(&message, "kind")?.as_str()?.to_ascii_lowercase();
    match kind.as_str() {
        "stopaudio" => Some(Incoming::Stop),
        "audiodata" => {
            let data = member(member(&message, "audioData")?, "data")?.as_str()?;
            let bytes = STANDARD.decode(data).ok()?;
            let samples = bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
            Some(Incoming::Audio(resample(&samples.collect::<Vec<_>>(), rate)))
        }
        _ => None,
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let found = value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_official_spellings_are_read() {
        let data = STANDARD.encode([1, 0, 255, 255]);
        let docs =
            format!(r#"{{"Kind":"AudioData","AudioData":{{"Data":"{data}"}},"StopAudio":null}}"#);
        let script = format!(r#"{{"kind":"audioData","audioData":{{"data":"{data}"}}}}"#);
        for text in [docs, script] {
            assert_eq!(read(&text, 16_000), Some(Incoming::Audio(vec![1, -1])));
        }
        for text in [
            r#"{"Kind":"StopAudio","AudioData":null,"StopAudio":{}}"#,
            r#"{"kind":"stopAudio","stopAudio":{}}"#,
        ] {
            assert_eq!(read(text, 16_000), Some(Incoming::Stop));
        }
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        let texts = [
            "",
            "[]",
            "{}",
            r#"{"kind":1}"#,
            r#"{"kind":"AudioData"}"#,
            r#"{"kind":"AudioData","audioData":{"data":"%"}}"#,
            r#"{"kind":"Other"}"#,
        ];
        for text in texts {
            assert_eq!(read(text, 16_000), None, "{text}");
        }
    }
}
