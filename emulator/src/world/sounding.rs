//! What can be heard on a call: everything that is played, said or pressed leaves a sound on the
//! call's timeline.

use super::call::Call;
use super::media::{MediaOperation, Work, duration, speech_length};
use super::tones::TONE;
use super::{CallId, World};
use crate::audio::{By, Sound, What};
use crate::clock::Millis;
use crate::wire::{PlaySource, Tone};

/// How long sounds are kept while no recording runs.
const KEPT: Millis = 10 * 60 * 1_000;

/// A source that begins to be heard.
pub(super) struct Played {
    number: u64,
    connection: String,
    to: Vec<String>,
    what: What,
    /// In real time.
    length: Millis,
}

impl Played {
    pub(super) fn new(operation: &MediaOperation, source: &PlaySource) -> Self {
        let to = match &operation.work {
            Work::Play { to, .. } => to.clone(),
            Work::Recognize(recognition) => vec![recognition.target.clone()],
        };
        Self {
            number: operation.number,
            connection: operation.meta.connection.clone().unwrap_or_default(),
            to,
            what: source.words().map_or(What::Music, |words| What::speech(&words)),
            length: duration(source),
        }
    }
}

impl World {
    /// A source is heard. The rounds of a looped file are one sound.
    pub(super) fn sound_begins(&mut self, id: CallId, played: Played, first_round: bool) {
        let length = self.pace(played.length);
        let until = self.now + length;
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let is_file = matches!(played.what, What::Music);
        if is_file && !first_round && call.sounds.prolong(played.number, until) {
            return;
        }
        // In a call of two a prompt is for all who are there.
        let to = if call.is_one_to_one() { &[] } else { played.to.as_slice() };
        let by = By::Application(played.connection);
        let sound = Sound::new(by, self.now, length, played.what).of(played.number).only_to(to);
        self.sounds(id, sound);
    }

    /// Somebody presses keys.
    pub(super) fn keys_sound(&mut self, id: CallId, raw: &str, keys: &[Tone]) {
        let (what, length) = self.keys(keys);
        self.person_sounds(id, raw, length, what);
    }

    /// Somebody speaks; for how long, in this world's pace.
    pub(super) fn speech_sounds(&mut self, id: CallId, raw: &str, text: &str) -> Millis {
        let length = self.pace(speech_length(text));
        self.person_sounds(id, raw, length, What::speech(text));
        length
    }

    /// The application sends tones to somebody.
    pub(super) fn tones_sound(&mut self, id: CallId, connection: &str, raw: &str, keys: &[Tone]) {
        let (what, length) = self.keys(keys);
        let by = By::Application(connection.to_owned());
        let sound = Sound::new(by, self.now, length, what).only_to(&[raw.to_owned()]);
        self.sounds(id, sound);
    }

    fn keys(&self, keys: &[Tone]) -> (What, Millis) {
        let count = Millis::try_from(keys.len()).unwrap_or(1);
        let frequencies = keys.iter().map(|tone| tone.frequencies()).collect();
        (What::Keys(frequencies), self.pace(count * TONE))
    }

    /// The held person hears music until taken back.
    pub(super) fn hold_music_sounds(&mut self, id: CallId, raw: &str) {
        let by = By::Application(hold_of(raw));
        let sound = Sound::new(by, self.now, Millis::MAX / 2, What::Music);
        self.sounds(id, sound.only_to(&[raw.to_owned()]));
    }

    /// Somebody was put on hold or taken back.
    pub(super) fn hold_changes(&mut self, id: CallId, raw: &str) {
        let now = self.now;
        if let Some(call) = self.calls.get_mut(&id) {
            call.sounds.cut_of(&By::Application(hold_of(raw)), now);
            call.sounds.cut_of(&By::Person(raw.to_owned()), now);
        }
    }

    /// Something that a person makes; nobody hears the held and the muted.
    pub(super) fn person_sounds(&mut self, id: CallId, raw: &str, length: Millis, what: What) {
        if self.calls.get(&id).is_some_and(|call| call.is_audible(raw)) {
            let by = By::Person(raw.to_owned());
            self.sounds(id, Sound::new(by, self.now, length, what));
        }
    }

    fn sounds(&mut self, id: CallId, sound: Sound) {
        let now = self.now;
        if let Some(call) = self.calls.get_mut(&id) {
            if call.recording.is_none() {
                call.sounds.forget(now - KEPT);
            }
            call.sounds.add(sound);
        }
    }
}

impl Call {
    /// Whether what this person says reaches the others.
    pub(super) fn is_audible(&self, raw: &str) -> bool {
        let speaks = |one: &super::call::Participant| !one.muted && !one.on_hold;
        !self.is_over() && self.participants.iter().any(|one| one.who.raw() == raw && speaks(one))
    }
}

/// Who plays the music of somebody's hold.
fn hold_of(raw: &str) -> String {
    format!("hold of {raw}")
}
