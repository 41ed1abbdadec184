//! Sound: who makes which noise when, what it sounds like, and WAV files of it.
//!
//! Nothing that can be generated is stored. A prompt, a spoken sentence or a key is an entry of a
//! timeline ([`Sounds`]), and its samples are computed when somebody asks for them; only sound that
//! came in as samples (a microphone, a WAV file, the application's own audio) is kept as such.
//! Everything is whole-number arithmetic, so that a recording is the same on every machine.

mod file;
mod render;
mod sound;
mod sounds;
mod wav;

pub(crate) use file::{Channel, SoundFile};
pub(crate) use render::{is_silent, render};
pub(crate) use sound::{By, Sound, What, length_of};
pub(crate) use sounds::Sounds;
pub(crate) use wav::{read_wav, resample};

/// Samples per second of recordings and of everything that is kept.
pub(crate) const RATE: u32 = 16_000;
