//! A WAV file of a timeline, made while it is read.

use super::wav::{HEAD, head};
use super::{RATE, Sound, render};
use crate::clock::Millis;

/// The samples of one read, at most.
const BLOCK: u64 = 16_000;

/// One channel of a file.
#[derive(Clone)]
pub(crate) struct Channel(pub(crate) Vec<Sound>);

/// A span of a call as a WAV file: PCM, 16 bits, 16 kHz. Any part of it can be read at any time.
#[derive(Clone)]
pub(crate) struct SoundFile {
    /// When the file begins, milliseconds since 1970.
    pub(crate) from: Millis,
    /// How long it is.
    pub(crate) length: Millis,
    /// At least one.
    pub(crate) channels: Vec<Channel>,
    /// Spans in which nothing is to be heard: `(from, until)`.
    pub(crate) silent: Vec<(Millis, Millis)>,
}

impl SoundFile {
    /// A file of one channel.
    pub(crate) fn of_one(from: Millis, length: Millis, sounds: Vec<Sound>) -> Self {
        Self { from, length, channels: vec![Channel(sounds)], silent: Vec::new() }
    }

    /// Its size in bytes. A WAV file cannot be longer than 4 GiB: what is behind is left out.
    pub(crate) fn size(&self) -> u64 {
        HEAD + self.data_size()
    }

    /// Bytes of one sample of all channels.
    fn block(&self) -> u64 {
        u64::try_from(self.channels.len().max(1)).unwrap_or(1) * 2
    }

    fn data_size(&self) -> u64 {
        let samples = u64::try_from(self.length.max(0)).unwrap_or(0) * u64::from(RATE) / 1_000;
        let most = (u64::from(u32::MAX) - HEAD) / self.block();
        samples.min(most) * self.block()
    }

    /// The bytes from `from`, at most up to `until`, which is not included: the caller reads on
    /// behind what it got. Nothing at the end of the file.
    pub(crate) fn read(&self, from: u64, until: u64) -> Vec<u8> {
        let until = until.min(self.size());
        if from >= until {
            return Vec::new();
        }
        if from < HEAD {
            let channels = u16::try_from(self.channels.len().max(1)).unwrap_or(1);
            let bytes = head(channels, u32::try_from(self.data_size()).unwrap_or(u32::MAX));
            return part(&bytes, from, until);
        }
        let block = self.block();
        let first = (from - HEAD) / block;
        let last = (until - HEAD).div_ceil(block).min(first + BLOCK);
        let bytes = self.samples(first, last - first);
        let skipped = from - HEAD - first * block;
        part(&bytes, skipped, until - HEAD - first * block)
    }

    /// `count` samples of all channels side by side.
    fn samples(&self, first: u64, count: u64) -> Vec<u8> {
        let count = usize::try_from(count).unwrap_or(0);
        let mut channels = Vec::with_capacity(self.channels.len());
        for channel in &self.channels {
            let mut samples = vec![0; count];
            render(&channel.0, self.from, first, RATE, &mut samples);
            self.mute(first, &mut samples);
            channels.push(samples);
        }
        let mut bytes = Vec::with_capacity(count * channels.len() * 2);
        for index in 0..count {
            for samples in &channels {
                let sample = samples.get(index).copied().unwrap_or(0);
                bytes.extend_from_slice(&sample.to_le_bytes());
            }
        }
        bytes
    }

    fn mute(&self, first: u64, samples: &mut [i16]) {
        let at = |time: Millis| {
            let since = u64::try_from((time - self.from).max(0)).unwrap_or(0);
            let sample = since.saturating_mul(u64::from(RATE)) / 1_000;
            usize::try_from(sample.saturating_sub(first)).unwrap_or(usize::MAX).min(samples.len())
        };
        let spans: Vec<_> =
            self.silent.iter().map(|(from, until)| (at(*from), at(*until))).collect();
        for (from, until) in spans {
            if let Some(span) = samples.get_mut(from..until) {
                span.fill(0);
            }
        }
    }
}

fn part(bytes: &[u8], from: u64, until: u64) -> Vec<u8> {
    let at = |index: u64| usize::try_from(index).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(at(from)..at(until)).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::{By, What, is_silent, read_wav};
    use super::*;

    fn whole(file: &SoundFile) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let at = u64::try_from(bytes.len()).expect("small");
            let more = file.read(at, u64::MAX);
            if more.is_empty() {
                return bytes;
            }
            bytes.extend(more);
        }
    }

    fn tone(from: Millis, length: Millis) -> Sound {
        Sound::new(By::Person("4:+1".to_owned()), from, length, What::Tone(400))
    }

    #[test]
    fn a_file_is_as_long_as_its_span_and_silent_where_it_must_be() {
        let channels = vec![Channel(vec![tone(10_000, 3_000)])];
        let file =
            SoundFile { from: 10_000, length: 3_000, channels, silent: vec![(11_000, 12_000)] };
        let bytes = whole(&file);
        assert_eq!(bytes.len(), 44 + 96_000);
        assert_eq!(u64::try_from(bytes.len()).expect("small"), file.size());
        let samples = read_wav(&bytes).expect("a WAV file");
        assert_eq!(samples.len(), 48_000);
        assert!(!is_silent(&samples[15_000..16_000]) && !is_silent(&samples[32_000..33_000]));
        assert!(is_silent(&samples[16_000..32_000]));
    }

    #[test]
    fn channels_are_apart_and_any_range_is_of_the_whole() {
        let channels = vec![Channel(vec![tone(0, 500)]), Channel(vec![tone(500, 500)])];
        let file = SoundFile { from: 0, length: 1_000, channels, silent: Vec::new() };
        let bytes = whole(&file);
        assert_eq!(bytes.len(), 44 + 64_000);
        assert_eq!((bytes[22], bytes[32]), (2, 4), "channels and bytes of a block");
        let channel = |number: usize| -> Vec<i16> {
            let blocks =
                bytes[44..].chunks_exact(4).map(|block| &block[number * 2..number * 2 + 2]);
            blocks.map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
        };
        assert!(is_silent(&channel(0)[8_000..]) && is_silent(&channel(1)[..8_000]));
        for (from, until) in [(0, 10), (40, 50), (43, 44), (44, 47), (45, 46), (63_000, 64_044)] {
            let mut got = Vec::new();
            let mut at: u64 = from;
            while at < until {
                let more = file.read(at, until);
                at += u64::try_from(more.len()).expect("small");
                got.extend(more);
            }
            let index = |at: u64| usize::try_from(at).expect("small");
            assert_eq!(got, bytes[index(from)..index(until)], "{from}..{until}");
        }
        assert!(file.read(64_044, 70_000).is_empty());
    }
}
