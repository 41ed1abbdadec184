//! Samples of sounds.

use super::RATE;
use super::sound::{By, Sound, What};
use crate::clock::Millis;

/// Loudness of generated sound, of 32,768.
const LOUD: i64 = 8_000;
/// Rise and fall of a tone, milliseconds: without them tones click.
const SLOPE: i64 = 5;
/// The application speaks lower than people do, hertz.
const LOW: u64 = 180;
/// One key and the pause after it, milliseconds.
const KEY: i64 = 200;
/// How long of it the key sounds.
const KEY_SOUNDS: i64 = 140;

/// Mixes `sounds` into `samples`, of which the first is the one with this number since `origin`.
/// `rate` is samples per second.
pub(crate) fn render(sounds: &[Sound], origin: Millis, first: u64, rate: u32, samples: &mut [i16]) {
    let mut mixed = vec![0_i64; samples.len()];
    let rate = i64::from(rate);
    let first = i64::try_from(first).unwrap_or(i64::MAX / 2);
    let length = i64::try_from(samples.len()).unwrap_or(i64::MAX / 2);
    for sound in sounds {
        let begin = at(sound.from - origin, rate);
        let end = at(sound.until.saturating_sub(origin), rate);
        let from = begin.max(first);
        let until = end.min(first + length);
        for sample in from..until {
            let index = usize::try_from(sample - first).unwrap_or(usize::MAX);
            if let Some(slot) = mixed.get_mut(index) {
                *slot += value(sound, sample - begin, rate);
            }
        }
    }
    for (sample, value) in samples.iter_mut().zip(mixed) {
        *sample = to_sample(value);
    }
}

/// Whether nothing is to be heard in these samples.
pub(crate) fn is_silent(samples: &[i16]) -> bool {
    samples.iter().all(|sample| *sample == 0)
}

/// The sample that begins at this time.
fn at(time: Millis, rate: i64) -> i64 {
    time.saturating_mul(rate) / 1_000
}

fn to_sample(value: i64) -> i16 {
    i16::try_from(value.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or(0)
}

/// The sample of a sound at this many samples after its beginning.
fn value(sound: &Sound, index: i64, rate: i64) -> i64 {
    match &sound.what {
        What::Speech(words) => speech(words, pitch(&sound.by), sound.planned, index, rate),
        What::Music => music(index, rate),
        What::Keys(keys) => key(keys, sound.planned, index, rate),
        What::Tone(hertz) => {
            let length = at(sound.planned, rate);
            tone(u64::from(*hertz), index, rate) * slope(index, length, rate) / 1_000
        }
        What::Clip(samples) => clip(samples, index, rate),
    }
}

/// A tone for each word, a pause after it.
fn speech(words: &[u32], pitch: u64, planned: Millis, index: i64, rate: i64) -> i64 {
    let (Some(last), length) = (words.last(), at(planned, rate).max(1)) else {
        return 0;
    };
    let characters = i64::from(*last).max(1);
    let position = index * characters / length;
    let word = words.partition_point(|end| i64::from(*end) <= position);
    let before = word.checked_sub(1).and_then(|before| words.get(before)).copied().unwrap_or(0);
    let Some(end) = words.get(word) else {
        return 0;
    };
    let begin = i64::from(before) * length / characters;
    // The last character of a word is the space after it.
    let end = i64::from(end.saturating_sub(1)) * length / characters;
    if index >= end {
        return 0;
    }
    let step = u64::try_from(word % 5).unwrap_or(0);
    tone(pitch + 24 * step, index, rate) * slope(index - begin, end - begin, rate) / 1_000
}

/// People differ by their raw id.
fn pitch(by: &By) -> u64 {
    match by {
        By::Application(_) => LOW,
        By::Person(raw) => {
            let sum = raw.bytes().fold(0_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 9_973);
            320 + 40 * (sum % 8)
        }
    }
}

/// A chord that changes every half second.
fn music(index: i64, rate: i64) -> i64 {
    const CHORDS: [[u64; 3]; 4] =
        [[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]];
    let beat = index * 2 / rate;
    let chord = CHORDS[usize::try_from(beat % 4).unwrap_or(0)];
    let notes: i64 = chord.iter().map(|hertz| tone(*hertz, index, rate)).sum();
    let within = index - beat * rate / 2;
    notes * slope(within, rate / 2, rate) / 4_000
}

fn key(keys: &[(u16, u16)], planned: Millis, index: i64, rate: i64) -> i64 {
    let count = i64::try_from(keys.len()).unwrap_or(1).max(1);
    let each = (at(planned, rate) / count).max(1);
    let number = usize::try_from(index / each).unwrap_or(usize::MAX);
    let within = index % each;
    let sounds = each * KEY_SOUNDS / KEY;
    let Some((low, high)) = keys.get(number).filter(|_| within < sounds) else {
        return 0;
    };
    let both = tone(u64::from(*low), within, rate) + tone(u64::from(*high), within, rate);
    both * slope(within, sounds, rate) / 2_000
}

fn clip(samples: &[i16], index: i64, rate: i64) -> i64 {
    let position = index * i64::from(RATE);
    let (whole, part) = (position / rate, position % rate);
    let sample = |index: i64| {
        let found = usize::try_from(index).ok().and_then(|index| samples.get(index));
        found.copied().map(i64::from)
    };
    let Some(one) = sample(whole) else {
        return 0;
    };
    let next = sample(whole + 1).unwrap_or(one);
    one + (next - one) * part / rate
}

/// From 0 to 1,000: the first and last milliseconds rise and fall.
fn slope(index: i64, length: i64, rate: i64) -> i64 {
    let edge = index.min(length - index).max(0);
    (edge * 1_000 / (rate * SLOPE / 1_000).max(1)).min(1_000)
}

/// A tone of this many hertz.
fn tone(hertz: u64, index: i64, rate: i64) -> i64 {
    let index = u64::try_from(index).unwrap_or(0);
    let rate = u64::try_from(rate).unwrap_or(1).max(1);
    // Where in the circle, of 65,536.
    let phase = (hertz * (index % rate) * 65_536 / rate) % 65_536;
    sine(i64::try_from(phase).unwrap_or(0)) * LOUD / 32_768
}

/// A sine by parabolas: off by a few percent, the same everywhere. A circle is 65,536, and so is
/// the way from the lowest value to the highest.
fn sine(phase: i64) -> i64 {
    let half = phase % 32_768;
    let value = half * (32_768 - half) / 8_192;
    if phase < 32_768 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, from: Millis, length: Millis) -> Sound {
        Sound::new(By::Person("4:+1".to_owned()), from, length, What::speech(text))
    }

    fn rendered(sounds: &[Sound], rate: u32) -> Vec<i16> {
        let mut samples = vec![0; usize::try_from(rate).expect("small") * 2];
        render(sounds, 0, 0, rate, &mut samples);
        samples
    }

    /// How often the sound goes up through zero in its first second.
    fn hertz(samples: &[i16]) -> usize {
        samples.windows(2).take(16_000).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
    }

    #[test]
    fn tones_have_their_frequency_and_end() {
        let by = By::Person(String::new());
        let samples = rendered(&[Sound::new(by, 0, 1_000, What::Tone(440))], 16_000);
        assert!(hertz(&samples).abs_diff(440) <= 1, "{}", hertz(&samples));
        assert!(is_silent(&samples[16_000..]));
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(loudest.is_some_and(|loudest| (7_900..=8_100).contains(&loudest)));
    }

    #[test]
    fn words_are_heard_with_pauses_between_them() {
        let samples = rendered(&[said("ab cd", 0, 600)], 16_000);
        // Six characters of 100 ms: two, a pause, two, a pause.
        let sounds = |from: usize| !is_silent(&samples[from * 16..(from + 100) * 16]);
        assert_eq!(
            [0, 100, 200, 300, 400, 500].map(sounds),
            [true, true, false, true, true, false]
        );
    }

    #[test]
    fn any_part_sounds_as_in_the_whole() {
        let clip = What::Clip(std::sync::Arc::new((0..9_000).collect()));
        let clip = Sound::new(By::Application("c".to_owned()), 300, 562, clip);
        let keys = What::Keys([(697, 1_209), (941, 1_336)].into());
        let keys = Sound::new(By::Person("k".to_owned()), 900, 400, keys);
        let music = Sound::new(By::Application("c".to_owned()), 1_200, 700, What::Music);
        let all = [said("one two three", 100, 900), clip, keys, music];
        for rate in [16_000, 24_000] {
            let whole = rendered(&all, rate);
            let mut part = vec![0; 480];
            for first in [0, 4_801, 9_600, 20_003, 31_000] {
                render(&all, 0, first, rate, &mut part);
                let from = usize::try_from(first).expect("small");
                assert_eq!(part, whole[from..from + 480], "{first} at {rate}");
            }
        }
    }

    #[test]
    fn a_sound_that_was_cut_is_over() {
        let mut sound = said("a long sentence that was cut", 0, 2_000);
        sound.until = 500;
        let samples = rendered(&[sound.clone()], 16_000);
        assert!(is_silent(&samples[8_000..]));
        sound.until = 2_000;
        assert_eq!(rendered(&[sound], 16_000)[..8_000], samples[..8_000], "no other speed");
    }
}
