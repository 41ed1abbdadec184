//! One sound of a call.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::RATE;
use crate::clock::Millis;

/// Who makes a sound.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum By {
    /// The leg of the application with this connection id.
    Application(String),
    /// The person with this raw id.
    Person(String),
}

/// What a sound is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum What {
    /// Words: for each, how many characters of the text lie before its end. The text itself is not
    /// kept.
    Speech(Arc<[u32]>),
    /// Music, or whatever a file holds: files are not fetched.
    Music,
    /// Keys of a phone, each a pair of frequencies.
    Keys(Arc<[(u16, u16)]>),
    /// One steady tone, hertz.
    Tone(u16),
    /// Samples at [`RATE`]. They are not written to a state folder: such a sound is silent after a
    /// restart.
    Clip(#[serde(with = "unwritten")] Arc<Vec<i16>>),
}

/// A sound on the timeline of a call. Times are milliseconds since 1970.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sound {
    pub(crate) by: By,
    /// Raw ids of those who hear it; empty for everybody.
    pub(crate) to: Arc<[String]>,
    pub(crate) from: Millis,
    /// How long it is when nobody cuts it short.
    pub(crate) planned: Millis,
    /// When it is over.
    pub(crate) until: Millis,
    pub(crate) what: What,
    /// Number of the operation it belongs to; 0 for none.
    pub(crate) number: u64,
}

impl Sound {
    /// A sound for everybody.
    pub(crate) fn new(by: By, from: Millis, length: Millis, what: What) -> Self {
        let to = Arc::new([]);
        let until = from.saturating_add(length);
        Self { by, to, from, planned: length, until, what, number: 0 }
    }

    /// Of this operation.
    pub(crate) fn of(mut self, number: u64) -> Self {
        self.number = number;
        self
    }

    /// Heard by these raw ids only; by everybody when there are none.
    pub(crate) fn only_to(mut self, to: &[String]) -> Self {
        self.to = to.into();
        self
    }

    /// Whether this person hears it. Nobody hears himself.
    pub(crate) fn reaches(&self, raw_id: &str) -> bool {
        let own = matches!(&self.by, By::Person(by) if by == raw_id);
        !own && (self.to.is_empty() || self.to.iter().any(|to| to == raw_id))
    }

    /// Whether it sounds at some moment of this span.
    pub(crate) fn touches(&self, from: Millis, until: Millis) -> bool {
        self.from < until && self.until > from
    }

    /// The samples it keeps.
    pub(crate) fn kept(&self) -> usize {
        match &self.what {
            What::Clip(samples) => samples.len(),
            What::Speech(_) | What::Music | What::Keys(_) | What::Tone(_) => 0,
        }
    }
}

impl What {
    /// A sentence as generated speech.
    pub(crate) fn speech(text: &str) -> Self {
        let mut before = 0;
        let ends = text.split_whitespace().map(|word| {
            before += u32::try_from(word.chars().count()).unwrap_or(1) + 1;
            before
        });
        Self::Speech(ends.collect())
    }
}

/// The length of samples at [`RATE`], milliseconds.
pub(crate) fn length_of(samples: usize) -> Millis {
    let samples = Millis::try_from(samples).unwrap_or(Millis::MAX / 1_000);
    samples * 1_000 / Millis::from(RATE)
}

/// Samples in a state folder: none.
mod unwritten {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    type Samples = Arc<Vec<i16>>;

    pub(super) fn serialize<S: Serializer>(_: &Samples, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Samples, D::Error> {
        <()>::deserialize(from).map(|()| Samples::default())
    }
}
