//! The timeline of a call.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::sound::{By, Sound, What, length_of};
use super::{RATE, sound};
use crate::clock::Millis;

/// The longest clip that is added to; a longer sound becomes several entries.
const CLIP: usize = RATE as usize;
/// The most samples that are kept of one call: ten minutes. The oldest go first.
const MOST_SAMPLES: usize = 600 * RATE as usize;
/// The most entries that are kept of one call.
const MOST_SOUNDS: usize = 20_000;
/// How much later sound begins that arrives while nothing of its kind plays: what has been sent
/// out already is not missed.
const LEAD: Millis = 40;

/// The sounds of a call, in the order they began. Bounded: see the constants.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Sounds {
    list: VecDeque<Sound>,
    /// How many are kept.
    #[serde(skip)]
    samples: usize,
}

impl Sounds {
    /// A sound begins, or will.
    pub(crate) fn add(&mut self, sound: Sound) {
        self.samples += sound.kept();
        self.list.push_back(sound);
        while self.samples > MOST_SAMPLES || self.list.len() > MOST_SOUNDS {
            let Some(oldest) = self.list.pop_front() else {
                return;
            };
            self.samples -= oldest.kept();
        }
    }

    /// Samples follow those that the same source has sent, or begin now; the time when they will
    /// have been heard.
    pub(crate) fn follow(&mut self, by: &By, now: Millis, samples: &[i16]) -> Millis {
        let mut latest = self.list.iter_mut().rev();
        let last = latest.find(|one| one.by == *by && matches!(one.what, What::Clip(_)));
        let mut from = now + LEAD;
        if let Some(last) = last.filter(|last| last.until >= now) {
            from = last.until;
            if let What::Clip(clip) = &mut last.what
                && clip.len() + samples.len() <= CLIP
                && length_of(clip.len()) == last.planned
                && last.until == last.from + last.planned
            {
                Arc::make_mut(clip).extend_from_slice(samples);
                last.planned = length_of(clip.len());
                last.until = last.from + last.planned;
                self.samples += samples.len();
                return last.until;
            }
        }
        for part in samples.chunks(CLIP) {
            let length = sound::length_of(part.len());
            let what = What::Clip(Arc::new(part.to_vec()));
            self.add(Sound::new(by.clone(), from, length, what));
            from += length;
        }
        from
    }

    /// What belongs to this operation is over now.
    pub(crate) fn cut(&mut self, number: u64, now: Millis) {
        self.cut_where(now, |sound| sound.number == number);
    }

    /// Samples of this source that have not been heard yet never will be.
    pub(crate) fn flush(&mut self, by: &By, now: Millis) {
        self.cut_where(now, |sound| sound.by == *by && matches!(sound.what, What::Clip(_)));
    }

    /// What this one makes is over.
    pub(crate) fn cut_of(&mut self, by: &By, now: Millis) {
        self.cut_where(now, |sound| sound.by == *by);
    }

    /// Everything is over.
    pub(crate) fn cut_all(&mut self, now: Millis) {
        self.cut_where(now, |_| true);
    }

    fn cut_where(&mut self, now: Millis, is_meant: impl Fn(&Sound) -> bool) {
        for sound in self.list.iter_mut().filter(|sound| sound.until > now && is_meant(sound)) {
            sound.until = now.max(sound.from);
        }
        let kept = &mut self.samples;
        self.list.retain(|sound| {
            let empty = sound.until <= sound.from;
            if empty {
                *kept -= sound.kept();
            }
            !empty
        });
    }

    /// What this operation plays goes on until then: a loop's next round.
    pub(crate) fn prolong(&mut self, number: u64, until: Millis) -> bool {
        let found = self.list.iter_mut().rev().find(|sound| sound.number == number);
        let Some(sound) = found else {
            return false;
        };
        sound.until = until;
        true
    }

    /// Forgets what was over before then.
    pub(crate) fn forget(&mut self, before: Millis) {
        let kept = &mut self.samples;
        self.list.retain(|sound| {
            let stays = sound.until >= before;
            if !stays {
                *kept -= sound.kept();
            }
            stays
        });
    }

    /// What sounds at some moment of this span.
    pub(crate) fn between(&self, from: Millis, until: Millis) -> Vec<Sound> {
        self.list.iter().filter(|sound| sound.touches(from, until)).cloned().collect()
    }

    /// Whether there is nothing.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by() -> By {
        By::Person("4:+1".to_owned())
    }

    #[test]
    fn samples_that_follow_each_other_have_no_gap() {
        let mut sounds = Sounds::default();
        let until = sounds.follow(&by(), 1_000, &[1; 320]);
        assert_eq!(until, 1_000 + LEAD + 20);
        let until = sounds.follow(&by(), 1_020, &[1; 320]);
        assert_eq!(until, 1_000 + LEAD + 40);
        assert_eq!(sounds.between(0, 2_000).len(), 1, "one clip grows");
        sounds.follow(&by(), 1_030, &vec![1; 40_000]);
        let all = sounds.between(0, 10_000);
        assert!(all.windows(2).all(|pair| pair[0].until == pair[1].from));
        assert_eq!(all.iter().map(Sound::kept).sum::<usize>(), 40_640);
    }

    #[test]
    fn a_flush_forgets_what_was_not_heard() {
        let mut sounds = Sounds::default();
        sounds.follow(&by(), 0, &vec![1; 32_000]);
        sounds.flush(&by(), 1_540);
        let all = sounds.between(0, 10_000);
        assert_eq!(all.last().map(|last| last.until), Some(1_540));
        sounds.flush(&by(), 10);
        assert!(sounds.is_empty());
        assert_eq!(sounds.samples, 0);
    }

    #[test]
    fn the_oldest_samples_go_first() {
        let mut sounds = Sounds::default();
        for second in 0..700 {
            sounds.follow(&by(), second * 1_000, &vec![1; 16_000]);
        }
        assert_eq!(sounds.samples, MOST_SAMPLES);
        assert!(sounds.between(0, 100_000).is_empty());
        sounds.forget(Millis::MAX);
        assert!(sounds.is_empty() && sounds.samples == 0);
    }
}
